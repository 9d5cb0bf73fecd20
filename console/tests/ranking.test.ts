import { describe, expect, it } from "vitest";
import { DIMENSIONS, type Dimension, type Match } from "../src/api/types";
import {
  askedDimensions,
  BEST_FIRST,
  EVERYBODY,
  nextSorting,
  passes,
  rankInWords,
  ranksOf,
  sorted,
} from "../src/ranking/order";
import { pointsOf, verdictOf } from "../src/ranking/verdict";

const NOT_ASKED = "Not asked for.";

function match(profileId: string, overallScore: number, change: Partial<Match> = {}): Match {
  const subscores = Object.fromEntries(
    DIMENSIONS.map((each) => [each, { score: 100, explanation: "Has it." }]),
  ) as Match["subscores"];
  return {
    id: profileId,
    profileId,
    overallScore,
    subscores,
    summary: "",
    recommendation: "Good Match",
    scoredAt: "2026-01-01T00:00:00Z",
    notifiedAt: null,
    decision: null,
    candidate: null,
    ...change,
  };
}

function withScore(dimension: Dimension, score: number, explanation = "So."): Match {
  const one = match("a", 50);
  return { ...one, subscores: { ...one.subscores, [dimension]: { score, explanation } } };
}

const ids = (matches: Match[]) => matches.map((each) => each.profileId).join("");

describe("ranks", () => {
  it("gives equal scores one rank, and counts them all for the next", () => {
    const matches = [match("a", 90), match("b", 88), match("c", 88), match("d", 70)];
    const ranks = ranksOf(matches);
    expect(matches.map((each) => rankInWords(ranks.get(each.overallScore) ?? never()))).toEqual(["1", "=2", "=2", "4"]);
  });

  it("gives a tie at the top the first rank", () => {
    const ranks = ranksOf(Array.from({ length: 16 }, (_, index) => match(String(index), 88)));
    expect([...ranks]).toEqual([[88, { rank: 1, isShared: true }]]);
  });
});

describe("sorting", () => {
  const matches = [match("a", 90), match("b", 80, { decision: "held" }), match("c", 80)];

  it("keeps the order of equal ones, both ways", () => {
    expect(ids(sorted(matches, BEST_FIRST))).toBe("abc");
    expect(ids(sorted(matches, { by: "overallScore", isAscending: true }))).toBe("bca");
  });

  it("sorts by decision, decided ones first", () => {
    expect(ids(sorted(matches, { by: "decision", isAscending: false }))).toBe("bac");
  });

  it("turns round at the second click on the same column", () => {
    const once = nextSorting(BEST_FIRST, "barAdmissions");
    expect(once).toEqual({ by: "barAdmissions", isAscending: false });
    expect(nextSorting(once, "barAdmissions").isAscending).toBe(true);
  });

  it("puts unknown experience last", () => {
    const known = { candidate: { monthsOfExperience: 0 } } as unknown as Match;
    const two = [match("a", 1), { ...match("b", 1), ...known }];
    expect(ids(sorted(two, { by: "months", isAscending: false }))).toBe("ba");
  });
});

describe("filter", () => {
  it("keeps who has the decision", () => {
    const held = match("a", 1, { decision: "held" });
    expect(passes(held, { ...EVERYBODY, decision: "held" })).toBe(true);
    expect(passes(held, { ...EVERYBODY, decision: "none" })).toBe(false);
    expect(passes(match("a", 1), { ...EVERYBODY, decision: "none" })).toBe(true);
  });

  it("keeps who meets a dimension in full", () => {
    const filter = { ...EVERYBODY, met: ["barAdmissions" as const] };
    expect(passes(withScore("barAdmissions", 100), filter)).toBe(true);
    expect(passes(withScore("barAdmissions", 99), filter)).toBe(false);
  });

  it("finds all words in whichever order", () => {
    const candidate = { location: "Munich, Germany", bars: ["EPO"], specializations: [] };
    const one = match("a", 1, { candidate } as unknown as Partial<Match>);
    const found = (text: string) => passes({ ...one, candidate: one.candidate }, { ...EVERYBODY, text });
    expect(found("epo  munich")).toBe(true);
    expect(found("epo paris")).toBe(false);
    expect(found("  ")).toBe(true);
  });

  it("keeps only those who are named", () => {
    expect(passes(match("a", 1), { ...EVERYBODY, only: new Set(["b"]) })).toBe(false);
  });
});

describe("verdict", () => {
  it.each([
    [100, NOT_ASKED, "not asked"],
    [100, "Has it.", "met"],
    [50, "Half.", "partly"],
    [0, "Lacks it.", "unmet"],
    [50, "Experience unknown: no position with dates that can be read.", "unknown"],
    [50, "In the same country.", "partly"],
    [100, "Has the required specialization: Unknown Law.", "met"],
  ])("of %i, %s", (score, explanation, verdict) => {
    expect(verdictOf({ score, explanation })).toBe(verdict);
  });

  it("shares 100 points among the dimensions that are asked for", () => {
    const one = withScore("technicalBackground", 100, NOT_ASKED);
    expect(askedDimensions(one)).not.toContain("technicalBackground");
    const all = DIMENSIONS.map((each) => pointsOf(each, one.subscores));
    expect(all.reduce((sum, { of }) => sum + of, 0)).toBeCloseTo(100);
    expect(pointsOf("technicalBackground", one.subscores)).toEqual({ points: 0, of: 0 });
  });
});

function never(): never {
  throw new Error("There is no rank.");
}
