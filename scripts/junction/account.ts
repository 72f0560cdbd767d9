/** `calls`, `decide`, `keys`, `keys add`, `keys revoke`. */
import * as z from "zod";
import { type Command, show, toolOf, vendorOf } from "./command.ts";
import { meant, UsageError, wholeNumber } from "./flags.ts";
import { pairs, table, time } from "./print.ts";

const Call = z.object({
  id: z.string(),
  actor: z.string(),
  tool: z.string(),
  vendor: z.string().nullable(),
  state: z.string(),
  kind: z.string().nullable(),
  attempts: z.number(),
  started_at: z.number(),
  duration_ms: z.number(),
});
const Key = z.object({
  id: z.string(),
  name: z.string(),
  tools: z.array(z.string()).nullable(),
  created_at: z.number(),
  expires_at: z.number().nullable(),
  revoked_at: z.number().nullable(),
  last_used_at: z.number().nullable(),
});
type Key = z.output<typeof Key>;

const STATES = ["confirmed", "failed", "unknown", "refused"];
const stateOf = ({ revoked_at, expires_at }: Key): string =>
  revoked_at !== null ? "revoked" : expires_at !== null && expires_at <= Date.now() ? "expired" : "valid";

export const account: readonly Command[] = [
  {
    name: "calls",
    takes: "[--tool T] [--vendor V] [--state S] [--limit N | --csv]",
    about: "what was called, newest first, and what came of it",
    flags: [
      { name: "tool", about: "a tool such as crm/send_sms" },
      { name: "vendor", about: "an integration such as twilio" },
      { name: "state", about: `one of ${STATES.join(", ")}` },
      { name: "limit", about: "a whole number from 1 to 200 (20 if left out)" },
      { name: "csv", kind: "switch", about: "the newest 10,000 as CSV, for a spreadsheet" },
    ],
    words: [0, 0],
    async run(cli, read) {
      const limit = wholeNumber(read, "limit", 1, 200) ?? 20;
      const [tool, vendor, state] = [read.one("tool"), read.one("vendor"), read.one("state")];
      if (state !== undefined && !STATES.includes(state))
        throw new UsageError(`--state must be one of ${STATES.join(", ")}.${meant(state, STATES)}`);
      const csv = read.on("csv") === true;
      if (csv && (read.one("limit") !== undefined || read.on("json"))) throw new UsageError("--csv goes with neither --limit nor --json.");
      const catalog = await cli.gateway.catalog();
      const query = new URLSearchParams(csv ? {} : { limit: String(limit) });
      if (tool !== undefined) query.set("tool", toolOf(catalog, tool).id);
      if (vendor !== undefined) query.set("vendor", vendorOf(catalog, vendor).id);
      if (state !== undefined) query.set("state", state);
      if (csv) {
        cli.io.out(await cli.gateway.text(`/api/calls/csv?${query}`));
        return 0;
      }
      const { body } = await cli.gateway.ask("GET", `/api/calls?${query}`);
      show(cli, read, body, () => {
        const { calls } = z.object({ calls: z.array(Call) }).parse(body);
        if (calls.length === 0) return cli.io.say("No call fits.");
        table(
          cli.io,
          ["STARTED", "TOOL", "VENDOR", "STATE", "KIND", "MS", "TRIES", "BY", "CALL"],
          calls.map((one) => [
            time(one.started_at),
            one.tool,
            one.vendor,
            one.state,
            one.kind,
            one.duration_ms,
            one.attempts,
            one.actor,
            one.id,
          ]),
        );
      });
      return 0;
    },
  },
  {
    name: "decide",
    takes: "<call> --happened  or  <call> --did-not-happen",
    about: "say what came of a call whose outcome is unknown, once you have looked",
    flags: [
      { name: "happened", kind: "switch", about: "it did: a repeat will not do it again" },
      { name: "did-not-happen", kind: "switch", about: "it did not: it may be called again" },
    ],
    words: [1, 1],
    async run(cli, read) {
      const happened = read.on("happened") === true;
      if (happened === (read.on("did-not-happen") === true)) throw new UsageError("Say either --happened or --did-not-happen.");
      const { body } = await cli.gateway.ask("POST", `/api/calls/${encodeURIComponent(read.words[0] ?? "")}/decide`, { happened });
      show(cli, read, body, () =>
        cli.io.say(happened ? "Noted: it happened, and will not be done again." : "Noted: it did not happen, and may be called again."),
      );
      return 0;
    },
  },
  {
    name: "keys",
    takes: "",
    about: "the agent keys, without the keys",
    words: [0, 0],
    async run(cli, read) {
      const { body } = await cli.gateway.ask("GET", "/api/keys");
      show(cli, read, body, () => {
        const { keys } = z.object({ keys: z.array(Key) }).parse(body);
        table(
          cli.io,
          ["KEY", "NAME", "STATE", "TOOLS", "MADE", "EXPIRES", "LAST USED"],
          keys.map((key) => [
            key.id,
            key.name,
            stateOf(key),
            key.tools?.join(", ") ?? "all",
            time(key.created_at),
            time(key.expires_at),
            time(key.last_used_at),
          ]),
        );
      });
      return 0;
    },
  },
  {
    name: "keys add",
    takes: "--name NAME [--tools crm/send_sms,crm/send_email] [--days N]",
    about: "make an agent key; it is shown this once",
    flags: [
      { name: "name", about: "what the key is for, 1 to 100 characters (required)" },
      { name: "tools", about: "the tools it may use, with commas between them; left out, all" },
      { name: "days", about: "days until it expires, 1 to 3650; left out, it does not" },
    ],
    words: [0, 0],
    async run(cli, read) {
      const name = read.one("name");
      if (name === undefined) throw new UsageError("keys add needs --name: what the key is for.");
      const days = wholeNumber(read, "days", 1, 3650);
      const listed = read.one("tools");
      const catalog = listed === undefined ? undefined : await cli.gateway.catalog();
      const tools = catalog && listed?.split(",").map((tool) => toolOf(catalog, tool.trim()).id);
      const ask = { name, ...(tools && { tools }), ...(days !== undefined && { expires_in_days: days }) };
      const { body } = await cli.gateway.ask("POST", "/api/keys", ask);
      show(cli, read, body, () => {
        const made = Key.extend({ key: z.string() }).parse(body);
        pairs(cli.io, [
          ["key", made.key],
          ["id", made.id],
          ["tools", made.tools?.join(", ") ?? "all"],
          ["expires", time(made.expires_at)],
        ]);
        cli.io.say(`Give it to the agent now: it is not shown again.`);
      });
      return 0;
    },
  },
  {
    name: "keys revoke",
    takes: "<key>",
    about: "revoke an agent key, by its id, at once",
    words: [1, 1],
    async run(cli, read) {
      const { body } = await cli.gateway.ask("DELETE", `/api/keys/${encodeURIComponent(read.words[0] ?? "")}`);
      show(cli, read, body, () => cli.io.say("The key is revoked: its next call is refused."));
      return 0;
    },
  },
];
