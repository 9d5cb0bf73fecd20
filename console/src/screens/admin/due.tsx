import { useState } from "preact/hooks";
import { call } from "../../api/client";
import { inWords } from "../../api/problem";
import type { JobWithMatching, MatchingStatus } from "../../api/types";
import { Pager } from "../../components/pager";
import { Empty, Shown } from "../../components/states";
import { isMatching, matchingInWords } from "../../components/status";
import { type Column, Table } from "../../components/table";
import { tell } from "../../page/announce";
import { useCursors } from "../../page/cursors";
import { useLoad, useRepeat } from "../../page/load";
import { href } from "../../page/route";
import { useRows } from "../../page/rows";
import { useShortcuts } from "../../page/shortcuts";
import { count, moment } from "../../page/words";

const POLL = 2000;

/** Open jobs that wait for a run, are in one, or have failed: why, and when it is tried again. */
export function Due() {
  const cursors = useCursors();
  const jobs = useLoad(`due ${cursors.cursor}`, async () => {
    const states: MatchingStatus[] = ["failed", "pending", "running"];
    const query = { status: "open" as const, matchingStatus: states, include: "matching" as const };
    const { data } = await call("get", "/admin/jobs", {
      query: { ...query, cursor: cursors.cursor },
    });
    return { items: data.items as JobWithMatching[], nextCursor: data.nextCursor };
  });
  const items = jobs.value?.items ?? [];
  const [id, select] = useState<string>();
  const selected = items.find((job) => job.id === id) ?? items[0];
  const rows = useRows(selected?.id, select);
  useRepeat(items.some(isMatching), POLL, () => void jobs.reload());
  const run = async (job: JobWithMatching | undefined) => {
    if (!job) return;
    try {
      await call("post", "/jobs/{jobId}/matching-runs", { path: { jobId: job.id } });
      tell(`${job.title} is matched now.`);
      await jobs.reload();
    } catch (error) {
      tell(inWords(error));
    }
  };
  const move = (by: number) => {
    const next = items[selected ? items.indexOf(selected) + by : 0];
    if (next) rows.focus(next.id);
  };
  useShortcuts("Due and failed", [
    { key: "j", name: "Next job", run: () => move(1) },
    { key: "k", name: "Previous job", run: () => move(-1) },
    { key: "m", name: "Match now", run: () => void run(selected) },
  ]);
  const columns: Column<JobWithMatching>[] = [
    {
      name: "Job",
      cell: (job) => (
        <>
          <a href={href("jobs", job.id)} {...rows.link(job.id)}>
            {job.title}
          </a>
          <span class="facts">{job.employerCompanyName ?? "No company"}</span>
        </>
      ),
    },
    {
      name: "State",
      cell: ({ matchingStatus, matching }) => (
        <span class={`matching ${matchingStatus}`}>
          {matching.isGivenUp ? "Given up" : matchingInWords(matchingStatus)}
        </span>
      ),
    },
    { name: "Why", cell: why },
    {
      name: "Next try",
      cell: ({ matching }) => (matching.nextTryAt ? moment(matching.nextTryAt) : "Not by itself"),
    },
    {
      name: "Run",
      cell: (job) => (
        <button type="button" onClick={() => void run(job)} aria-label={`Match ${job.title} now`}>
          Run now
        </button>
      ),
    },
  ];
  return (
    <>
      <h1>Due and failed</h1>
      <Shown of={jobs}>
        {() =>
          items.length === 0 ? (
            <Empty title="All open jobs are matched">
              <p>Nothing waits, and nothing has failed.</p>
            </Empty>
          ) : (
            <Table
              caption="Jobs that are due or have failed"
              columns={columns}
              items={items}
              keyOf={(job) => job.id}
              selected={selected?.id}
            />
          )
        }
      </Shown>
      <Pager
        label={`Page ${cursors.number}`}
        onPrevious={cursors.back}
        onNext={cursors.on(jobs.value?.nextCursor)}
      />
    </>
  );
}

function why({ matching }: JobWithMatching): string {
  if (matching.failures === 0) return matching.isDue ? "Waits for the next run." : "Is not due.";
  return `${count(matching.failures, "attempt")} failed. ${matching.lastError ?? ""}`;
}
