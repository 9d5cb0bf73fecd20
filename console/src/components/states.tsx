import type { ComponentChildren } from "preact";
import { inWords, Problem, Unreachable } from "../api/problem";

/** Grey lines where text will be. */
export function Skeleton({ lines = 6, label = "Loading" }: { lines?: number; label?: string }) {
  return (
    <div class="skeleton" role="status" aria-label={label}>
      {Array.from({ length: lines }, (_, index) => (
        <span key={index} />
      ))}
    </div>
  );
}

export function Empty({ title, children }: { title: string; children?: ComponentChildren }) {
  return (
    <div class="empty">
      <h2>{title}</h2>
      {children}
    </div>
  );
}

export function Failure({ error, retry }: { error: unknown; retry?: () => void }) {
  const isMissing = error instanceof Problem && error.status === 404;
  return (
    <div class="empty failure" role="alert">
      <h2>{titleOf(error)}</h2>
      <p>
        {isMissing ? "It was deleted, or you may not see it." : inWords(error)}
        {error instanceof Unreachable && " Check your connection. This page tries again by itself."}
      </p>
      {retry && !isMissing && (
        <button type="button" onClick={retry}>
          Try again
        </button>
      )}
      {isMissing && <a href="#/">To the jobs</a>}
    </div>
  );
}

function titleOf(error: unknown): string {
  if (error instanceof Unreachable) return "No connection";
  if (!(error instanceof Problem)) return "This did not work";
  return error.status === 404 ? "There is nothing here" : error.title;
}
