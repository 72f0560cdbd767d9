/** The pages of docs/vendors and docs/tools.md, from the catalog. */
import type { Catalog, CatalogTool, CatalogVendor, CatalogWay } from "@junction/core";
import { code, generated, table } from "./markdown.ts";

export function vendorPage(vendor: CatalogVendor, catalog: Catalog): string {
  const tools = vendor.actions.map(({ tool, idempotent, probe, echoed, scopes }) => [
    `\`${tool}\``,
    effectOf(catalog, tool),
    idempotent ? "yes" : probe ? "no; asked for afterwards" : echoed ? "no; its events tell" : "no",
    scopes.map(code).join(", ") || "–",
  ]);
  const scopes = Object.entries(vendor.scopes).map(([scope, words]) => [code(scope), words]);
  return [
    generated(`workers/${vendor.id}/${vendor.id}.ts`),
    `# ${vendor.name}\n`,
    `${sentence(vendor.powers)} [The vendor's documentation](${vendor.docs}).\n`,
    vendor.unconfirmed === undefined ? "" : `> **Not confirmed.** ${vendor.unconfirmed}\n`,
    "## Connect\n",
    connecting(vendor),
    ...vendor.ways.map((way) => `### Or: ${way.label}\n\nWith \`--way ${way.credentialType}\`.\n\n${connecting(way)}`),
    scopes.length > 0 ? `## Scopes\n\n${table(["Scope", "What it lets us do"], scopes)}` : "",
    tools.length > 0 ? `## Tools\n\n${table(["Tool", "Effect", "Repeat is safe", "Scopes"], tools)}` : "",
    eventsOf(vendor),
    "## Limits\n",
    vendor.limit
      ? `${vendor.limit.requests} requests in ${vendor.limit.perSeconds} s for one account.\n`
      : "The vendor publishes none for one account.\n",
    `## Hosts\n\nRequests go to ${vendor.hosts.map(hostInWords).join(", ")} and nowhere else.\n`,
  ]
    .filter((part) => part !== "")
    .join("\n");
}

/** `{site_url}` is the contractor's own. */
const hostInWords = (host: string): string =>
  host.startsWith("{") ? `the host of ${code(host.slice(1, -1))}, the contractor's own` : code(host);

/** What the vendor tells us, and what proves that it is the vendor. */
function eventsOf({ id, name, webhook }: CatalogVendor): string {
  if (!webhook) return "";
  const { events, secret, setup, challenge, confirm, window } = webhook;
  const proofs: Readonly<Record<typeof secret.from, () => string>> = {
    own: () =>
      secret.from !== "own"
        ? ""
        : `${secret.label}: ${sentence(secret.help)}${secret.generate ? " Junction can make it, and shows it once." : ""}`,
    credential: () => "A signature by what it is connected with: there is nothing more to enter.",
    app: () =>
      `A signature by our own app's secret. The events of all contractors come to \`/hooks/${id}/app\`, which the operator enters.`,
  };
  const rows = [
    ["Events", events.map(code).join(", ")],
    ["What proves them", proofs[secret.from]()],
    ["Where the address is entered", sentence(setup)],
    [
      "How old a delivery may be",
      window
        ? `${duration(window.maxAgeSeconds)}; ${duration(window.maxAheadSeconds)} ahead of us`
        : `Any age, since ${name} signs no time: a repeat is known by its event's id.`,
    ],
    ...(challenge ? [["Before the first", `${name} asks the address for an answer, and gets it.`]] : []),
    ...(confirm ? [["Before one counts", `It is looked up at ${name}, whose signature proves too little by itself.`]] : []),
  ];
  return `## Events\n\n${rows.map(([what, how]) => `- ${what}: ${how}\n`).join("")}`;
}

function duration(seconds: number): string {
  const [unit, size] = (
    [
      ["days", 86_400],
      ["h", 3600],
      ["min", 60],
    ] as const
  ).find(([, size]) => seconds >= 2 * size || seconds === size) ?? ["s", 1];
  return `${seconds / size} ${unit}`;
}

/** How one way to connect is used. */
function connecting({ fields, oauth }: Pick<CatalogWay, "fields" | "oauth">): string {
  const rows = fields.map((field) => [
    `\`${field.name}\``,
    field.label,
    [field.secret && "secret", field.file && `a file (${field.file.replaceAll(",", ", ")})`, field.optional && "optional"]
      .filter(Boolean)
      .join(", ") || "–",
    field.help ?? "–",
  ]);
  return [
    oauth ? `The contractor grants access at the vendor (\`${new URL(oauth.authorizationUrl).host}\`).\n` : "",
    rows.length > 0 ? table(["Field", "Label", "Kind", "Where to find it"], rows) : "",
  ]
    .filter((part) => part !== "")
    .join("\n");
}

export function toolsPage(catalog: Catalog): string {
  const rows = catalog.tools
    .filter(({ internal }) => !internal)
    .map((tool) => [
      `\`${tool.id}\``,
      `\`${tool.id.replace("/", "_").replaceAll("-", "_")}\``,
      [tool.effect, tool.approval && "once approved", tool.background && "in the background"].filter(Boolean).join(", "),
      tool.description,
      catalog.vendors
        .filter((vendor) => vendor.actions.some((action) => action.tool === tool.id))
        .map((vendor) => `[${vendor.name}](vendors/${vendor.id}.md)`)
        .join(", ") || "Junction itself",
    ]);
  return [
    generated("packages/tools"),
    "# Tools\n",
    "What an agent may call, whichever integration serves it.\n",
    table(["Tool", "On the wire", "Effect", "What it does", "Served by"], rows),
  ].join("\n");
}

const effectOf = (catalog: Catalog, id: string): CatalogTool["effect"] | "–" => catalog.tools.find((tool) => tool.id === id)?.effect ?? "–";
const sentence = (text: string) => (/[.!?]$/.test(text) ? text : `${text}.`);
