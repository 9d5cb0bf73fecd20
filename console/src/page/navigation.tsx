import { useState } from "preact/hooks";
import type { Me } from "../api/types";
import { go, type Route } from "./route";
import { openHelp, useShortcuts } from "./shortcuts";
import { applyTheme, readTheme, THEMES, type Theme } from "./theme";

interface Place {
  name: string;
  href: string;
  key: string;
}

const EMPLOYER: Place[] = [
  { name: "Jobs", href: "#/jobs", key: "g" },
  { name: "Post a job", href: "#/jobs/new", key: "n" },
  { name: "Settings", href: "#/settings", key: "," },
];
const ADMIN: Place[] = [
  { name: "Jobs", href: "#/jobs", key: "g" },
  { name: "Due and failed", href: "#/admin/due", key: "f" },
  { name: "Candidates", href: "#/admin/candidates", key: "p" },
  { name: "Import", href: "#/admin/import", key: "i" },
  { name: "Vocabulary", href: "#/admin/vocabulary", key: "v" },
  { name: "Audit", href: "#/admin/audit", key: "a" },
  { name: "Decision log", href: "#/admin/log", key: "l" },
  { name: "Queues", href: "#/admin/queues", key: "q" },
];
const THEME_NAMES: Record<Theme, string> = { system: "Auto", light: "Light", dark: "Dark" };

interface Props {
  me: Me;
  route: Route;
  signOut: () => void;
  skip: () => void;
}

export function Navigation({ me, route, signOut, skip }: Props) {
  const places = me.role === "admin" ? ADMIN : EMPLOYER;
  const here = currentPlace(places, route);
  const [theme, setTheme] = useState(readTheme);
  useShortcuts("Everywhere", [
    ...places.map(({ name, href, key }) => ({ name, key, run: () => go(href) })),
    { key: "?", name: "This list", run: openHelp },
  ]);
  return (
    <header class="top">
      <button type="button" class="skip" onClick={skip}>
        Skip to the content
      </button>
      <a class="brand" href="#/jobs">
        jobmatch
      </a>
      <nav aria-label="Screens">
        <ul>
          {places.map((place) => (
            <li key={place.href}>
              <a href={place.href} aria-current={place === here ? "page" : undefined} aria-keyshortcuts={place.key}>
                {place.name}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      <div class="account">
        <span class="who">{me.role === "admin" ? "Admin" : (me.companyName ?? "No company")}</span>
        <label>
          <span class="visually-hidden">Colours</span>
          <select
            value={theme}
            onChange={(event) => {
              const chosen = event.currentTarget.value as Theme;
              setTheme(chosen);
              applyTheme(chosen);
            }}>
            {THEMES.map((each) => (
              <option key={each} value={each}>
                {THEME_NAMES[each]}
              </option>
            ))}
          </select>
        </label>
        <button type="button" class="plain" onClick={openHelp} aria-label="Keyboard shortcuts">
          <kbd>?</kbd>
        </button>
        <button type="button" class="plain" onClick={signOut}>
          Sign out
        </button>
      </div>
    </header>
  );
}

/** The place with the longest address that the route begins with. */
function currentPlace(places: Place[], route: Route): Place | undefined {
  const path = `#/${route.parts.join("/") || "jobs"}`;
  return places
    .filter(({ href }) => path === href || path.startsWith(`${href}/`))
    .sort((one, other) => other.href.length - one.href.length)[0];
}
