/** Times as people read them. */
const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
const UNITS = [
  ["year", 31_536_000_000],
  ["month", 2_592_000_000],
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
] as const;

/** "3 minutes ago", "in 2 days"; anything under a minute is "just now" or "in a moment". */
export function ago(at: number, now: number): string {
  const span = at - now;
  for (const [unit, size] of UNITS) if (Math.abs(span) >= size) return relative.format(Math.trunc(span / size), unit);
  return span > 5_000 ? "in a moment" : "just now";
}

const full = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });
const day = new Intl.DateTimeFormat(undefined, { dateStyle: "medium" });
export const exact = (at: number): string => full.format(at);
export const date = (at: number): string => day.format(at);

/** "240 ms", "1.3 s". */
export const duration = (ms: number): string => (ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`);
