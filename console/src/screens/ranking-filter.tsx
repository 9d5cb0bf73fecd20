import type { RefObject } from "preact";
import type { Match } from "../api/types";
import { count, moment } from "../page/words";
import { askedDimensions, type DecisionFilter } from "../ranking/order";
import { INFO } from "../ranking/verdict";
import type { View } from "../ranking/view";

interface Props {
  view: View;
  change: (change: Partial<View>) => void;
  matches: Match[];
  /** How many of them pass the filter. */
  shown: number;
  isComplete: boolean;
  newCount: number;
  since: string;
  search: RefObject<HTMLInputElement | null>;
  onCompare: () => void;
}

export function RankingFilter(props: Props) {
  const { view, change, matches, shown, isComplete, newCount, since, search, onCompare } = props;
  const { filter, onlyNew, chosen } = view;
  const set = (part: Partial<View["filter"]>) => change({ filter: { ...filter, ...part }, page: 0 });
  const counted = count(matches.length, "candidate");
  return (
    <form class="filter" onSubmit={(event) => event.preventDefault()} aria-label="Filter">
      <label>
        Find
        <input
          type="search"
          ref={search}
          value={filter.text}
          placeholder="Place, bar or skill"
          onInput={(event) => set({ text: event.currentTarget.value })}
        />
      </label>
      <label>
        Decision
        <select
          value={filter.decision}
          onChange={(event) => set({ decision: event.currentTarget.value as DecisionFilter })}>
          <option value="all">All</option>
          <option value="none">Undecided</option>
          <option value="shortlisted">Shortlisted</option>
          <option value="held">On hold</option>
          <option value="declined">Declined</option>
        </select>
      </label>
      <fieldset>
        <legend>Meets in full</legend>
        {askedDimensions(matches[0]).map((each) => (
          <label key={each} class="toggle">
            <input
              type="checkbox"
              checked={filter.met.includes(each)}
              onChange={(event) =>
                set({
                  met: event.currentTarget.checked
                    ? [...filter.met, each]
                    : filter.met.filter((other) => other !== each),
                })
              }
            />
            {INFO[each].name}
          </label>
        ))}
      </fieldset>
      <label class="toggle">
        <input
          type="checkbox"
          checked={onlyNew}
          onChange={(event) => change({ onlyNew: event.currentTarget.checked, page: 0 })}
        />
        {newCount} new since {moment(since)}
      </label>
      <output>
        {shown === matches.length ? counted : `${shown} of ${counted}`}
        {!isComplete && ", more are being read"}
      </output>
      <button type="button" disabled={chosen.length < 2} onClick={onCompare}>
        Compare{chosen.length > 0 && ` (${chosen.length})`}
      </button>
      {chosen.length > 0 && (
        <button type="button" class="plain" onClick={() => change({ chosen: [] })}>
          Choose none
        </button>
      )}
    </form>
  );
}
