/** Sign-in at Cognito's hosted page: authorization code with PKCE, tokens in memory only. */

import type { CognitoConfig } from "./config";
import { challengeOf, randomText } from "./pkce";

const ATTEMPT = "jobmatch.sign-in";
/** Whether somebody has signed in in this tab, so that a reload asks the hosted page by itself. */
const WAS_HERE = "jobmatch.signed-in";
/** Seconds before its expiry at which a token is renewed. */
const MARGIN = 60;

interface Attempt {
  verifier: string;
  state: string;
  hash: string;
}

interface Tokens {
  idToken: string;
  refreshToken: string | null;
  expiresAt: number;
}

export class CognitoSession {
  #tokens: Tokens | null = null;
  #renewal: Promise<string | null> | null = null;

  constructor(
    private readonly config: CognitoConfig,
    private readonly page: string,
    private readonly now: () => number = () => Date.now() / 1000,
  ) {}

  /** Leave for the sign-in page. What must survive it is kept for this tab alone. */
  async begin(): Promise<void> {
    // Once: should it fail, the person is asked and not sent round and round.
    sessionStorage.removeItem(WAS_HERE);
    const attempt = { verifier: randomText(), state: randomText(), hash: location.hash };
    sessionStorage.setItem(ATTEMPT, JSON.stringify(attempt));
    location.assign(
      this.#address("/oauth2/authorize", {
        response_type: "code",
        client_id: this.config.clientId,
        redirect_uri: this.page,
        scope: "openid email",
        state: attempt.state,
        code_challenge: await challengeOf(attempt.verifier),
        code_challenge_method: "S256",
      }),
    );
  }

  /**
   * Finish what begin() began, if the address says that the person comes from the sign-in page.
   *
   * @returns whether somebody is signed in now
   */
  async finish(): Promise<boolean> {
    const answer = new URLSearchParams(location.search);
    const attempt: Attempt | null = JSON.parse(sessionStorage.getItem(ATTEMPT) ?? "null");
    const code = answer.get("code");
    if (!answer.has("state")) {
      if (sessionStorage.getItem(WAS_HERE)) await this.begin();
      return false;
    }
    sessionStorage.removeItem(ATTEMPT);
    history.replaceState(null, "", this.page + (attempt?.hash ?? ""));
    if (!code || !attempt || answer.get("state") !== attempt.state) {
      throw new Error(answer.get("error_description") ?? "This sign-in was not begun here.");
    }
    await this.#ask({
      grant_type: "authorization_code",
      code,
      redirect_uri: this.page,
      code_verifier: attempt.verifier,
    });
    sessionStorage.setItem(WAS_HERE, "yes");
    return true;
  }

  async token(): Promise<string | null> {
    if (!this.#tokens) return null;
    if (this.#tokens.expiresAt - MARGIN > this.now()) return this.#tokens.idToken;
    // Requests that start together share one renewal.
    this.#renewal ??= this.#renew().finally(() => {
      this.#renewal = null;
    });
    return this.#renewal;
  }

  signOut(): void {
    this.#tokens = null;
    sessionStorage.removeItem(WAS_HERE);
    location.assign(this.#address("/logout", { client_id: this.config.clientId, logout_uri: this.page }));
  }

  async #renew(): Promise<string | null> {
    const refreshToken = this.#tokens?.refreshToken;
    if (!refreshToken) {
      this.#tokens = null;
      return null;
    }
    try {
      await this.#ask({ grant_type: "refresh_token", refresh_token: refreshToken });
    } catch {
      this.#tokens = null;
    }
    return this.#tokens?.idToken ?? null;
  }

  async #ask(form: Record<string, string>): Promise<void> {
    const response = await fetch(this.#address("/oauth2/token"), {
      method: "POST",
      body: new URLSearchParams({ client_id: this.config.clientId, ...form }),
    });
    if (!response.ok) throw new Error("The sign-in was refused.");
    const answer = await response.json();
    this.#tokens = {
      idToken: answer.id_token,
      refreshToken: answer.refresh_token ?? this.#tokens?.refreshToken ?? null,
      expiresAt: this.now() + answer.expires_in,
    };
  }

  #address(path: string, query: Record<string, string> = {}): string {
    const search = new URLSearchParams(query).toString();
    return this.config.domain.replace(/\/$/, "") + path + (search && `?${search}`);
  }
}
