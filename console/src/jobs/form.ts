/** What somebody types into the form of a job, and what of it goes to the API. */

import type { InputWarning, JobCreate, JobDetail, JobUpdate } from "../api/types";

export const LISTS = [
  "requiredSpecializations",
  "preferredSpecializations",
  "requiredTechnicalDomains",
  "requiredBar",
] as const;
export type ListField = (typeof LISTS)[number];
export type TextField = "title" | "description" | "minimumExperience" | "preferredLocation";
export type Field = TextField | ListField;

export const FIELDS: Record<Field, string> = {
  title: "Title",
  description: "Description",
  requiredSpecializations: "Required specializations",
  preferredSpecializations: "Preferred specializations",
  requiredTechnicalDomains: "Required technical domains",
  requiredBar: "Required bars",
  minimumExperience: "Minimum experience",
  preferredLocation: "Preferred location",
};

export type JobForm = Record<TextField, string> & Record<ListField, string[]>;

export const BLANK: JobForm = {
  title: "",
  description: "",
  requiredSpecializations: [],
  preferredSpecializations: [],
  requiredTechnicalDomains: [],
  requiredBar: [],
  minimumExperience: "",
  preferredLocation: "",
};

export function formOf(job: JobDetail): JobForm {
  return {
    title: job.title,
    description: job.description ?? "",
    requiredSpecializations: job.requiredSpecializations ?? [],
    preferredSpecializations: job.preferredSpecializations ?? [],
    requiredTechnicalDomains: job.requiredTechnicalDomains ?? [],
    requiredBar: job.requiredBar ?? [],
    minimumExperience: job.minimumExperience === null ? "" : String(job.minimumExperience),
    preferredLocation: job.preferredLocation ?? "",
  };
}

export function formOfDraft(draft: Partial<JobCreate>): JobForm {
  return formOf({ title: "", minimumExperience: null, ...draft } as JobDetail);
}

export function isList(field: Field): field is ListField {
  return (LISTS as readonly string[]).includes(field);
}

/** The body of POST /jobs. */
export function toCreate(form: JobForm): JobCreate {
  return {
    title: form.title,
    description: form.description.trim() || null,
    requiredSpecializations: form.requiredSpecializations,
    preferredSpecializations: form.preferredSpecializations,
    requiredTechnicalDomains: form.requiredTechnicalDomains,
    requiredBar: form.requiredBar,
    minimumExperience: years(form.minimumExperience),
    preferredLocation: form.preferredLocation.trim() || null,
  };
}

/** What is no whole number goes to the API as it is, which then says so. */
function years(text: string): number | null {
  if (text.trim() === "") return null;
  const number = Number(text);
  // NaN would be null in JSON, and so an empty field.
  return Number.isFinite(number) ? number : (text as unknown as number);
}

export function isSame(one: JobForm, other: JobForm, field: Field): boolean {
  if (!isList(field)) return one[field].trim() === other[field].trim();
  const values = (form: JobForm) => JSON.stringify(form[field].toSorted());
  return values(one) === values(other);
}

/** The body of PATCH: only what was changed, so that it leaves alone what others change. */
export function toUpdate(before: JobForm, now: JobForm): JobUpdate {
  const body: Record<string, unknown> = toCreate(now);
  for (const field of Object.keys(FIELDS) as Field[]) {
    if (isSame(before, now, field)) delete body[field];
    else if (isList(field) && now[field].length === 0) body[field] = null;
  }
  return body as JobUpdate;
}

export interface Place {
  /** Null for the whole form. */
  field: Field | null;
  /** Of an entry of a list. */
  index: number | null;
}

/** Where in the form a JSON pointer leads. */
export function placeOf(pointer: string): Place {
  const [, field = "", index] = pointer.split("/");
  if (!(field in FIELDS)) return { field: null, index: null };
  return { field: field as Field, index: index === undefined ? null : Number(index) };
}

/** The form with a suggestion in the place of what a warning is about. */
export function follow(form: JobForm, warning: InputWarning, suggestion: string): JobForm {
  const { field, index } = placeOf(warning.pointer);
  if (!field) return form;
  if (!isList(field)) return { ...form, [field]: suggestion };
  const list = form[field].map((each, at) => (at === index ? suggestion : each));
  return { ...form, [field]: [...new Set(list)] };
}
