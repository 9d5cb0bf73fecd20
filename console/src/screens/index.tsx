/** Which screen an address means. */

import type { JSX } from "preact";
import type { Me } from "../api/types";
import type { Route } from "../page/route";
import { adminScreen } from "./admin";
import { Compare } from "./compare";
import { DraftJob } from "./draft-job";
import { History } from "./history";
import { EditJob, NewJob } from "./job-form";
import { Jobs } from "./jobs";
import { Ranking } from "./ranking";
import { Settings } from "./settings";

export interface Screen {
  title: string;
  /** Another key is another screen: it begins at its top, without the state of the one before. */
  key: string;
  content: JSX.Element;
}

export function screenFor({ parts, query }: Route, me: Me, since: string): Screen {
  const [area = "jobs", first, second, ...rest] = parts;
  const screen = (title: string, content: JSX.Element, key = parts.join("/")): Screen => ({ title, key, content });
  if (area === "jobs") {
    if (!first) return screen("Jobs", <Jobs me={me} since={since} />, "jobs");
    if (first === "new") return screen("Post a job", <NewJob />);
    if (first === "draft") return screen("Draft from a text", <DraftJob isAdmin={me.role === "admin"} />);
    if (second === "edit") return screen("Edit the job", <EditJob jobId={first} />);
    if (second === "compare") {
      return screen("Compare", <Compare jobId={first} profileIds={rest} />);
    }
    if (second === "history") return screen("History", <History jobId={first} />);
    if (!second || second === "candidates") {
      const ranking = (
        <Ranking
          isAdmin={me.role === "admin"}
          jobId={first}
          profileId={rest[0] ?? null}
          since={since}
          onlyNew={query.has("new")}
        />
      );
      return screen("Candidates", ranking, `jobs/${first}`);
    }
  }
  const found = area === "admin" && me.role === "admin" && adminScreen(first, second);
  if (found) return screen(...found);
  if (area === "settings" && me.role === "employer") {
    return screen("Settings", <Settings me={me} />);
  }
  return screen("Not found", <NotFound />);
}

function NotFound() {
  return (
    <div class="empty">
      <h1>There is no such page</h1>
      <p>
        <a href="#/jobs">To the jobs</a>
      </p>
    </div>
  );
}
