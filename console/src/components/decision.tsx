import type { DecisionValue } from "../api/types";

const WORDS: Record<DecisionValue, string> = { shortlisted: "Shortlisted", held: "On hold", declined: "Declined" };
const SIGNS: Record<DecisionValue, string> = { shortlisted: "★", held: "‖", declined: "✕" };

export function DecisionMark({ decision }: { decision: DecisionValue | null }) {
  if (!decision) return <span class="muted">Undecided</span>;
  return (
    <span class={`decision ${decision}`}>
      <span aria-hidden="true">{SIGNS[decision]}</span> {WORDS[decision]}
    </span>
  );
}

export function decisionInWords(decision: DecisionValue | null): string {
  return decision ? WORDS[decision] : "Undecided";
}
