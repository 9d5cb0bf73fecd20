/**
 * The address after "#": every screen has one, so that one can link to it. Hash addresses need
 * no rules in the server that holds the files.
 */

import { useLayoutEffect, useState } from "preact/hooks";

export interface Route {
  /** As "jobs/42/history", without the first slash. */
  parts: string[];
  query: URLSearchParams;
}

export function parseHash(hash: string): Route {
  const [path = "", query = ""] = hash.replace(/^#\/?/, "").split("?");
  return { parts: path.split("/").filter(Boolean).map(decode), query: new URLSearchParams(query) };
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** Links of mails have a path instead of a hash: a sign-in elsewhere would lose the hash. */
export function followPath(): void {
  const base = import.meta.env.BASE_URL;
  const path = location.pathname.slice(base.length).replace("/matches/", "/candidates/");
  if (path && path !== "index.html") {
    history.replaceState(null, "", `${base}${location.search}#/${path}`);
  }
}

export function href(...parts: string[]): string {
  return `#/${parts.map(encodeURIComponent).join("/")}`;
}

export function go(to: string): void {
  location.hash = to;
}

/** Change the address without a new entry in the browser's history. */
export function replace(to: string): void {
  history.replaceState(null, "", to);
  dispatchEvent(new HashChangeEvent("hashchange"));
}

export function useRoute(): Route {
  const [hash, setHash] = useState(location.hash);
  // In a layout effect, so that no change is missed between the first drawing and the listener.
  useLayoutEffect(() => {
    const follow = () => setHash(location.hash);
    follow();
    addEventListener("hashchange", follow);
    return () => removeEventListener("hashchange", follow);
  }, []);
  return parseHash(hash);
}
