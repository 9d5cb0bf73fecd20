/** Importing many profiles, batch by batch: what is refused does not keep the others out. */

import { call } from "../api/client";
import { type FieldError, Problem } from "../api/problem";
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
  faults: Fault[];
  warnings: Fault[];
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
  let progress: Progress = { total: documents.length, done: 0, imported: 0, faults: [], warnings: [] };
  report(progress);
  const numbered = documents.map((document, index) => ({ document, number: index + 1 }));
  for (let start = 0; start < numbered.length; start += BATCH) {
    const batch = numbered.slice(start, start + BATCH);
    const { faults, warnings, imported } = await importBatch(batch, format);
    progress = {
      total: progress.total,
      done: progress.done + batch.length,
      imported: progress.imported + imported,
      faults: [...progress.faults, ...faults],
      warnings: [...progress.warnings, ...warnings],
    };
    report(progress);
  }
}

type Batch = { document: Document; number: number }[];
type Result = Pick<Progress, "imported" | "faults" | "warnings">;

async function importBatch(batch: Batch, format: Format): Promise<Result> {
  if (batch.length === 0) return { imported: 0, faults: [], warnings: [] };
  const body = { ...(format ? { format } : {}), profiles: batch.map((each) => each.document) };
  const place = (each: FieldError | InputWarning): Fault => {
    const { index, pointer } = splitPointer(each.pointer);
    return { number: batch[index ?? 0]?.number ?? 0, pointer, message: each.message };
  };
  try {
    const { data } = await call("post", "/admin/profiles/import", { body: body as ProfileImport });
    return { imported: data.imported, faults: [], warnings: data.warnings.map(place) };
  } catch (error) {
    if (!(error instanceof Problem) || error.errors.length === 0) throw error;
    // A batch is imported as a whole or not at all: without those with faults, the others go in.
    const faults = error.errors.map(place);
    const bad = new Set(faults.map((each) => each.number));
    const rest = batch.filter((each) => !bad.has(each.number));
    if (rest.length === batch.length) throw error;
    const result = await importBatch(rest, format);
    return { ...result, faults: [...faults, ...result.faults] };
  }
}
