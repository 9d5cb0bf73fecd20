import { describe, expect, it } from "vitest";
import { documentOf, textDocument } from "../src/drafts/document";
import { isRelated, nameOf, piecesOf } from "../src/drafts/marks";
import { formOf, toProfile } from "../src/drafts/profile";
import { formOfDraft, toCreate } from "../src/jobs/form";

/** A source or what was not understood, found in a text by its quote. */
function at(text: string, quote: string) {
  const start = Array.from(text.slice(0, text.indexOf(quote))).length;
  return { start, end: start + Array.from(quote).length };
}
const unclear = (text: string, quote: string) => ({
  ...at(text, quote),
  quote,
  page: null,
  reason: "Not known.",
  suggestions: [],
});

describe("marks", () => {
  it("are found by code points, so that a sign of two units moves none", () => {
    const text = "😀 Counsel 𝒜 in Munich 😀";
    const sources = [
      { pointer: "/title", ...at(text, "Counsel 𝒜") },
      { pointer: "/preferredLocation", ...at(text, "Munich") },
    ];
    const pieces = piecesOf({ text, sources, notUnderstood: [] });
    expect(pieces.filter(({ pointers }) => pointers.length > 0)).toMatchObject([
      { text: "Counsel 𝒜", pointers: ["/title"], ended: ["/title"] },
      { text: "Munich", pointers: ["/preferredLocation"] },
    ]);
    expect(pieces.map((piece) => piece.text).join("")).toBe(text);
  });

  it("may lie within another, overlap, be the same, or be at either end", () => {
    const text = "Patent Prosecution Counsel";
    const sources = [
      { pointer: "/title", ...at(text, text) },
      { pointer: "/requiredSpecializations/0", ...at(text, "Patent Prosecution") },
      { pointer: "/requiredSpecializations/1", ...at(text, "Patent Prosecution") },
      { pointer: "/x", ...at(text, "Prosecution Counsel") },
    ];
    const pieces = piecesOf({ text, sources, notUnderstood: [unclear(text, "Counsel")] });
    expect(pieces.map(({ text, ended, isUnclear }) => [text, ended, isUnclear])).toEqual([
      ["Patent ", [], false],
      ["Prosecution", ["/requiredSpecializations/0", "/requiredSpecializations/1"], false],
      [" ", [], false],
      ["Counsel", ["/title", "/x"], true],
    ]);
  });

  it("leave out descriptions, and what lies outside of the text", () => {
    const sources = [
      { pointer: "/description", start: 0, end: 4 },
      { pointer: "/workHistory/0/description", start: 1, end: 4 },
      { pointer: "/title", start: 9, end: 12 },
    ];
    expect(piecesOf({ text: "Text", sources, notUnderstood: [] })).toMatchObject([{ text: "Text", pointers: [] }]);
    expect(piecesOf({ text: "", sources: [], notUnderstood: [] })).toEqual([]);
  });

  it("are called by their field, and belong to the field that holds them", () => {
    expect(nameOf("/workHistory/10/employer", { "workHistory/employer": "Employer" })).toBe("Employer");
    expect(nameOf("/requiredBar/0", { requiredBar: "Required bars" })).toBe("Required bars");
    expect(nameOf("/unknown/0", {})).toBe("unknown");
    expect(isRelated("/requiredBar/0", "/requiredBar")).toBe(true);
    expect(isRelated("/workHistory/1", "/workHistory/1/title")).toBe(true);
    expect(isRelated("/workHistory/1", "/workHistory/10/title")).toBe(false);
    expect(isRelated("/title", "")).toBe(false);
  });
});

describe("documents", () => {
  it.each([
    ["cv.PDF", "", "application/pdf"],
    ["export.zip", "application/x-zip-compressed", "application/zip"],
    ["cv.docx", "", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"],
    ["photo.png", "image/png", "image/png"],
    ["README", "", "application/octet-stream"],
  ])("%s is sent by its ending", (name, type, sent) => {
    expect(documentOf(new File(["x"], name, { type })).type).toBe(sent);
  });

  it("are text where they are pasted", () => {
    expect(textDocument("x").type).toBe("text/plain");
  });
});

describe("drafts", () => {
  it("of a job fill the form with what was found", () => {
    const body = toCreate(formOfDraft({ title: "Counsel", requiredBar: ["EPO"], minimumExperience: 3 }));
    expect(body).toMatchObject({ title: "Counsel", requiredBar: ["EPO"], minimumExperience: 3, description: null });
    expect(toCreate(formOfDraft({}))).toMatchObject({ title: "", minimumExperience: null });
  });

  it("of a profile are sent as they were found, corrected", () => {
    const form = formOf({
      name: " Ada Example ",
      barAdmissions: [{ jurisdiction: "USPTO", year: 2016 }],
      workHistory: [{ employer: "A", title: "B", startDate: "2019-01", description: "C" }],
    });
    const position = form.workHistory[0];
    if (position) position.values["endDate"] = " ";
    form.barAdmissions.push({ at: null, values: { jurisdiction: "EPO", year: " 2018 ", status: "" } });
    form.barAdmissions.push({ at: null, values: { jurisdiction: "DE", year: "soon" } });
    expect(toProfile(form)).toEqual({
      name: "Ada Example",
      email: null,
      location: null,
      status: "pending_review",
      specializations: [],
      technicalDomains: [],
      barAdmissions: [
        { jurisdiction: "USPTO", year: 2016 },
        { jurisdiction: "EPO", year: 2018, status: null },
        { jurisdiction: "DE", year: "soon" },
      ],
      workHistory: [{ employer: "A", title: "B", startDate: "2019-01", endDate: null, description: "C" }],
    });
  });
});
