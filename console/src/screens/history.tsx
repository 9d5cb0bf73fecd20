import { useState } from "preact/hooks";
import { call } from "../api/client";
import type { RunChange, RunChanges, RunItem } from "../api/types";
import { Empty, Shown } from "../components/states";
import { type Column, Table } from "../components/table";
import { FIELDS, type Field } from "../jobs/form";
import { useLoad } from "../page/load";
import { href } from "../page/route";
import { candidateName, count, inNumbers, list, moment } from "../page/words";
import { useJob } from "../ranking/read";
import { INFO } from "../ranking/verdict";

const OUTCOMES: Record<string, string> = {
  running: "Going on",
  completed: "Completed",
  failed: "Failed",
  overtaken: "Overtaken by a change",
  abandoned: "Abandoned",
};
const REASONS: Record<RunChange["reasons"][number], string> = {
  "job-changed": "a requirement was changed",
  "rules-changed": "the rules of scoring were changed",
  "candidate-changed": "the profile was changed",
  "candidate-new": "the profile is new",
  "no-longer-qualifies": "lacks a requirement",
  "others-better": "others are better",
};

export function History({ jobId }: { jobId: string }) {
  const job = useJob(jobId);
  const runs = useLoad<RunItem[]>(`runs ${jobId}`, async () => {
    const query = { limit: 100 };
    return (await call("get", "/jobs/{jobId}/matching-runs", { path: { jobId }, query })).data.items;
  });
  return (
    <>
      <p class="trail">
        <a href="#/jobs">Jobs</a> / <a href={href("jobs", jobId)}>{job.value?.job.title}</a>
      </p>
      <h1>History</h1>
      <Shown of={runs}>
        {(items) =>
          items.length === 0 ? (
            <Empty title="The job was not matched yet" />
          ) : (
            <>
              <Comparison jobId={jobId} runs={items.filter((run) => run.outcome === "completed")} />
              <h2>Runs</h2>
              <Table caption="Runs, newest first" columns={COLUMNS} items={items} keyOf={(run) => run.id} />
            </>
          )
        }
      </Shown>
    </>
  );
}

const number = (value: number | null) => (value === null ? "–" : inNumbers(value));
const COLUMNS: Column<RunItem>[] = [
  { name: "Started", cell: (run) => moment(run.startedAt) },
  {
    name: "Outcome",
    cell: (run) => (
      <>
        {OUTCOMES[run.outcome] ?? run.outcome}
        {run.error && <span class="facts">{run.error}</span>}
      </>
    ),
  },
  { name: "Passed", isNumber: true, cell: (run) => number(run.passed) },
  { name: "Kept", isNumber: true, cell: (run) => number(run.kept) },
  { name: "Scored anew", isNumber: true, cell: (run) => number(run.scored) },
  { name: "Unchanged", isNumber: true, cell: (run) => number(run.reused) },
  { name: "Scored by", cell: (run) => (run.modelId ? `Model ${run.modelId}` : "Rubric") },
];

function Comparison({ jobId, runs }: { jobId: string; runs: RunItem[] }) {
  const [later, setLater] = useState(runs[0]?.id);
  const [earlier, setEarlier] = useState(runs[1]?.id);
  const isPossible = later !== undefined && earlier !== undefined && later !== earlier;
  const changes = useLoad<RunChanges>(isPossible ? `changes ${later} ${earlier}` : null, async () => {
    const options = { path: { jobId, runId: later ?? "" }, query: { since: earlier ?? "" } };
    return (await call("get", "/jobs/{jobId}/matching-runs/{runId}/changes", options)).data;
  });
  if (runs.length < 2) return <p class="muted">After a second run you see here what has changed.</p>;
  const choice = (label: string, value: string | undefined, set: (id: string) => void) => (
    <label>
      {label}{" "}
      <select value={value} onChange={(event) => set(event.currentTarget.value)}>
        {runs.map((run) => (
          <option key={run.id} value={run.id}>
            {moment(run.startedAt)}, {count(run.kept ?? 0, "candidate")}
          </option>
        ))}
      </select>
    </label>
  );
  return (
    <section class="changes" aria-label="Two runs compared">
      <div class="filter">
        {choice("From", earlier, setEarlier)}
        {choice("to", later, setLater)}
      </div>
      {isPossible ? (
        <Shown of={changes}>{(value) => <Changes jobId={jobId} changes={value} />}</Shown>
      ) : (
        <p>Choose two different runs.</p>
      )}
    </section>
  );
}

function Changes({ jobId, changes }: { jobId: string; changes: RunChanges }) {
  const { came, went, moved, unchanged, changedRequirements } = changes;
  const columns: Column<RunChange>[] = [
    {
      name: "Candidate",
      cell: ({ profileId, rankAfter }) =>
        rankAfter === null ? (
          candidateName(profileId)
        ) : (
          <a href={href("jobs", jobId, "candidates", profileId)}>{candidateName(profileId)}</a>
        ),
    },
    { name: "Score", isNumber: true, cell: (each) => step(each.scoreBefore, each.scoreAfter) },
    { name: "Rank", isNumber: true, cell: (each) => step(each.rankBefore, each.rankAfter) },
    { name: "Why", cell: why },
  ];
  const part = (title: string, items: RunChange[]) =>
    items.length > 0 && (
      <>
        <h2>
          {title}: {items.length}
        </h2>
        <Table caption={title} columns={columns} items={items} keyOf={(each) => each.profileId} />
      </>
    );
  return (
    <>
      <p>
        {count(came.length, "candidate")} came, {went.length} went, {moved.length} moved, {unchanged} stayed as they
        were.
        {changedRequirements.length > 0 &&
          ` Changed: ${list(changedRequirements.map((each) => FIELDS[each as Field] ?? each))}.`}
        {changes.rulesChanged && " The rules of scoring were changed."}
      </p>
      {part("Came", came)}
      {part("Went", went)}
      {part("Moved", moved)}
    </>
  );
}

function step(before: number | null, after: number | null): string {
  if (before === after) return String(after);
  return `${before ?? "none"} → ${after ?? "none"}`;
}

function why({ reasons, dimensions }: RunChange): string {
  const parts = dimensions.map(
    ({ dimension, before, after }) => `${INFO[dimension as keyof typeof INFO]?.name ?? dimension} ${before} → ${after}`,
  );
  const text = [...reasons.map((each) => REASONS[each]), ...parts].join("; ") || "not known";
  return text.charAt(0).toUpperCase() + text.slice(1);
}
