import type { ComponentChildren } from "preact";
import type { Cursors } from "../page/cursors";
import type { Loaded } from "../page/load";
import { Pager } from "./pager";
import { Shown } from "./states";

export interface Column<T> {
  name: string;
  cell: (item: T) => ComponentChildren;
  isNumber?: boolean;
}

interface Props<T> {
  caption: string;
  /** The first one names the row. */
  columns: (Column<T> | false)[];
  items: T[];
  keyOf: (item: T) => string;
  selected?: string | undefined;
}

/**
 * A table whose rows become cards where there is no room for columns.
 *
 * The roles are there because browsers forget them when a style makes a row something else.
 */
export function Table<T>({ caption, columns, items, keyOf, selected }: Props<T>) {
  const shown = columns.filter((each) => each !== false);
  const [head, ...others] = shown;
  return (
    <table class="cards" role="table">
      <caption class="visually-hidden">{caption}</caption>
      <thead role="rowgroup">
        <tr role="row">
          {shown.map(({ name, isNumber }) => (
            <th key={name} scope="col" role="columnheader" class={isNumber ? "number" : ""}>
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {items.map((item) => (
          <tr key={keyOf(item)} role="row" class={keyOf(item) === selected ? "selected" : ""}>
            <th scope="row" role="rowheader">
              {head?.cell(item)}
            </th>
            {others.map(({ name, cell, isNumber }) => (
              <td key={name} role="cell" data-label={name} class={isNumber ? "number" : ""}>
                {cell(item)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

interface ListingProps<T> extends Omit<Props<T>, "items"> {
  pages: Loaded<{ items: T[]; nextCursor: string | null }>;
  cursors: Cursors;
  /** In its place when there is nothing. */
  empty: ComponentChildren;
}

/** A table of a list that comes in pages. */
export function Listing<T>({ pages, cursors, empty, ...table }: ListingProps<T>) {
  return (
    <>
      <Shown of={pages} lines={8}>
        {({ items }) => (items.length === 0 ? empty : <Table {...table} items={items} />)}
      </Shown>
      <Pager label={`Page ${cursors.number}`} onPrevious={cursors.back} onNext={cursors.on(pages.value?.nextCursor)} />
    </>
  );
}
