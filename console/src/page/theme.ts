/** Light or dark: as the system says, unless the person says otherwise. */

import { keep, readKept } from "./kept";

export const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

export function readTheme(): Theme {
  return readKept<Theme>("theme", "system");
}

export function applyTheme(theme: Theme): void {
  document.documentElement.dataset["theme"] = theme;
  keep("theme", theme);
}
