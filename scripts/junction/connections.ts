/** `connections`, `connection`, `connect`, `test`, `disconnect`. */
import * as z from "zod";
import { type Command, show, vendorOf } from "./command.ts";
import { connectFlags, fieldsOf, wayOf } from "./fields.ts";
import { connectInBrowser } from "./grant.ts";
import { details, pairs, table, time } from "./print.ts";

export const Integration = z.object({
  vendor: z.string(),
  name: z.string(),
  category: z.string(),
  powers: z.string(),
  status: z.enum(["connected", "warning", "error", "not_connected"]),
  because: z
    .object({ kind: z.string(), at: z.number(), call: z.string(), reason: z.string(), missing: z.array(z.string()).optional() })
    .nullable(),
  account: z.object({ id: z.string(), name: z.string() }).nullable(),
  connected_at: z.number().nullable(),
  scopes: z.array(z.string()),
});
export type Integration = z.output<typeof Integration>;
const Credential = z.object({
  fingerprint: z.string(),
  shown: z.record(z.string(), z.string()),
  updated_at: z.number(),
  refreshed_at: z.number().nullable(),
  expires_at: z.number().nullable(),
});

const path = (vendor: string): string => `/api/connections/${vendor}`;
/** Why it is not as green as could be; nothing where it is. */
function reason({ status, because }: Integration): string | null {
  if (because === null || status === "connected") return null;
  const lacking = because.missing === undefined ? "" : ` It lacks: ${because.missing.join(", ")}.`;
  return `${because.reason}${lacking} (${because.kind}, ${because.call})`;
}
const COLOUR = { connected: "green", warning: "yellow", error: "red", not_connected: "dim" } as const;

export const connections: readonly Command[] = [
  {
    name: "connections",
    takes: "",
    about: "every integration, and how well it is connected",
    words: [0, 0],
    async run(cli, read) {
      const { body } = await cli.gateway.ask("GET", "/api/connections");
      show(cli, read, body, () => {
        const { integrations } = z.object({ integrations: z.array(Integration) }).parse(body);
        table(
          cli.io,
          ["INTEGRATION", "STATUS", "ACCOUNT", "CONNECTED", "BECAUSE"],
          integrations.map((one) => [one.vendor, one.status, one.account?.name, time(one.connected_at), reason(one)]),
          (row, column) => (column === 1 ? COLOUR[integrations[row]?.status ?? "not_connected"] : undefined),
        );
      });
      return 0;
    },
  },
  {
    name: "connection",
    takes: "<vendor>",
    about: "one integration, with what may be shown of its credential",
    words: [1, 1],
    async run(cli, read) {
      const { id } = vendorOf(await cli.gateway.catalog(), read.words[0] ?? "");
      const { body } = await cli.gateway.ask("GET", path(id));
      show(cli, read, body, () => {
        const one = Integration.extend({ credential: Credential.nullable() }).parse(body);
        const { credential } = one;
        pairs(cli.io, [...shownOf(one), ["powers", one.powers], ["scopes", one.scopes.join(", ")]]);
        if (credential === null) return;
        cli.io.out("\ncredential\n");
        details(cli.io, {
          ...credential.shown,
          fingerprint: credential.fingerprint,
          updated: time(credential.updated_at),
          refreshed: time(credential.refreshed_at),
          expires: time(credential.expires_at),
        });
      });
      return 0;
    },
  },
  {
    name: "connect",
    takes: "<vendor> [--way W] [--field value …] [--replace]",
    about:
      "connect an integration: tested with the vendor first, and stored only if it accepts; `junction connect <vendor> --help` lists its fields and ways, and secrets left out are asked for",
    words: [1, 1],
    flags: [{ name: "replace", kind: "switch", about: "let another account take the place of the one that is connected" }],
    moreFlags: async ({ gateway }, vendor) => connectFlags(vendorOf(await gateway.catalog(), vendor)),
    async run(cli, read) {
      const vendor = vendorOf(await cli.gateway.catalog(), read.words[0] ?? "");
      const way = wayOf(vendor, read);
      const replace = read.on("replace") ?? false;
      const typed = async () => ({ fields: await fieldsOf(cli.io, vendor, way, read), type: way.credentialType, replace });
      const body = way.oauth
        ? await connectInBrowser(cli, vendor, replace)
        : (await cli.gateway.ask("POST", path(vendor.id), await typed())).body;
      show(cli, read, body, () => pairs(cli.io, shownOf(Integration.parse(body))));
      return 0;
    },
  },
  {
    name: "test",
    takes: "<vendor>",
    about: "test a connection again, with the credential that is stored",
    words: [1, 1],
    async run(cli, read) {
      const { id, name } = vendorOf(await cli.gateway.catalog(), read.words[0] ?? "");
      const { body } = await cli.gateway.ask("POST", `${path(id)}/test`);
      const one = Integration.parse(body);
      show(cli, read, body, () => pairs(cli.io, shownOf(one)));
      const passed = one.status === "connected";
      if (!passed) cli.io.say(`${name} is ${one.status}. ${reason(one) ?? ""}`.trim());
      return passed ? 0 : 1;
    },
  },
  {
    name: "disconnect",
    takes: "<vendor>",
    about: "disconnect an integration: no call uses its credential from this moment, and the vault destroys it",
    words: [1, 1],
    async run(cli, read) {
      const { id, name } = vendorOf(await cli.gateway.catalog(), read.words[0] ?? "");
      const { body } = await cli.gateway.ask("DELETE", path(id));
      show(cli, read, body, () => cli.io.say(`${name} is disconnected.`));
      return 0;
    },
  },
];

function shownOf(one: Integration): readonly (readonly [string, string | null])[] {
  return [
    ["integration", `${one.name} (${one.vendor})`],
    ["status", one.status],
    ["account", one.account && `${one.account.name} (${one.account.id})`],
    ["connected", time(one.connected_at)],
    ["because", reason(one)],
  ];
}
