import { useState } from "preact/hooks";

export interface Cursors {
  /** Of the page that is shown; none for the first. */
  cursor: string | undefined;
  number: number;
  back: (() => void) | null;
  /** To the page after, if the one that is shown names it. */
  on: (nextCursor: string | null | undefined) => (() => void) | null;
  reset: () => void;
}

/** The cursors of the pages that were seen, so that one can go back. */
export function useCursors(): Cursors {
  const [seen, setSeen] = useState<string[]>([]);
  return {
    cursor: seen.at(-1),
    number: seen.length + 1,
    back: seen.length > 0 ? () => setSeen(seen.slice(0, -1)) : null,
    on: (nextCursor) => (nextCursor ? () => setSeen([...seen, nextCursor]) : null),
    reset: () => setSeen([]),
  };
}
