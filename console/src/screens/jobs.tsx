import { useEffect, useRef, useState } from "preact/hooks";
import { call } from "../api/client";
import type { AdminJobListItem, JobListItem, JobStatus, Me } from "../api/types";
import { Empty } from "../components/states";
import { isMatching, JobStatusMark, MatchingMark } from "../components/status";
import { type Column, Listing } from "../components/table";
import { say } from "../page/announce";
import { useCursors } from "../page/cursors";
import { useLoad, useRepeat } from "../page/load";
import { go, href } from "../page/route";
import { type Rows, useList } from "../page/rows";
import { useShortcuts } from "../page/shortcuts";
import { ago, count, inNumbers } from "../page/words";

type Job = JobListItem | AdminJobListItem;
interface Page {
  items: Job[];
  nextCursor: string | null;
}

const LIMIT = 50;
const POLL = 1500;

async function readJobs(me: Me, status: string, since: string, cursor?: string): Promise<Page> {
  const query = { limit: LIMIT, ...(cursor ? { cursor } : {}), ...(status ? { status: status as JobStatus } : {}) };
  const reply =
    me.role === "admin"
      ? await call("get", "/admin/jobs", { query })
      : await call("get", "/employers/{employerUserId}/jobs", {
          path: { employerUserId: me.id },
          query: { ...query, newSince: since },
        });
  return reply.data;
}

export function Jobs({ me, since }: { me: Me; since: string }) {
  const [status, setStatus] = useState("");
  const cursors = useCursors();
  const jobs = useLoad<Page>(`jobs ${status} ${cursors.cursor}`, () => readJobs(me, status, since, cursors.cursor));
  const items = jobs.value?.items ?? [];
  useRepeat(items.some(isMatching), POLL, () => void jobs.reload());
  useSayWhatEnded(items);

  // At the beginning the first that has something to see.
  const { selected, rows } = useList(items, "job", items.find((job) => job.matchCount > 0) ?? items[0]);
  useShortcuts("Jobs", [
    { key: "e", name: "Edit the job, with what each requirement costs", run: () => to("edit") },
    { key: "y", name: "The job’s history", run: () => to("history") },
    { key: "w", name: "Only who is new for the job", run: () => to("new") },
  ]);
  const to = (what: string) => {
    if (!selected) return;
    const { id: jobId } = selected;
    go(what === "new" ? `${href("jobs", jobId)}?new` : href("jobs", jobId, what));
  };

  const choose = (chosen: string) => {
    cursors.reset();
    setStatus(chosen);
  };
  return (
    <>
      <div class="heading">
        <h1>Jobs</h1>
        <label>
          Status{" "}
          <select value={status} onChange={(event) => choose(event.currentTarget.value)}>
            <option value="">All</option>
            <option value="draft">Drafts</option>
            <option value="open">Open</option>
            <option value="closed">Closed</option>
            <option value="archived">Archived</option>
          </select>
        </label>
        {me.role === "employer" ? (
          <a class="button primary" href="#/jobs/new">
            Post a job
          </a>
        ) : (
          <a class="button" href="#/jobs/draft">
            Draft from a text
          </a>
        )}
      </div>
      <Listing
        caption="Jobs, newest first"
        pages={jobs}
        cursors={cursors}
        columns={columns(me.role === "admin", rows)}
        keyOf={(job) => job.id}
        selected={selected?.id}
        empty={<NoJobs me={me} status={status} />}
      />
    </>
  );
}

function NoJobs({ me, status }: { me: Me; status: string }) {
  if (status) return <Empty title={`No job is ${status === "draft" ? "a draft" : status}`} />;
  return (
    <Empty title="No jobs yet">
      {me.role === "employer" && <p>Post one, and see at once how many candidates fit.</p>}
    </Empty>
  );
}

function columns(isAdmin: boolean, rows: Rows): (Column<Job> | false)[] {
  return [
    {
      name: "Title",
      cell: (job) => (
        <a href={href("jobs", job.id)} {...rows.link(job.id)}>
          {job.title}
        </a>
      ),
    },
    isAdmin && {
      name: "Employer",
      cell: (job) => ("employerCompanyName" in job && job.employerCompanyName) || "No company",
    },
    { name: "Status", cell: (job) => <JobStatusMark status={job.status} /> },
    { name: "Matching", cell: (job) => <MatchingMark status={job.status} matching={job.matchingStatus} /> },
    { name: "Candidates", isNumber: true, cell: (job) => inNumbers(job.matchCount) },
    !isAdmin && { name: "New", isNumber: true, cell: (job) => "updatedAt" in job && <NewCount job={job} /> },
    { name: isAdmin ? "Created" : "Changed", cell: (job) => ago("updatedAt" in job ? job.updatedAt : job.createdAt) },
  ];
}

function NewCount({ job }: { job: JobListItem }) {
  if (!job.newMatchCount) return <span class="muted">0</span>;
  return (
    <a
      href={`${href("jobs", job.id)}?new`}
      class="badge"
      aria-label={`${count(job.newMatchCount, "new candidate")} for ${job.title}`}>
      {job.newMatchCount} new
    </a>
  );
}

/** Say, once, which jobs have ended their matching since the last look. */
function useSayWhatEnded(jobs: Job[]): void {
  const waiting = useRef(new Set<string>());
  useEffect(() => {
    for (const job of jobs) {
      if (isMatching(job)) waiting.current.add(job.id);
      else if (waiting.current.delete(job.id)) {
        const result = job.matchingStatus === "failed" ? "failed" : `found ${count(job.matchCount, "candidate")}`;
        say(`Matching of ${job.title} ${result}.`);
      }
    }
  }, [jobs]);
}
