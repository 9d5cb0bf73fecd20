import type { JobStatus, MatchingStatus } from "../api/types";

const STATUS: Record<JobStatus, string> = { draft: "Draft", open: "Open", closed: "Closed", archived: "Archived" };

export function JobStatusMark({ status }: { status: JobStatus }) {
  return <span class={`status ${status}`}>{STATUS[status]}</span>;
}

/** A draft is not matched, so it has no matching state that would mean something. */
export function MatchingMark({ status, matching }: { status: JobStatus; matching: MatchingStatus }) {
  if (status !== "open") return <span class="muted">Not matched while {STATUS[status].toLowerCase()}</span>;
  return <span class={`matching ${matching}`}>{matchingInWords(matching)}</span>;
}

export function matchingInWords(matching: MatchingStatus): string {
  const words: Record<MatchingStatus, string> = {
    pending: "Waiting to be matched",
    running: "Matching now",
    completed: "Matched",
    failed: "Matching failed",
  };
  return words[matching];
}

export function isMatching(job: { status: JobStatus; matchingStatus: MatchingStatus }): boolean {
  return job.status === "open" && ["pending", "running"].includes(job.matchingStatus);
}
