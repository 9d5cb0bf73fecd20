/** When somebody was here before, so that the page can say what is new since. */

import { keep, readKept } from "./kept";

const HOUR = 3_600_000;
/** A pause after which the next look is another visit. */
const PAUSE = 4 * HOUR;

export interface Visit {
  previous: number | null;
  latest: number;
}

export function visitAt(now: number, known: Visit | null): Visit {
  if (!known) return { previous: null, latest: now };
  const isSame = now - known.latest < PAUSE;
  return { previous: isSame ? known.previous : known.latest, latest: now };
}

/** Note a visit; what came after the returned time is new. On the first visit, since yesterday. */
export function newSince(userId: string, now = Date.now()): string {
  const visit = visitAt(now, readKept<Visit | null>(`visit.${userId}`, null));
  keep(`visit.${userId}`, visit);
  return new Date(visit.previous ?? visit.latest - 24 * HOUR).toISOString();
}
