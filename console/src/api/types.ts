/** Short names for the API's schemas. */

import type { components } from "./schema";

type Schemas = components["schemas"];

export type JobListItem = Schemas["JobListItem"];
export type AdminJobListItem = Schemas["AdminJobListItem"];
export type JobDetail = Schemas["JobDetail"] | Schemas["AdminJobDetail"];
export type JobCreate = Schemas["JobCreate"];
export type JobUpdate = Schemas["JobUpdate"];
export type JobStatus = Schemas["JobStatus"];
export type MatchingStatus = Schemas["MatchingStatus"];
export type InputWarning = Schemas["InputWarning"];
export type MatchPreview = Schemas["MatchPreview"];
export type RunItem = Schemas["RunItem"];
export type RunChange = Schemas["RunChange"];
export type RunChanges = Schemas["RunChanges"];
export type Webhook = Schemas["Webhook"];
export type WebhookSecret = Schemas["WebhookWithSecret"];
export type WebhookEvent = Schemas["WebhookEventItem"];
export type Preferences = Schemas["NotificationPreferences"];
export type MatchedCandidate = Schemas["MatchedCandidate"];
export type Requirement = Schemas["RequirementState"];
export type BarAdmission = Schemas["BarAdmissionDocument"];
export type CandidateExplanation = Schemas["CandidateExplanation"];

export type SuitableJob = Schemas["SuitableJob"];
export type ProfileListItem = Schemas["ProfileListItem"];
export type ProfileImport = Schemas["ProfileImport"];
export type JobWithMatching = Schemas["JobWithMatching"];
export type Alias = Schemas["Alias"];
export type Kind = Schemas["Kind"];
export type UnknownValue = Schemas["UnknownValue"];
export type MatchingAudit = Schemas["MatchingAudit"];
export type AuditedJob = Schemas["AuditedJob"];
export type GroupCounts = Schemas["GroupCounts"];
export type LoggedDecision = Schemas["LoggedDecision"];
export type Verification = Schemas["Verification"];
export type DeadLetter = Schemas["DeadLetter"];
export type QueueDepth = Schemas["QueueDepth"];

export type DecisionPut = Schemas["DecisionPut"];
export type DecisionValue = NonNullable<Schemas["Match"]["decision"]>;
export type Me = Schemas["Me"];

export const DIMENSIONS = [
  "specializationMatch",
  "experienceFit",
  "technicalBackground",
  "barAdmissions",
  "locationMatch",
] as const;
export type Dimension = (typeof DIMENSIONS)[number];

export interface Subscore {
  score: number;
  explanation: string;
}

/** A match as the ranking reads it, with `include=candidate`. */
export type Match = Omit<Schemas["ListedMatch"], "subscores" | "candidate"> & {
  subscores: Record<Dimension, Subscore>;
  /** Null where the job is closed: it shows nobody's present profile. */
  candidate: MatchedCandidate | null;
};

/** Where one value of a draft comes from; offsets count Unicode code points, not UTF-16 units. */
export interface Source {
  pointer: string;
  start: number;
  end: number;
  /** Absent where a rule has read the value. */
  proposedBy?: "model";
}

export interface NotUnderstood {
  quote: string;
  start: number;
  end: number;
  page: number | null;
  reason: string;
  suggestions: string[];
}

/** What a document was read as. */
export interface Draft<T> {
  draft: T;
  text: string;
  sources: Source[];
  notUnderstood: NotUnderstood[];
  notice?: string;
  notUnderstoodOmitted?: number;
}
export type JobDraft = Draft<Partial<JobCreate>>;
export type Profile = Schemas["Profile"];
export type ProfileDraft = Draft<Partial<Profile>>;
