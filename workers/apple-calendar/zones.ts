/** Time zones as iCalendar writes them. */
import { aheadAt } from "@junction/kit";

/** The instant at which the zone's clocks show this time; `local` is that time taken for UTC. */
export function instantOf(local: number, zone: string): number {
  return local - aheadAt(local - aheadAt(local, zone), zone);
}

const DAY = 86_400_000;
/** No zone keeps a summer time shorter than this; Morocco's break for Ramadan is the shortest. */
const STEP = 14 * DAY;

/** A VTIMEZONE that holds from a year before an instant to some years after it (RFC 5545 §3.6.5), each change of the clocks written out. */
export function vtimezone(zone: string, around: number, years = 1): string {
  const minute = Math.floor(around / 60_000) * 60_000; // clocks change at whole minutes, so that is where halving arrives
  const [from, until] = [minute - 366 * DAY, minute + years * 366 * DAY];
  const first = aheadAt(from, zone);
  const observances = [observance("STANDARD", "19700101T000000", first, first)];
  let ahead = first;
  for (let at = from; at < until; at += STEP) {
    if (aheadAt(at + STEP, zone) === ahead) continue;
    let [before, after] = [at, at + STEP];
    while (after - before > 1000) {
      const middle = Math.floor((before + after) / 2000) * 1000;
      if (aheadAt(middle, zone) === ahead) before = middle;
      else after = middle;
    }
    const now = aheadAt(after, zone);
    const local = new Date(after + ahead).toISOString().slice(0, 19).replace(/[-:]/g, "");
    observances.push(observance(now > ahead ? "DAYLIGHT" : "STANDARD", local, ahead, now));
    ahead = now;
  }
  return ["BEGIN:VTIMEZONE", `TZID:${zone}`, ...observances, "END:VTIMEZONE"].join("\r\n");
}

const observance = (kind: "STANDARD" | "DAYLIGHT", start: string, from: number, to: number): string =>
  [`BEGIN:${kind}`, `DTSTART:${start}`, `TZOFFSETFROM:${offset(from, "")}`, `TZOFFSETTO:${offset(to, "")}`, `END:${kind}`].join("\r\n");

/** `+05:30`, with the given text between hours and minutes. */
export function offset(ahead: number, between: string): string {
  const minutes = Math.round(Math.abs(ahead) / 60_000);
  const two = (value: number) => String(value).padStart(2, "0");
  return `${ahead < 0 ? "-" : "+"}${two(Math.floor(minutes / 60))}${between}${two(minutes % 60)}`;
}
