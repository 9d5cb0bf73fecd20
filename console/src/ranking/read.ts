/** Reading the matches of a job, as the ranking, the candidate and the comparison show them. */

import { call, readPages } from "../api/client";
import type { JobDetail, Match } from "../api/types";
import { type Loaded, useLoad } from "../page/load";

export interface Ranked {
  matches: Match[];
  /** False while further pages are being read. */
  isComplete: boolean;
}

export interface JobWithEtag {
  job: JobDetail;
  etag: string | null;
}

export function useJob(jobId: string): Loaded<JobWithEtag> {
  return useLoad(`job ${jobId}`, async () => {
    const { data, etag } = await call("get", "/jobs/{jobId}", { path: { jobId } });
    return { job: data as JobDetail, etag };
  });
}

export function useMatches(jobId: string): Loaded<Ranked> {
  return useLoad<Ranked>(`matches ${jobId}`, async (report) => {
    let ranked: Ranked = { matches: [], isComplete: false };
    const read = async (limit: number, cursor?: string) => {
      const query = { limit, include: "candidate" as const, ...(cursor ? { cursor } : {}) };
      const { data } = await call("get", "/jobs/{jobId}/matches", { path: { jobId }, query });
      return { ...data, items: data.items as unknown as Match[] };
    };
    await readPages(read, (matches, isComplete) => {
      ranked = { matches, isComplete };
      report(ranked);
    });
    return ranked;
  });
}

/** Whom the job's runs have found first after a time. */
export function useNew(jobId: string, since: string): Loaded<Set<string>> {
  return useLoad(`new ${jobId} ${since}`, async () => {
    const ids = new Set<string>();
    const read = async (limit: number, cursor?: string) => {
      const query = { limit, newSince: since, ...(cursor ? { cursor } : {}) };
      return (await call("get", "/jobs/{jobId}/matches", { path: { jobId }, query })).data;
    };
    await readPages(read, (items) => {
      for (const each of items) ids.add(each.profileId);
    });
    return ids;
  });
}
