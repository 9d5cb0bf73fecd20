import { call } from "../api/client";
import {
  type BarAdmission,
  type DecisionValue,
  DIMENSIONS,
  type Dimension,
  type JobDetail,
  type Match,
  type MatchedCandidate,
} from "../api/types";
import { DecisionMark } from "../components/decision";
import { Pair } from "../components/pair";
import { Bar, RequirementChips, requirementInWords, Score, StateSign, VerdictChip } from "../components/score";
import { useLoad } from "../page/load";
import { href } from "../page/route";
import { candidateName, list, moment, years } from "../page/words";
import { askedDimensions, type Rank, rankInWords } from "../ranking/order";
import { INFO, pointsOf } from "../ranking/verdict";

interface Props {
  isAdmin: boolean;
  job: JobDetail;
  match: Match;
  rank: Rank | undefined;
  onDecide: (decision: DecisionValue) => void;
  onUndecide: () => void;
  onPrevious: (() => void) | null;
  onNext: (() => void) | null;
}

export function Candidate({ isAdmin, job, match, rank, onPrevious, onNext, ...decide }: Props) {
  const name = candidateName(match.profileId);
  return (
    <section class="candidate" aria-label={name}>
      <div class="candidate-steps">
        <a class="back" href={href("jobs", job.id)}>
          All candidates
        </a>
        <button type="button" disabled={!onPrevious} onClick={() => onPrevious?.()}>
          Previous <kbd>k</kbd>
        </button>
        <button type="button" disabled={!onNext} onClick={() => onNext?.()}>
          Next <kbd>j</kbd>
        </button>
      </div>
      <h2 id="candidate" tabIndex={-1}>
        {name}
      </h2>
      {isAdmin && <a href={href("admin", "candidates", match.profileId)}>Who it is</a>}
      <div class="candidate-score">
        <Score value={match.overallScore} />
        <span>
          {match.recommendation}
          {rank && `, rank ${rankInWords(rank)}`}
        </span>
      </div>
      {match.candidate && <RequirementChips requirements={match.candidate.requirements} />}
      <Decide match={match} jobId={job.id} {...decide} />
      <Evidence match={match} />
      {match.candidate ? (
        <>
          <Improvements candidate={match.candidate} />
          <Career candidate={match.candidate} />
        </>
      ) : (
        <p class="muted">The job is not open, so nobody’s present profile is shown.</p>
      )}
    </section>
  );
}

type DecideProps = Pick<Props, "match" | "onDecide" | "onUndecide"> & { jobId: string };

function Decide({ match, jobId, onDecide, onUndecide }: DecideProps) {
  const { profileId, decision } = match;
  const noted = useLoad(decision && `decision ${jobId} ${profileId} ${decision}`, async () => {
    const path = { jobId, profileId };
    return (await call("get", "/jobs/{jobId}/matches/{profileId}/decision", { path })).data;
  });
  const button = (value: DecisionValue, label: string, key: string) => (
    <button
      type="button"
      aria-pressed={decision === value}
      aria-keyshortcuts={key}
      onClick={() => (decision === value ? onUndecide() : onDecide(value))}>
      {label} <kbd>{key}</kbd>
    </button>
  );
  return (
    <fieldset class="decide">
      <legend class="visually-hidden">Decision</legend>
      {button("shortlisted", "Shortlist", "s")}
      {button("held", "Hold", "h")}
      {button("declined", "Decline", "d")}
      {decision && (
        <p>
          <DecisionMark decision={decision} />
          {noted.value?.decidedAt && ` on ${moment(noted.value.decidedAt)}`}
          {noted.value?.reason && `: “${noted.value.reason}”`}
        </p>
      )}
    </fieldset>
  );
}

const FIELDS: Record<string, Dimension> = {
  requiredSpecializations: "specializationMatch",
  preferredSpecializations: "specializationMatch",
  minimumExperience: "experienceFit",
  requiredTechnicalDomains: "technicalBackground",
  requiredBar: "barAdmissions",
  preferredLocation: "locationMatch",
};

/** Requirement, evidence and score, line by line. */
function Evidence({ match }: { match: Match }) {
  const asked = askedDimensions(match);
  const others = DIMENSIONS.filter((each) => !asked.includes(each));
  return (
    <>
      <h3>Why this score</h3>
      <ul class="evidence">
        {asked.map((each) => (
          <DimensionEvidence key={each} dimension={each} match={match} />
        ))}
        {others.length > 0 && <li class="muted">{list(others.map((each) => INFO[each].name))}: Not asked for.</li>}
      </ul>
    </>
  );
}

function DimensionEvidence({ dimension, match }: { dimension: Dimension; match: Match }) {
  const subscore = match.subscores[dimension];
  const { points, of } = pointsOf(dimension, match.subscores);
  const asked = match.candidate?.requirements.filter(({ field }) => FIELDS[field] === dimension);
  return (
    <li>
      <h4>
        {INFO[dimension].name} <VerdictChip subscore={subscore} />
      </h4>
      {asked && asked.length > 0 && (
        <ul class="asked">
          {asked.map(({ field, value, state, evidence }) => (
            <li key={field + value}>
              <StateSign state={state} /> {requirementInWords(field, value)}
              {evidence && evidence !== value && !subscore.explanation.includes(evidence) && (
                <span class="muted"> {evidence}</span>
              )}
            </li>
          ))}
        </ul>
      )}
      <p>{subscore.explanation}</p>
      <span class="points">
        <Bar value={points} of={of} />
        {points.toFixed(0)} of {of.toFixed(0)} points
      </span>
    </li>
  );
}

function Improvements({ candidate }: { candidate: MatchedCandidate }) {
  if (candidate.improvements.length === 0) return null;
  return (
    <>
      <h3>What would change the score</h3>
      <ul class="improvements">
        {candidate.improvements.map(({ dimension, message }) => (
          <li key={dimension}>{message}</li>
        ))}
      </ul>
    </>
  );
}

function Career({ candidate }: { candidate: MatchedCandidate }) {
  return (
    <>
      <h3>Career</h3>
      <dl class="pairs">
        <Pair name="Experience">{years(candidate.monthsOfExperience)}</Pair>
        <Pair name="Place">{candidate.location ?? "Unknown"}</Pair>
        <Pair name="Specializations">{list(candidate.specializations) || "None named"}</Pair>
        <Pair name="Technical domains">{list(candidate.technicalDomains) || "None named"}</Pair>
        <Pair name="Bars">{candidate.barAdmissions.map(barInWords).join("; ") || "None named"}</Pair>
      </dl>
      {candidate.positions.length > 0 && (
        <ol class="career">
          {candidate.positions.map((position, index) => (
            <li key={index}>
              <strong>{position.title}</strong>
              <span class="muted">
                {position.startDate ?? "?"} to {position.endDate ?? "now"}
              </span>
            </li>
          ))}
        </ol>
      )}
    </>
  );
}

export function barInWords({ jurisdiction, year, status }: BarAdmission): string {
  return [jurisdiction, year, status].filter((each) => each !== null).join(", ");
}
