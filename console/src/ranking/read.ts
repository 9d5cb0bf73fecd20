/** Reading the matches of a job, as the ranking, the candidate and the comparison show them. */

import { call, readPages } from "../api/client";
import type { JobDetail, Match } from "../api/types";
import { type Loaded, useLoad } from "../page/load";

/** Enough for what is seen first. */
const FIRST = 20;

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
  const loaded: Loaded<Ranked> = useLoad<Ranked>(`matches ${jobId}`, async (report) => {
    // A list that is there already is not shortened while it is read again.
    const isFirst = loaded.latest() === undefined;
    let ranked: Ranked = { matches: [], isComplete: false };
    const read = async (limit: number, cursor?: string) => {
      const query = { limit, include: "candidate" as const, ...(cursor ? { cursor } : {}) };
      const { data } = await call("get", "/jobs/{jobId}/matches", { path: { jobId }, query });
      return { ...data, items: data.items as unknown as Match[] };
    };
    const take = (matches: Match[], isComplete: boolean) => {
      ranked = { matches, isComplete };
      if (isFirst) report(ranked);
    };
    await readPages(read, take, { first: FIRST });
    return ranked;
  });
  return loaded;
}

/** Whom the job's runs have found first after a time; read when that may delay nothing else. */
export function useNew(jobId: string, since: string, mayRead: boolean): Loaded<Set<string>> {
  return useLoad(mayRead ? `new ${jobId} ${since}` : null, async () => {
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
