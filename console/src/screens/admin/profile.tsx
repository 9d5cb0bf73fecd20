import { useState } from "preact/hooks";
import { call } from "../../api/client";
import { type CandidateExplanation, DIMENSIONS, type Match, type SuitableJob } from "../../api/types";
import { Pair } from "../../components/pair";
import { Score, VerdictChip } from "../../components/score";
import { Shown } from "../../components/states";
import { type Column, Table } from "../../components/table";
import { useLoad } from "../../page/load";
import { href } from "../../page/route";
import { count, list } from "../../page/words";
import { INFO } from "../../ranking/verdict";
import { barInWords } from "../candidate";
import { STATUSES } from "./candidates";

/** Any candidate, with all that an admin may see: who it is, which jobs suit, and why one does not. */
export function Profile({ profileId }: { profileId: string }) {
  const path = { profileId };
  const profile = useLoad(`profile ${profileId}`, async () => {
    return (await call("get", "/admin/profiles/{profileId}", { path })).data;
  });
  const jobs = useLoad(`suitable ${profileId}`, async () => {
    return (await call("get", "/admin/profiles/{profileId}/matches", { path })).data;
  });
  const [jobId, setJobId] = useState("");
  const columns: Column<SuitableJob>[] = [
    { name: "Job", cell: (job) => <a href={href("jobs", job.jobId)}>{job.title}</a> },
    { name: "Score", cell: (job) => <Score value={job.overallScore} /> },
    { name: "In short", cell: (job) => job.summary },
    {
      name: "Explain",
      cell: (job) => (
        <button type="button" onClick={() => setJobId(job.jobId)} aria-label={`Why: ${job.title}`}>
          Why
        </button>
      ),
    },
  ];
  return (
    <>
      <p class="trail">
        <a href="#/admin/candidates">Candidates</a>
      </p>
      <Shown of={profile}>
        {(person) => (
          <>
            <h1>{person.name}</h1>
            <dl class="pairs">
              <Pair name="Status">{STATUSES[person.status]}</Pair>
              <Pair name="Mail address">{person.email ?? "None"}</Pair>
              <Pair name="Place">{person.location ?? "Unknown"}</Pair>
              <Pair name="Specializations">{list(person.specializations) || "None"}</Pair>
              <Pair name="Technical domains">{list(person.technicalDomains) || "None"}</Pair>
              <Pair name="Bars">{person.barAdmissions.map(barInWords).join("; ") || "None"}</Pair>
            </dl>
            <ol class="career">
              {person.workHistory.map((each) => (
                <li key={each.employer + each.startDate + each.title}>
                  <span>
                    <strong>{each.title}</strong>, {each.employer}
                  </span>
                  <span class="muted">
                    {each.startDate ?? "?"} to {each.endDate ?? "now"}
                  </span>
                </li>
              ))}
            </ol>
          </>
        )}
      </Shown>
      <Explanation profileId={profileId} jobId={jobId} choose={setJobId} />
      <h2>Suitable jobs</h2>
      <Shown of={jobs}>
        {({ items }) =>
          items.length === 0 ? (
            <p>They pass the filters of no open job.</p>
          ) : (
            <Table caption="Jobs" columns={columns} items={items} keyOf={(job) => job.jobId} />
          )
        }
      </Shown>
    </>
  );
}

interface ExplanationProps {
  profileId: string;
  jobId: string;
  choose: (jobId: string) => void;
}

function Explanation({ profileId, jobId, choose }: ExplanationProps) {
  const open = useLoad("open jobs", async () => {
    return (await call("get", "/admin/jobs", { query: { status: "open", limit: 100 } })).data.items;
  });
  const explanation = useLoad<CandidateExplanation>(jobId && `${jobId} for ${profileId}`, async () => {
    const route = "/admin/jobs/{jobId}/candidates/{profileId}/explanation" as const;
    return (await call("get", route, { path: { jobId, profileId } })).data;
  });
  return (
    <>
      <h2>Why they are, or are not, among a job’s candidates</h2>
      <label>
        Job{" "}
        <select value={jobId} onChange={(event) => choose(event.currentTarget.value)}>
          <option value="">Choose a job</option>
          {open.value?.map((job) => (
            <option key={job.id} value={job.id}>
              {job.title}
            </option>
          ))}
        </select>
      </label>
      {jobId && <Shown of={explanation}>{(value) => <Answer explanation={value} />}</Shown>}
    </>
  );
}

function Answer({ explanation }: { explanation: CandidateExplanation }) {
  const { listed, qualifies, reasons, assessment, rank, passed, improvements } = explanation;
  const subscores = assessment?.subscores as Match["subscores"] | undefined;
  return (
    <section aria-label="Explanation" class="explanation">
      <p>
        <strong>{listed ? "The employer sees them" : "The employer does not see them"}</strong>, and a run now{" "}
        {qualifies ? "would" : "would not"} shortlist them.
        {rank !== null && ` Rank ${rank} of ${count(passed, "candidate")} who pass.`}
      </p>
      <ul class="bullets">
        {reasons.map(({ code, message }) => (
          <li key={code}>{message}</li>
        ))}
        {improvements.map(({ dimension, message }) => (
          <li key={dimension}>{message}</li>
        ))}
      </ul>
      {assessment && subscores && (
        <dl class="pairs">
          <Pair name="Score">
            {assessment.overallScore}, {assessment.recommendation}
          </Pair>
          {DIMENSIONS.map((each) => (
            <Pair key={each} name={INFO[each].name}>
              <VerdictChip subscore={subscores[each]} /> {subscores[each].explanation}
            </Pair>
          ))}
        </dl>
      )}
    </section>
  );
}
