/** How far a candidate meets what a job asks for in one dimension. */

import type { Dimension, Subscore } from "../api/types";

export type Verdict = "met" | "partly" | "unmet" | "unknown" | "not asked";

export interface DimensionInfo {
  name: string;
  /** For a narrow column. */
  short: string;
  weight: number;
}

export const INFO: Record<Dimension, DimensionInfo> = {
  specializationMatch: { name: "Specialization", short: "Spec.", weight: 30 },
  experienceFit: { name: "Experience", short: "Exp.", weight: 25 },
  technicalBackground: { name: "Technical background", short: "Tech.", weight: 20 },
  barAdmissions: { name: "Bar admissions", short: "Bar", weight: 15 },
  locationMatch: { name: "Location", short: "Place", weight: 10 },
};

const NOT_ASKED = "Not asked for.";
const UNKNOWN = /\bunknown\b|not known/i;

export function verdictOf(subscore: Subscore): Verdict {
  if (subscore.explanation === NOT_ASKED) return "not asked";
  if (subscore.score === 50 && UNKNOWN.test(subscore.explanation)) return "unknown";
  if (subscore.score === 100) return "met";
  return subscore.score === 0 ? "unmet" : "partly";
}

/** The points that a dimension gives to the overall score, of how many: asked ones share 100. */
export function pointsOf(dimension: Dimension, subscores: Record<Dimension, Subscore>): { points: number; of: number } {
  const asked = (Object.keys(INFO) as Dimension[]).filter((each) => verdictOf(subscores[each]) !== "not asked");
  if (!asked.includes(dimension)) return { points: 0, of: 0 };
  const total = asked.reduce((sum, each) => sum + INFO[each].weight, 0);
  const of = (100 * INFO[dimension].weight) / total;
  return { points: (of * subscores[dimension].score) / 100, of };
}
