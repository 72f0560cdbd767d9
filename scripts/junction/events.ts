/** `events`, `events show`, `events replay`: what vendors told us, and having it worked off again. */
import { EventType } from "@junction/core";
import * as z from "zod";
import { type Cli, type Command, show, vendorOf } from "./command.ts";
import { type Flag, meant, type Read, UsageError, wholeNumber } from "./flags.ts";
import { details, pairs, table, time } from "./print.ts";

const Event = z.object({
  id: z.string(),
  vendor: z.string(),
  type: z.string().nullable(),
  entity: z.string().nullable(),
  state: z.string(),
  attempts: z.number(),
  reason: z.string().nullable(),
  occurred_at: z.number().nullable(),
  received_at: z.number(),
  consumers: z.array(z.string()),
});
const Page = z.object({ events: z.array(Event), next: z.string().nullable(), counts: z.record(z.string(), z.number()) });

const STATES = ["received", "quarantined", "processing", "done", "failed", "dead"];
const AGAIN = ["done", "failed", "dead"];
const RED: Readonly<Record<string, "red" | "yellow" | "dim">> = { dead: "red", failed: "yellow", quarantined: "yellow", done: "dim" };
const WHEN = "a time such as 2026-11-21, 2026-11-21T09:30, or 30m, 12h, 7d ago";
const FILTERS: readonly Flag[] = [
  { name: "vendor", about: "an integration such as twilio" },
  { name: "type", about: "what happened, such as message.received" },
  { name: "from", about: `received since then: ${WHEN}` },
  { name: "to", about: `received until then: ${WHEN}` },
];
const UNITS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/** A date means its first moment, in this machine's time zone. */
function timeOf(read: Read, name: string): number | undefined {
  const text = read.one(name);
  if (text === undefined) return undefined;
  const [, count, unit] = /^(\d{1,6})([mhd])$/.exec(text) ?? [];
  if (unit !== undefined) return Date.now() - Number(count) * (UNITS[unit] ?? 0);
  const at = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00`) : Date.parse(text);
  if (!/^\d{4}-\d\d-\d\d/.test(text) || Number.isNaN(at)) throw new UsageError(`--${name} must be ${WHEN}.`);
  return at;
}

function stateOf(read: Read, allowed: readonly string[]): string | undefined {
  const state = read.one("state");
  if (state !== undefined && !allowed.includes(state))
    throw new UsageError(`--state must be one of ${allowed.join(", ")}.${meant(state, allowed)}`);
  return state;
}

/** What the flags choose; wrong ones are refused before anything is asked. */
async function chosen(cli: Cli, read: Read, states: readonly string[]) {
  const state = stateOf(read, states);
  const [from, to, type, vendor] = [timeOf(read, "from"), timeOf(read, "to"), read.one("type"), read.one("vendor")];
  if (from !== undefined && to !== undefined && from > to) throw new UsageError("--from must not be after --to.");
  if (type !== undefined && !EventType.safeParse(type).success)
    throw new UsageError(
      `There is no event ${type.slice(0, 60)}.${meant(type, EventType.options)} There are: ${EventType.options.join(", ")}.`,
    );
  return {
    ...(vendor !== undefined && { vendor: vendorOf(await cli.gateway.catalog(), vendor).id }),
    ...(type !== undefined && { type }),
    ...(state !== undefined && { state }),
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
  };
}

/** What waits for a person, and what they can do. */
function advice(cli: Cli, { counts }: z.output<typeof Page>): void {
  const { dead = 0, quarantined = 0 } = counts;
  if (dead > 0)
    cli.io.say(`${dead} dead: no longer tried. \`junction events --state dead\` lists them; \`junction events replay\` tries again.`);
  if (quarantined > 0) cli.io.say(`${quarantined} in quarantine: kept, and not acted on, until the integration's webhook secret is set.`);
}

export const events: readonly Command[] = [
  {
    name: "events",
    takes: "[--vendor V] [--type T] [--state S] [--from T] [--to T] [--limit N] [--before ID]",
    about: "what vendors told us, newest first, and what came of it",
    flags: [
      ...FILTERS,
      { name: "state", about: `one of ${STATES.join(", ")}` },
      { name: "entity", about: "what it is about, such as payment:pi_1" },
      { name: "limit", about: "a whole number from 1 to 200 (20 if left out)" },
      { name: "before", about: "the last event of the page before" },
    ],
    words: [0, 0],
    async run(cli, read) {
      const limit = wholeNumber(read, "limit", 1, 200) ?? 20;
      const query = new URLSearchParams({ limit: String(limit) });
      for (const [name, value] of Object.entries(await chosen(cli, read, STATES))) query.set(name, String(value));
      for (const name of ["entity", "before"]) {
        const value = read.one(name);
        if (value !== undefined) query.set(name, value);
      }
      const { body } = await cli.gateway.ask("GET", `/api/events?${query}`);
      show(cli, read, body, () => {
        const page = Page.parse(body);
        if (page.events.length === 0) cli.io.say("There are none.");
        else
          table(
            cli.io,
            ["RECEIVED", "VENDOR", "EVENT", "ABOUT", "STATE", "TRIES", "ID"],
            page.events.map((one) => [time(one.received_at), one.vendor, one.type, one.entity, one.state, one.attempts, one.id]),
            (row, column) => (column === 4 ? RED[page.events[row]?.state ?? ""] : undefined),
          );
        if (page.next !== null) cli.io.say(`There are older ones: --before ${page.next}`);
        advice(cli, page);
      });
      return 0;
    },
  },
  {
    name: "events show",
    takes: "<event>",
    about: "one event, and what it says with addresses and numbers masked",
    words: [1, 1],
    async run(cli, read) {
      const { body } = await cli.gateway.ask("GET", `/api/events/${encodeURIComponent(read.words[0] ?? "")}`);
      show(cli, read, body, () => {
        const { payload, ...event } = Event.extend({ payload: z.unknown() }).parse(body);
        pairs(cli.io, [
          ["event", event.id],
          ["vendor", event.vendor],
          ["type", event.type ?? "a delivery kept as it came"],
          ["about", event.entity],
          ["state", event.state],
          ["why", event.reason],
          ["tries", event.attempts],
          ["happened", time(event.occurred_at)],
          ["received", time(event.received_at)],
          ["taken by", event.consumers.join(", ")],
        ]);
        if (payload !== null) {
          cli.io.out("\nwhat it says\n");
          details(cli.io, payload);
        }
      });
      return 0;
    },
  },
  {
    name: "events replay",
    takes: "<event> [<event> …]  or  --from T [--to T] [--vendor V] [--type T] [--state S]",
    about: "work events off again; what they led to does not happen twice",
    flags: [...FILTERS, { name: "state", about: `one of ${AGAIN.join(", ")}` }],
    words: [0, 500],
    async run(cli, read) {
      const filter = await chosen(cli, read, AGAIN);
      const named = read.words.length > 0;
      if (named === Object.keys(filter).length > 0 || (!named && filter.from === undefined))
        throw new UsageError("Name events, or say --from and what else they have in common, and not both.");
      const { body } = await cli.gateway.ask("POST", "/api/events/replay", named ? { ids: read.words } : { to: Date.now(), ...filter });
      show(cli, read, body, () => {
        const { replayed } = z.object({ replayed: z.number() }).parse(body);
        if (replayed === 0) cli.io.say("Nothing to work off again: it is being worked on, waits in quarantine, or is not there.");
        else cli.io.say(`${replayed} ${replayed === 1 ? "event is" : "events are"} worked off again.`);
      });
      return 0;
    },
  },
];
