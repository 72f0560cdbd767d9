/** `webhook`: where a vendor delivers, and the secret that proves it. */
import * as z from "zod";
import { askLine, readAll } from "./ask.ts";
import { type Cli, type Command, show, vendorOf } from "./command.ts";
import { type Read, UsageError } from "./flags.ts";
import { Failed } from "./gateway.ts";
import { type Cell, pairs, table, time } from "./print.ts";

const Webhook = z.object({
  url: z.string().nullable(),
  setup: z.string(),
  secret_label: z.string().nullable(),
  may_generate: z.boolean(),
  secret_set: z.boolean(),
  secret_last_four: z.string().nullable(),
  previous_accepted_until: z.number().nullable(),
  waiting_for_first_event: z.boolean(),
  last_verified_at: z.number().nullable(),
  last_forged_at: z.number().nullable(),
  counts: z.object({ verified: z.number(), forged: z.number(), quarantined: z.number(), duplicates: z.number() }),
  quarantined: z.number(),
  last_deliveries: z.array(
    z.object({ id: z.string(), type: z.string().nullable(), entity: z.string().nullable(), state: z.string(), received_at: z.number() }),
  ),
});
type Webhook = z.output<typeof Webhook>;
const Kind = z.object({ secret: z.enum(["own", "credential", "app"]) });
const Made = z.object({ secret: z.string().optional() });

export const webhook: readonly Command[] = [
  {
    name: "webhook",
    takes: "<vendor> [--generate | --secret-stdin]",
    about: "where an integration delivers its events, what came of late, and the secret that proves it",
    words: [1, 1],
    flags: [
      { name: "generate", kind: "switch", about: "make a new secret for you to hand over; it is shown this once" },
      {
        name: "secret-stdin",
        kind: "switch",
        about: "set the secret the vendor shows: read from standard input, or asked for at a terminal",
      },
    ],
    async run(cli, read) {
      const { id, name } = vendorOf(await cli.gateway.catalog(), read.words[0] ?? "");
      const change = await changeOf(cli, read);
      const path = `/api/connections/${id}`;
      if (change === undefined) {
        const { body } = await cli.gateway.ask("GET", path);
        const { webhook: found } = z.object({ webhook: z.unknown() }).parse(body);
        if (found === null) throw new Failed(`${name}'s events do not reach Junction.`);
        show(cli, read, found, () => print(cli, Webhook.parse(found), Kind.parse(found).secret));
        return 0;
      }
      const { body } = await cli.gateway.ask("POST", `${path}/webhook-secret`, change);
      show(cli, read, body, () => {
        const { secret } = Made.parse(body);
        const view = Webhook.parse(body);
        print(cli, view, "own", secret);
        cli.io.say(secret === undefined ? "The secret is set." : `The secret is shown this once: enter it at ${name} now.`);
        if (view.previous_accepted_until !== null) cli.io.say("The one before it is accepted for a day.");
      });
      return 0;
    },
  },
];

async function changeOf({ io }: Cli, read: Read): Promise<{ readonly action: string; readonly secret?: string } | undefined> {
  const piped = read.on("secret-stdin") === true;
  if (piped && read.on("generate") === true) throw new UsageError("Say --generate or --secret-stdin, and not both.");
  if (read.on("generate") === true) return { action: "generate" };
  if (!piped) return undefined;
  const secret = (io.input.isTTY === true ? await askLine(io, "The secret: ", true) : await readAll(io)).trim();
  if (secret === "") throw new UsageError("--secret-stdin was given no secret.");
  return { action: "set", secret };
}

function print({ io }: Cli, view: Webhook, by: "own" | "credential" | "app", made?: string): void {
  const { counts } = view;
  const rows: (readonly [string, Cell])[] = [
    ["address", view.url ?? "that of Junction's own app, which the operator enters at the vendor"],
    ["where to", view.setup],
    ["secret", made ?? secretWords(view, by)],
    ["previous until", time(view.previous_accepted_until)],
    ["last verified", view.waiting_for_first_event ? "waiting for the first event" : time(view.last_verified_at)],
    ["last forged", time(view.last_forged_at)],
    ["verified", counts.verified],
    ["forged", counts.forged],
    ["duplicates", counts.duplicates],
    ["waiting now", view.quarantined],
  ];
  pairs(io, rows);
  if (view.last_deliveries.length === 0) return;
  io.out("\n");
  table(
    io,
    ["RECEIVED", "EVENT", "ABOUT", "STATE", "ID"],
    view.last_deliveries.map(({ received_at, type, entity, state, id }) => [time(received_at), type ?? "not read yet", entity, state, id]),
  );
}

function secretWords({ secret_set, secret_last_four, secret_label }: Webhook, by: "own" | "credential" | "app"): string {
  const set = secret_set ? "set" : "not set";
  if (by === "credential") return `what the integration is connected with: ${set}`;
  if (by === "app") return `that of Junction's own app: ${set}`;
  return `${secret_label ?? "its own"}: ${set}${secret_last_four === null ? "" : `, ends in ${secret_last_four}`}`;
}
