import type { MatchPreview } from "../api/types";
import { Bar, Score } from "../components/score";
import { Alert, Skeleton } from "../components/states";
import { FIELDS, type Field } from "../jobs/form";
import { type Count, countInWords, gainInWords } from "../jobs/preview";
import { list } from "../page/words";

const ROWS = 5;
type Kind = MatchPreview["best"][number];

/** Who would pass the job as it is written now, and what each requirement costs. */
export function JobPreview({ preview, problem }: { preview: MatchPreview | null; problem: string | null }) {
  return (
    <section class="preview" aria-label="Preview">
      <h2>Who would fit</h2>
      <Alert text={problem} />
      {!preview && !problem && <Skeleton lines={5} />}
      {preview && <Counts preview={preview} />}
    </section>
  );
}

function Counts({ preview }: { preview: MatchPreview }) {
  const { candidates, filters, passed, best } = preview;
  return (
    <>
      <p class="lead" role="status">
        <strong>{countInWords(passed)}</strong> of {countInWords(candidates)} candidates pass
      </p>
      <Bar value={size(passed)} of={size(candidates)} />
      {filters.length === 0 && <p class="hint">Nothing is required yet, so everybody passes.</p>}
      <ul class="costs">
        {filters.map(({ field, passed: alone, passedWithout }) => (
          <li key={field}>
            <h3>{FIELDS[field as Field]}</h3>
            <p>{countInWords(alone)} have at least one of these.</p>
            <Bar value={size(alone)} of={size(candidates)} />
            <p>{gainInWords(passed, passedWithout)}</p>
          </li>
        ))}
      </ul>
      {best.length > 0 && (
        <>
          <h3>The best of them</h3>
          <ul class="best">
            {alike(best)
              .slice(0, ROWS)
              .map(([each, number]) => (
                <li key={JSON.stringify(each)}>
                  <Score value={each.overallScore} />
                  <span>
                    {number} of them: {each.recommendation}
                    <span class="facts">{list([...each.specializations, ...each.technicalDomains], 4)}</span>
                  </span>
                </li>
              ))}
          </ul>
          <p class="hint">Only what at least five have in common is shown before a job is posted.</p>
        </>
      )}
    </>
  );
}

function size(count: Count): number {
  return typeof count === "number" ? count : 0;
}

/** Each kind of candidate once, and how many are of it. */
function alike(best: Kind[]): [Kind, number][] {
  const groups = new Map<string, [Kind, number]>();
  for (const each of best) {
    const key = JSON.stringify(each);
    groups.set(key, [each, (groups.get(key)?.[1] ?? 0) + 1]);
  }
  return [...groups.values()];
}
