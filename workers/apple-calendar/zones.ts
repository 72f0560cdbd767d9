/** Time zones, by the runtime's own database. */

const formats = new Map<string, Intl.DateTimeFormat>();
function format(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known) return known;
  const numeric = { year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric", second: "numeric" } as const;
  const made = new Intl.DateTimeFormat("en-US", { timeZone: zone, hourCycle: "h23", ...numeric });
  formats.set(zone, made);
  return made;
}

/** Whether the runtime knows the zone. */
export function isZone(zone: string): boolean {
  try {
    return format(zone) !== undefined;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** How far the zone's clocks are ahead of UTC at an instant, in milliseconds. */
export function aheadAt(instant: number, zone: string): number {
  const parts = new Map(
    format(zone)
      .formatToParts(instant)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const part = (name: Intl.DateTimeFormatPartTypes) => parts.get(name) ?? 0;
  const local = Date.UTC(part("year"), part("month") - 1, part("day"), part("hour"), part("minute"), part("second"));
  return local - Math.floor(instant / 1000) * 1000;
}

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
