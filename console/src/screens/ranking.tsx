import { useEffect, useRef, useState } from "preact/hooks";
import { call } from "../api/client";
import type { DecisionValue, JobDetail } from "../api/types";
import { Empty, Failure, Skeleton } from "../components/states";
import { isMatching, JobStatusMark, MatchingMark } from "../components/status";
import { attempt, say, tell } from "../page/announce";
import { useRepeat } from "../page/load";
import { go, href, replace } from "../page/route";
import { useRows } from "../page/rows";
import { useShortcuts } from "../page/shortcuts";
import { ago, count } from "../page/words";
import { decide, needsReason } from "../ranking/decide";
import { passes, ranksOf, sorted } from "../ranking/order";
import { useJob, useMatches, useNew } from "../ranking/read";
import { useView } from "../ranking/view";
import { Candidate } from "./candidate";
import { ReasonDialog } from "./decide";
import { RankingFilter } from "./ranking-filter";
import { RankingTable, ROWS } from "./ranking-table";

interface Props {
  isAdmin: boolean;
  jobId: string;
  /** Of the candidate who is shown beside the list; null for the first. */
  profileId: string | null;
  since: string;
  onlyNew: boolean;
}

const POLL = 1500;
const MOST_COMPARED = 4;

export function Ranking({ isAdmin, jobId, profileId, since, onlyNew }: Props) {
  const job = useJob(jobId);
  const ranked = useMatches(jobId);
  const news = useNew(jobId, since, ranked.value?.isComplete === true);
  const [view, change] = useView(jobId, onlyNew);
  const [asked, setAsked] = useState<"declined" | "shortlisted" | null>(null);

  const all = ranked.value?.matches ?? [];
  const ranks = ranksOf(all);
  const only = view.onlyNew ? (news.value ?? new Set<string>()) : null;
  const shown = sorted(all, view.sorting).filter((each) => passes(each, { ...view.filter, only }));
  const page = Math.min(view.page, Math.max(0, Math.ceil(shown.length / ROWS) - 1));
  const here = shown.slice(page * ROWS, (page + 1) * ROWS);

  const [id, select] = useState(profileId);
  useEffect(() => {
    if (profileId) select(profileId);
  }, [profileId]);
  // After it is drawn: on a narrow screen it takes the place of the list.
  const goToCandidate = () => setTimeout(() => document.getElementById("candidate")?.focus());
  const isNamed = profileId !== null && ranked.value !== undefined;
  useEffect(() => {
    if (isNamed) goToCandidate();
  }, [isNamed]);
  // A link may name somebody whom the filter hides.
  const selected = all.find((each) => each.profileId === id) ?? here[0];
  const position = selected ? shown.indexOf(selected) : -1;
  const rows = useRows(selected?.profileId, select);
  const move = (by: number) => {
    const next = shown[position + by];
    if (!next) return;
    change({ page: Math.floor(shown.indexOf(next) / ROWS) });
    select(next.profileId);
    if (profileId) replace(href("jobs", jobId, "candidates", next.profileId));
    // Whoever reads the candidate goes on reading there.
    const at = document.activeElement;
    if (!at?.closest(".candidate")) rows.focus(next.profileId);
  };

  const setDecision = (about: string, decision: DecisionValue | null) => {
    const current = ranked.latest();
    if (!current) return;
    const matches = current.matches.map((each) => (each.profileId === about ? { ...each, decision } : each));
    ranked.set({ ...current, matches });
  };
  const store = (decision: DecisionValue | null, reason: string | null) => {
    if (selected) void decide(jobId, selected, decision, reason, setDecision);
  };
  const wish = (decision: DecisionValue) => {
    if (!selected) return;
    if (decision !== "held" && needsReason(selected, decision)) setAsked(decision);
    else store(decision, null);
  };
  const choose = (one: string) => {
    const isChosen = view.chosen.includes(one);
    const chosen = isChosen ? view.chosen.filter((each) => each !== one) : [...view.chosen, one];
    if (chosen.length > MOST_COMPARED) tell(`At most ${MOST_COMPARED} can be compared.`);
    else change({ chosen });
  };
  const compare = (ids: string[]) => {
    if (ids.length < 2) tell("Choose two to four candidates to compare.");
    else go(href("jobs", jobId, "compare", ...ids));
  };
  const compareBest = (number: number) => {
    const from = Math.max(0, position);
    compare(shown.slice(from, from + number).map((each) => each.profileId));
  };
  const search = useRef<HTMLInputElement>(null);
  const matchAgain = () =>
    attempt(async () => {
      await call("post", "/jobs/{jobId}/matching-runs", { path: { jobId } });
      await job.reload();
    });

  useShortcuts("Candidates", [
    { key: "j", name: "Next candidate", run: () => move(1) },
    { key: "k", name: "Previous candidate", run: () => move(-1) },
    { key: "s", name: "Shortlist", run: () => wish("shortlisted") },
    { key: "h", name: "Put on hold", run: () => wish("held") },
    { key: "d", name: "Decline", run: () => wish("declined") },
    { key: "x", name: "Choose to compare", run: () => selected && choose(selected.profileId) },
    { key: "c", name: "Compare those chosen", run: () => compare(view.chosen) },
    ...[2, 3, 4].map((number) => ({
      key: String(number),
      name: `Compare ${number}, from the selected one down`,
      run: () => compareBest(number),
    })),
    { key: "w", name: "Only who is new", run: () => change({ onlyNew: !view.onlyNew, page: 0 }) },
    { key: "/", name: "Find", run: () => search.current?.focus() },
    { key: "e", name: "Edit the job", run: () => go(href("jobs", jobId, "edit")) },
    { key: "y", name: "History", run: () => go(href("jobs", jobId, "history")) },
    { key: "m", name: "Match again", run: () => void matchAgain() },
  ]);

  const detail = job.value?.job;
  useFollowMatching(detail, job.reload, async () => {
    await Promise.all([ranked.reload(), news.reload()]);
    return ranked.latest()?.matches.length ?? 0;
  });

  const error = job.error ?? ranked.error;
  if (!detail) return error ? <Failure error={error} retry={job.reload} /> : <Skeleton lines={10} />;
  return (
    <>
      <RankingHeading job={detail} onMatch={() => void matchAgain()} />
      {ranked.error && !ranked.value ? (
        <Failure error={ranked.error} retry={ranked.reload} />
      ) : !ranked.value || (all.length === 0 && isMatching(detail)) ? (
        <Skeleton lines={10} label="Matching" />
      ) : all.length === 0 ? (
        <Nobody job={detail} />
      ) : (
        <div class={`beside ${profileId ? "has-candidate" : ""}`}>
          <div class="list">
            <RankingFilter
              view={view}
              change={change}
              matches={all}
              shown={shown.length}
              isComplete={ranked.value.isComplete}
              newCount={news.value?.size ?? 0}
              since={since}
              search={search}
              onCompare={() => compare(view.chosen)}
            />
            <RankingTable
              jobId={jobId}
              matches={here}
              ranks={ranks}
              news={news.value}
              view={view}
              change={change}
              rows={rows}
              selected={selected}
              onChoose={choose}
              onOpen={goToCandidate}
              page={page}
              total={shown.length}
            />
          </div>
          {selected && (
            <Candidate
              isAdmin={isAdmin}
              job={detail}
              match={selected}
              rank={ranks.get(selected.overallScore)}
              onDecide={wish}
              onUndecide={() => store(null, null)}
              onPrevious={position > 0 ? () => move(-1) : null}
              onNext={position < shown.length - 1 ? () => move(1) : null}
            />
          )}
        </div>
      )}
      {asked && selected && (
        <ReasonDialog
          match={selected}
          decision={asked}
          onReason={(reason) => store(asked, reason)}
          onClose={() => setAsked(null)}
        />
      )}
    </>
  );
}

function RankingHeading({ job, onMatch }: { job: JobDetail; onMatch: () => void }) {
  const isOpen = job.status === "open";
  return (
    <div class="heading">
      <div>
        <p class="trail">
          <a href="#/jobs">Jobs</a>
        </p>
        <h1>{job.title}</h1>
        <p class="muted">
          <JobStatusMark status={job.status} /> <MatchingMark status={job.status} matching={job.matchingStatus} />
          {isOpen && job.matchedAt && ` ${ago(job.matchedAt)}`}
        </p>
      </div>
      <div class="actions">
        <button type="button" onClick={onMatch} disabled={!isOpen || isMatching(job)}>
          Match again
        </button>
        <a class="button" href={href("jobs", job.id, "history")}>
          History
        </a>
        <a class="button" href={href("jobs", job.id, "edit")}>
          Edit
        </a>
      </div>
    </div>
  );
}

function Nobody({ job }: { job: JobDetail }) {
  if (job.status !== "open") {
    return (
      <Empty title="Only open jobs are matched">
        <p>
          <a href={href("jobs", job.id, "edit")}>Edit the job</a> to see how many candidates would fit, and to post it.
        </p>
      </Empty>
    );
  }
  if (job.matchingStatus === "failed") {
    return (
      <Empty title="Matching failed">
        <p>
          {"lastError" in job && job.lastError
            ? job.lastError
            : "It is tried again by itself. If it stays so, tell whoever runs this service."}
        </p>
      </Empty>
    );
  }
  return (
    <Empty title="Nobody meets all that the job requires">
      <p>
        <a href={href("jobs", job.id, "edit")}>See what each requirement costs</a>
      </p>
    </Empty>
  );
}

/** While a job is being matched, look again and again, and say how it ended. */
function useFollowMatching(
  job: JobDetail | undefined,
  look: () => Promise<void>,
  readAgain: () => Promise<number>,
): void {
  const isWaiting = job !== undefined && isMatching(job);
  const wasWaiting = useRef(false);
  useRepeat(isWaiting, POLL, () => void look());
  useEffect(() => {
    if (isWaiting && !wasWaiting.current) say(`Matching ${job.title}.`);
    if (!isWaiting && wasWaiting.current && job) {
      if (job.matchingStatus === "failed") say("Matching failed.");
      else readAgain().then((number) => say(`Matching found ${count(number, "candidate")}.`));
    }
    wasWaiting.current = isWaiting;
  }, [isWaiting]);
}
