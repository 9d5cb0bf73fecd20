import { describe, expect, it } from "vitest";
import type { JobDetail } from "../src/api/types";
import { differences, resolve } from "../src/jobs/conflict";
import { BLANK, follow, formOf, type JobForm, placeOf, toCreate, toUpdate } from "../src/jobs/form";
import { countInWords, gainInWords } from "../src/jobs/preview";
import { keepUnsaved, keepUnsavedOf, readUnsaved } from "../src/jobs/unsaved";

const FORM: JobForm = {
  ...BLANK,
  title: "Counsel",
  requiredSpecializations: ["Patents", "trademrk"],
  requiredBar: ["EPO"],
  minimumExperience: "5",
};
const with_ = (change: Partial<JobForm>): JobForm => ({ ...FORM, ...change });

describe("what is sent", () => {
  it("leaves blank texts out and reads years as a number", () => {
    const body = toCreate(with_({ description: "  ", preferredLocation: " Munich " }));
    expect(body).toMatchObject({ description: null, minimumExperience: 5, preferredLocation: "Munich" });
  });

  it("sends only what was changed, so that it leaves alone what others change", () => {
    expect(toUpdate(FORM, with_({ title: "Lead counsel" }))).toEqual({ title: "Lead counsel" });
    expect(toUpdate(FORM, FORM)).toEqual({});
  });

  it("clears what was emptied", () => {
    expect(toUpdate(FORM, with_({ requiredBar: [], minimumExperience: "" }))).toEqual({
      requiredBar: null,
      minimumExperience: null,
    });
  });

  it("takes another order of a list for no change", () => {
    expect(toUpdate(FORM, with_({ requiredSpecializations: ["trademrk", "Patents"] }))).toEqual({});
  });

  it("reads a job as it writes it", () => {
    const job = { ...toCreate(FORM), description: null, preferredLocation: null } as unknown as JobDetail;
    expect(formOf(job)).toEqual(FORM);
    expect(formOf({ ...job, requiredBar: null, minimumExperience: null }).requiredBar).toEqual([]);
  });
});

describe("pointers", () => {
  it.each([
    ["/requiredBar/2", "requiredBar", 2],
    ["/preferredLocation", "preferredLocation", null],
    ["", null, null],
    ["/employerUserId", null, null],
  ])("%j", (pointer, field, index) => {
    expect(placeOf(pointer)).toEqual({ field, index });
  });

  it("puts a suggestion where the warning points", () => {
    const warning = { pointer: "/requiredSpecializations/1", message: "", suggestions: [] };
    expect(follow(FORM, warning, "Trademarks").requiredSpecializations).toEqual(["Patents", "Trademarks"]);
    // What is there already is not said twice.
    expect(follow(FORM, warning, "Patents").requiredSpecializations).toEqual(["Patents"]);
    const place = { pointer: "/preferredLocation", message: "", suggestions: [] };
    expect(follow(FORM, place, "Munich, Germany").preferredLocation).toBe("Munich, Germany");
  });
});

describe("a conflict", () => {
  const mine = with_({ title: "Mine", minimumExperience: "7" });
  const theirs = with_({ minimumExperience: "9", requiredBar: [] });

  it("proposes whoever changed a field, and says where both did", () => {
    expect(differences(FORM, mine, theirs)).toEqual([
      { field: "title", choice: "mine", areBothChanged: false },
      { field: "requiredBar", choice: "theirs", areBothChanged: false },
      { field: "minimumExperience", choice: "mine", areBothChanged: true },
    ]);
  });

  it("is none where both have written the same", () => {
    expect(differences(FORM, mine, mine)).toEqual([]);
  });

  it("keeps what was chosen, and theirs for the rest", () => {
    const resolved = resolve(mine, theirs, [
      { field: "title", choice: "mine" },
      { field: "minimumExperience", choice: "theirs" },
    ]);
    expect(resolved).toEqual({ ...theirs, title: "Mine" });
  });
});

describe("a preview in words", () => {
  it.each([
    [430, 530, "about 100 more, 530 in all"],
    [430, 430, "no more than now"],
    ["fewer than 5", 40, "about 40 more"],
    ["fewer than 5", "fewer than 5", "still fewer than 5"],
  ] as const)("%j of %j", (passed, without, words) => {
    expect(gainInWords(passed, without)).toContain(words);
  });

  it("writes large numbers with their thousands", () => {
    expect(countInWords(1730)).toBe("1,730");
    expect(countInWords("fewer than 5")).toBe("Fewer than 5");
  });
});

describe("what was not saved", () => {
  it("comes back to whoever typed it, and to nobody else", () => {
    keepUnsavedOf("one");
    keepUnsaved(null, { form: FORM, base: null });
    keepUnsavedOf("one");
    expect(readUnsaved(null)?.form).toBe(FORM);
    keepUnsavedOf("other");
    expect(readUnsaved(null)).toBeUndefined();
  });

  it("is forgotten when it is saved", () => {
    keepUnsaved("job", { form: FORM, base: null });
    keepUnsaved("job", null);
    expect(readUnsaved("job")).toBeUndefined();
  });
});
