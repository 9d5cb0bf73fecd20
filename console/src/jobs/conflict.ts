/** Two people have changed the same job: what differs, and what of it is kept. */

import { FIELDS, type Field, isSame, type JobForm } from "./form";

export type Choice = "mine" | "theirs";

export interface Difference {
  field: Field;
  /** Proposed: whoever changed the field; mine where both did. */
  choice: Choice;
  areBothChanged: boolean;
}

/** @param base what both have begun with */
export function differences(base: JobForm, mine: JobForm, theirs: JobForm): Difference[] {
  return (Object.keys(FIELDS) as Field[])
    .filter((field) => !isSame(mine, theirs, field))
    .map((field) => {
      const isMine = !isSame(base, mine, field);
      const isTheirs = !isSame(base, theirs, field);
      return { field, choice: isMine ? "mine" : "theirs", areBothChanged: isMine && isTheirs };
    });
}

export function resolve(
  mine: JobForm,
  theirs: JobForm,
  choices: readonly Pick<Difference, "field" | "choice">[],
): JobForm {
  const kept = choices.filter(({ choice }) => choice === "mine").map(({ field }) => [field, mine[field]]);
  return { ...theirs, ...Object.fromEntries(kept) };
}
