/** Sign-in on one machine: a choice of the sample's people. */

const LAST = "jobmatch.person";

export interface Person {
  id: string;
  label: string;
  role: string;
  companyName: string | null;
}

export class LocalSession {
  #token: string | null = null;

  constructor(private readonly apiUrl: string) {}

  async people(): Promise<Person[]> {
    const answer = await this.#ask<{ people: Person[] }>();
    return answer.people;
  }

  async signIn(id: string): Promise<void> {
    const answer = await this.#ask<{ token: string }>({
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ id }),
    });
    this.#token = answer.token;
    sessionStorage.setItem(LAST, id);
  }

  /** After a reload, sign in whoever was signed in: their id is kept, their token is not. */
  async resume(): Promise<boolean> {
    const id = sessionStorage.getItem(LAST);
    if (!id) return false;
    await this.signIn(id).catch(() => sessionStorage.removeItem(LAST));
    return this.#token !== null;
  }

  async token(): Promise<string | null> {
    return this.#token;
  }

  signOut(): void {
    this.#token = null;
    sessionStorage.removeItem(LAST);
  }

  async #ask<T>(request: RequestInit = {}): Promise<T> {
    const response = await fetch(`${this.apiUrl}/_local/sign-in`, request);
    if (!response.ok) throw new Error(`Signing in answered ${response.status}.`);
    return response.json();
  }
}
