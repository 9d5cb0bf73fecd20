import { useState } from "preact/hooks";
import { call } from "../../api/client";
import type { DeadLetter, QueueDepth } from "../../api/types";
import { Confirm } from "../../components/confirm";
import { Shown } from "../../components/states";
import { type Column, Table } from "../../components/table";
import { attempt, tell } from "../../page/announce";
import { useLoad, useRepeat } from "../../page/load";
import { href } from "../../page/route";
import { useShortcuts } from "../../page/shortcuts";
import { count, inNumbers, moment } from "../../page/words";

const NAMES = { matching: "Matching", mails: "Mails" };
const POLL = 5000;
const QUEUES: Column<QueueDepth>[] = [
  { name: "Queue", cell: (queue) => NAMES[queue.name] },
  { name: "Waiting", isNumber: true, cell: (queue) => inNumbers(queue.waiting) },
  { name: "Being handled", isNumber: true, cell: (queue) => inNumbers(queue.inFlight) },
  { name: "Given up", isNumber: true, cell: (queue) => inNumbers(queue.dead) },
];

export function Queues() {
  const queues = useLoad<QueueDepth[]>("queues", async () => {
    return (await call("get", "/admin/queues")).data.items;
  });
  const letters = useLoad("dead letters", async () => (await call("get", "/admin/dead-letters")).data);
  useRepeat(true, POLL, () => void queues.reload());
  const act = async (what: "retry" | "drop", chosen: DeadLetter[]) => {
    if (chosen.length === 0) return;
    const body = { ids: chosen.map((each) => each.id) };
    const { data } = await call("post", `/admin/dead-letters/${what}` as const, { body });
    const done = data.items.filter((each) => each.isDone).length;
    const failed = data.items.find((each) => !each.isDone);
    const verb = what === "retry" ? "tried again" : "dropped";
    tell(`${count(done, "dead letter")} ${verb}.${failed ? ` ${failed.message}` : ""}`);
    await Promise.all([letters.reload(), queues.reload()]);
  };
  const [dropped, setDropped] = useState<DeadLetter | null>(null);
  const all = letters.value?.items ?? [];
  useShortcuts("Queues", [
    { key: "r", name: "Retry all dead letters", run: () => void attempt(() => act("retry", all)) },
  ]);
  const columns: Column<DeadLetter>[] = [
    {
      name: "About",
      cell: (letter) =>
        letter.jobId ? (
          <a href={href("jobs", letter.jobId)}>{letter.jobTitle ?? `Job ${letter.jobId}`}</a>
        ) : (
          "Not a message of ours"
        ),
    },
    { name: "Queue", cell: (letter) => NAMES[letter.queue] },
    { name: "Since", cell: (letter) => moment(letter.sentAt) },
    { name: "Attempts", isNumber: true, cell: (letter) => letter.attempts ?? "–" },
    { name: "Why", cell: (letter) => letter.reason ?? "Not known" },
    {
      name: "Act",
      cell: (letter) => (
        <div class="actions">
          <button type="button" onClick={() => void attempt(() => act("retry", [letter]))}>
            Retry
          </button>
          <button type="button" onClick={() => setDropped(letter)}>
            Drop
          </button>
        </div>
      ),
    },
  ];
  return (
    <>
      <h1>Queues</h1>
      <Shown of={queues} lines={2}>
        {(items) => <Table caption="Queues" columns={QUEUES} items={items} keyOf={(each) => each.name} />}
      </Shown>
      <h2>Dead letters</h2>
      <Shown of={letters} lines={3}>
        {({ items, isComplete }) =>
          items.length === 0 ? (
            <p class="muted">None: nothing was given up.</p>
          ) : (
            <>
              <button type="button" onClick={() => void attempt(() => act("retry", items))}>
                Retry all <kbd>r</kbd>
              </button>
              <Table caption="Dead letters" columns={columns} items={items} keyOf={(letter) => letter.id} />
              {!isComplete && <p>There are more than can be shown.</p>}
            </>
          )
        }
      </Shown>
      {dropped && (
        <Confirm
          title="Drop this dead letter?"
          text="What it asked for is then never done, unless something else asks for it."
          action="Drop"
          onConfirm={() => void attempt(() => act("drop", [dropped]))}
          onClose={() => setDropped(null)}
        />
      )}
    </>
  );
}
