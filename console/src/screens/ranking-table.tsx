import { DIMENSIONS, type Dimension, type Match } from "../api/types";
import { DecisionMark } from "../components/decision";
import { Pager } from "../components/pager";
import { Score, VerdictChip } from "../components/score";
import { SortHeader } from "../components/sort-header";
import { Empty } from "../components/states";
import { href } from "../page/route";
import type { Rows } from "../page/rows";
import { candidateName, list } from "../page/words";
import { nextSorting, type Rank, rankInWords, type SortKey } from "../ranking/order";
import { INFO } from "../ranking/verdict";
import type { View } from "../ranking/view";

/** Rows of a page of the table. */
export const ROWS = 50;

interface Props {
  jobId: string;
  /** Of this page. */
  matches: Match[];
  ranks: Map<number, Rank>;
  news: Set<string> | undefined;
  view: View;
  change: (change: Partial<View>) => void;
  rows: Rows;
  selected: Match | undefined;
  onChoose: (profileId: string) => void;
  onOpen: () => void;
  page: number;
  total: number;
}

export function RankingTable(props: Props) {
  const { matches, view, change, page, total } = props;
  const sort = (by: SortKey) => change({ sorting: nextSorting(view.sorting, by), page: 0 });
  const header = { sorting: view.sorting, onSort: sort };
  if (matches.length === 0) {
    return (
      <Empty title="Nobody passes this filter">
        <p>Loosen the filter above to see the others.</p>
      </Empty>
    );
  }
  const first = page * ROWS + 1;
  return (
    <>
      <table class="cards ranking" role="table">
        <caption class="visually-hidden">Candidates. Equal scores have the same rank, and no order among them.</caption>
        <thead role="rowgroup">
          <tr role="row">
            <th scope="col" role="columnheader">
              <span class="visually-hidden">Compare</span>
            </th>
            <th scope="col" role="columnheader" class="number">
              Rank
            </th>
            <th scope="col" role="columnheader">
              Candidate
            </th>
            <SortHeader by="overallScore" {...header}>
              Score
            </SortHeader>
            {DIMENSIONS.map((each) => (
              <SortHeader key={each} by={each} {...header}>
                <abbr title={INFO[each].name}>{INFO[each].short}</abbr>{" "}
                <span class="weight">
                  {INFO[each].weight} %<span class="visually-hidden"> of the score</span>
                </span>
              </SortHeader>
            ))}
            <SortHeader by="months" {...header} class="roomy-only">
              Years
            </SortHeader>
            <th scope="col" role="columnheader" class="wide-only">
              Bars
            </th>
            <SortHeader by="decision" {...header}>
              Decision
            </SortHeader>
          </tr>
        </thead>
        <tbody role="rowgroup">
          {matches.map((match) => (
            <RankingRow key={match.profileId} match={match} {...props} />
          ))}
        </tbody>
      </table>
      <Pager
        label={`${first} to ${first + matches.length - 1} of ${total}`}
        onPrevious={page > 0 ? () => change({ page: page - 1 }) : null}
        onNext={(page + 1) * ROWS < total ? () => change({ page: page + 1 }) : null}
      />
    </>
  );
}

type RowProps = Props & { match: Match };

function RankingRow({ match, jobId, ranks, news, view, rows, selected, onChoose, onOpen }: RowProps) {
  const { profileId, candidate, overallScore } = match;
  const name = candidateName(profileId);
  const rank = ranks.get(overallScore);
  const isSelected = profileId === selected?.profileId;
  return (
    <tr role="row" class={`${isSelected ? "selected" : ""} ${match.decision ?? ""}`}>
      <td role="cell">
        <label class="target">
          <input
            type="checkbox"
            aria-label={`Compare ${name}`}
            checked={view.chosen.includes(profileId)}
            onChange={() => onChoose(profileId)}
          />
        </label>
      </td>
      <td role="cell" data-label="Rank" class="number rank">
        {rank && rankInWords(rank)}
        {rank?.isShared && <span class="visually-hidden"> shared</span>}
      </td>
      <th scope="row" role="rowheader">
        <a
          href={href("jobs", jobId, "candidates", profileId)}
          aria-current={isSelected ? "true" : undefined}
          {...rows.link(profileId)}
          onClick={onOpen}>
          {name}
        </a>
        {news?.has(profileId) && <span class="badge">new</span>}
        {candidate && (
          <span class="facts">
            {candidate.location ?? "Place unknown"}
            <br />
            {candidate.topFacts.slice(0, 2).join(", ")}
          </span>
        )}
      </th>
      <td role="cell" data-label="Score">
        <Score value={overallScore} />
      </td>
      {DIMENSIONS.map((each: Dimension) => (
        <td role="cell" key={each} data-label={INFO[each].name}>
          <VerdictChip subscore={match.subscores[each]} />
        </td>
      ))}
      <td role="cell" data-label="Years" class="roomy-only number">
        {candidate?.yearsOfExperience ?? "?"}
      </td>
      <td role="cell" data-label="Bars" class="wide-only">
        {list(candidate?.bars ?? [], 2) || "None known"}
      </td>
      <td role="cell" data-label="Decision">
        <DecisionMark decision={match.decision} />
      </td>
    </tr>
  );
}
