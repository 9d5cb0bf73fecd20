/** What has happened, said by the screen and by a screen reader alike. */

import { useEffect, useState } from "preact/hooks";
import { inWords } from "../api/problem";
import { Shared } from "./shared";
import { useShortcuts } from "./shortcuts";

interface Notice {
  text: string;
  undo?: () => void;
}

const SECONDS = 8;
const notice = new Shared<Notice | null>(null);
const spoken = new Shared("");

/** Show a line at the foot of the page, with a way back if there is one. */
export function tell(text: string, undo?: () => void): void {
  notice.set({ text, ...(undo ? { undo } : {}) });
}

/** For a screen reader alone: what a sighted person sees in its place. */
export function say(text: string): void {
  spoken.set(text);
}

/** Do something, and say so if it fails. */
export async function attempt(action: () => Promise<void>): Promise<void> {
  await action().catch((error: unknown) => tell(`Not done. ${inWords(error)}`));
}

function undoLast(): void {
  const last = notice.get();
  notice.set(null);
  last?.undo?.();
}

export function Announcements() {
  const current = notice.use();
  const text = spoken.use();
  const [isHeld, setHeld] = useState(false);
  useShortcuts("What was done", [{ key: "u", name: "Undo", run: undoLast }]);
  useEffect(() => {
    if (!current || isHeld) return;
    const timer = setTimeout(() => notice.set(null), SECONDS * 1000);
    return () => clearTimeout(timer);
  }, [current, isHeld]);
  return (
    <>
      <div class="visually-hidden" role="status" aria-label="Matching">
        {text}
      </div>
      <div
        class="notices"
        role="status"
        aria-label="What was done"
        onFocusCapture={() => setHeld(true)}
        onBlurCapture={() => setHeld(false)}
        onMouseEnter={() => setHeld(true)}
        onMouseLeave={() => setHeld(false)}>
        {current && (
          <p class="notice">
            {current.text}
            {current.undo && (
              <button type="button" class="plain" onClick={undoLast}>
                Undo <kbd>u</kbd>
              </button>
            )}
          </p>
        )}
      </div>
    </>
  );
}
