/** Ranks, sorting and filtering of matches that the page holds. */

import { type DecisionValue, DIMENSIONS, type Dimension, type Match } from "../api/types";
import { candidateName } from "../page/words";
import { verdictOf } from "./verdict";

export interface Rank {
  /** 1 for the best; equal scores have the same rank, and the next one counts them all. */
  rank: number;
  isShared: boolean;
}

/** The rank of each score among matches that are ordered best first. */
export function ranksOf(matches: readonly Match[]): Map<number, Rank> {
  const ranks = new Map<number, Rank>();
  matches.forEach((match, index) => {
    const known = ranks.get(match.overallScore);
    if (known) known.isShared = true;
    else ranks.set(match.overallScore, { rank: index + 1, isShared: false });
  });
  return ranks;
}

export function rankInWords({ rank, isShared }: Rank): string {
  return isShared ? `=${rank}` : String(rank);
}

export type SortKey = "overallScore" | Dimension | "months" | "decision";
export interface Sorting {
  by: SortKey;
  isAscending: boolean;
}

export const BEST_FIRST: Sorting = { by: "overallScore", isAscending: false };
const DECISIONS = [null, "declined", "held", "shortlisted"];

function worth(match: Match, by: SortKey): number {
  if (by === "overallScore") return match.overallScore;
  if (by === "months") return match.candidate?.monthsOfExperience ?? -1;
  if (by === "decision") return DECISIONS.indexOf(match.decision);
  return match.subscores[by].score;
}

/** Sorted by one column; what is equal there stays in the order of the overall score. */
export function sorted(matches: readonly Match[], { by, isAscending }: Sorting): Match[] {
  const sign = isAscending ? 1 : -1;
  return matches.toSorted((one, other) => sign * (worth(one, by) - worth(other, by)));
}

/** The sorting after a click on a column: best first, then the other way round. */
export function nextSorting(current: Sorting, by: SortKey): Sorting {
  return { by, isAscending: current.by === by && !current.isAscending };
}

export type DecisionFilter = "all" | "none" | DecisionValue;

export interface Filter {
  decision: DecisionFilter;
  /** Dimensions that must be met in full. */
  met: readonly Dimension[];
  text: string;
  /** Only these profiles; null for all. */
  only: ReadonlySet<string> | null;
}

export const EVERYBODY: Filter = { decision: "all", met: [], text: "", only: null };

export function passes(match: Match, filter: Filter): boolean {
  const { decision, met, text, only } = filter;
  if (only && !only.has(match.profileId)) return false;
  if (decision !== "all" && (match.decision ?? "none") !== decision) return false;
  if (met.some((each) => verdictOf(match.subscores[each]) !== "met")) return false;
  const words = text.trim().toLowerCase().split(/\s+/);
  return text.trim() === "" || words.every((word) => textOf(match).includes(word));
}

function textOf({ profileId, candidate }: Match): string {
  const facts = candidate ? [candidate.location, ...candidate.bars, ...candidate.specializations] : [];
  const all = [candidateName(profileId), ...facts, ...(candidate?.technicalDomains ?? [])];
  return all.join(" ").toLowerCase();
}

/** The dimensions that a job asks for, as its matches tell. */
export function askedDimensions(match: Match | undefined): Dimension[] {
  if (!match) return [];
  return DIMENSIONS.filter((each) => verdictOf(match.subscores[each]) !== "not asked");
}
