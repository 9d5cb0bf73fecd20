/** What was typed into the form of a job and not saved: it outlives a look elsewhere and a session. */

import type { JobWithEtag } from "../ranking/read";
import type { JobForm } from "./form";

interface Unsaved {
  form: JobForm;
  /** What the form began with; null for a new job. */
  base: JobWithEtag | null;
}

const kept = new Map<string, Unsaved>();
let owner: string | null = null;

/** Forget what somebody else has typed. */
export function keepUnsavedOf(userId: string): void {
  if (owner !== userId) kept.clear();
  owner = userId;
}

/** @param jobId null for a new job */
export function readUnsaved(jobId: string | null): Unsaved | undefined {
  return kept.get(jobId ?? "");
}

export function keepUnsaved(jobId: string | null, unsaved: Unsaved | null): void {
  if (unsaved) kept.set(jobId ?? "", unsaved);
  else kept.delete(jobId ?? "");
}
