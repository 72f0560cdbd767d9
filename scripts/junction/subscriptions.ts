/** `subscriptions` and what goes with it: where your own systems take events. */
import * as z from "zod";
import { type Command, show } from "./command.ts";
import { type Flag, type Read, UsageError, wholeNumber } from "./flags.ts";
import { type Cell, pairs, table, time } from "./print.ts";

const Subscription = z.object({
  id: z.string(),
  url: z.string(),
  description: z.string(),
  types: z.array(z.string()).nullable(),
  state: z.enum(["active", "paused", "disabled"]),
  failing_since: z.number().nullable(),
  created_at: z.number(),
});
const Secret = z.object({ secret: z.string() });
const Attempt = z.object({ at: z.number(), status: z.number().nullable(), ms: z.number(), error: z.string().nullable() });
const Delivery = z.object({
  id: z.string(),
  event: z.string(),
  type: z.string(),
  state: z.enum(["pending", "delivered", "failed", "dead"]),
  attempts: z.number(),
  due_at: z.number().nullable(),
  created_at: z.number(),
  log: z.array(Attempt),
});
type Tint = "red" | "green" | "yellow" | undefined;
const TINTS: Readonly<Record<string, Tint>> = {
  active: "green",
  paused: "yellow",
  disabled: "red",
  delivered: "green",
  failed: "yellow",
  dead: "red",
};

const WANTED: readonly Flag[] = [
  { name: "types", about: "the events wanted, with commas between them: message.received,payment.failed (left out, all)" },
  { name: "description", about: "what it is for, at most 200 characters" },
];
const path = (read: Read, more = ""): string => `/api/subscriptions/${encodeURIComponent(read.words[0] ?? "")}${more}`;

/** What was given of types and description; `all` stands for every type. */
function wanted(read: Read): Record<string, unknown> {
  const [types, description] = [read.one("types"), read.one("description")];
  return {
    ...(types !== undefined && { types: types === "all" ? null : types.split(",").map((type) => type.trim()) }),
    ...(description !== undefined && { description }),
  };
}

export const subscriptions: readonly Command[] = [
  {
    name: "subscriptions",
    takes: "",
    about: "where your own systems take events",
    words: [0, 0],
    async run(cli, read) {
      const { body } = await cli.gateway.ask("GET", "/api/subscriptions");
      show(cli, read, body, () => {
        const found = z.object({ subscriptions: z.array(Subscription) }).parse(body).subscriptions;
        if (found.length === 0) return cli.io.say("Events go nowhere yet. `junction subscriptions add <url>` has them sent.");
        table(
          cli.io,
          ["STATE", "URL", "TYPES", "FAILING SINCE", "MADE", "FOR", "SUBSCRIPTION"],
          found.map((one): Cell[] => [
            ...[one.state, one.url, one.types?.join(", ") ?? "all"],
            ...[time(one.failing_since), time(one.created_at), one.description, one.id],
          ]),
          (row, column) => (column === 0 ? TINTS[found[row]?.state ?? ""] : undefined),
        );
      });
      return 0;
    },
  },
  {
    name: "subscriptions add",
    takes: "<url> [--types message.received,payment.failed] [--description TEXT]",
    about: "have events sent to an address; the secret that they are signed with is shown this once",
    flags: WANTED,
    words: [1, 1],
    async run(cli, read) {
      const { body } = await cli.gateway.ask("POST", "/api/subscriptions", { url: read.words[0], ...wanted(read) });
      show(cli, read, body, () => {
        const { id, url } = Subscription.parse(body);
        pairs(cli.io, [
          ["subscription", id],
          ["url", url],
          ["secret", Secret.parse(body).secret],
        ]);
        cli.io.say("The secret is shown this once. docs/webhooks-out.md says how to verify with it.");
      });
      return 0;
    },
  },
  {
    name: "subscriptions change",
    takes: "<subscription> [--url URL] [--types …|all] [--description TEXT] [--pause | --resume]",
    about: "change one, pause it, or switch it on again",
    flags: [
      { name: "url", about: "another address" },
      ...WANTED,
      { name: "pause", kind: "switch", about: "send nothing for now" },
      { name: "resume", kind: "switch", about: "send again, also where nothing but failure had switched it off" },
    ],
    words: [1, 1],
    async run(cli, read) {
      if (read.on("pause") === true && read.on("resume") === true) throw new UsageError("Say either --pause or --resume.");
      const state = read.on("pause") === true ? "paused" : read.on("resume") === true ? "active" : undefined;
      const url = read.one("url");
      const changes = { ...wanted(read), ...(url !== undefined && { url }), ...(state !== undefined && { state }) };
      if (Object.keys(changes).length === 0) throw new UsageError("Say what to change.");
      const { body } = await cli.gateway.ask("PATCH", path(read), changes);
      show(cli, read, body, () => {
        const one = Subscription.parse(body);
        cli.io.say(`${one.url} is ${one.state}, and is sent ${one.types?.join(", ") ?? "every event"}.`);
      });
      return 0;
    },
  },
  {
    name: "subscriptions remove",
    takes: "<subscription>",
    about: "end one, and forget what was on its way to it",
    words: [1, 1],
    async run(cli, read) {
      const { body } = await cli.gateway.ask("DELETE", path(read));
      show(cli, read, body, () => cli.io.say("Ended: nothing is sent there any more."));
      return 0;
    },
  },
  {
    name: "subscriptions rotate",
    takes: "<subscription>",
    about: "make a new signing secret; for a day deliveries are signed with both",
    words: [1, 1],
    async run(cli, read) {
      const { body } = await cli.gateway.ask("POST", path(read, "/rotate"));
      show(cli, read, body, () => {
        pairs(cli.io, [["secret", Secret.parse(body).secret]]);
        cli.io.say("The secret is shown this once. The one before it verifies for another day.");
      });
      return 0;
    },
  },
  {
    name: "subscriptions test",
    takes: "<subscription>",
    about: "send an event of type test now, and say what came of it",
    words: [1, 1],
    async run(cli, read) {
      const { body } = await cli.gateway.ask("POST", path(read, "/test"));
      const { delivered, status, ms, error } = Attempt.extend({ delivered: z.boolean() }).parse(body);
      show(cli, read, body, () => cli.io.say(delivered ? `Delivered: it answered ${status} after ${ms} ms.` : `Not delivered. ${error}`));
      return delivered ? 0 : 1;
    },
  },
  {
    name: "subscriptions deliveries",
    takes: "<subscription> [--limit N]",
    about: "what was sent to one, newest first, and what came of it",
    flags: [{ name: "limit", about: "a whole number from 1 to 200 (20 if left out)" }],
    words: [1, 1],
    async run(cli, read) {
      const limit = wholeNumber(read, "limit", 1, 200) ?? 20;
      const { body } = await cli.gateway.ask("GET", path(read, `/deliveries?limit=${limit}`));
      show(cli, read, body, () => {
        const { deliveries } = z.object({ deliveries: z.array(Delivery) }).parse(body);
        if (deliveries.length === 0) return cli.io.say("Nothing was sent there yet.");
        table(
          cli.io,
          ["STATE", "TYPE", "BEGUN", "TRIES", "ANSWER", "NEXT TRY", "DELIVERY"],
          deliveries.map((one): Cell[] => {
            const last = one.log.at(-1);
            return [one.state, one.type, time(one.created_at), one.attempts, last?.error ?? last?.status, time(one.due_at), one.id];
          }),
          (row, column) => (column === 0 ? TINTS[deliveries[row]?.state ?? ""] : undefined),
        );
      });
      return 0;
    },
  },
  {
    name: "subscriptions replay",
    takes: "<delivery>",
    about: "send a delivery once more",
    words: [1, 1],
    async run(cli, read) {
      const { body } = await cli.gateway.ask("POST", `/api/deliveries/${encodeURIComponent(read.words[0] ?? "")}/replay`);
      show(cli, read, body, () => cli.io.say("It is on its way."));
      return 0;
    },
  },
];
