import type { ComponentChildren } from "preact";
import { inWords, Problem, Unreachable } from "../api/problem";
import type { Loaded } from "../page/load";

/** Grey lines where text will be. */
export function Skeleton({ lines = 6, label = "Loading" }: { lines?: number | undefined; label?: string }) {
  return (
    <div class="skeleton" role="status" aria-label={label}>
      {Array.from({ length: lines }, (_, index) => (
        <span key={index} />
      ))}
    </div>
  );
}

interface ShownProps<T> {
  of: Loaded<T>;
  lines?: number;
  children: (value: T) => ComponentChildren;
}

/** What was loaded; before that, grey lines, or why it could not be. */
export function Shown<T>({ of, lines, children }: ShownProps<T>) {
  if (of.value !== undefined) return <>{children(of.value)}</>;
  if (of.error) return <Failure error={of.error} retry={() => void of.reload()} />;
  return <Skeleton lines={lines} />;
}

export function Empty({ title, children }: { title: string; children?: ComponentChildren }) {
  return (
    <div class="empty">
      <h2>{title}</h2>
      {children}
    </div>
  );
}

/** What went wrong with what was just tried, told at once. */
export function Alert({ text }: { text: string | null }) {
  return text ? (
    <p class="problem" role="alert">
      {text}
    </p>
  ) : null;
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
