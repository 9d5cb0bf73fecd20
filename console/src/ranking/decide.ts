/** Deciding about a candidate. The score stays as it is. */

import { call } from "../api/client";
import type { DecisionPut, DecisionValue, Match } from "../api/types";
import { decisionInWords } from "../components/decision";
import { attempt, tell } from "../page/announce";
import { candidateName } from "../page/words";

const LOW = 50;

/** Whether a decision needs a reason in words. */
export function needsReason(match: Match, decision: DecisionValue): boolean {
  return decision === "declined" || (decision === "shortlisted" && match.overallScore < LOW);
}

/** The reasons that are offered, each at the key of its number. */
export const REASONS: Record<"declined" | "shortlisted", string[]> = {
  declined: [
    "Too little experience",
    "Lacks a specialization that we need",
    "Lacks a bar admission that we need",
    "The place does not suit",
    "Others fit better",
  ],
  shortlisted: [
    "Experience that the score does not see",
    "A rare specialization",
    "Would move or be admitted",
    "We ask for less than we wrote",
  ],
};

/** Store a decision, say so, and offer the way back to what was before. */
export async function decide(
  jobId: string,
  match: Match,
  decision: DecisionValue | null,
  reason: string | null,
  onChange: (profileId: string, decision: DecisionValue | null) => void,
): Promise<void> {
  const path = { jobId, profileId: match.profileId };
  const before = match.decision;
  await attempt(async () => {
    // Taking it back needs the reason that was given before.
    const old = before && (await call("get", ROUTE, { path })).data;
    // There is a reason where `needsReason` says so, and none for taking it back.
    await call("put", ROUTE, { path, body: { decision, reason } as DecisionPut });
    onChange(match.profileId, decision);
    const undo = () => void decide(jobId, { ...match, decision }, before, old ? old.reason : null, onChange);
    tell(`${candidateName(match.profileId)}: ${decisionInWords(decision)}.`, undo);
  });
}

const ROUTE = "/jobs/{jobId}/matches/{profileId}/decision" as const;
