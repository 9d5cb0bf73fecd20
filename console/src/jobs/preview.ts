/** What a job would find, while it is being written. */

import { useEffect, useState } from "preact/hooks";
import { call } from "../api/client";
import { inWords } from "../api/problem";
import type { JobCreate, MatchPreview } from "../api/types";
import { inNumbers } from "../page/words";

export type Count = MatchPreview["passed"];
/** After this pause in milliseconds the counts are read. */
const PAUSE = 150;
const MOST_KNOWN = 50;

const known = new Map<string, MatchPreview>();

async function read(body: JobCreate): Promise<MatchPreview> {
  const key = JSON.stringify(body);
  const before = known.get(key);
  if (before) return before;
  const preview = (await call("post", "/jobs/preview-matches", { body })).data;
  if (known.size >= MOST_KNOWN) known.clear();
  known.set(key, preview);
  return preview;
}

/** @param body of the job; null asks for nothing, and what matching does not read makes no request */
export function usePreview(body: JobCreate | null): { preview: MatchPreview | null; problem: string | null } {
  const [preview, setPreview] = useState<MatchPreview | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  // A number that is still being typed is no fault yet; experience excludes nobody anyway.
  const years = Number.isInteger(body?.minimumExperience) ? body?.minimumExperience : null;
  const asked = body && { ...body, title: "Preview", description: null, minimumExperience: years };
  const key = JSON.stringify(asked);
  useEffect(() => {
    let isCurrent = true;
    const ask = async () => {
      if (!asked) return;
      try {
        const found = await read(asked);
        if (isCurrent) setPreview(found);
        if (isCurrent) setProblem(null);
      } catch (error) {
        if (isCurrent) setProblem(inWords(error));
      }
    };
    const timer = setTimeout(() => void ask(), PAUSE);
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  }, [key]);
  return { preview, problem };
}

export function countInWords(number: Count): string {
  return typeof number === "number" ? inNumbers(number) : "Fewer than 5";
}

/** What dropping a requirement brings. Counts are rounded, so this is about as much. */
export function gainInWords(passed: Count, without: Count): string {
  if (typeof without !== "number") return "Without it: still fewer than 5";
  const gain = without - (typeof passed === "number" ? passed : 0);
  if (gain <= 0) return `Without it: no more than now`;
  return `Without it: about ${inNumbers(gain)} more, ${inNumbers(without)} in all`;
}
