import { useState } from "preact/hooks";
import { call } from "../../api/client";
import type { ProfileListItem } from "../../api/types";
import { Pager } from "../../components/pager";
import { Empty, Shown } from "../../components/states";
import { type Column, Table } from "../../components/table";
import { useCursors } from "../../page/cursors";
import { useLoad } from "../../page/load";
import { href } from "../../page/route";
import { useRows } from "../../page/rows";
import { useShortcuts } from "../../page/shortcuts";
import { ago } from "../../page/words";

type Status = "pending_review" | "active" | "rejected";
export const STATUSES: Record<Status, string> = {
  pending_review: "Pending review",
  active: "Active",
  rejected: "Rejected",
};

export function Candidates() {
  const [text, setText] = useState("");
  const [status, setStatus] = useState("");
  const cursors = useCursors();
  const asked = text.trim();
  const isMail = asked.includes("@");
  const profiles = useLoad(`profiles ${asked} ${status} ${cursors.cursor}`, async () => {
    const query = {
      ...(asked ? { [isMail ? "email" : "name"]: asked } : {}),
      ...(status ? { status: status as Status } : {}),
      cursor: cursors.cursor,
    };
    return (await call("get", "/admin/profiles", { query })).data;
  });
  const items = profiles.value?.items ?? [];
  const [id, select] = useState<string>();
  const selected = items.find((each) => each.id === id) ?? items[0];
  const rows = useRows(selected?.id, select);
  const move = (by: number) => {
    const next = items[selected ? items.indexOf(selected) + by : 0];
    if (next) rows.focus(next.id);
  };
  useShortcuts("Candidates", [
    { key: "j", name: "Next candidate", run: () => move(1) },
    { key: "k", name: "Previous candidate", run: () => move(-1) },
    { key: "/", name: "Find", run: () => document.getElementById("find")?.focus() },
  ]);
  const columns: Column<ProfileListItem>[] = [
    {
      name: "Name",
      cell: (each) => (
        <a href={href("admin", "candidates", each.id)} {...rows.link(each.id)}>
          {each.name}
        </a>
      ),
    },
    { name: "Mail address", cell: (each) => each.email ?? "None" },
    { name: "Status", cell: (each) => STATUSES[each.status] },
    { name: "Place", cell: (each) => each.location ?? "Unknown" },
    { name: "Changed", cell: (each) => ago(each.updatedAt) },
  ];
  return (
    <>
      <h1>Candidates</h1>
      <form class="filter" aria-label="Filter" onSubmit={(event) => event.preventDefault()}>
        <label>
          Name or mail address
          <input
            id="find"
            type="search"
            value={text}
            maxLength={255}
            onInput={(event) => {
              cursors.reset();
              setText(event.currentTarget.value);
            }}
          />
        </label>
        <label>
          Status
          <select
            value={status}
            onChange={(event) => {
              cursors.reset();
              setStatus(event.currentTarget.value);
            }}
          >
            <option value="">All</option>
            {Object.entries(STATUSES).map(([value, label]) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </select>
        </label>
      </form>
      <Shown of={profiles} lines={10}>
        {() =>
          items.length === 0 ? (
            <Empty title="Nobody is called so" />
          ) : (
            <Table
              caption="Candidates, newest first"
              columns={columns}
              items={items}
              keyOf={(each) => each.id}
              selected={selected?.id}
            />
          )
        }
      </Shown>
      <Pager
        label={`Page ${cursors.number}`}
        onPrevious={cursors.back}
        onNext={cursors.on(profiles.value?.nextCursor)}
      />
    </>
  );
}
