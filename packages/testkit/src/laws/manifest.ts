/** Laws that hold of what a vendor declares. */
import { CatalogTool } from "@junction/core";
import { type Auth, describeVendor, endpointsOf, HOST_PATTERN, hostsFor, ownsHost } from "@junction/kit";
import * as z from "zod";
import type { Law, Violation } from "../law.ts";
import type { Subject } from "../subject.ts";
import { wrong } from "./source.ts";

type Schema = Readonly<Record<string, unknown>>;
const UNIONS = ["anyOf", "oneOf", "allOf", "not", "$ref"];

export const MANIFEST_LAWS: readonly Law<Subject>[] = [
  {
    name: "its schemas are objects every MCP client can read",
    check: ({ vendor }) =>
      [...vendor.actions.values()].flatMap(({ tool }) =>
        (["input", "output"] as const).flatMap((io) => {
          let schema: Schema;
          try {
            schema = z.toJSONSchema(tool[io], { io }) as Schema;
          } catch (error) {
            return wrong(true, `its ${io} cannot be written as JSON Schema: ${String(error)}`, tool.id);
          }
          const unions = UNIONS.filter((word) => word in schema);
          return [
            ...wrong(schema["type"] !== "object", `its ${io} is no object`, tool.id),
            ...wrong(unions.length > 0, `its ${io} has ${unions.join(", ")} at the root`, tool.id),
            ...wrong(
              io === "input" && schema["additionalProperties"] !== false,
              "its input takes unknown fields: use z.strictObject",
              tool.id,
            ),
          ];
        }),
      ),
  },
  {
    name: "its tools and their input fields are described",
    check: ({ vendor }) =>
      [...vendor.actions.values()].flatMap(({ tool }) => {
        const { description, title, id } = tool;
        const entry = z.object(CatalogTool.shape).pick({ id: true, title: true, effect: true }).safeParse(tool);
        return [
          ...wrong(!entry.success, `${id} is no tool id, or its effect is unknown`, id),
          ...wrong(description.length < 20 || description.length > 1024, `its description has ${description.length} characters`, id),
          ...wrong(title.length < 3 || title.length > 80, `its title has ${title.length} characters`, id),
          ...undescribed(jsonSchema(tool.input)).map((name) => ({ tool: id, text: `its input field ${name} has no description` })),
        ];
      }),
  },
  {
    name: "its tools are the trade's, or its own by name",
    check: ({ id, vendor }) =>
      [...vendor.actions.keys()].flatMap((tool) =>
        wrong(!/^crm\//.test(tool) && !tool.startsWith(`${id}/`), `${tool} is neither crm/… nor ${id}/…`, tool),
      ),
  },
  {
    name: "its manifest is whole and agrees with itself",
    check: ({ vendor, emulator }) => {
      const { manifest } = vendor;
      const { auth, hosts, docs, powers } = manifest;
      const ways = [auth, ...(manifest.ways ?? []).map((way) => way.auth)];
      const oauthHosts = ways.flatMap(endpointsOf).map((url) => new URL(url).host);
      const scopes = [...new Set(ways.flatMap((one) => ("scopes" in one ? Object.keys(one.scopes) : [])))];
      const used = new Set([...[...vendor.actions.values()].flatMap((action) => action.scopes), ...(vendor.webhook?.scopes ?? [])]);
      return [
        ...described(vendor),
        ...wrong(vendor.actions.size === 0 && !vendor.webhook, "it has neither an action nor a webhook"),
        ...wrong(!docs.startsWith("https://"), "docs is no https:// address"),
        ...wrong(powers.length < 10 || powers.length > 160, `powers has ${powers.length} characters: one sentence for the catalog`),
        ...hosts.filter((host) => !HOST_PATTERN.test(host)).map((host) => ({ text: `${host} is no bare host name` })),
        ...wrong(hosts[0].includes("*"), `${hosts[0]} is a family of hosts: the first is where requests go that name none`),
        ...oauthHosts
          .filter((host) => !ownsHost(hosts, host))
          .map((host) => ({ text: `${host}, of its OAuth server, is not among its hosts` })),
        ...hostsFor(hosts, emulator.credentials.valid)
          .filter((host) => !emulator.hosts.some((played) => ownsHost([host], played)))
          .map((host) => ({ text: `its emulator does not play ${host}` })),
        ...unsigned(auth, hosts).map((host) => ({ text: `by_host says no authentication for ${host}` })),
        ...[...used]
          .filter((scope) => !scopes.includes(scope))
          .map((scope) => ({ text: `an action or the webhook needs ${scope}, which is not declared` })),
        ...scopes
          .filter((scope) => !used.has(scope))
          .map((scope) => ({ text: `neither an action nor the webhook needs the scope ${scope}: ask for less` })),
      ];
    },
  },
  {
    name: "its form takes its emulator's credentials",
    check: ({ vendor, emulator }) => {
      const { auth, credentials } = vendor.manifest;
      if (auth.scheme === "oauth2") return wrong(emulator.credentials.platform === undefined, "its emulator has no platform credentials");
      return Object.entries(emulator.credentials).flatMap(([set, values = {}]) =>
        Object.entries(credentials).flatMap(([name, schema]) => {
          const parsed = schema.safeParse(values[name]);
          return wrong(!parsed.success, `${name} of the set ${set} is refused: ${parsed.error?.issues[0]?.message}`);
        }),
      );
    },
  },
  {
    name: "its effects can be tried again or looked up after a lost answer",
    check: ({ vendor }) =>
      [...vendor.actions.values()].flatMap(({ tool, idempotent, probe, echoed }) => [
        ...wrong(
          !idempotent && !probe && !echoed,
          "it is neither idempotent nor echoed, and has no probe: a lost answer needs a person",
          tool.id,
        ),
        ...wrong(echoed === true && !vendor.webhook, "it is echoed, and the vendor tells of no events", tool.id),
      ]),
  },
];

function described(vendor: Subject["vendor"]): readonly Violation[] {
  try {
    describeVendor(vendor);
    return [];
  } catch (error) {
    return [{ text: `the catalog does not take it: ${String(error)}` }];
  }
}

function unsigned(auth: Auth, hosts: readonly string[]): readonly string[] {
  return auth.scheme === "by_host" ? hosts.filter((host) => auth.hosts[host] === undefined) : [];
}

function jsonSchema(schema: z.core.$ZodType): Schema {
  return z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) as Schema;
}

/** Dotted names of the properties, at any depth, that say nothing of themselves. */
function undescribed(schema: Schema, under = ""): readonly string[] {
  const properties = Object.entries((schema["properties"] ?? {}) as Record<string, Schema>);
  const items = schema["items"] as Schema | undefined;
  return [
    ...properties.flatMap(([name, of]) => [
      ...(typeof of["description"] === "string" && of["description"] !== "" ? [] : [under + name]),
      ...undescribed(of, `${under}${name}.`),
    ]),
    ...(items ? undescribed(items, `${under}[].`) : []),
  ];
}
