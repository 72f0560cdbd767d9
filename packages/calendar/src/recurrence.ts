/** Recurrence rules as text: written in one way, and checked before a calendar is given one. */

const PARTS: Readonly<Record<string, RegExp>> = {
  FREQ: /^(DAILY|WEEKLY|MONTHLY|YEARLY)$/,
  INTERVAL: /^[1-9]\d{0,2}$/,
  COUNT: /^[1-9]\d{0,2}$/,
  UNTIL: /^\d{8}(T\d{6}Z)?$/,
  BYDAY: /^[+-]?\d{0,2}(MO|TU|WE|TH|FR|SA|SU)(,[+-]?\d{0,2}(MO|TU|WE|TH|FR|SA|SU))*$/,
  BYMONTHDAY: /^-?\d{1,2}(,-?\d{1,2})*$/,
  BYMONTH: /^\d{1,2}(,\d{1,2})*$/,
  BYSETPOS: /^-?\d{1,3}(,-?\d{1,3})*$/,
  WKST: /^(MO|TU|WE|TH|FR|SA|SU)$/,
};

const partsOf = (rule: string): (readonly [string, string])[] =>
  rule
    .split(";")
    .filter((part) => part !== "")
    .map((part) => {
      const [name = "", value = ""] = part.toUpperCase().split("=");
      return [name, value] as const;
    });

/** What is wrong with an RRULE as a person gives it; null if nothing is. `whole`: of a job that lasts whole days. */
export function wrongRecurrence(recurrence: string, whole: boolean): string | null {
  const [, rule] = /^RRULE:(\S+)$/i.exec(recurrence) ?? [];
  if (rule === undefined) return "a rule such as RRULE:FREQ=WEEKLY;BYDAY=MO";
  const parts = partsOf(rule);
  const names = parts.map(([name]) => name);
  if (new Set(names).size < names.length) return "each part of the rule once";
  const wrong = parts.find(([name, value]) => !PARTS[name]?.test(value));
  if (wrong) return `a rule whose parts calendars know: ${wrong[0].slice(0, 20)} does not fit`;
  if (!names.includes("FREQ")) return "FREQ in the rule, such as FREQ=WEEKLY";
  if (names.includes("COUNT") && names.includes("UNTIL")) return "COUNT or UNTIL in the rule, not both";
  const until = parts.find(([name]) => name === "UNTIL")?.[1];
  if (until !== undefined && (until.length === 8) !== whole)
    return whole ? "UNTIL as a date, such as UNTIL=20270331" : "UNTIL as an instant, such as UNTIL=20270331T130000Z";
  return null;
}

/** The same rule in the same text, whoever wrote it: parts in the order of their names, without what goes without saying. */
export function canonicalRecurrence(recurrence: string | null): string | null {
  if (recurrence === null || recurrence.trim() === "") return null;
  const lines = recurrence.split(/\r?\n/).map((line) => line.trim());
  const written = lines
    .filter((line) => line !== "")
    .map((line) => {
      const [, rule] = /^RRULE:(.+)$/i.exec(line) ?? [];
      if (rule === undefined) return line;
      const parts = partsOf(rule).filter(
        ([name, value]) => !(name === "INTERVAL" && value === "1") && !(name === "WKST" && value === "MO"),
      );
      return `RRULE:${parts
        .sort(([a], [b]) => (a === "FREQ" ? -1 : b === "FREQ" ? 1 : a < b ? -1 : 1))
        .map((part) => part.join("="))
        .join(";")}`;
    });
  return written.sort((a, b) => Number(b.startsWith("RRULE")) - Number(a.startsWith("RRULE")) || (a < b ? -1 : 1)).join("\n");
}
