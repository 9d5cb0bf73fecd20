/** Moving through the rows of a table by keys: each row has one link, which takes the focus. */

import { useEffect, useRef } from "preact/hooks";

export interface Rows {
  /** Focus the row of an id, at once or when it is drawn. */
  focus: (id: string) => void;
  /** What the link of a row needs. */
  link: (id: string) => {
    ref: (element: HTMLElement | null) => void;
    onFocus: () => void;
  };
}

/**
 * @param selected the id of the row that keys act on
 * @param onSelect is told when another row gets the focus
 */
export function useRows(selected: string | undefined, onSelect: (id: string) => void): Rows {
  const links = useRef(new Map<string, HTMLElement>());
  const wanted = useRef<string | null>(null);
  const hasRows = selected !== undefined;
  useEffect(() => {
    // At the beginning, so that Enter opens the first row; never away from what somebody is at.
    const at = document.activeElement;
    if (selected && (!at || at === document.body || at.id === "main")) {
      links.current.get(selected)?.focus({ preventScroll: true });
    }
  }, [hasRows]);
  useEffect(() => {
    const link = wanted.current && links.current.get(wanted.current);
    if (!link) return;
    wanted.current = null;
    link.focus();
  });
  return {
    focus: (id) => {
      wanted.current = id;
      links.current.get(id)?.focus();
    },
    link: (id) => ({
      ref: (element) => {
        if (element) links.current.set(id, element);
        else links.current.delete(id);
      },
      onFocus: () => {
        if (wanted.current === id) wanted.current = null;
        onSelect(id);
      },
    }),
  };
}
