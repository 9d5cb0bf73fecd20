import { useState } from "preact/hooks";
import { Dialog } from "../components/dialog";
import { type Choice, differences, resolve } from "../jobs/conflict";
import { FIELDS, type Field, type JobForm } from "../jobs/form";
import { list } from "../page/words";

interface Props {
  base: JobForm;
  mine: JobForm;
  theirs: JobForm;
  onResolve: (form: JobForm) => void;
  onClose: () => void;
}

/** Both versions side by side, and a choice for each field in which they differ. */
export function Conflict({ base, mine, theirs, onResolve, onClose }: Props) {
  const [choices, setChoices] = useState(() => differences(base, mine, theirs));
  const choose = (field: Field, choice: Choice) =>
    setChoices(choices.map((each) => (each.field === field ? { ...each, choice } : each)));
  const option = (field: Field, choice: Choice, current: Choice, form: JobForm) => (
    <label class="choice">
      <input type="radio" name={field} checked={current === choice} onChange={() => choose(field, choice)} />
      <span>{valueIn(form, field) || "(empty)"}</span>
    </label>
  );
  return (
    <Dialog title="Somebody else has changed this job" onClose={onClose}>
      <p>
        {choices.length === 0
          ? "Their version says what yours says."
          : "Choose what to keep. What only one of you has changed is chosen already."}
      </p>
      {choices.length > 0 && (
        <table class="conflict">
          <thead>
            <tr>
              <th scope="col">Field</th>
              <th scope="col">Yours</th>
              <th scope="col">Theirs</th>
            </tr>
          </thead>
          <tbody>
            {choices.map(({ field, choice, areBothChanged }) => (
              <tr key={field}>
                <th scope="row">
                  {FIELDS[field]}
                  {areBothChanged && <span class="facts">Both changed it</span>}
                </th>
                <td>{option(field, "mine", choice, mine)}</td>
                <td>{option(field, "theirs", choice, theirs)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <div class="actions">
        <button type="button" class="primary" onClick={() => onResolve(resolve(mine, theirs, choices))}>
          Go on with this choice
        </button>
      </div>
    </Dialog>
  );
}

function valueIn(form: JobForm, field: Field): string {
  const value = form[field];
  return typeof value === "string" ? value : list(value);
}
