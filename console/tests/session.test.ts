import { beforeEach, describe, expect, it, vi } from "vitest";
import { visitAt } from "../src/page/visit";
import { CognitoSession } from "../src/session/cognito";
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

describe("Cognito", () => {
  const config = { domain: "https://auth.example/", clientId: "client" };
  const page = "https://jobs.example/console/";
  const stored = new Map<string, string>();
  const asked: URLSearchParams[] = [];
  let assigned = "";
  let search = "";
  let now = 1000;

  beforeEach(() => {
    stored.clear();
    asked.length = 0;
    vi.stubGlobal("sessionStorage", {
      getItem: (name: string) => stored.get(name) ?? null,
      setItem: (name: string, value: string) => stored.set(name, value),
      removeItem: (name: string) => stored.delete(name),
    });
    vi.stubGlobal("location", {
      hash: "#/jobs/1",
      get search() {
        return search;
      },
      assign: (address: string) => {
        assigned = address;
      },
    });
    vi.stubGlobal("history", { replaceState: () => undefined });
    vi.stubGlobal("fetch", async (_url: string, request: RequestInit) => {
      asked.push(request.body as URLSearchParams);
      const body = { id_token: `id${asked.length}`, refresh_token: "refresh", expires_in: 3600 };
      return new Response(JSON.stringify(body));
    });
  });

  async function signedIn(): Promise<CognitoSession> {
    const session = new CognitoSession(config, page, () => now);
    await session.begin();
    const state = new URL(assigned).searchParams.get("state");
    search = `?code=c&state=${state}`;
    expect(await session.finish()).toBe(true);
    return session;
  }

  it("proves with the code that it is who began", async () => {
    const session = await signedIn();
    const challenge = new URL(assigned).searchParams.get("code_challenge");
    expect(await challengeOf(asked[0]?.get("code_verifier") ?? "")).toBe(challenge);
    expect(await session.token()).toBe("id1");
    expect([...stored.keys()]).toEqual([]);
  });

  it("takes no answer to a sign-in that was not begun here", async () => {
    search = "?code=c&state=forged";
    const session = new CognitoSession(config, page);
    await expect(session.finish()).rejects.toThrow("not begun here");
    await session.begin();
    await expect(session.finish()).rejects.toThrow("not begun here");
    expect([await session.token(), asked.length]).toEqual([null, 0]);
  });

  it("renews a token once for all requests, a minute before it ends", async () => {
    const session = await signedIn();
    now += 3600 - 30;
    expect(await Promise.all([session.token(), session.token()])).toEqual(["id2", "id2"]);
    expect(asked[1]?.get("grant_type")).toBe("refresh_token");
    expect(asked).toHaveLength(2);
  });

  it("forgets its tokens when somebody signs out", async () => {
    const session = await signedIn();
    session.signOut();
    expect(await session.token()).toBeNull();
    expect(assigned).toContain("https://auth.example/logout?client_id=client");
  });
});
