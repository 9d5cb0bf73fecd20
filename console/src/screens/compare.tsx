import type { ComponentChildren } from "preact";
import { DIMENSIONS, type Match } from "../api/types";
import { DecisionMark } from "../components/decision";
import { RequirementChips, Score, VerdictChip } from "../components/score";
import { Empty, Shown } from "../components/states";
import { go, href } from "../page/route";
import { useShortcuts } from "../page/shortcuts";
import { candidateName, list, years } from "../page/words";
import { rankInWords, ranksOf } from "../ranking/order";
import { useJob, useMatches } from "../ranking/read";
import { INFO } from "../ranking/verdict";
import { barInWords } from "./candidate";

/** Two to four candidates side by side: a line for each thing in which they may differ. */
export function Compare({ jobId, profileIds }: { jobId: string; profileIds: string[] }) {
  const job = useJob(jobId);
  const ranked = useMatches(jobId);
  useShortcuts("Comparison", [{ key: "b", name: "Back to all candidates", run: () => go(href("jobs", jobId)) }]);
  return (
    <>
      <div class="heading">
        <div>
          <p class="trail">
            <a href="#/jobs">Jobs</a> / <a href={href("jobs", jobId)}>{job.value?.job.title}</a>
          </p>
          <h1>Compare</h1>
        </div>
      </div>
      <Shown of={ranked} lines={10}>
        {({ matches, isComplete }) => {
          const chosen = profileIds.flatMap((id) => matches.find((each) => each.profileId === id) ?? []);
          if (chosen.length === profileIds.length || isComplete) {
            return <Comparison jobId={jobId} chosen={chosen} all={matches} />;
          }
          return null;
        }}
      </Shown>
    </>
  );
}

interface Line {
  name: string;
  cell: (match: Match) => ComponentChildren;
}

const LINES: Line[] = [
  ...DIMENSIONS.map((each) => ({
    name: INFO[each].name,
    cell: (match: Match) => (
      <>
        <VerdictChip subscore={match.subscores[each]} />
        <p class="facts">{match.subscores[each].explanation}</p>
      </>
    ),
  })),
  {
    name: "Requirements",
    cell: ({ candidate }) => candidate && <RequirementChips requirements={candidate.requirements} />,
  },
  { name: "Years", cell: ({ candidate }) => years(candidate?.monthsOfExperience ?? null) },
  { name: "Place", cell: ({ candidate }) => candidate?.location ?? "Unknown" },
  { name: "Bars", cell: ({ candidate }) => candidate?.barAdmissions.map(barInWords).join("; ") },
  { name: "Specializations", cell: ({ candidate }) => list(candidate?.specializations ?? []) },
  { name: "Technical domains", cell: ({ candidate }) => list(candidate?.technicalDomains ?? []) },
  {
    name: "What would change the score",
    cell: ({ candidate }) => candidate?.improvements.map(({ message }) => <p key={message}>{message}</p>),
  },
  { name: "Decision", cell: ({ decision }) => <DecisionMark decision={decision} /> },
];

interface ComparisonProps {
  jobId: string;
  chosen: Match[];
  all: Match[];
}

function Comparison({ jobId, chosen, all }: ComparisonProps) {
  if (chosen.length < 2) {
    return (
      <Empty title="These candidates are no longer in the list">
        <a href={href("jobs", jobId)}>To all candidates</a>
      </Empty>
    );
  }
  const ranks = ranksOf(all);
  return (
    // A comparison needs its columns: where they do not fit, this scrolls.
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must scroll by keys, too.
    <section class="scrolls" tabIndex={0} aria-label="Comparison">
      <table class="comparison">
        <thead>
          <tr>
            <th scope="col">
              <span class="visually-hidden">Of what</span>
            </th>
            {chosen.map(({ profileId, overallScore, recommendation }) => {
              const rank = ranks.get(overallScore);
              return (
                <th key={profileId} scope="col">
                  <a href={href("jobs", jobId, "candidates", profileId)}>{candidateName(profileId)}</a>
                  <Score value={overallScore} />
                  {recommendation}
                  {rank && `, rank ${rankInWords(rank)}`}
                </th>
              );
            })}
          </tr>
        </thead>
        <tbody>
          {LINES.map(({ name, cell }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              {chosen.map((match) => (
                <td key={match.profileId}>{cell(match) || "None named"}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
