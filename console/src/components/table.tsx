import type { ComponentChildren } from "preact";

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
