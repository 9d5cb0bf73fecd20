import createClient, { type Client } from "openapi-fetch";
import type { paths } from "./schema.js";

export type { components, operations, paths } from "./schema.js";

/**
 * A client of the API. Its methods take a path of the API document and return `data` or `error`.
 *
 * @param baseUrl of the API.
 * @param token gives the bearer token for a request; it is asked for each, so that it may renew it.
 */
export function createJobmatchClient(
  baseUrl: string,
  token: () => string | Promise<string>,
): Client<paths> {
  const client = createClient<paths>({ baseUrl });
  client.use({
    async onRequest({ request }) {
      request.headers.set("authorization", `Bearer ${await token()}`);
      return request;
    },
  });
  return client;
}
