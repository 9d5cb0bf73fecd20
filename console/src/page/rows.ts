/** Moving through the rows of a table by keys: each row has one link, which takes the focus. */

import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { useShortcuts } from "./shortcuts";

export interface Rows {
  /** Focus the row of an id, at once or when it is drawn. */
  focus: (id: string) => void;
  /** What the link of a row needs. */
  link: (id: string) => { ref: (element: HTMLElement | null) => void; onFocus: () => void };
}

/**
 * @param selected the id of the row that keys act on
 * @param onSelect is told when another row gets the focus
 */
export function useRows(selected: string | undefined, onSelect: (id: string) => void): Rows {
  const links = useRef(new Map<string, HTMLElement>());
  const wanted = useRef<string | null>(null);
  const hasRows = selected !== undefined;
  useLayoutEffect(() => {
    // At the beginning, so that Enter opens the first row; never away from what somebody is at.
    const at = document.activeElement;
    if (selected && (!at || at === document.body || at.id === "main")) {
      links.current.get(selected)?.focus({ preventScroll: true });
    }
  }, [hasRows]);
  useLayoutEffect(() => {
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

interface List<T> {
  /** The item that keys act on. */
  selected: T | undefined;
  rows: Rows;
}

/**
 * A list through which J and K move.
 *
 * @param noun what an item is, as "job"
 * @param first where to begin
 */
export function useList<T extends { id: string }>(items: T[], noun: string, first = items[0]): List<T> {
  const [id, select] = useState<string>();
  const selected = items.find((each) => each.id === id) ?? first;
  const rows = useRows(selected?.id, select);
  const move = (by: number) => {
    const next = items[selected ? items.indexOf(selected) + by : 0];
    if (next) rows.focus(next.id);
  };
  useShortcuts("This list", [
    { key: "j", name: `Next ${noun}`, run: () => move(1) },
    { key: "k", name: `Previous ${noun}`, run: () => move(-1) },
  ]);
  return { selected, rows };
}
