/** Typed requests to the API, as docs/openapi.json describes it. */

import { type Problem, readProblem, Unreachable } from "./problem";
import type { paths } from "./schema";
import type { Draft } from "./types";

type Method = "get" | "put" | "post" | "patch" | "delete";
type PathsWith<M extends Method> = {
  [P in keyof paths]: paths[P][M] extends { responses: unknown } ? P : never;
}[keyof paths];
type Json<R> = R extends { content: { "application/json": infer J } } ? J : undefined;
type Answer<O> = O extends { responses: infer R } ? Json<R[keyof R & (200 | 201 | 202 | 204)]> : never;
type Body<O> = O extends { requestBody?: { content: { "application/json": infer B } } } ? B : never;
type Query<O> = O extends { parameters: { query?: infer Q } } ? Q : never;
type Path<O> = O extends { parameters: { path: infer P } } ? P : never;

interface Options<O> {
  path?: Path<O>;
  query?: Query<O>;
  body?: Body<O>;
  headers?: Record<string, string>;
}

export interface Reply<T> {
  data: T;
  etag: string | null;
}

interface Connection {
  apiUrl: string;
  /** Null when nobody is signed in. */
  token: () => Promise<string | null>;
  onRefused: () => void;
  onReachable: (isReachable: boolean) => void;
}

let connection: Connection | null = null;

export function connect(to: Connection): void {
  connection = to;
}

export async function call<M extends Method, P extends PathsWith<M>>(
  method: M,
  path: P,
  options: Options<paths[P][M]> = {},
): Promise<Reply<Answer<paths[P][M]>>> {
  const { path: values = {}, query = {}, body, headers = {} } = options;
  const response = await send(fill(path, values as object), {
    method: method.toUpperCase(),
    query: query as Record<string, unknown>,
    headers,
    ...(body === undefined ? {} : { body }),
  });
  const data = response.status === 204 ? undefined : await response.json();
  return { data, etag: response.headers.get("etag") };
}

/** A table of the API as comma-separated values; with a body it is asked for by POST. */
export async function readCsv(path: string, query: object, body?: unknown): Promise<string> {
  const method = body === undefined ? "GET" : "POST";
  const response = await send(path, { method, query, headers: { accept: "text/csv" }, body });
  return response.text();
}

/** What a document says, read by its media type. */
export async function readDraft<T>(path: "/jobs/drafts" | "/admin/profiles/drafts", document: Blob): Promise<Draft<T>> {
  return (await send(path, { method: "POST", query: {}, body: document })).json();
}

interface Sent {
  method: string;
  query: object;
  headers?: Record<string, string>;
  /** A blob goes as it is, all else as JSON. */
  body?: unknown;
}

async function send(path: string, { method, query, headers = {}, body }: Sent): Promise<Response> {
  if (!connection) throw new Error("connect() has not been called");
  const token = await connection.token();
  const request: RequestInit = {
    method: method.toUpperCase(),
    cache: "no-store",
    headers: {
      ...(token ? { authorization: `Bearer ${token}` } : {}),
      ...(body === undefined ? {} : { "content-type": body instanceof Blob ? body.type : "application/json" }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: body instanceof Blob ? body : JSON.stringify(body) }),
  };
  const response = await reach(connection.apiUrl + path + search(query), request);
  if (response.ok) return response;
  const problem: Problem = await readProblem(response);
  if (response.status === 401) connection.onRefused();
  throw problem;
}

async function reach(url: string, request: RequestInit): Promise<Response> {
  try {
    const response = await fetch(url, request);
    connection?.onReachable(true);
    return response;
  } catch (error) {
    connection?.onReachable(false);
    throw new Unreachable(String(error));
  }
}

export function fill(path: string, values: object): string {
  const known = values as Record<string, string | undefined>;
  return path.replace(/\{(\w+)\}/g, (_whole, name: string) => {
    const value = known[name];
    if (value === undefined) throw new Error(`${path} needs ${name}`);
    return encodeURIComponent(value);
  });
}

export function search(query: object): string {
  const pairs = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const each of [value].flat()) {
      if (each !== undefined && each !== null && each !== "") pairs.append(name, String(each));
    }
  }
  const text = pairs.toString();
  return text && `?${text}`;
}

const PAGE = 100;

interface Page<T> {
  items: T[];
  nextCursor: string | null;
}

/**
 * Read page after page by its cursor, and hand over all that has come so far.
 *
 * @param first how many the first page has: a short one is there sooner
 */
export async function readPages<T>(
  read: (limit: number, cursor?: string) => Promise<Page<T>>,
  onItems: (items: T[], isComplete: boolean) => void,
  { most = 500, first = PAGE } = {},
): Promise<void> {
  let items: T[] = [];
  let cursor: string | undefined;
  do {
    const page = await read(items.length === 0 ? first : PAGE, cursor);
    items = [...items, ...page.items];
    cursor = page.nextCursor ?? undefined;
    onItems(items, !cursor || items.length >= most);
  } while (cursor && items.length < most);
}
