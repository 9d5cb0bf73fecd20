import { describe, expect, it } from "vitest";
import { visitAt } from "../src/page/visit";
import { base64Url, challengeOf, randomText } from "../src/session/pkce";

describe("PKCE", () => {
  it("makes the challenge of RFC 7636, appendix B", async () => {
    expect(await challengeOf("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")).toBe(
      "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
    );
  });

  it("makes verifiers of 43 characters that differ", () => {
    expect(randomText()).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(randomText()).not.toBe(randomText());
  });

  it("writes without padding or signs of other alphabets", () => {
    expect(base64Url(new Uint8Array([255, 239, 255, 62]))).toBe("_-__Pg");
  });
});

describe("visits", () => {
  const HOUR = 3_600_000;

  it("keeps what was before while a visit goes on", () => {
    const known = { previous: 1, latest: 10 * HOUR };
    expect(visitAt(11 * HOUR, known)).toEqual({ previous: 1, latest: 11 * HOUR });
  });

  it("begins another after a pause", () => {
    const known = { previous: 1, latest: 10 * HOUR };
    expect(visitAt(20 * HOUR, known)).toEqual({ previous: 10 * HOUR, latest: 20 * HOUR });
  });
});
