/** What a vendor's test call finds out about an account is kept with its credential: calls go straight to where the account lives. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Mesh, startMesh } from "./mesh.ts";

let mesh: Mesh;
let key: string;
beforeAll(async () => {
  mesh = await startMesh({ vendors: ["apple-calendar", "docusign", "meta-pages"] });
  await mesh.connect("demo", "apple-calendar", "docusign", "meta-pages");
  key = (await mesh.key("demo")).key;
});
afterAll(() => mesh.stop());

const counts = async (vendor: string): Promise<Record<string, number>> =>
  (await mesh.sandbox("GET", "/sandbox/api/counts")).body.counts[vendor];
const added = (before: Record<string, number>, after: Record<string, number>) =>
  Object.fromEntries(Object.entries(after).flatMap(([name, n]) => (n > (before[name] ?? 0) ? [[name, n - (before[name] ?? 0)]] : [])));

test("an event goes on the calendar in one request, without asking again where it is", async () => {
  const before = await counts("apple-calendar");
  expect(before).toMatchObject({ find_principal: 1, find_home: 1, list_calendars: 1 });
  const job = { title: "Water heater", start: "2027-03-01T09:00:00-05:00", end: "2027-03-01T11:00:00-05:00" };
  expect((await mesh.call(key, "crm_create_event", job)).body.isError).not.toBe(true);
  expect(added(before, await counts("apple-calendar"))).toEqual({ put_event: 1 });
});

test("a document goes out from the account's own site", async () => {
  const before = await counts("docusign");
  const args = {
    ...{ title: "Estimate", text: "<p>$1,250</p>" },
    signers: [{ name: "Ann", email: "ann@example.com" }],
  };
  expect((await mesh.call(key, "crm_send_contract", args)).body.isError).not.toBe(true);
  expect(added(before, await counts("docusign"))).toEqual({ token_demo: 1, create_envelope: 1 });
});

test("a public post waits for the contractor", async () => {
  const pages = (await mesh.call(key, "crm_list_social_pages", {})).body.structuredContent.pages;
  expect(pages[0]).toMatchObject({ name: "Sandbox Plumbing", can_post: true });
  const asked = await mesh.call(key, "crm_post_to_facebook", { text: "Spring special", page_id: pages[0].page_id });
  expect(JSON.stringify(asked.body)).toMatch(/approv/i);
  expect((await mesh.sandbox("GET", "/sandbox/api/inbox?vendor=meta-pages")).body.inbox).toEqual([]);
});

test("no account says more than its id and its name", async () => {
  for (const vendor of ["apple-calendar", "docusign"]) {
    const { account } = (await mesh.api("GET", `/connections/${vendor}`)).body;
    expect(Object.keys(account).sort()).toEqual(["id", "name"]);
  }
});
