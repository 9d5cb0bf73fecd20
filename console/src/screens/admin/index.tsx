/** Which screen of an admin an address means. */

import type { JSX } from "preact";
import { Audit } from "./audit";
import { Candidates } from "./candidates";
import { DraftProfile } from "./draft-profile";
import { Due } from "./due";
import { Import } from "./import";
import { DecisionLog } from "./log";
import { Profile } from "./profile";
import { Queues } from "./queues";
import { Vocabulary } from "./vocabulary";

export function adminScreen(name: string | undefined, id: string | undefined): [string, JSX.Element] | null {
  if (name === "candidates" && id === "draft") return ["Draft from a résumé", <DraftProfile key={id} />];
  if (name === "candidates" && id) return ["Candidate", <Profile key={id} profileId={id} />];
  switch (name) {
    case "due":
      return ["Due and failed", <Due key={name} />];
    case "candidates":
      return ["Candidates", <Candidates key={name} />];
    case "import":
      return ["Import", <Import key={name} />];
    case "vocabulary":
      return ["Vocabulary", <Vocabulary key={name} />];
    case "audit":
      return ["Audit", <Audit key={name} />];
    case "log":
      return ["Decision log", <DecisionLog key={name} />];
    case "queues":
      return ["Queues", <Queues key={name} />];
    default:
      return null;
  }
}
