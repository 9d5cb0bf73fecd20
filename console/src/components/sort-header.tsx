import type { ComponentChildren } from "preact";
import type { Sorting, SortKey } from "../ranking/order";

interface Props {
  by: SortKey;
  sorting: Sorting;
  onSort: (by: SortKey) => void;
  class?: string;
  children: ComponentChildren;
}

export function SortHeader({ by, sorting, onSort, children, ...rest }: Props) {
  const isSorted = sorting.by === by;
  const order = sorting.isAscending ? "ascending" : "descending";
  return (
    <th scope="col" role="columnheader" aria-sort={isSorted ? order : "none"} class={rest.class}>
      <button type="button" onClick={() => onSort(by)}>
        {children}
        <span aria-hidden="true">{isSorted ? (sorting.isAscending ? " ▲" : " ▼") : ""}</span>
      </button>
    </th>
  );
}
