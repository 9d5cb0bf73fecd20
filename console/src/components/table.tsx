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

/** A table whose rows become cards where there is no room for columns. */
export function Table<T>({ caption, columns, items, keyOf, selected }: Props<T>) {
  const shown = columns.filter((each) => each !== false);
  const [head, ...others] = shown;
  return (
    <table class="cards">
      <caption class="visually-hidden">{caption}</caption>
      <thead>
        <tr>
          {shown.map(({ name, isNumber }) => (
            <th key={name} scope="col" class={isNumber ? "number" : ""}>
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {items.map((item) => (
          <tr key={keyOf(item)} class={keyOf(item) === selected ? "selected" : ""}>
            <th scope="row">{head?.cell(item)}</th>
            {others.map(({ name, cell, isNumber }) => (
              <td key={name} data-label={name} class={isNumber ? "number" : ""}>
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
