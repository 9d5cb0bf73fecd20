import { useEffect, useRef, useState } from "preact/hooks";
import { call } from "../api/client";
import type { AdminJobListItem, JobListItem, JobStatus, Me } from "../api/types";
import { Pager } from "../components/pager";
import { Empty, Failure, Skeleton } from "../components/states";
import { isMatching, JobStatusMark, MatchingMark } from "../components/status";
import { say } from "../page/announce";
import { useCursors } from "../page/cursors";
import { useLoad, useRepeat } from "../page/load";
import { go, href } from "../page/route";
import { type Rows, useRows } from "../page/rows";
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
  const query = {
    limit: LIMIT,
    ...(cursor ? { cursor } : {}),
    ...(status ? { status: status as JobStatus } : {}),
  };
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
  const jobs = useLoad<Page>(`jobs ${status} ${cursors.cursor}`, () =>
    readJobs(me, status, since, cursors.cursor),
  );
  const items = jobs.value?.items ?? [];
  useRepeat(items.some(isMatching), POLL, () => void jobs.reload());
  useSayWhatEnded(items);

  const [id, select] = useState<string | null>(null);
  // At the beginning the first that has something to see.
  const selected =
    items.find((job) => job.id === id) ?? items.find((job) => job.matchCount > 0) ?? items[0];
  const rows = useRows(selected?.id, select);
  const move = (by: number) => {
    const next = items[selected ? items.indexOf(selected) + by : 0];
    if (next) rows.focus(next.id);
  };
  useShortcuts("Jobs", [
    { key: "j", name: "Next job", run: () => move(1) },
    { key: "k", name: "Previous job", run: () => move(-1) },
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
        {me.role === "employer" && (
          <a class="button primary" href="#/jobs/new">
            Post a job
          </a>
        )}
      </div>
      {jobs.error && !jobs.value ? <Failure error={jobs.error} retry={jobs.reload} /> : null}
      {!jobs.value && !jobs.error ? <Skeleton lines={8} /> : null}
      {jobs.value && items.length === 0 ? <NoJobs me={me} status={status} /> : null}
      {items.length > 0 && (
        <JobTable jobs={items} isAdmin={me.role === "admin"} selected={selected?.id} rows={rows} />
      )}
      <Pager
        label={`Page ${cursors.number}`}
        onPrevious={cursors.back}
        onNext={cursors.on(jobs.value?.nextCursor)}
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

interface TableProps {
  jobs: Job[];
  isAdmin: boolean;
  selected: string | undefined;
  rows: Rows;
}

function JobTable({ jobs, isAdmin, selected, rows }: TableProps) {
  return (
    <table class="cards jobs">
      <caption class="visually-hidden">Jobs, newest first</caption>
      <thead>
        <tr>
          <th scope="col">Title</th>
          {isAdmin && <th scope="col">Employer</th>}
          <th scope="col">Status</th>
          <th scope="col">Matching</th>
          <th scope="col" class="number">
            Candidates
          </th>
          {!isAdmin && (
            <th scope="col" class="number">
              New
            </th>
          )}
          <th scope="col">{isAdmin ? "Created" : "Changed"}</th>
        </tr>
      </thead>
      <tbody>
        {jobs.map((job) => (
          <tr key={job.id} class={job.id === selected ? "selected" : ""}>
            <th scope="row">
              <a href={href("jobs", job.id)} {...rows.link(job.id)}>
                {job.title}
              </a>
            </th>
            {isAdmin && (
              <td data-label="Employer">
                {("employerCompanyName" in job && job.employerCompanyName) || "No company"}
              </td>
            )}
            <td data-label="Status">
              <JobStatusMark status={job.status} />
            </td>
            <td data-label="Matching">
              <MatchingMark status={job.status} matching={job.matchingStatus} />
            </td>
            <td data-label="Candidates" class="number">
              {inNumbers(job.matchCount)}
            </td>
            {"updatedAt" in job && (
              <td data-label="New" class="number">
                <NewCount job={job} />
              </td>
            )}
            <td data-label={isAdmin ? "Created" : "Changed"} class="muted">
              {ago("updatedAt" in job ? job.updatedAt : job.createdAt)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function NewCount({ job }: { job: JobListItem }) {
  if (!job.newMatchCount) return <span class="muted">0</span>;
  return (
    <a
      href={`${href("jobs", job.id)}?new`}
      class="badge"
      aria-label={`${count(job.newMatchCount, "new candidate")} for ${job.title}`}
    >
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
        const result =
          job.matchingStatus === "failed"
            ? "failed"
            : `found ${count(job.matchCount, "candidate")}`;
        say(`Matching of ${job.title} ${result}.`);
      }
    }
  }, [jobs]);
}
