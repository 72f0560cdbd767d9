import { existsSync, mkdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { RESTING_LAWS, WEBHOOK_LAWS, WORKING_LAWS } from "@junction/testkit";
import { afterEach, beforeEach, expect, test } from "vitest";
import { buildCatalog } from "./catalog.ts";
import { projectRoot } from "./project.ts";
import { type StandIn, standIn } from "./testing/stand-in.ts";
import { vendorPage } from "./vendor-docs.ts";
import { GRID, vendorsPage, WEBHOOK_GRID } from "./vendor-grid.ts";
import { generateWorkers } from "./workers.ts";

let project: StandIn;
beforeEach(() => {
  project = standIn();
});
afterEach(() => project.remove());
const read = (path: string) => readFileSync(join(project.root, path), "utf8");
const config = (path: string) => JSON.parse(read(`${path}/wrangler.json`));

test("a vendor's Worker is its folder's, with its vault capability and nothing else", () => {
  generateWorkers(project.root);
  expect(config(".junction/workers/acme")).toEqual({
    name: "junction-acme",
    main: "entry.ts",
    compatibility_date: "2026-11-01",
    minify: true,
    keep_names: false,
    upload_source_maps: true,
    workers_dev: false,
    preview_urls: false,
    observability: { enabled: true },
    services: [{ binding: "VAULT", service: "junction-vault", entrypoint: "VendorVault", props: { vendor: "acme" } }],
  });
  expect(read(".junction/workers/acme/entry.ts")).toContain('import vendor from "../../../workers/acme/acme.ts"');
});

test("what receives deliveries goes into the Worker of a vendor with a webhook, and into no other's", async () => {
  const entry = () => {
    generateWorkers(project.root);
    return read(".junction/workers/acme/entry.ts");
  };
  expect(entry()).not.toContain("deliveries");
  project.write("workers/acme/webhook.ts", "");
  expect(entry()).toContain("export default serveVendor(vendor, deliveries);");

  // Elsewhere it would be passed over.
  rmSync(join(project.root, "workers/acme"), { recursive: true });
  const vendor = { manifest: { ...PLANNED, id: "hooked", auth: { scheme: "bearer" }, credentials: {}, hosts: ["fax.example"] } };
  const webhook = { events: [], secret: { from: "app", field: "client_secret" }, setup: "Under Settings" };
  const source = `export default { ...${JSON.stringify({ ...vendor, webhook })}, actions: new Map() };`;
  project.write("workers/hooked/hooked.ts", source);
  await expect(buildCatalog(project.root)).rejects.toThrow("the webhook of hooked must stand in workers/hooked/webhook.ts");
  project.write("workers/hooked/webhook.ts", "");
  expect((await buildCatalog(project.root)).vendors).toMatchObject([{ id: "hooked" }]);
});

test("a folder that comes is bound by the gateway and played by the sandbox; one that goes leaves nothing", () => {
  project.write("workers/big-crm/big-crm.ts", "export default {};");
  project.write("workers/big-crm/big-crm.emulator.ts", "export default {};");
  generateWorkers(project.root);
  expect(config(".junction/gateway").services).toContainEqual({ binding: "VENDOR_BIG_CRM", service: "junction-big-crm" });
  expect(read(".junction/sandbox/entry.ts")).toContain("workers/big-crm/big-crm.emulator.ts");

  rmSync(join(project.root, "workers/big-crm"), { recursive: true });
  generateWorkers(project.root);
  expect(read(".junction/gateway/wrangler.json")).not.toContain("BIG_CRM");
  expect(read(".junction/sandbox/entry.ts")).not.toContain("big-crm");
  expect(existsSync(join(project.root, ".junction/workers/big-crm"))).toBe(false);
});

test("nothing is written again that has not changed", () => {
  generateWorkers(project.root);
  const path = join(project.root, ".junction/gateway/wrangler.json");
  const { mtimeNs, ino } = statSync(path, { bigint: true });
  generateWorkers(project.root);
  expect(statSync(path, { bigint: true })).toMatchObject({ mtimeNs, ino });
});

test.each<[string, (project: StandIn) => void, string]>([
  ["a file that is not named as its folder", ({ write }) => write("workers/other/vendor.ts", ""), "workers/other has no other.ts"],
  ["a folder that is no vendor id", ({ write }) => write("workers/Big_CRM/Big_CRM.ts", ""), '"Big_CRM" is no vendor id'],
  [
    "a folder named as a Worker of the house",
    ({ write }) => write("workers/sandbox/sandbox.ts", ""),
    '"sandbox" is the name of a Worker of the house',
  ],
])("%s is refused in words", (_, spoil, words) => {
  spoil(project);
  expect(() => generateWorkers(project.root)).toThrow(words);
});

test("a folder without a source, as git leaves it, is no vendor", () => {
  mkdirSync(join(project.root, "workers/gone"));
  generateWorkers(project.root);
  expect(existsSync(join(project.root, ".junction/workers/gone"))).toBe(false);
});

const PLANNED = {
  ...{
    id: "fax-line",
    name: "Fax Line",
    category: "communication",
    powers: "Faxes to the county's office",
    docs: "https://fax.example/docs",
  },
  tools: [{ id: "crm/send_fax" }],
};
test("a vendor that is planned is in the catalog, with no credential, no Worker and no tool; built, it is a vendor like any other", async () => {
  rmSync(join(project.root, "workers/acme"), { recursive: true });
  project.write("workers/fax-line/fax-line.planned.ts", `export default ${JSON.stringify(PLANNED)};`);
  generateWorkers(project.root);
  expect(existsSync(join(project.root, ".junction/workers/fax-line"))).toBe(false);
  expect(read(".junction/gateway/wrangler.json")).not.toContain("FAX_LINE");
  const { vendors, planned, tools } = await buildCatalog(project.root);
  expect(vendors).toEqual([]);
  expect(planned).toEqual([{ ...PLANNED, tools: ["crm/send_fax"] }]);
  expect(tools.map(({ id }) => id)).not.toContain("crm/send_fax");

  project.write("workers/fax-line/fax-line.ts", "export default {};");
  generateWorkers(project.root);
  expect(existsSync(join(project.root, ".junction/workers/fax-line"))).toBe(true);
});

test.each([
  ["another id than its folder's", { ...PLANNED, id: "other" }, "the id is the folder's name"],
  ["a credential", { ...PLANNED, fields: [{ name: "api_key" }] }, "fields"],
  ["no words", { ...PLANNED, powers: undefined }, "powers"],
])("a planned vendor with %s is refused", async (what, spoilt, words) => {
  rmSync(join(project.root, "workers/acme"), { recursive: true });
  const id = `fax-line-${what.length}`; // an import is kept by its path
  const said = { ...spoilt, ...(spoilt.id === PLANNED.id && { id }) };
  project.write(`workers/${id}/${id}.planned.ts`, `export default ${JSON.stringify(said)};`);
  await expect(buildCatalog(project.root)).rejects.toThrow(words);
});

test("the catalog is the same each time, in the order of ids, and every vendor's page says where it comes from", async () => {
  const catalog = await buildCatalog(projectRoot);
  expect(await buildCatalog(projectRoot)).toEqual(catalog);
  const ids = catalog.vendors.map(({ id }) => id);
  expect(ids).toEqual([...ids].sort());
  const tools = catalog.tools.map(({ id }) => id);
  expect(tools).toEqual([...new Set(tools)].sort());
  for (const vendor of catalog.vendors) {
    const page = vendorPage(vendor, catalog);
    expect(page.split("\n")[0]).toMatch(/^<!-- Generated by `npm run generate`/);
    for (const { tool } of vendor.actions) expect(page).toContain(`\`${tool}\``);
  }
});

test("the grid of faults names laws that the contract suite has, and numbers what excuses a vendor", async () => {
  const laws = [...RESTING_LAWS, ...WORKING_LAWS, ...WEBHOOK_LAWS].map(({ name }) => name);
  expect([...GRID, ...WEBHOOK_GRID].flatMap((column) => column.laws as readonly string[]).filter((law) => !laws.includes(law))).toEqual([]);
  const catalog = await buildCatalog(projectRoot);
  const excuse = { law: "401 is CredentialError", tool: "crm/send_sms", reason: "it knows no better in this test." };
  const page = vendorsPage(catalog, new Map([["twilio", [excuse]]]));
  expect(page).toMatch(/^\| \[Twilio\]\(twilio.md\) \| 1 \| ✓ \|/m);
  expect(page).toContain("1. Twilio, `crm/send_sms`: not “401 is CredentialError”, since it knows no better in this test.");
  for (const { id } of catalog.vendors) expect(page).toContain(`](${id}.md)`);
});
