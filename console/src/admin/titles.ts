/** Titles of jobs, for lists that name jobs by their ids. */

import { call, readPages } from "../api/client";
import { useLoad } from "../page/load";

/** How a job is called: its title, or the beginning of its id where it was deleted or is not read yet. */
export function useTitles(): (jobId: string) => string {
  const titles = useLoad<Map<string, string>>("titles", async () => {
    const found = new Map<string, string>();
    const read = async (limit: number, cursor?: string) =>
      (await call("get", "/admin/jobs", { query: { limit, cursor } })).data;
    await readPages(read, (items) => {
      for (const job of items) found.set(job.id, job.title);
    });
    return found;
  });
  return (jobId) => titles.value?.get(jobId) ?? `Job ${jobId.slice(0, 8)}`;
}
