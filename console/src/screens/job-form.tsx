import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { call } from "../api/client";
import { type FieldError, inWords, Problem } from "../api/problem";
import type { InputWarning, JobDetail, JobDraft, JobStatus, Kind } from "../api/types";
import { Confirm } from "../components/confirm";
import { Alert, Shown, Skeleton } from "../components/states";
import { JobStatusMark } from "../components/status";
import { TermField } from "../components/term-field";
import { listOf } from "../drafts/lists";
import { useEmployer } from "../jobs/employers";
import {
  BLANK,
  FIELDS,
  type Field,
  type JobForm as Form,
  follow,
  formOf,
  formOfDraft,
  isList,
  type ListField,
  placeOf,
  type TextField,
  toCreate,
  toUpdate,
} from "../jobs/form";
import { usePreview } from "../jobs/preview";
import { keepUnsaved, readUnsaved } from "../jobs/unsaved";
import { attempt, tell } from "../page/announce";
import { go, href } from "../page/route";
import { type JobWithEtag, useJob } from "../ranking/read";
import { Conflict } from "./conflict";
import { DraftText } from "./draft-text";
import { EmployerField } from "./employer-field";
import { JobPreview } from "./job-preview";

const VOCABULARY: Record<ListField, "specializations" | "technicalDomains" | "bars"> = {
  requiredSpecializations: "specializations",
  preferredSpecializations: "specializations",
  requiredTechnicalDomains: "technicalDomains",
  requiredBar: "bars",
};

/** Where a term that an advertisement may mean goes. */
const FIELD_OF: Record<Kind, ListField> = {
  specializations: "requiredSpecializations",
  technicalDomains: "requiredTechnicalDomains",
  bars: "requiredBar",
};

export function NewJob() {
  return <JobForm read={null} />;
}

export function EditJob({ jobId }: { jobId: string }) {
  const [first, setFirst] = useState<JobWithEtag>();
  const job = useJob(jobId);
  // What the form began with stays, whatever is read later; but nothing old is edited.
  useEffect(() => {
    if (job.value && !job.isLoading && !first) setFirst(job.value);
  }, [job.value, job.isLoading]);
  if (first) return <JobForm read={first} />;
  return <Shown of={{ ...job, value: undefined as JobWithEtag | undefined }}>{() => <Skeleton />}</Shown>;
}

/** The next steps of a job's life, as buttons. */
const STEPS: Record<JobStatus, { to: JobStatus; label: string }[]> = {
  draft: [
    { to: "open", label: "Save and post" },
    { to: "archived", label: "Archive" },
  ],
  open: [
    { to: "closed", label: "Save and close" },
    { to: "archived", label: "Archive" },
  ],
  closed: [
    { to: "open", label: "Save and reopen" },
    { to: "archived", label: "Archive" },
  ],
  archived: [],
};

interface JobFormProps {
  read: JobWithEtag | null;
  isAdmin?: boolean;
  /** What a new job begins with. */
  draft?: JobDraft;
  onAgain?: () => void;
}

export function JobForm({ read, isAdmin = false, draft, onAgain = () => undefined }: JobFormProps) {
  const jobId = read?.job.id ?? null;
  const [unsaved, setUnsaved] = useState(() => (draft ? undefined : readUnsaved(jobId)));
  // A draft does not replace what was typed before and is not saved.
  const [isKept] = useState(() => !draft || !readUnsaved(jobId));
  const keep = (isUnsaved: boolean) => isKept && keepUnsaved(jobId, isUnsaved ? { form, base } : null);
  const [base, setBase] = useState(unsaved?.base ?? read);
  const [form, setForm] = useState<Form>(() => unsaved?.form ?? begin(read, draft));
  const [errors, setErrors] = useState<FieldError[]>([]);
  const [failure, setFailure] = useState<string | null>(null);
  const [theirs, setTheirs] = useState<JobWithEtag | null>(null);
  const [isSaving, setSaving] = useState(false);
  const [isArchiving, setArchiving] = useState(false);
  const key = useRef({ body: "", id: "" });
  const job = base?.job ?? null;
  const before = job ? formOf(job) : BLANK;
  const [employerText, setEmployerText] = useState("");
  const employer = useEmployer(isAdmin ? employerText.trim() : null);
  const hasEmployer = !isAdmin || employer.id !== null;
  const body = { ...toCreate(form), ...(employer.id ? { employerUserId: employer.id } : {}) };
  const isChanged = Object.keys(toUpdate(before, form)).length > 0;
  useEffect(() => void keep(isChanged), [form, base]);
  const discard = () => {
    setUnsaved(undefined);
    setBase(read);
    setForm(begin(read, draft));
  };
  const { preview, problem } = usePreview(
    job ? { ...body, employerUserId: job.employerUserId } : hasEmployer ? body : null,
  );
  const warnings = preview?.warnings ?? [];
  const change = (part: Partial<Form>) => setForm((current) => ({ ...current, ...part }));

  const save = async (status?: JobStatus) => {
    if ((status ?? job?.status) === "open" && form.requiredSpecializations.length === 0) {
      const message = "An open job requires at least one specialization.";
      showErrors([{ pointer: "/requiredSpecializations", message }]);
      return;
    }
    setSaving(true);
    setErrors([]);
    setFailure(null);
    try {
      const id = job ? await update(job, status) : await create(status === "open" ? "open" : "draft");
      tell(status === "open" ? "Saved. The job is being matched." : "Saved.");
      keep(false);
      go(href("jobs", id));
    } catch (error) {
      if (error instanceof Problem && error.status === 412 && job) setTheirs(await readJob(job.id));
      else if (error instanceof Problem && error.errors.length > 0) showErrors(error.errors);
      else setFailure(inWords(error));
    } finally {
      setSaving(false);
    }
  };
  const create = async (status: "draft" | "open") => {
    const sent = { ...body, status };
    const text = JSON.stringify(sent);
    // A repeated click posts one job; another body is another job.
    if (key.current.body !== text) key.current = { body: text, id: crypto.randomUUID() };
    const headers = { "idempotency-key": key.current.id };
    return (await call("post", "/jobs", { body: sent, headers })).data.id;
  };
  const update = async ({ id }: JobDetail, status?: JobStatus) => {
    const headers: Record<string, string> = base?.etag ? { "if-match": base.etag } : {};
    const changes = { ...toUpdate(before, form), ...(status ? { status } : {}) };
    await call("patch", "/jobs/{jobId}", { path: { jobId: id }, body: changes, headers });
    return id;
  };
  const add = async (suggestion: string) => {
    const list = await listOf(suggestion);
    // What a draft suggests is a term or a place.
    const field = list ? FIELD_OF[list] : "preferredLocation";
    setForm((current) =>
      isList(field)
        ? { ...current, [field]: [...new Set([...current[field], suggestion])] }
        : { ...current, [field]: suggestion },
    );
    tell(`${FIELDS[field]}: now with ${suggestion}.`);
  };
  const showErrors = (found: FieldError[]) => {
    setErrors(found);
    const field = placeOf(found[0]?.pointer ?? "").field;
    if (field) document.getElementById(field)?.focus();
    setFailure(field ? "Some fields need a change." : found.map((each) => each.message).join(" "));
  };

  useLayoutEffect(() => {
    if (!job) document.getElementById("title")?.focus();
  }, []);
  const firstHelp = warnings.find((each) => each.suggestions.length > 0);
  useLayoutEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const suggestion = firstHelp?.suggestions[0];
      if (event.altKey && event.code === "KeyM" && firstHelp && suggestion) {
        setForm((current) => follow(current, firstHelp, suggestion));
        tell(`Now it says ${suggestion}.`);
      } else if ((event.ctrlKey || event.metaKey) && event.key === "Enter") void save(job ? undefined : "open");
      else return;
      event.preventDefault();
    };
    addEventListener("keydown", onKeyDown);
    return () => removeEventListener("keydown", onKeyDown);
  });

  const notes = {
    errors,
    warnings,
    firstHelp,
    onFollow: (warning: InputWarning, to: string) => setForm(follow(form, warning, to)),
  };
  const text = (field: TextField, hint: string, input: (props: InputProps) => ComponentChildren) => (
    <FormField field={field} hint={hint} {...notes}>
      {(props) =>
        input({ ...props, value: form[field], onInput: (event) => change({ [field]: event.currentTarget.value }) })
      }
    </FormField>
  );
  const terms = (field: ListField, hint: string) => (
    <FormField field={field} hint={hint} {...notes}>
      {(props) => (
        <TermField
          id={field}
          values={form[field]}
          list={VOCABULARY[field]}
          describedBy={props["aria-describedby"]}
          isInvalid={props["aria-invalid"]}
          onChange={(values) => change({ [field]: values })}
        />
      )}
    </FormField>
  );
  return (
    <>
      <div class="heading">
        <div>
          <p class="trail">
            <a href="#/jobs">Jobs</a>
            {job && (
              <>
                {" / "}
                <a href={href("jobs", job.id)}>{job.title}</a>
              </>
            )}
          </p>
          <h1>
            {job ? "Edit the job" : draft ? "Look over the draft" : "Post a job"}{" "}
            {job && <JobStatusMark status={job.status} />}
          </h1>
        </div>
        {!job && !draft && (
          <a class="button" href="#/jobs/draft">
            Draft from a text
          </a>
        )}
      </div>
      <div class={`form-and-preview ${draft ? "has-text" : ""}`}>
        <form
          class="fields"
          aria-label="Job"
          onSubmit={(event) => {
            event.preventDefault();
            void save(job ? undefined : "open");
          }}>
          {unsaved && isChanged && (
            <p class="warning" role="status">
              These are your changes from before, not saved yet.
              <button type="button" onClick={discard}>
                Discard them
              </button>
            </p>
          )}
          <Alert text={failure} />
          <GeneralWarnings warnings={warnings} />
          {isAdmin && <EmployerField employer={employer} value={employerText} onChange={setEmployerText} />}
          {text("title", "", (props) => (
            <input {...props} required maxLength={255} />
          ))}
          {text("description", "", (props) => (
            <textarea {...props} maxLength={20000} />
          ))}
          {terms("requiredSpecializations", "Candidates must have at least one of them.")}
          {terms("preferredSpecializations", "They raise the score, and exclude nobody.")}
          {terms("requiredTechnicalDomains", "Candidates must have at least one of them.")}
          {terms("requiredBar", "Candidates must be admitted to at least one of them.")}
          {text("minimumExperience", "In years. It counts for the score, and excludes nobody.", (props) => (
            <input {...props} class="short" inputMode="numeric" />
          ))}
          {text("preferredLocation", "It counts for the score, and excludes nobody.", (props) => (
            <input {...props} maxLength={255} placeholder="Munich, or Remote - US" />
          ))}
          <div class="actions">
            <button type="submit" class="primary" disabled={isSaving}>
              {job ? "Save" : "Post"} <kbd>Ctrl Enter</kbd>
            </button>
            {!job && (
              <button type="button" disabled={isSaving} onClick={() => void save()}>
                Save as a draft
              </button>
            )}
            {job &&
              STEPS[job.status].map(({ to, label }) => (
                <button
                  key={to}
                  type="button"
                  disabled={isSaving}
                  onClick={() => (to === "archived" ? setArchiving(true) : void save(to))}>
                  {label}
                </button>
              ))}
          </div>
        </form>
        {draft && (
          <DraftText
            of={draft}
            names={FIELDS}
            onSuggestion={(suggestion) => void attempt(() => add(suggestion))}
            onAgain={onAgain}
          />
        )}
        {hasEmployer && <JobPreview preview={preview} problem={problem} />}
      </div>
      {isArchiving && (
        <Confirm
          title="Archive this job?"
          text="It is matched no more, and only an admin can bring it back."
          action="Archive"
          onConfirm={() => void save("archived")}
          onClose={() => setArchiving(false)}
        />
      )}
      {theirs && job && (
        <Conflict
          base={before}
          mine={form}
          theirs={formOf(theirs.job)}
          onClose={() => setTheirs(null)}
          onResolve={(resolved) => {
            setBase(theirs);
            setForm(resolved);
            setTheirs(null);
            tell("Look it over, and save again.");
          }}
        />
      )}
    </>
  );
}

function begin(read: JobWithEtag | null, draft?: JobDraft): Form {
  if (read) return formOf(read.job);
  return draft ? formOfDraft(draft.draft) : BLANK;
}

async function readJob(jobId: string): Promise<JobWithEtag> {
  const { data, etag } = await call("get", "/jobs/{jobId}", { path: { jobId } });
  return { job: data as JobDetail, etag };
}

interface ControlProps {
  id: string;
  "aria-describedby": string;
  "aria-invalid": boolean;
}
type InputProps = ControlProps & { value: string; onInput: (event: { currentTarget: { value: string } }) => void };

interface FieldProps {
  field: Field;
  hint: string;
  errors: FieldError[];
  warnings: InputWarning[];
  firstHelp: InputWarning | undefined;
  onFollow: (warning: InputWarning, suggestion: string) => void;
  children: (props: ControlProps) => ComponentChildren;
}

/** A label, a control, and what is wrong or not understood there. */
function FormField(props: FieldProps) {
  const { field, hint, errors, warnings, firstHelp, onFollow, children } = props;
  const isHere = (each: { pointer: string }) => placeOf(each.pointer).field === field;
  const mine = errors.filter(isHere);
  return (
    <div class="field" data-source={`/${field}`}>
      <label for={field}>{FIELDS[field]}</label>
      {children({ id: field, "aria-describedby": `${field}-notes`, "aria-invalid": mine.length > 0 })}
      <div id={`${field}-notes`}>
        {hint && <p class="hint">{hint}</p>}
        {mine.map(({ pointer, message }) => (
          <p key={pointer + message} class="problem">
            ✕ {placeOf(pointer).index !== null && "An entry "}
            {message}
          </p>
        ))}
        {warnings.filter(isHere).map((warning) => (
          <div key={warning.pointer + warning.message} class="warning">
            <p>⚠ {warning.message}</p>
            {warning.suggestions.map((suggestion, index) => (
              <button
                key={suggestion}
                type="button"
                aria-keyshortcuts={warning === firstHelp && index === 0 ? "Alt+M" : undefined}
                onClick={() => onFollow(warning, suggestion)}>
                {suggestion} {warning === firstHelp && index === 0 && <kbd>Alt M</kbd>}
              </button>
            ))}
          </div>
        ))}
      </div>
    </div>
  );
}

function GeneralWarnings({ warnings }: { warnings: InputWarning[] }) {
  return (
    <>
      {warnings
        .filter(({ pointer }) => placeOf(pointer).field === null)
        .map(({ message }) => (
          <p key={message} class="warning">
            ⚠ {message}
          </p>
        ))}
    </>
  );
}
