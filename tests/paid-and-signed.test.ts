/** Two vendors that take money, and two at which contracts are signed: the default serves, what only the other knows is found there, and what comes of it is told and fetched. */
import { pdf } from "@junction/sandbox";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { addressOf } from "./deliveries.ts";
import { type Mesh, startMesh } from "./mesh.ts";

let mesh: Mesh;
let key: string;
beforeAll(async () => {
  mesh = await startMesh({ vendors: ["stripe", "square", "dropbox-sign", "docusign"] });
  await mesh.connect("demo", "square", "stripe", "docusign", "dropbox-sign");
  key = (await mesh.key("demo")).key;
});
afterAll(() => mesh.stop());

/** What a tool gives, or the words of its failure. */
async function use(tool: string, args: object) {
  const { structuredContent, content } = (await mesh.call(key, tool, args)).body;
  return structuredContent ?? content[0].text;
}
const inbox = async (vendor: string): Promise<{ title: string }[]> =>
  (await mesh.sandbox("GET", `/sandbox/api/inbox?vendor=${vendor}`)).body.inbox;
const money = async (vendor: string) => (await inbox(vendor)).map(({ title }) => title).sort();

test("a card is charged, declined, or wants its owner's approval, at either vendor, and money goes back where it came from", async () => {
  const charge = (customer_id: string, more = {}) =>
    use("crm_charge_card", { customer_id, amount_cents: 12_500, description: "Water heater", ...more });
  const found = async (query: string) => (await use("crm_find_customer", { query })).customers?.[0]?.customer_id;
  expect([await found("ada@example.com"), await found("Fay Park")]).toEqual(["cus_SandboxAda", "SANDBOXFAY"]); // Square alone knows Fay
  expect(await use("crm_find_customer", { query: "+12025550199" })).toContain("does not have what was named");
  for (const [ada, ben, cleo] of [
    ["cus_SandboxAda", "cus_SandboxBen", "cus_SandboxCleo"],
    ["SANDBOXADA", "SANDBOXBEN", "SANDBOXCLEO"], // of Square, which was connected first; Stripe, the default, knows none of them
  ] as const) {
    const paid = await charge(ada, { idempotency_key: `job-${ada}` });
    expect(paid).toMatchObject({ status: "succeeded", amount_cents: 12_500, currency: "usd" });
    expect(await charge(ada, { idempotency_key: `job-${ada}` })).toMatchObject({ payment_id: paid.payment_id });
    expect(await charge(ben)).toContain("card_declined");
    expect(await charge(cleo)).toContain("authentication_required");
    expect(await use("crm_refund_payment", { payment_id: paid.payment_id, amount_cents: 500 })).toMatchObject({ amount_cents: 500 });
  }
  expect(await charge("nobody")).toContain("Stripe"); // the first choice says that it knows no such customer, where none does
  expect(await money("stripe")).toEqual(["$125.00 charged to the card ending in 4242", "$5.00 refunded"]);
  expect(await money("square")).toEqual(["$125.00 paid", "$5.00 given back"]);
});

test("a contract goes out as a file, is signed, is told of, and is fetched by its link", async () => {
  const put = await fetch(`${mesh.url}/api/files?name=estimate.pdf`, {
    method: "POST",
    headers: { authorization: `Bearer ${await mesh.token("demo")}`, "content-type": "application/pdf" },
    body: pdf(["Water heater: $1,250"]),
  });
  const { file_id } = (await put.json()) as { file_id: string };
  const signers = [{ name: "Ann O'Neil", email: "ann@example.com" }];
  const contracts: string[] = [];
  for (const [vendor, page] of [
    ["dropbox-sign", "app.hellosign.com/sign"],
    ["docusign", "demo.docusign.net/Signing"],
  ] as const) {
    // The default, and then the contractor's route.
    if (vendor === "docusign") await mesh.api("PUT", "/routes/crm/send_contract", { vendors: [vendor] });
    const { contract_id } = await use("crm_send_contract", { title: "Estimate 1042", document: file_id, signers });
    contracts.push(contract_id);
    const body = new URLSearchParams({ decision: "sign" });
    expect((await fetch(`${mesh.url}/sandbox/${page}/${contract_id}`, { method: "POST", body })).status).toBe(200);

    const secret = vendor === "docusign" ? { secret: "a Connect key of this test's own" } : {};
    if (vendor === "docusign") await mesh.api("POST", `/connections/${vendor}/webhook-secret`, { action: "set", ...secret });
    await mesh.sandbox("POST", "/sandbox/api/changes", { vendor, url: await addressOf(mesh, "demo", vendor), ...secret });
    const told = async () => {
      const { events } = (await mesh.api("GET", `/events?vendor=${vendor}`)).body;
      expect(events.map(({ type, state }: Record<string, string>) => `${type} ${state}`).sort()).toEqual(
        ["sent", "signed", "viewed"].map((stage) => `contract.${stage} done`),
      );
    };
    await vi.waitFor(told, { timeout: 15_000, interval: 100 }); // each is looked up at the vendor before it is believed
  }
  for (const contract_id of contracts) {
    expect(await use("crm_get_contract", { contract_id })).toMatchObject({ status: "signed", signers: [{ status: "signed" }] });
    const { file } = await use("crm_download_contract", { contract_id });
    const paper = await fetch(file.url);
    expect([paper.status, paper.headers.get("content-type")]).toEqual([200, "application/pdf"]);
    const text = Buffer.from(await paper.arrayBuffer()).toString("latin1");
    expect(text).toMatch(/^%PDF-[\s\S]*Signed by Ann O'Neil <ann@example.com>[\s\S]*%%EOF\n$/);
  }
});
