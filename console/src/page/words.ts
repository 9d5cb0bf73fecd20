/** Numbers, times and enumerations as people write them. */

const numbers = new Intl.NumberFormat("en");
const days = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric" });
const moments = new Intl.DateTimeFormat("en-GB", {
  day: "numeric",
  month: "short",
  year: "numeric",
  hour: "2-digit",
  minute: "2-digit",
});

export function count(number: number, noun: string, plural = `${noun}s`): string {
  return `${numbers.format(number)} ${number === 1 ? noun : plural}`;
}

export function inNumbers(number: number): string {
  return numbers.format(number);
}

export function day(iso: string): string {
  return days.format(new Date(iso));
}

export function moment(iso: string): string {
  return moments.format(new Date(iso));
}

export function ago(iso: string, now = Date.now()): string {
  const minutes = Math.floor((now - Date.parse(iso)) / 60_000);
  if (minutes < 1) return "just now";
  if (minutes < 60) return `${count(minutes, "minute")} ago`;
  if (minutes < 24 * 60) return `${count(Math.floor(minutes / 60), "hour")} ago`;
  if (minutes < 7 * 24 * 60) return `${count(Math.floor(minutes / 60 / 24), "day")} ago`;
  return day(iso);
}

export function years(months: number | null): string {
  if (months === null) return "Unknown";
  return months < 12 ? count(months, "month") : count(Math.floor(months / 12), "year");
}

export function list(values: readonly string[], most = values.length): string {
  const rest = values.length - most;
  const shown = values.slice(0, most).join(", ");
  return rest > 0 ? `${shown} and ${rest} more` : shown;
}

/**
 * How an anonymous candidate is called: the same everywhere, and meaning nothing. Of the 500 that a
 * job may have, with six digits hardly ever two are called the same.
 */
export function candidateName(profileId: string): string {
  return `Candidate ${profileId.slice(0, 6).toUpperCase()}`;
}
