/** What somebody corrects in the draft of a profile, and what of it goes to the API. */

import type { Profile } from "../api/types";

export const FIELDS: Record<string, string> = {
  name: "Name",
  email: "Mail address",
  location: "Place",
  specializations: "Specializations",
  technicalDomains: "Technical domains",
  barAdmissions: "Bar admission",
  "barAdmissions/jurisdiction": "Bar",
  "barAdmissions/year": "Year",
  "barAdmissions/status": "Status",
  workHistory: "Position",
  "workHistory/employer": "Employer",
  "workHistory/title": "Title",
  "workHistory/startDate": "From",
  "workHistory/endDate": "To",
  "workHistory/description": "Description",
};

/** A bar admission or a position. */
export interface Entry {
  /** Its place in the draft, whatever is removed before it; null where it was added. */
  at: number | null;
  values: Record<string, unknown>;
}

export interface ProfileForm {
  texts: Record<"name" | "email" | "location", string>;
  status: NonNullable<Profile["status"]>;
  specializations: string[];
  technicalDomains: string[];
  barAdmissions: Entry[];
  workHistory: Entry[];
}

export function formOf(draft: Partial<Profile>): ProfileForm {
  const entries = (list: object[] | null | undefined) =>
    (list ?? []).map((values, at) => ({ at, values: { ...values } }));
  return {
    texts: { name: draft.name ?? "", email: draft.email ?? "", location: draft.location ?? "" },
    status: draft.status ?? "pending_review",
    specializations: draft.specializations ?? [],
    technicalDomains: draft.technicalDomains ?? [],
    barAdmissions: entries(draft.barAdmissions),
    workHistory: entries(draft.workHistory),
  };
}

/** The body of PUT /admin/profiles/{profileId}. */
export function toProfile({ texts, barAdmissions, workHistory, ...rest }: ProfileForm): Profile {
  const cleaned = (values: Record<string, unknown>) =>
    Object.fromEntries(Object.entries(values).map(([name, value]) => [name, clean(name, value)]));
  return {
    ...rest,
    name: texts.name.trim(),
    email: texts.email.trim() || null,
    location: texts.location.trim() || null,
    barAdmissions: barAdmissions.map(({ values }) => cleaned(values)) as Profile["barAdmissions"],
    workHistory: workHistory.map(({ values }) => cleaned(values)) as Profile["workHistory"],
  };
}

function clean(name: string, value: unknown): unknown {
  if (typeof value !== "string") return value;
  const text = value.trim();
  // A year that is no number goes as it is, and the API says so.
  if (name === "year" && /^\d+$/.test(text)) return Number(text);
  return text || null;
}
