import type { JobCreate } from "../api/types";
import { DraftInput } from "./draft-input";
import { JobForm } from "./job-form";

/** An advertisement, and then the form of the job that it describes. */
export function DraftJob({ isAdmin }: { isAdmin: boolean }) {
  return (
    <DraftInput<Partial<JobCreate>>
      title="Draft a job from a text"
      trail={<a href="#/jobs">Jobs</a>}
      label="The advertisement"
      path="/jobs/drafts"
      accept=".txt,.html,.htm,.pdf,.docx">
      {(draft, again) => <JobForm read={null} isAdmin={isAdmin} draft={draft} onAgain={again} />}
    </DraftInput>
  );
}
