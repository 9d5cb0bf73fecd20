/** Small settings that this browser keeps: no personal data. */

import { useState } from "preact/hooks";

export function readKept<T>(name: string, fallback: T): T {
  try {
    return JSON.parse(localStorage.getItem(`jobmatch.${name}`) ?? "null") ?? fallback;
  } catch {
    return fallback;
  }
}

export function keep(name: string, value: unknown): void {
  try {
    localStorage.setItem(`jobmatch.${name}`, JSON.stringify(value));
  } catch {
    // Storage may be forbidden or full: the setting then lasts until the page is left.
  }
}

export function useKept<T>(name: string, fallback: T): [T, (value: T) => void] {
  const [value, setValue] = useState(() => readKept(name, fallback));
  return [
    value,
    (next: T) => {
      keep(name, next);
      setValue(next);
    },
  ];
}
