/** Reading for a screen: what was read before is shown at once, and read again behind it. */

import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { Shared } from "./shared";

export const isReachable = new Shared(true);

const known = new Map<string, unknown>();

/** Forget all that was read, when somebody else may sign in. */
export function forgetAll(): void {
  known.clear();
}

export interface Loaded<T> {
  value: T | undefined;
  error: unknown;
  isLoading: boolean;
  reload: () => Promise<void>;
  /** The value as it is now, for what goes on after an answer has come. */
  latest: () => T | undefined;
  /** Show a value that an answer to a change has brought. */
  set: (value: T) => void;
}

/**
 * @param key names what is read; another key reads anew, null reads nothing
 * @param read may report parts by calling its argument before it ends
 */
export function useLoad<T>(key: string | null, read: (report: (value: T) => void) => Promise<T>): Loaded<T> {
  const [, redraw] = useState(0);
  const state = useRef<{ key: string | null; error: unknown; isLoading: boolean }>({
    key: null,
    error: null,
    isLoading: false,
  });
  const latest = useRef(0);

  const show = useCallback(
    (value: T) => {
      if (key) known.set(key, value);
      redraw((count) => count + 1);
    },
    [key],
  );

  const reload = useCallback(async () => {
    if (!key) return;
    latest.current += 1;
    const mine = latest.current;
    const isLatest = () => mine === latest.current;
    state.current = { key, error: null, isLoading: true };
    redraw((count) => count + 1);
    try {
      const value = await read((part) => isLatest() && show(part));
      if (!isLatest()) return;
      known.set(key, value);
      state.current = { key, error: null, isLoading: false };
    } catch (error) {
      if (!isLatest()) return;
      state.current = { key, error, isLoading: false };
    }
    redraw((count) => count + 1);
  }, [key]);

  useEffect(() => {
    void reload();
    addEventListener("online", reload);
    return () => {
      latest.current += 1;
      removeEventListener("online", reload);
    };
  }, [reload]);

  const isCurrent = state.current.key === key;
  return {
    value: key ? (known.get(key) as T | undefined) : undefined,
    error: isCurrent ? state.current.error : null,
    isLoading: key !== null && (!isCurrent || state.current.isLoading),
    reload,
    latest: () => (key ? (known.get(key) as T | undefined) : undefined),
    set: (value: T) => {
      show(value);
      // What is being read was asked for before this change.
      if (state.current.isLoading) void reload();
    },
  };
}

/** Call something again and again while it is wanted and the page is looked at. */
export function useRepeat(isWanted: boolean, milliseconds: number, action: () => void): void {
  const current = useRef(action);
  current.current = action;
  useEffect(() => {
    if (!isWanted) return;
    const timer = setInterval(() => {
      if (!document.hidden) current.current();
    }, milliseconds);
    return () => clearInterval(timer);
  }, [isWanted, milliseconds]);
}
