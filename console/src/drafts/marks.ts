/** Where in a text its values stand, and what of it was not understood. */

import type { Draft } from "../api/types";

/** A stretch of a text that the same marks cover. */
export interface Piece {
  text: string;
  /** JSON pointers of the values that were read here. */
  pointers: string[];
  /** Those of them whose quote ends here. */
  ended: string[];
  isUnclear: boolean;
}

type Marked = Pick<Draft<unknown>, "text" | "sources" | "notUnderstood">;

/** The whole text in pieces. A description is long: with its mark, all would be marked. */
export function piecesOf({ text, sources, notUnderstood }: Marked): Piece[] {
  // By code points, as the API counts; a string of JavaScript counts UTF-16 units.
  const points = Array.from(text);
  const found = sources.filter(({ pointer }) => !pointer.endsWith("/description"));
  const bounds = [...found, ...notUnderstood].flatMap(({ start, end }) => [start, end]);
  const cuts = [...new Set([0, ...bounds, points.length])]
    .filter((cut) => cut >= 0 && cut <= points.length)
    .sort((one, other) => one - other);
  return cuts.slice(1).map((end, index) => {
    const start = cuts[index] ?? 0;
    const isHere = (each: { start: number; end: number }) => each.start <= start && each.end >= end;
    const here = found.filter(isHere);
    return {
      text: points.slice(start, end).join(""),
      pointers: here.map(({ pointer }) => pointer),
      ended: here.filter((each) => each.end === end).map(({ pointer }) => pointer),
      isUnclear: notUnderstood.some(isHere),
    };
  });
}

/** A pointer in words: its field's name, without the number of an entry. */
export function nameOf(pointer: string, names: Record<string, string>): string {
  const field = pointer.replace(/\/\d+(?=\/|$)/g, "").slice(1);
  return names[field] ?? field;
}

/** Whether what one pointer leads to is, holds, or is part of what the other leads to. */
export function isRelated(one: string, other: string): boolean {
  return one !== "" && other !== "" && (`${one}/`.startsWith(`${other}/`) || `${other}/`.startsWith(`${one}/`));
}
