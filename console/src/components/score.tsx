import type { Requirement, Subscore } from "../api/types";
import { type Verdict, verdictOf } from "../ranking/verdict";

/** A bar of 0 to 100 that says nothing by itself: a number stands beside it. */
export function Bar({ value, of = 100, tone }: { value: number; of?: number; tone?: string }) {
  const width = of > 0 ? Math.min(100, Math.max(0, (100 * value) / of)) : 0;
  return (
    <svg class={`bar ${tone ?? ""}`} viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
      <rect class="track" width="100" height="6" rx="1" />
      <rect class="fill" width={width} height="6" rx="1" />
    </svg>
  );
}

export function Score({ value }: { value: number }) {
  const tone = value >= 75 ? "strong" : value >= 50 ? "good" : "weak";
  return (
    <span class="score">
      <strong>{value}</strong>
      <Bar value={value} tone={tone} />
    </span>
  );
}

const SIGNS: Record<Verdict, string> = { met: "✓", partly: "◐", unmet: "✕", unknown: "?", "not asked": "–" };

/** Whether a requirement is met: a sign, a colour and, for whoever sees neither, the word. */
export function VerdictChip({ subscore }: { subscore: Subscore }) {
  const verdict = verdictOf(subscore);
  return (
    <span class={`chip ${verdict.replace(" ", "-")}`} title={subscore.explanation}>
      <span aria-hidden="true">{SIGNS[verdict]}</span>
      <span class="visually-hidden">{verdict} </span>
      {verdict !== "not asked" && subscore.score}
    </span>
  );
}

export function StateSign({ state }: { state: Verdict }) {
  return (
    <span class={`sign ${state}`}>
      <span aria-hidden="true">{SIGNS[state]}</span>
      <span class="visually-hidden">{state}:</span>
    </span>
  );
}

/** Each entry that the job asks for, and whether it is met. */
export function RequirementChips({ requirements }: { requirements: Requirement[] }) {
  return (
    <ul class="chips" aria-label="Requirements">
      {requirements.map(({ field, value, state }) => (
        <li key={field + value} class={`chip ${state}`}>
          <span aria-hidden="true">{SIGNS[state]}</span>
          <span>
            {requirementInWords(field, value)}
            <span class="visually-hidden">: {state}</span>
          </span>
        </li>
      ))}
    </ul>
  );
}

export function requirementInWords(field: string, value: string): string {
  return field === "preferredSpecializations" ? `${value} (preferred)` : value;
}
