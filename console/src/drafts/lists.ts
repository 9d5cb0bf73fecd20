import { call } from "../api/client";
import type { Kind } from "../api/types";

const KINDS: Kind[] = ["specializations", "technicalDomains", "bars"];

/** The list of the vocabulary that has this label. */
export async function listOf(label: string): Promise<Kind | undefined> {
  const found = await Promise.all(
    KINDS.map(async (list) => {
      const { data } = await call("get", "/vocabulary/suggestions", { query: { list, q: label } });
      return data.items.some((each) => each.label === label);
    }),
  );
  return KINDS[found.indexOf(true)];
}
