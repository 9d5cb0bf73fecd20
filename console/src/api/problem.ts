/** What an answer that is not a success says. */

export interface FieldError {
  pointer: string;
  message: string;
}

export class Problem extends Error {
  override name = "Problem";

  constructor(
    readonly status: number,
    readonly title: string,
    detail: string,
    readonly errors: FieldError[] = [],
    readonly retryAfterSeconds: number | null = null,
  ) {
    super(detail);
  }
}

/** The service cannot be reached: no network, or nobody answers. */
export class Unreachable extends Error {
  override name = "Unreachable";
}

export async function readProblem(response: Response): Promise<Problem> {
  const body = await response.json().catch(() => ({}));
  const retryAfter = Number.parseInt(response.headers.get("retry-after") ?? "", 10);
  const detail = body.detail ?? body.message ?? `The service answered ${response.status}.`;
  return new Problem(
    response.status,
    body.title ?? "Something went wrong",
    detail,
    body.errors ?? [],
    Number.isNaN(retryAfter) ? null : retryAfter,
  );
}

/** An error in words for the person at the screen. */
export function inWords(error: unknown): string {
  if (error instanceof Unreachable) return "The service cannot be reached.";
  if (!(error instanceof Problem)) return "Something went wrong in this page.";
  if (error.status === 429 && error.retryAfterSeconds !== null) {
    return `${error.message} Try again in ${waitInWords(error.retryAfterSeconds)}.`;
  }
  if (error.status === 413) return "This is larger than the service takes.";
  // A fault of the whole has no pointer: "must not have more than 4 MB".
  const faults = error.errors.map(({ pointer, message }) => `${pointer ? `${pointer.slice(1)}:` : "It"} ${message}`);
  return [error.message, ...faults].join(" ");
}

function waitInWords(seconds: number): string {
  return seconds < 90 ? `${seconds} seconds` : `${Math.ceil(seconds / 60)} minutes`;
}
