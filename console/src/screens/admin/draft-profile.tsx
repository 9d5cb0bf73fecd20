import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { call } from "../../api/client";
import { type FieldError, inWords, Problem } from "../../api/problem";
import type { Profile, ProfileDraft } from "../../api/types";
import { Alert } from "../../components/states";
import { TermField } from "../../components/term-field";
import { listOf } from "../../drafts/lists";
import { type Entry, FIELDS, type ProfileForm as Form, formOf, toProfile } from "../../drafts/profile";
import { attempt, tell } from "../../page/announce";
import { go, href } from "../../page/route";
import { count } from "../../page/words";
import { DraftInput } from "../draft-input";
import { DraftText } from "../draft-text";
import { STATUSES } from "./candidates";

const ENTRIES = {
  barAdmissions: ["jurisdiction", "year", "status"],
  workHistory: ["employer", "title", "startDate", "endDate", "description"],
} as const;
type Entries = keyof typeof ENTRIES;
const TRAIL = <a href="#/admin/candidates">Candidates</a>;

/** A résumé, and then the form of the profile that it describes. */
export function DraftProfile() {
  return (
    <DraftInput<Partial<Profile>>
      title="Draft a candidate from a résumé"
      trail={TRAIL}
      label="The résumé"
      path="/admin/profiles/drafts"
      accept=".txt,.html,.htm,.pdf,.docx,.json,.zip">
      {(draft, again) => <ProfileForm draft={draft} onAgain={again} />}
    </DraftInput>
  );
}

function ProfileForm({ draft, onAgain }: { draft: ProfileDraft; onAgain: () => void }) {
  const [form, setForm] = useState<Form>(() => formOf(draft.draft));
  const [errors, setErrors] = useState<FieldError[]>([]);
  const [failure, setFailure] = useState<string | null>(null);
  const [isSaving, setSaving] = useState(false);
  // Saving again after a lost answer replaces the same profile.
  const { current: profileId } = useRef(crypto.randomUUID());
  useLayoutEffect(() => document.getElementById("/name")?.focus(), []);
  const change = (part: Partial<Form>) => setForm((current) => ({ ...current, ...part }));

  const save = async () => {
    setSaving(true);
    setErrors([]);
    setFailure(null);
    try {
      const { data } = await call("put", "/admin/profiles/{profileId}", { path: { profileId }, body: toProfile(form) });
      const warnings = data.warnings.length;
      tell(`Saved.${warnings ? ` ${count(warnings, "value")} may not be understood.` : ""}`);
      go(href("admin", "candidates", profileId));
    } catch (error) {
      setSaving(false);
      setFailure(inWords(error));
      if (!(error instanceof Problem)) return;
      setErrors(error.errors);
      document.getElementById(error.errors[0]?.pointer ?? "")?.focus();
    }
  };
  const add = async (suggestion: string) => {
    const list = await listOf(suggestion);
    setForm((current) => {
      // What a draft suggests is a term or a place.
      if (!list) return { ...current, texts: { ...current.texts, location: suggestion } };
      if (list !== "bars") return { ...current, [list]: [...new Set([...current[list], suggestion])] };
      const admission = { at: null, values: { jurisdiction: suggestion } };
      return { ...current, barAdmissions: [...current.barAdmissions, admission] };
    });
    tell(`${FIELDS[list === "bars" ? "barAdmissions" : (list ?? "location")]}: now with ${suggestion}.`);
  };

  const faults = (pointer: string) =>
    errors
      .filter((each) => each.pointer === pointer || each.pointer.startsWith(`${pointer}/`))
      .map(({ message }) => (
        <p key={message} class="problem">
          ✕ {message}
        </p>
      ));
  const input = (pointer: string, source: string, name: string, value: unknown, set: (value: string) => void) => {
    const found = faults(pointer);
    const props = {
      id: pointer,
      value: value === null || value === undefined ? "" : String(value),
      "aria-describedby": `${pointer}-notes`,
      "aria-invalid": found.length > 0,
      onInput: (event: { currentTarget: { value: string } }) => set(event.currentTarget.value),
    };
    return (
      <div class="field" key={name} data-source={source}>
        <label for={pointer}>{FIELDS[name]}</label>
        {name.endsWith("/description") ? <textarea {...props} /> : <input {...props} />}
        <div id={`${pointer}-notes`}>{found}</div>
      </div>
    );
  };
  const text = (name: keyof Form["texts"]) =>
    input(`/${name}`, `/${name}`, name, form.texts[name], (value) =>
      setForm((current) => ({ ...current, texts: { ...current.texts, [name]: value } })),
    );
  const terms = (name: "specializations" | "technicalDomains") => (
    <div class="field" data-source={`/${name}`}>
      <label for={`/${name}`}>{FIELDS[name]}</label>
      <TermField
        id={`/${name}`}
        values={form[name]}
        list={name}
        describedBy={`/${name}-notes`}
        isInvalid={errors.some(({ pointer }) => pointer.startsWith(`/${name}`))}
        onChange={(values) => change({ [name]: values })}
      />
      <div id={`/${name}-notes`}>{faults(`/${name}`)}</div>
    </div>
  );
  const entries = (kind: Entries) => {
    const name = FIELDS[kind] ?? kind;
    const set = (index: number, entry: Entry) => change({ [kind]: form[kind].with(index, entry) });
    return (
      <>
        {form[kind].map((entry, index) => (
          <fieldset key={index} class="entry">
            <legend>
              {name} {index + 1}
            </legend>
            {ENTRIES[kind].map((column) =>
              input(
                `/${kind}/${index}/${column}`,
                entry.at === null ? "" : `/${kind}/${entry.at}/${column}`,
                `${kind}/${column}`,
                entry.values[column],
                (value) => set(index, { ...entry, values: { ...entry.values, [column]: value } }),
              ),
            )}
            <button
              type="button"
              class="short-button"
              onClick={() => {
                change({ [kind]: form[kind].toSpliced(index, 1) });
                document.getElementById(`add-${kind}`)?.focus();
              }}>
              Remove {name.toLowerCase()} {index + 1}
            </button>
          </fieldset>
        ))}
        <button
          type="button"
          id={`add-${kind}`}
          class="short-button"
          onClick={() => change({ [kind]: [...form[kind], { at: null, values: {} }] })}>
          Add a {name.toLowerCase()}
        </button>
      </>
    );
  };
  return (
    <>
      <div class="heading">
        <div>
          <p class="trail">{TRAIL}</p>
          <h1>Look over the draft</h1>
        </div>
      </div>
      <div class="form-and-preview has-text">
        <form
          class="fields"
          aria-label="Profile"
          onSubmit={(event) => {
            event.preventDefault();
            void save();
          }}>
          <Alert text={failure} />
          {text("name")}
          {text("email")}
          {text("location")}
          <div class="field">
            <label for="/status">Status</label>
            <select
              id="/status"
              value={form.status}
              onChange={(event) => change({ status: event.currentTarget.value as Form["status"] })}>
              {Object.entries(STATUSES).map(([value, label]) => (
                <option key={value} value={value}>
                  {label}
                </option>
              ))}
            </select>
          </div>
          {terms("specializations")}
          {terms("technicalDomains")}
          {entries("barAdmissions")}
          {entries("workHistory")}
          <div class="actions">
            <button type="submit" class="primary" disabled={isSaving}>
              Save the profile
            </button>
          </div>
        </form>
        <DraftText
          of={draft}
          names={FIELDS}
          onSuggestion={(suggestion) => void attempt(() => add(suggestion))}
          onAgain={onAgain}
        />
      </div>
    </>
  );
}
