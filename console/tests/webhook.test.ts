import { Webhook } from "standardwebhooks";
import { afterEach, describe, expect, it, vi } from "vitest";
// What the service signs: tests/unit/test_webhook_signatures.py holds it to that.
import signed from "../../tests/data/webhook.json";

const signedAt = Number(signed.headers["webhook-timestamp"]) * 1000;

describe("the official verifier in JavaScript", () => {
  afterEach(() => void vi.useRealTimers());

  it.each(signed.secrets)("accepts what was signed with %s", (secret) => {
    vi.useFakeTimers({ now: signedAt });
    expect(new Webhook(secret).verify(signed.body, signed.headers)).toEqual(JSON.parse(signed.body));
  });

  it("refuses another secret, another body and another time", () => {
    vi.useFakeTimers({ now: signedAt });
    const webhook = new Webhook(signed.secrets[0] ?? "");
    expect(() => new Webhook("whsec_AAAA").verify(signed.body, signed.headers)).toThrow();
    expect(() => webhook.verify(`${signed.body} `, signed.headers)).toThrow();
    vi.setSystemTime(signedAt + 600_000);
    expect(() => webhook.verify(signed.body, signed.headers)).toThrow();
  });
});
