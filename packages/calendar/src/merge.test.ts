/** The rules as a model: a job and a calendar changed at random, rounds that are cut short anywhere. */
import type { Disputed, EventFields } from "@junction/db";
import { expect, test } from "vitest";
import { changeOf, eventOf, fieldsOfEvent, same } from "./fields.ts";
import { merge, written } from "./merge.ts";

const SEED = Number(process.env["CALENDAR_SEED"] ?? 20261121);
const SCHEDULES = 4_000;
const TIME = JSON.stringify({
  start: "2027-03-01T09:00:00",
  end: "2027-03-01T10:00:00",
  time_zone: "America/New_York",
  recurrence: null,
  exceptions: [],
});

/** Numbers that a seed decides (splitmix). */
function numbers(seed: number): (below: number) => number {
  let state = seed | 0;
  return (below) => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) % below;
  };
}

function must(holds: boolean, what: string): void {
  if (!holds) throw new Error(what); // an assertion for each would take ten times as long as the schedules
}

interface Side {
  fields: Record<string, string | null>;
  version: number;
  /** Every value this side's people have had before them. */
  readonly had: Set<string>;
}
const note = (side: Side) => {
  for (const [field, value] of Object.entries(side.fields)) side.had.add(`${field}=${value}`);
};
const start = (): Side => ({ fields: { title: "t0", time: TIME, location: null, notes: "n0" }, version: 1, had: new Set() });

/** What the sync remembers of the two. */
interface Memory {
  base: EventFields;
  theirs: EventFields;
  version: number;
  writing: EventFields[];
  open: readonly Disputed[];
}

test(`${SCHEDULES} schedules (seed ${SEED}): no edit is overwritten that its other side never had, and both come to agree`, () => {
  const draw = numbers(SEED);
  const counts = { conflicts: 0, taken: 0, written: 0, lost: 0 };
  for (let schedule = 0; schedule < SCHEDULES; schedule++) {
    const [job, event] = [start(), start()];
    note(job);
    note(event);
    const memory: Memory = { base: job.fields, theirs: event.fields, version: 1, writing: [], open: [] };
    let next = 0;
    const edit = (side: Side) => {
      const field = ["title", "location", "notes"][draw(3)] ?? "title";
      const clears = field !== "title" && draw(8) === 0;
      side.fields = { ...side.fields, [field]: clears ? null : `${field}${schedule}.${++next}` };
      side.version++;
      note(side);
    };
    const round = (cut: number) => {
      // The step after which the Worker dies; 0: none.
      const dies = (step: number) => step === cut;
      for (let tries = 0; tries < 4; tries++) {
        if (memory.version !== event.version) [memory.theirs, memory.version] = [event.fields, event.version];
        const merged = merge({ ours: job.fields, theirs: memory.theirs, base: memory.base, writing: memory.writing });
        for (const [field, value] of Object.entries(merged.take)) {
          must(event.had.has(`${field}=${job.fields[field] ?? null}`), `the job's ${field} was never on the calendar`);
          job.fields = { ...job.fields, [field]: value };
          counts.taken++;
        }
        note(job);
        if (dies(1)) return;
        memory.base = merged.base;
        memory.open = merged.conflicts;
        if (merged.write === null) {
          memory.writing = [];
          return;
        }
        memory.writing = [...memory.writing, merged.mine].slice(-4);
        if (dies(2)) return;
        if (draw(6) === 0) edit(event); // somebody is quicker
        if (memory.version !== event.version) continue; // 412
        for (const field of Object.keys(merged.write))
          if (!same(field, event.fields[field], merged.write[field]))
            must(job.had.has(`${field}=${event.fields[field] ?? null}`), `the event's ${field} was never in the job`);
        event.fields = { ...merged.write };
        event.version++;
        note(event);
        counts.written++;
        if (dies(3)) {
          counts.lost++;
          return; // written, and the answer is lost
        }
        Object.assign(memory, { theirs: merged.write, version: event.version, base: written(merged.write, merged), writing: [] });
        return;
      }
    };
    for (let step = 0; step < 12; step++) {
      const what = draw(5);
      if (what < 2) edit(job);
      else if (what < 4) edit(event);
      else round(draw(5));
    }
    for (let calm = 0; calm < 4; calm++) round(0);
    // Both agree on all but what is said to be open, and that is as it is said.
    for (const field of Object.keys(job.fields)) {
      const open = memory.open.find((one) => one.field === field);
      if (open) must(open.ours === job.fields[field] && open.theirs === event.fields[field], `${field} is not what is said to be open`);
      else must(event.fields[field] === job.fields[field], `${field} differs in schedule ${schedule}`);
    }
    // A person decides, and then they agree.
    for (const { field, ours, theirs } of memory.open) {
      counts.conflicts++;
      const keep = draw(2) === 0;
      memory.base = { ...memory.base, [field]: keep ? theirs : ours };
      job.had.add(`${field}=${theirs}`);
      event.had.add(`${field}=${ours}`);
    }
    for (let calm = 0; calm < 4; calm++) round(0);
    for (let calm = 0; calm < 3 && memory.open.length > 0; calm++) {
      for (const { field, theirs } of memory.open) {
        memory.base = { ...memory.base, [field]: theirs };
        job.had.add(`${field}=${theirs}`);
      }
      for (let again = 0; again < 4; again++) round(0);
    }
    must(JSON.stringify(event.fields) === JSON.stringify(job.fields), `they differ in schedule ${schedule}`);
  }
  // The schedules meet everything, or they prove nothing.
  expect(Math.min(counts.conflicts, counts.taken, counts.written, counts.lost)).toBeGreaterThan(500);
});

test("what was agreed on by neither is a conflict wherever it differs, and nothing where it does not", () => {
  const ours = { title: "Leak", time: TIME, location: "1 Main St", notes: null };
  const theirs = { ...ours, location: "2 Main St" };
  expect(merge({ ours, theirs, base: {} })).toEqual({
    ...{ write: null, mine: {} },
    take: {},
    base: { title: "Leak", time: TIME, notes: null },
    conflicts: [{ field: "location", ours: "1 Main St", theirs: "2 Main St" }],
  });
});

test("a disputed field is written as the calendar has it while others go there", () => {
  const base = { title: "a", time: TIME, location: null, notes: "n" };
  const merged = merge({ ours: { ...base, title: "b", notes: "ours" }, theirs: { ...base, notes: "theirs" }, base });
  expect(merged).toMatchObject({ write: { title: "b", notes: "theirs" }, take: {}, conflicts: [{ field: "notes" }] });
  expect(written(merged.write ?? {}, merged)).toEqual({ ...base, title: "b", notes: "n" });
});

test("one time on the clocks of two zones is one time, unless it repeats", () => {
  const time = (start: string, end: string, time_zone: string, recurrence: string | null = null) =>
    JSON.stringify({ start, end, time_zone, recurrence, exceptions: [] });
  const [york, utc] = [
    time("2027-03-14T09:00:00", "2027-03-14T10:00:00", "America/New_York"),
    time("2027-03-14T13:00:00", "2027-03-14T14:00:00", "UTC"),
  ];
  expect(same("time", york, utc)).toBe(true);
  expect(same("time", york, time("2027-03-14T14:00:00", "2027-03-14T15:00:00", "UTC"))).toBe(false);
  const weekly = "RRULE:FREQ=WEEKLY";
  expect(
    same(
      "time",
      time("2027-03-14T09:00:00", "2027-03-14T10:00:00", "America/New_York", weekly),
      time("2027-03-14T13:00:00", "2027-03-14T14:00:00", "UTC", weekly),
    ),
  ).toBe(false);
});

test("an event becomes fields and an event again; a rule is the same rule however it is written", () => {
  const event = {
    ...{
      title: "Mow",
      start: "2027-03-01T09:00:00",
      end: "2027-03-01T10:00:00",
      time_zone: "America/New_York",
      location: null,
      notes: "a\r\nb ",
    },
    recurrence: "RRULE:BYDAY=MO;FREQ=WEEKLY;WKST=MO;INTERVAL=1",
    exceptions: [{ original: "2027-03-15T09:00:00", start: null, end: null }],
  };
  const fields = fieldsOfEvent(event);
  expect(eventOf(fields)).toEqual({ ...event, notes: "a\nb", recurrence: "RRULE:FREQ=WEEKLY;BYDAY=MO" });
  expect(fieldsOfEvent({ ...event, recurrence: "RRULE:FREQ=WEEKLY;BYDAY=MO" })).toEqual(fields);
  expect(changeOf(fields)).toMatchObject({ startsAt: Date.UTC(2027, 2, 1, 14), timeZone: "America/New_York" });
});
