/** docs/vendors/README.md: every integration in one table, and what each is held to when its vendor fails, with what excuses it. */
import type { Catalog, CatalogVendor } from "@junction/core";
import { code, generated, table } from "./markdown.ts";

/** As a `<id>.contract.ts` says it. */
export interface Exemption {
  readonly law: string;
  readonly tool?: string | undefined;
  readonly reason: string;
}

/** What can happen → the laws of the contract suite that say what comes of it, and that in a few words. */
export const GRID = [
  { fault: "401", comes: "reconnect", laws: ["401 is CredentialError"] },
  { fault: "403", comes: "what is lacking", laws: ["403 is PermissionError"] },
  { fault: "429, no time", comes: "wait", laws: ["429 is RateLimited, with a default wait"] },
  { fault: "429, seconds", comes: "wait as told", laws: ["429 with Retry-After in seconds says how long"] },
  { fault: "429, a date", comes: "wait as told", laws: ["429 with Retry-After as a date says how long"] },
  { fault: "500", comes: "unavailable", laws: ["500 is VendorUnavailable"] },
  { fault: "503", comes: "unavailable", laws: ["503 is VendorUnavailable"] },
  { fault: "hangs", comes: "unavailable", laws: ["no answer in time is VendorUnavailable"] },
  { fault: "slow", comes: "answered", laws: ["a slow answer is an answer"] },
  { fault: "JSON cut off", comes: "unavailable", laws: ["truncated JSON is VendorUnavailable"] },
  { fault: "HTML", comes: "unavailable", laws: ["a page of HTML is VendorUnavailable"] },
  {
    fault: "done, answer lost",
    comes: "once",
    laws: [
      "its effects can be tried again or looked up after a lost answer",
      "an idempotent action done twice under one key is done once",
      "a probe finds what was done, and nothing where nothing was",
      "an effect whose answer was lost is proved by an event, where its events bear the key",
    ],
  },
  { fault: "pages without end", comes: "ends", laws: ["a list without end is not followed without end"] },
  { fault: "clock 10 min ahead", comes: "as ever", laws: ["a vendor whose clock is ten minutes ahead is a vendor like any other"] },
] as const satisfies readonly { readonly fault: string; readonly comes: string; readonly laws: readonly string[] }[];

/** The same for what comes in at the webhooks of those that tell us of events. */
export const WEBHOOK_GRID = [
  { fault: "another's secret", comes: "forged", laws: ["a delivery signed with another secret is forged"] },
  { fault: "changed on the way", comes: "forged", laws: ["a delivery changed after it was signed is forged"] },
  { fault: "no proof, or half of one", comes: "forged", laws: ["a delivery without its proof, or with a broken one, is forged"] },
  {
    fault: "too old, or of the future",
    comes: "forged",
    laws: ["a delivery too old or from the future is forged, where the vendor signs the time"],
  },
  { fault: "delivered again", comes: "the same event", laws: ["an event delivered again is the same event, and another is another"] },
  { fault: "the secret before", comes: "taken for a while", laws: ["the secret before the newest counts until its overlap ends"] },
  { fault: "no secret yet", comes: "kept for later", laws: ["a delivery that nothing can prove yet is kept for later"] },
  {
    fault: "nonsense, well signed",
    comes: "no event",
    laws: ["a body that is none of the vendor's says no event, however well it is signed, and never breaks it"],
  },
] as const satisfies readonly { readonly fault: string; readonly comes: string; readonly laws: readonly string[] }[];
type Column = (typeof GRID)[number] | (typeof WEBHOOK_GRID)[number];

const WAYS = { api_key: "key", oauth_token: "OAuth", service_account: "service account", webhook_secret: "secret" } as const;

export function vendorsPage(catalog: Catalog, exemptions: ReadonlyMap<string, readonly Exemption[]>): string {
  const notes: string[] = [];
  const grid = (vendors: Catalog["vendors"], columns: readonly Column[]) => {
    const rows = vendors.map((vendor) => {
      const exempt = exemptions.get(vendor.id) ?? [];
      return [
        link(vendor),
        ...columns.map(({ laws }) =>
          cell(
            vendor,
            exempt.filter(({ law }) => laws.some((one) => one === law)),
            notes,
          ),
        ),
      ];
    });
    const first = ["*what comes of it*", ...columns.map(({ comes }) => `*${comes}*`)];
    return table(["Integration", ...columns.map(({ fault }) => fault)], [first, ...rows]);
  };
  return [
    generated("workers/ and the contract suite"),
    "# Integrations\n",
    `${catalog.vendors.length} integrations, each with a page of its own. ${plannedWords(catalog)}\n`,
    table(
      [
        "Integration",
        "Category",
        "Tools",
        "Connected by",
        "Events",
        "Effects: repeated safely by a key, looked up afterwards, told by an event, or left to a person",
      ],
      catalog.vendors.map((vendor) => [
        link(vendor),
        vendor.category,
        vendor.actions.map(({ tool }) => code(tool)).join(", "),
        [vendor, ...vendor.ways].map(({ credentialType }) => WAYS[credentialType]).join(" or "),
        vendor.webhook?.events.map(code).join(", ") ?? "–",
        effectsOf(vendor, catalog),
      ]),
    ),
    "## When the vendor fails\n",
    "The contract suite (`workers/contract.ts`) does each of these to the requests of every tool and of the test call, and holds the integration to what comes of it. ✓: held. A number: held but for what the note says.\n",
    grid(catalog.vendors, GRID),
    "## When a delivery is not what it seems\n",
    "The same for those that tell us of events.\n",
    grid(
      catalog.vendors.filter(({ webhook }) => webhook),
      WEBHOOK_GRID,
    ),
    notes.length > 0 ? `### Notes\n\n${notes.map((note, at) => `${at + 1}. ${note}\n`).join("")}` : "",
  ]
    .filter((part) => part !== "")
    .join("\n");
}

const link = ({ id, name }: Pick<CatalogVendor, "id" | "name">): string => `[${name}](${id}.md)`;

function plannedWords({ planned }: Catalog): string {
  if (planned.length === 0) return "None is only planned: each of them works.";
  return `Planned, and not to be connected yet: ${planned.map(({ name }) => name).join(", ")}.`;
}

/** How many of its tools that change something are safe after a lost answer, and how. */
function effectsOf(vendor: CatalogVendor, catalog: Catalog): string {
  const reads = new Set(catalog.tools.filter(({ effect }) => effect === "read").map(({ id }) => id));
  const effects = vendor.actions.filter(({ tool }) => !reads.has(tool));
  if (effects.length === 0) return "reads alone";
  const [keyed, probed] = [effects.filter(({ idempotent }) => idempotent), effects.filter(({ idempotent, probe }) => !idempotent && probe)];
  const told = effects.filter(({ idempotent, probe, echoed }) => !idempotent && !probe && echoed);
  const left = effects.filter(({ idempotent, probe, echoed }) => !idempotent && !probe && !echoed);
  return [
    keyed.length > 0 ? `${keyed.length} by a key` : "",
    probed.length > 0 ? `${probed.length} looked up` : "",
    told.length > 0 ? `${told.length} told by an event` : "",
    left.length > 0 ? `to a person: ${left.map(({ tool }) => code(tool)).join(", ")}` : "",
  ]
    .filter(Boolean)
    .join("; ");
}

function cell({ name }: CatalogVendor, exempt: readonly Exemption[], notes: string[]): string {
  const numbers = [...Map.groupBy(exempt, ({ law, reason }) => `${law} ${reason}`).values()].map((same) => {
    const [{ law, reason } = { law: "", reason: "" }] = same;
    const tools = same.flatMap(({ tool }) => (tool === undefined ? [] : [tool === "test" ? "the test call" : code(tool)]));
    notes.push(`${name}${tools.length > 0 ? `, ${tools.join(", ")}` : ""}: not “${law}”, since ${reason.replace(/\.$/, "")}.`);
    return notes.length;
  });
  return numbers.length === 0 ? "✓" : numbers.join(", ");
}
