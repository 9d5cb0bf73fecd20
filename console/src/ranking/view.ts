/** How somebody looks at a job's ranking; kept while they look at other screens. */

import { useState } from "preact/hooks";
import { BEST_FIRST, EVERYBODY, type Filter, type Sorting } from "./order";

export interface View {
  sorting: Sorting;
  filter: Omit<Filter, "only">;
  onlyNew: boolean;
  page: number;
  /** Profiles to be compared. */
  chosen: string[];
}

const views = new Map<string, View>();

export function useView(jobId: string, onlyNew: boolean): [View, (change: Partial<View>) => void] {
  const [view, setView] = useState<View>(() => ({
    sorting: BEST_FIRST,
    filter: EVERYBODY,
    page: 0,
    chosen: [],
    ...views.get(jobId),
    onlyNew,
  }));
  return [
    view,
    (change) =>
      setView((current) => {
        const next = { ...current, ...change };
        views.set(jobId, next);
        return next;
      }),
  ];
}
