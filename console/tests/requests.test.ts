import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { readGroups } from "../src/admin/groups";
import { importAll, type Progress, readDocuments, splitPointer } from "../src/admin/import";
import { call, connect, fill, readDraft, readPages, search } from "../src/api/client";
import { inWords, Problem, Unreachable } from "../src/api/problem";
import { href, parseHash } from "../src/page/route";
import { ago, list, years } from "../src/page/words";

const refused = vi.fn();
const reachable = vi.fn();
const answers: (() => Response | Promise<Response>)[] = [];
const sent: Request[] = [];

beforeEach(() => {
  vi.stubGlobal("fetch", async (url: string, request: RequestInit) => {
    sent.push(new Request(url, request));
    const answer = answers.shift();
    if (!answer) throw new TypeError("Failed to fetch");
    return answer();
  });
  connect({ apiUrl: "https://api.example", token: async () => "a.b.c", onRefused: refused, onReachable: reachable });
});
afterEach(() => {
  answers.length = 0;
  sent.length = 0;
  vi.clearAllMocks();
});

const json =
  (body: unknown, status = 200, headers = {}) =>
  () =>
    new Response(JSON.stringify(body), { status, headers });

describe("a request", () => {
  it("carries the token and gives the body and its ETag", async () => {
    answers.push(json({ id: "1" }, 200, { etag: '"7"' }));
    const reply = await call("get", "/jobs/{jobId}", { path: { jobId: "a/b" } });
    expect(reply).toEqual({ data: { id: "1" }, etag: '"7"' });
    expect(sent[0]?.url).toBe("https://api.example/jobs/a%2Fb");
    expect(sent[0]?.headers.get("authorization")).toBe("Bearer a.b.c");
    expect(reachable).toHaveBeenCalledWith(true);
  });

  it("says that the session has ended", async () => {
    answers.push(json({ message: "Unauthorized" }, 401));
    await expect(call("get", "/me")).rejects.toThrow("Unauthorized");
    expect(refused).toHaveBeenCalledOnce();
  });

  it("says that nobody is there", async () => {
    await expect(call("get", "/me")).rejects.toBeInstanceOf(Unreachable);
    expect(reachable).toHaveBeenCalledWith(false);
  });

  it("keeps what a problem says", async () => {
    const errors = [{ pointer: "/title", message: "is required" }];
    answers.push(json({ title: "Invalid input", detail: "The input is not valid.", errors }, 422));
    const problem = await call("get", "/me").catch((error: unknown) => error);
    expect(problem).toMatchObject({ status: 422, title: "Invalid input", errors });
    expect(inWords(problem)).toBe("The input is not valid. title: is required");
  });

  it("sends a document as it is, and says what is wrong with it", async () => {
    answers.push(json({ detail: "Not valid.", errors: [{ pointer: "", message: "is encrypted" }] }, 422));
    answers.push(json({ message: "Request Entity Too Large" }, 413));
    const document = new Blob(["%PDF-"], { type: "application/pdf" });
    const broken = await readDraft("/jobs/drafts", document).catch((error: unknown) => error);
    expect(inWords(broken)).toBe("Not valid. It is encrypted");
    expect(sent[0]?.headers.get("content-type")).toBe("application/pdf");
    expect(await sent[0]?.text()).toBe("%PDF-");
    const large = await readDraft("/jobs/drafts", document).catch((error: unknown) => error);
    expect(inWords(large)).toBe("This is larger than the service takes.");
  });

  it("says when to try again", () => {
    const problem = new Problem(429, "Too many", "You have had 500 previews.", [], 600);
    expect(inWords(problem)).toBe("You have had 500 previews. Try again in 10 minutes.");
  });
});

describe("addresses", () => {
  it("are filled and refuse to miss something", () => {
    expect(fill("/jobs/{jobId}/matches", { jobId: "1" })).toBe("/jobs/1/matches");
    expect(() => fill("/jobs/{jobId}", {})).toThrow("needs jobId");
  });

  it("leave out what is not said, and repeat lists", () => {
    expect(search({ a: 1, b: undefined, c: null, d: "" })).toBe("?a=1");
    expect(search({ state: ["failed", "running"] })).toBe("?state=failed&state=running");
    expect(search({})).toBe("");
  });

  it("of screens are read as they are written", () => {
    expect(parseHash(href("jobs", "a/ü?"))).toMatchObject({ parts: ["jobs", "a/ü?"] });
    expect(parseHash("#/jobs/1?new").query.has("new")).toBe(true);
    expect(parseHash("#/%E0%A4%A").parts).toEqual(["%E0%A4%A"]);
    expect(parseHash("").parts).toEqual([]);
  });
});

describe("pages", () => {
  it("are read by their cursors until the last", async () => {
    const read = vi.fn(async (_limit: number, cursor?: string) => ({
      items: [cursor ?? "first"],
      nextCursor: cursor === "c2" ? null : cursor ? "c2" : "c1",
    }));
    const seen: [string[], boolean][] = [];
    await readPages(read, (items, isComplete) => seen.push([items, isComplete]));
    expect(seen.at(-1)).toEqual([["first", "c1", "c2"], true]);
    expect(seen.map(([, isComplete]) => isComplete)).toEqual([false, false, true]);
  });

  it("end at the most that a screen holds", async () => {
    const read = vi.fn(async () => ({ items: Array.from({ length: 100 }), nextCursor: "more" }));
    await readPages(read, () => undefined);
    expect(read).toHaveBeenCalledTimes(5);
  });

  it("begin with a short one where that is wanted", async () => {
    const limits: number[] = [];
    const read = async (limit: number) => {
      limits.push(limit);
      return { items: [0], nextCursor: limits.length < 3 ? "more" : null };
    };
    await readPages(read, () => undefined, { first: 20 });
    expect(limits).toEqual([20, 100, 100]);
  });
});

describe("an import", () => {
  const documents = Array.from({ length: 150 }, (_, index) => ({ id: String(index), name: "N" }));

  it("says of each document whether it is imported, and what of it was lost", async () => {
    const errors = [{ pointer: "/profiles/3/basics/name", message: "is required" }];
    const unmapped = [{ pointer: "/profiles/4/hobbies", message: "is not kept" }];
    const refused = [{ index: 3, id: "3", errors }];
    answers.push(json({ imported: 99, unmapped, unmappedOmitted: 7, warnings: [], refused }));
    const warnings = [{ pointer: "/profiles/0/location", message: "not a place", suggestions: [] }];
    answers.push(json({ imported: 50, unmapped: [], warnings, warningsOmitted: 2, refused: [] }));
    const seen: Progress[] = [];
    await importAll(documents, "jsonresume", (progress) => seen.push(progress));
    expect(seen.map(({ done, imported, refused }) => [done, imported, refused])).toEqual([
      [0, 0, 0],
      [100, 99, 1],
      [150, 149, 1],
    ]);
    const body = await sent[0]?.json();
    expect([body.mode, body.format, body.profiles.length]).toEqual(["each", "jsonresume", 100]);
    const last = seen.at(-1);
    expect(last?.faults).toEqual([{ number: 4, pointer: "/basics/name", message: "is required" }]);
    expect(last?.warnings.map(({ number, pointer }) => [number, pointer])).toEqual([
      [5, "/hobbies"],
      [101, "/location"],
    ]);
    expect(last?.omitted).toBe(9);
  });

  it("stops where the fault is not in the profiles", async () => {
    answers.push(json({ detail: "Your account may not do this." }, 403));
    await expect(importAll(documents, null, () => undefined)).rejects.toThrow("may not");
  });

  it("reads a list, or an object with one, and gives ids where there are none", () => {
    expect(readDocuments('[{"id": "1"}]')).toEqual([{ id: "1" }]);
    expect(readDocuments('{"profiles": [{"name": "A"}]}')[0]?.["id"]).toMatch(/^[0-9a-f-]{36}$/);
    expect(() => readDocuments("{}")).toThrow("no list");
    expect(() => readDocuments("[]")).toThrow("no list");
  });

  it("knows which profile a pointer is about", () => {
    expect(splitPointer("/profiles/12/workHistory/1/endDate")).toEqual({
      index: 12,
      pointer: "/workHistory/1/endDate",
    });
    expect(splitPointer("")).toEqual({ index: null, pointer: "" });
  });
});

describe("groups", () => {
  const id = "03ec8a4c-f90a-546c-a290-9aa4f89ff979";

  it("are read from lines, with or without names of columns", () => {
    const text = `group,profileId\nwomen,${id}\n"men, over 40",${id.toUpperCase()}\r\n\n`;
    expect(readGroups(text)).toEqual([
      { group: "women", profileIds: [id] },
      { group: "men, over 40", profileIds: [id] },
    ]);
  });

  it("name the line that cannot be read", () => {
    expect(() => readGroups(`a,${id}\nb,nobody`)).toThrow("Line 2");
  });
});

describe("words", () => {
  it("say how long ago", () => {
    const now = Date.parse("2026-01-10T12:00:00Z");
    expect(ago("2026-01-10T11:59:30Z", now)).toBe("just now");
    expect(ago("2026-01-10T11:00:00Z", now)).toBe("1 hour ago");
    expect(ago("2026-01-08T11:00:00Z", now)).toBe("2 days ago");
    expect(ago("2025-12-01T11:00:00Z", now)).toBe("1 Dec 2025");
  });

  it("count years and shorten lists", () => {
    expect([years(null), years(5), years(12), years(258)]).toEqual(["Unknown", "5 months", "1 year", "21 years"]);
    expect(list(["a", "b", "c"], 2)).toBe("a, b and 1 more");
  });
});
