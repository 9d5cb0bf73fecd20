import { call } from "../../api/client";
import type { JobWithMatching, MatchingStatus } from "../../api/types";
import { Empty } from "../../components/states";
import { isMatching, matchingInWords } from "../../components/status";
import { type Column, Listing } from "../../components/table";
import { attempt, tell } from "../../page/announce";
import { useCursors } from "../../page/cursors";
import { useLoad, useRepeat } from "../../page/load";
import { href } from "../../page/route";
import { useList } from "../../page/rows";
import { useShortcuts } from "../../page/shortcuts";
import { count, moment } from "../../page/words";

const POLL = 2000;

/** Open jobs that wait for a run, are in one, or have failed: why, and when it is tried again. */
export function Due() {
  const cursors = useCursors();
  const jobs = useLoad(`due ${cursors.cursor}`, async () => {
    const states: MatchingStatus[] = ["failed", "pending", "running"];
    const query = { status: "open" as const, matchingStatus: states, include: "matching" as const };
    const { data } = await call("get", "/admin/jobs", { query: { ...query, cursor: cursors.cursor } });
    return { items: data.items as JobWithMatching[], nextCursor: data.nextCursor };
  });
  const items = jobs.value?.items ?? [];
  const { selected, rows } = useList(items, "job");
  useRepeat(items.some(isMatching), POLL, () => void jobs.reload());
  const run = async (job: JobWithMatching | undefined) => {
    if (!job) return;
    await call("post", "/jobs/{jobId}/matching-runs", { path: { jobId: job.id } });
    tell(`${job.title} is matched now.`);
    await jobs.reload();
  };
  useShortcuts("Due and failed", [{ key: "m", name: "Match now", run: () => void attempt(() => run(selected)) }]);
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
    { name: "Next try", cell: ({ matching }) => (matching.nextTryAt ? moment(matching.nextTryAt) : "Not by itself") },
    {
      name: "Match",
      cell: (job) => (
        <button type="button" onClick={() => void attempt(() => run(job))} aria-label={`Match now: ${job.title}`}>
          Match now
        </button>
      ),
    },
  ];
  return (
    <>
      <h1>Due and failed</h1>
      <Listing
        caption="Jobs that are due or have failed"
        pages={jobs}
        cursors={cursors}
        columns={columns}
        keyOf={(job) => job.id}
        selected={selected?.id}
        empty={
          <Empty title="All open jobs are matched">
            <p>Nothing waits, and nothing has failed.</p>
          </Empty>
        }
      />
    </>
  );
}

function why({ matchingStatus, matching }: JobWithMatching): string {
  const { failures, lastError, isDue } = matching;
  if (failures > 0) return `${count(failures, "attempt")} failed. ${lastError ?? ""}`;
  if (matchingStatus === "failed") return lastError ?? "It was set to failed by hand.";
  return isDue ? "Waits for the next run." : "A run goes on.";
}
