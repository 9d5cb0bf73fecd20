import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { useTitles } from "../../admin/titles";
import { call } from "../../api/client";
import { inWords } from "../../api/problem";
import type { LoggedDecision, Verification } from "../../api/types";
import { Empty } from "../../components/states";
import { type Column, Listing } from "../../components/table";
import { useCursors } from "../../page/cursors";
import { useLoad } from "../../page/load";
import { href } from "../../page/route";
import { count, inNumbers, moment } from "../../page/words";

const KINDS: Record<string, string> = {
  ranked: "Ranked candidates",
  told: "Told the employer",
  invalidated: "Deleted the matches",
  decided: "Decided about a candidate",
};

type Total = Pick<Verification, "chains" | "entries" | "broken" | "newest"> & { isDone: boolean };

/** The entries of the decision log, and whether each follows from the one before. */
export function DecisionLog() {
  const cursors = useCursors();
  const log = useLoad(`log ${cursors.cursor}`, async () => {
    return (await call("get", "/admin/decisions", { query: { cursor: cursors.cursor } })).data;
  });
  const titleOf = useTitles();
  return (
    <>
      <h1>Decision log</h1>
      <Verify />
      <h2>Entries</h2>
      <Listing
        caption="Entries"
        pages={log}
        cursors={cursors}
        columns={columns(titleOf)}
        keyOf={(entry) => entry.jobId + entry.number}
        empty={<Empty title="Nothing was decided yet" />}
      />
    </>
  );
}

const columns = (titleOf: (jobId: string) => string): Column<LoggedDecision>[] => [
  { name: "Job", cell: ({ jobId }) => <a href={href("jobs", jobId)}>{titleOf(jobId)}</a> },
  { name: "Entry", isNumber: true, cell: (entry) => entry.number },
  { name: "When", cell: (entry) => moment(entry.recordedAt) },
  { name: "What", cell: (entry) => KINDS[entry.kind] ?? entry.kind },
  { name: "Candidates", isNumber: true, cell: (entry) => inNumbers(candidates(entry)) },
  { name: "Hash", cell: (entry) => <code>{entry.hash.slice(0, 16)}</code> },
  {
    name: "Text",
    cell: (entry) => (
      <details>
        <summary>Show</summary>
        <code>{entry.entry}</code>
      </details>
    ),
  },
];

function candidates({ entry }: LoggedDecision): number {
  try {
    return JSON.parse(entry).candidates?.length ?? 0;
  } catch {
    return 0;
  }
}

function Verify() {
  const [total, setTotal] = useState<Total | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const button = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => button.current?.focus(), []);
  const verify = async () => {
    setProblem(null);
    let sum: Total = { chains: 0, entries: 0, broken: [], newest: null, isDone: false };
    let cursor: string | undefined;
    try {
      do {
        const { data } = await call("get", "/admin/decisions/verification", { query: { cursor } });
        cursor = data.nextCursor ?? undefined;
        sum = {
          chains: sum.chains + data.chains,
          entries: sum.entries + data.entries,
          broken: [...sum.broken, ...data.broken],
          newest: later(sum.newest, data.newest),
          isDone: !cursor,
        };
        setTotal(sum);
      } while (cursor);
    } catch (error) {
      setProblem(inWords(error));
    }
  };
  return (
    <section class="fields" aria-label="Verification">
      <button type="button" class="primary short-button" ref={button} onClick={() => void verify()}>
        Verify the log
      </button>
      <div role="status">
        {problem && <p class="problem">{problem}</p>}
        {total && <Result total={total} />}
      </div>
      <p class="hint">
        This computes every hash anew, on this service. An auditor had better use the command line and the signed
        anchors, which do not trust it.
      </p>
    </section>
  );
}

function Result({ total }: { total: Total }) {
  const read = `${count(total.entries, "entry", "entries")} of ${count(total.chains, "chain")}`;
  if (total.broken.length > 0) {
    return (
      <>
        <p class="problem">✕ Broken. {read} were read.</p>
        <ul class="bullets">
          {total.broken.map(({ jobId, number, reason }) => (
            <li key={jobId}>
              Job {jobId}, entry {number}: {reason}
            </li>
          ))}
        </ul>
      </>
    );
  }
  if (!total.isDone) return <p>{read} verified so far.</p>;
  return (
    <p>
      ✓ None is broken: {read}.{total.newest && ` The newest is of ${moment(total.newest.recordedAt)}.`}
    </p>
  );
}

function later(one: Total["newest"], other: Total["newest"]): Total["newest"] {
  if (!one || !other) return one ?? other;
  return one.recordedAt > other.recordedAt ? one : other;
}
