/** Importing many profiles, batch by batch: what is refused does not keep the others out. */

import { call } from "../api/client";
import type { FieldError } from "../api/problem";
import type { InputWarning, ProfileImport } from "../api/types";

/** Of 500 that a request may have; smaller ones show how it goes on. */
const BATCH = 100;
type Document = Record<string, unknown>;
type Format = "jsonresume" | null;

export interface Fault extends FieldError {
  /** Which document of the file, from 1. */
  number: number;
}

export interface Progress {
  total: number;
  done: number;
  imported: number;
  refused: number;
  faults: Fault[];
  /** What of those that are imported found no place in a profile, and what was not understood. */
  warnings: Fault[];
  /** How many more of these there are. */
  omitted: number;
}

/** The documents of a file: a list, or an object with a list `profiles`. */
export function readDocuments(text: string): Document[] {
  const parsed: unknown = JSON.parse(text);
  const found = Array.isArray(parsed) ? parsed : (parsed as { profiles?: unknown })?.profiles;
  if (!Array.isArray(found) || found.length === 0) throw new Error("There is no list of profiles.");
  return found.map((each) => ({ id: crypto.randomUUID(), ...(each as Document) }));
}

/** The pointer within its document, and which of the batch that is. */
export function splitPointer(pointer: string): { index: number | null; pointer: string } {
  const found = /^\/profiles\/(\d+)(.*)$/.exec(pointer);
  return { index: found ? Number(found[1]) : null, pointer: found ? (found[2] ?? "") : pointer };
}

export async function importAll(
  documents: Document[],
  format: Format,
  report: (progress: Progress) => void,
): Promise<void> {
  const total = documents.length;
  let progress: Progress = { total, done: 0, imported: 0, refused: 0, faults: [], warnings: [], omitted: 0 };
  report(progress);
  for (let start = 0; start < total; start += BATCH) {
    const profiles = documents.slice(start, start + BATCH);
    const body = { ...(format ? { format } : {}), mode: "each", profiles };
    const { data } = await call("post", "/admin/profiles/import", { body: body as unknown as ProfileImport });
    const place = (each: FieldError | InputWarning): Fault => {
      const { index, pointer } = splitPointer(each.pointer);
      return { number: start + (index ?? 0) + 1, pointer, message: each.message };
    };
    const refused = data.refused ?? [];
    const resumes = "unmapped" in data ? data : null;
    progress = {
      total,
      done: progress.done + profiles.length,
      imported: progress.imported + data.imported,
      refused: progress.refused + refused.length,
      faults: [...progress.faults, ...refused.flatMap((each) => each.errors).map(place)],
      warnings: [...progress.warnings, ...[...(resumes?.unmapped ?? []), ...data.warnings].map(place)],
      omitted: progress.omitted + (data.warningsOmitted ?? 0) + (resumes?.unmappedOmitted ?? 0),
    };
    report(progress);
  }
}
