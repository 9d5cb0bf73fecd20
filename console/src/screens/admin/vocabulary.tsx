import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { call } from "../../api/client";
import type { Alias, Kind, UnknownValue } from "../../api/types";
import { Empty, Shown } from "../../components/states";
import { type Column, Table } from "../../components/table";
import { attempt, tell } from "../../page/announce";
import { useLoad } from "../../page/load";
import { day, inNumbers } from "../../page/words";

const LISTS: Record<string, string> = {
  specializations: "Specializations",
  technicalDomains: "Technical domains",
  bars: "Bars",
};
const SUGGESTED = 3;

/** Values in use that are not known, and the terms that they may be other names for. */
export function Vocabulary() {
  const [list, setList] = useState("");
  const unknown = useLoad<UnknownValue[]>(`unknown ${list}`, async () => {
    const query = { limit: 100, ...(list ? { list: list as Kind } : {}) };
    return (await call("get", "/admin/vocabulary/unknown", { query })).data.items;
  });
  const aliases = useLoad<Alias[]>("aliases", async () => {
    return (await call("get", "/admin/vocabulary/aliases")).data.items;
  });
  const reload = () => Promise.all([unknown.reload(), aliases.reload()]);
  const end = async (alias: Alias) => {
    await call("delete", "/admin/vocabulary/aliases/{aliasId}", { path: { aliasId: alias.id } });
    tell(`“${alias.value}” no longer means ${alias.term}.`);
    await reload();
  };
  const add = async ({ list: of, value }: UnknownValue, term: string) => {
    const body = { list: of as Kind, value, term };
    const alias = (await call("post", "/admin/vocabulary/aliases", { body })).data;
    tell(`“${value}” now means ${term}.`, () => void attempt(() => end(alias)));
    await reload();
  };
  const first = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => {
    // At the beginning, and after a button has gone with its row; never away from elsewhere.
    const at = document.activeElement;
    if (!at || at === document.body || at.id === "main") first.current?.focus();
  }, [unknown.value]);
  const items = unknown.value ?? [];
  const columns: Column<UnknownValue>[] = [
    { name: "Unknown value", cell: (each) => each.value },
    { name: "List", cell: (each) => LISTS[each.list] ?? each.list },
    { name: "Jobs", isNumber: true, cell: (each) => inNumbers(each.jobs) },
    { name: "Candidates", isNumber: true, cell: (each) => inNumbers(each.candidates) },
    {
      name: "It is another name for",
      cell: (each) => (
        <div class="actions">
          {each.suggestions.slice(0, SUGGESTED).map((term, index) => (
            <button
              key={term}
              type="button"
              ref={each === items[0] && index === 0 ? first : null}
              aria-label={`${each.value} means ${term}`}
              onClick={() => void attempt(() => add(each, term))}>
              {term}
            </button>
          ))}
          <OtherTerm onTerm={(term) => void attempt(() => add(each, term))} value={each.value} />
        </div>
      ),
    },
  ];
  return (
    <>
      <div class="heading">
        <h1>Vocabulary</h1>
        <label>
          List{" "}
          <select value={list} onChange={(event) => setList(event.currentTarget.value)}>
            <option value="">All</option>
            {Object.entries(LISTS).map(([value, label]) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </select>
        </label>
      </div>
      <Shown of={unknown} lines={8}>
        {() =>
          items.length === 0 ? (
            <Empty title="Every value in use is known" />
          ) : (
            <Table
              caption="Unknown values, the most used first"
              columns={columns}
              items={items}
              keyOf={(each) => each.list + each.value}
            />
          )
        }
      </Shown>
      <h2>Aliases that were added</h2>
      <Shown of={aliases} lines={2}>
        {(added) =>
          added.length === 0 ? (
            <p class="muted">None yet.</p>
          ) : (
            <Table caption="Aliases" columns={aliasColumns(end)} items={added} keyOf={(alias) => alias.id} />
          )
        }
      </Shown>
    </>
  );
}

function aliasColumns(end: (alias: Alias) => Promise<void>): Column<Alias>[] {
  return [
    { name: "Alias", cell: (alias) => alias.value },
    { name: "Means", cell: (alias) => alias.term },
    { name: "List", cell: (alias) => LISTS[alias.list] ?? alias.list },
    { name: "Since", cell: (alias) => day(alias.createdAt) },
    {
      name: "End",
      cell: (alias) => (
        <button type="button" onClick={() => void attempt(() => end(alias))} aria-label={`End ${alias.value}`}>
          End
        </button>
      ),
    },
  ];
}

function OtherTerm({ value, onTerm }: { value: string; onTerm: (term: string) => void }) {
  const [text, setText] = useState("");
  return (
    <form
      class="actions"
      onSubmit={(event) => {
        event.preventDefault();
        if (text.trim()) onTerm(text.trim());
      }}>
      <input
        aria-label={`Another term for ${value}`}
        placeholder="Another term"
        value={text}
        maxLength={100}
        onInput={(event) => setText(event.currentTarget.value)}
      />
      <button type="submit" disabled={!text.trim()} aria-label={`Add ${value}`}>
        Add
      </button>
    </form>
  );
}
