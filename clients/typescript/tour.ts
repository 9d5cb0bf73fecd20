// The tour of docs/tour.md with the client: it ends with an error where an answer is another.
import { type components, createJobmatchClient } from "./index.js";

declare const process: { env: Record<string, string | undefined> };

function given(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set`);
  return value;
}

function check(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Error(what);
}

const employer = createJobmatchClient(given("API"), () => given("EMPLOYER"));
const admin = createJobmatchClient(given("API"), () => given("ADMIN"));

async function posted(): Promise<string> {
  const body: components["schemas"]["JobCreate"] = {
    title: "Patent counsel, medical devices",
    status: "open",
    requiredSpecializations: ["Patent Prosecution", "freedom to operate"],
    requiredTechnicalDomains: ["medical devices"],
    requiredBar: ["EPO"],
    minimumExperience: 6,
    preferredLocation: "Munich, Germany",
  };
  const { data, error } = await employer.POST("/jobs", { body });
  check(data !== undefined, `the job is refused: ${JSON.stringify(error)}`);
  return data.id;
}

async function matched(jobId: string): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    const { data } = await employer.GET("/jobs/{jobId}", { params: { path: { jobId } } });
    check(data !== undefined && "matchingStatus" in data, "the job is not there");
    if (data.matchingStatus === "completed") return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error("the job is not matched");
}

const jobId = await posted();
const path = { jobId };
await matched(jobId);

const { data: best } = await employer.GET("/jobs/{jobId}/matches", {
  params: { path, query: { limit: 1, newSince: "0001-01-01T00:00:00Z" } },
});
const match = best?.items[0];
check(match !== undefined && match.overallScore > 0, "nobody matches");
const profileId = match.profileId;

const { data: preview } = await employer.POST("/jobs/preview-matches", {
  body: { title: "Counsel", requiredSpecializations: ["Patent Prosecution"] },
});
check(preview !== undefined && preview.filters.length === 1, "there is no preview");

const { data: changed } = await employer.PATCH("/jobs/{jobId}", {
  params: { path, header: { "if-match": '"1"' } },
  body: { requiredBar: null, minimumExperience: 3 },
});
check(changed?.minimumExperience === 3, "the job is not changed");
await matched(jobId);

const { data: runs } = await employer.GET("/jobs/{jobId}/matching-runs", { params: { path } });
check(runs !== undefined && runs.items.length === 2, "there are not two runs");

const late = await employer.PATCH("/jobs/{jobId}", {
  params: { path, header: { "if-match": '"1"' } },
  body: { minimumExperience: 4 },
});
check(late.response.status === 412, "an old version is changed");

const invalid = await employer.PATCH("/jobs/{jobId}", {
  params: { path },
  body: { minimumExperience: 99 },
});
check(invalid.response.status === 422, "99 years are taken");
check(invalid.error !== undefined && "errors" in invalid.error, "no fault is pointed to");

const { data: candidate } = await employer.GET("/jobs/{jobId}/matches/{profileId}/candidate", {
  params: { path: { jobId, profileId } },
});
check(candidate?.profileId === profileId, "the candidate is not shown");

const { data: decided } = await employer.PUT("/jobs/{jobId}/matches/{profileId}/decision", {
  params: { path: { jobId, profileId } },
  body: { decision: "declined", reason: "Needs someone in Munich from January on." },
});
check(decided?.decision === "declined", "nothing is decided");
const { data: undone } = await employer.PUT("/jobs/{jobId}/matches/{profileId}/decision", {
  params: { path: { jobId, profileId } },
  body: { decision: null },
});
check(undone?.decision === null, "the decision is not taken back");

const { data: posting } = await employer.GET("/jobs/{jobId}", {
  params: { path },
  headers: { Accept: "application/ld+json" },
});
check(posting !== undefined && "@type" in posting, "the job is not a JobPosting");

const { data: why } = await admin.GET(
  "/admin/jobs/{jobId}/candidates/{profileId}/explanation",
  { params: { path: { jobId, profileId } } },
);
check(why?.listed === true, "the candidate is not listed");

const { data: suitable } = await admin.GET("/admin/profiles/{profileId}/matches", {
  params: { path: { profileId }, query: { limit: 3 } },
});
check(suitable !== undefined && suitable.items.length > 0, "no job suits the candidate");

const { data: imported, error: refused } = await admin.POST("/admin/profiles/import", {
  body: {
    format: "jsonresume",
    mode: "all",
    profiles: [
      {
        id: "9b5e3f0c-6d0e-4f0b-9a58-0d5a7f3c2b11",
        status: "active",
        basics: { name: "Ada Quill", location: { city: "Munich", countryCode: "DE" } },
        work: [{ name: "Inkwell LLP", position: "Patent attorney", startDate: "2014-03" }],
        certificates: [{ name: "European Patent Attorney", date: "2016" }],
        skills: [{ name: "Patent Prosecution", keywords: ["Medical Devices"] }, { name: "Chess" }],
      },
    ],
  },
});
check(imported !== undefined, `the import is refused: ${JSON.stringify(refused)}`);
check(imported.imported === 1 && "unmapped" in imported, "not one resume is imported");
check(imported.unmapped[0]?.pointer === "/profiles/0/skills/1/name", "chess is not told");
console.log("The tour is done.");
