/** Whom an admin posts a job for. */

import { call } from "../api/client";
import { useLoad } from "../page/load";

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The employer that a company or an id names, and the companies that have jobs; of null nothing is read. */
export function useEmployer(typed: string | null) {
  const readJobs = async () => (await call("get", "/admin/jobs", { query: { limit: 100 } })).data.items;
  const jobs = useLoad(typed === null ? null : "employers", readJobs).value ?? [];
  // Jobs are listed with their companies alone: who posts for one is read from its newest job.
  const jobId = jobs.find((job) => job.employerCompanyName === typed)?.id ?? "";
  const readJob = async () => (await call("get", "/jobs/{jobId}", { path: { jobId } })).data;
  const job = useLoad(jobId && `employer of ${jobId}`, readJob).value;
  return {
    id: job?.employerUserId ?? (typed && ID.test(typed) ? typed : null),
    mail: job?.employerEmail,
    companies: [...new Set(jobs.flatMap((each) => each.employerCompanyName ?? []))].sort(),
  };
}
