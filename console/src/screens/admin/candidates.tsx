import { useState } from "preact/hooks";
import { call } from "../../api/client";
import type { ProfileListItem } from "../../api/types";
import { Empty } from "../../components/states";
import { type Column, Listing } from "../../components/table";
import { useCursors } from "../../page/cursors";
import { useLoad } from "../../page/load";
import { go, href } from "../../page/route";
import { useList } from "../../page/rows";
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
  const { selected, rows } = useList(profiles.value?.items ?? [], "candidate");
  useShortcuts("Candidates", [
    { key: "/", name: "Find", run: () => document.getElementById("find")?.focus() },
    { key: "d", name: "Draft from a résumé", run: () => go("#/admin/candidates/draft") },
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
      <div class="heading">
        <h1>Candidates</h1>
        <a class="button" href="#/admin/candidates/draft">
          Draft from a résumé
        </a>
      </div>
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
            }}>
            <option value="">All</option>
            {Object.entries(STATUSES).map(([value, label]) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </select>
        </label>
      </form>
      <Listing
        caption="Candidates, newest first"
        pages={profiles}
        cursors={cursors}
        columns={columns}
        keyOf={(each) => each.id}
        selected={selected?.id}
        empty={<Empty title="Nobody is called so" />}
      />
    </>
  );
}
