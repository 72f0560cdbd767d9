/** The Webhook tab, as a person uses it: paste the address, set the secret, see what came and what was turned away. */
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type Mesh, startMesh } from "../mesh.ts";
import { barriers } from "./barriers.ts";
import { DESKTOP, holdings, openBrowser, PHONE, type Visit, visitAs } from "./browser.ts";

let mesh: Mesh;
let browser: Browser;
/** The owner, who goes from test to test in one window. */
let owner: Visit;
let page: Page;
beforeAll(async () => {
  [mesh, browser] = await Promise.all([startMesh({ vendors: ["docusign", "stripe", "vapi"] }), openBrowser()]);
  await mesh.connect("demo", "stripe", "docusign");
  owner = await visitAs(browser, mesh, "owner");
  page = owner.page;
});
afterEach(() => expect(owner.seen.troubles).toEqual([]));
afterAll(async () => {
  await browser.close();
  await mesh.stop();
});

const address = async (vendor: string): Promise<string> => (await mesh.api("GET", `/connections/${vendor}`)).body.webhook.url;
const push = async (more: Record<string, unknown> = {}) =>
  (await mesh.sandbox("POST", "/sandbox/api/pushes", { vendor: "stripe", url: await address("stripe"), ...more })).body.statuses;
/** What the sandbox's Stripe signs with, as its dashboard would show it. */
const SECRET = ["whsec", "5andb0xStripeEndpointSigningSecret00"].join("_");
const open = async (page: Page, path: string) => {
  await page.goto(`${mesh.url}/settings${path}`);
  await page.getByRole("heading", { name: "Address" }).waitFor();
};
const counted = (page: Page, label: string, count: number) =>
  page.locator(`[data-count="${label}"]`).getByText(String(count), { exact: true }).waitFor();

test("what came before the secret is kept aside, a forged one is counted, and setting the secret does what is genuine", async () => {
  await open(page, "/integrations/stripe/webhook");
  expect(await page.locator("pre, code").filter({ hasText: "/hooks/stripe/" }).textContent()).toBe(await address("stripe"));
  await page.getByText("Waiting for the first event").waitFor();
  expect(await push({ count: 2 })).toEqual({ "200": 2 });
  await page.locator('[data-quarantined="2"]').waitFor();
  expect(await barriers(page)).toEqual([]);

  const secret = page.getByLabel("The secret Stripe shows");
  await secret.fill("sk_test_not_it");
  await page.getByRole("button", { name: "Save secret" }).click();
  await page.getByText("This does not look right").waitFor();
  await secret.fill(SECRET);
  await page.getByRole("button", { name: "Save secret" }).click();
  await page.getByText(`ends in ${SECRET.slice(-4)}`).waitFor();
  await page.locator("[data-event]").nth(1).getByText("Done").waitFor();
  await counted(page, "Verified", 2);
  expect(await page.locator("[data-quarantined]").count()).toBe(0);

  expect(await push({ variant: "tampered" })).toEqual({ "401": 1 });
  await counted(page, "Forged", 1);
  expect(await secret.inputValue()).toBe("");
  for (const left of [await holdings(page), ...owner.seen.urls, ...owner.seen.referers]) expect(left).not.toContain(SECRET);
});

test("a secret that is made is shown once, and is gone when the page is left", { timeout: 30_000 }, async () => {
  await page.setViewportSize(PHONE);
  await open(page, "/integrations/vapi/webhook");
  await page.getByRole("button", { name: "Make one for me" }).click();
  const made = (await page.locator("[data-made]").textContent()) ?? "";
  expect(made).toMatch(/^whsec_.{44}$/);
  expect(await barriers(page)).toEqual([]);
  await page.getByRole("tab", { name: "Overview" }).click();
  await page.getByRole("tab", { name: "Webhook" }).click();
  await page.getByRole("button", { name: "Make a new one" }).waitFor();
  expect(await holdings(page)).not.toContain(made);
  for (const left of [...owner.seen.urls, ...owner.seen.referers]) expect(left).not.toContain(made);
  await page.setViewportSize(DESKTOP);
});

test("a member sees what came and no way to set the secret", async () => {
  const { page, close } = await visitAs(browser, mesh, "member");
  await open(page, "/integrations/stripe/webhook");
  await page.getByText("Only an owner of the account sets it.").waitFor();
  expect(await page.getByLabel("The secret Stripe shows").count()).toBe(0);
  await close();
});

test("another account's key asks before it takes the connected one's place", { timeout: 30_000 }, async () => {
  const { docusign } = (await mesh.sandbox("GET", "/sandbox/api/credentials")).body.credentials;
  await page.goto(`${mesh.url}/settings/integrations/docusign`);
  await page.getByRole("button", { name: "Reconnect" }).click();
  await page
    .locator('input[type="file"]')
    .setInputFiles({ name: "key.pem", mimeType: "text/plain", buffer: Buffer.from(docusign.valid.rsa_private_key) });
  await page.getByLabel("API account ID").fill("1b2c3d4e-5f60-4718-92a3-b4c5d6e7f809");
  await page.getByRole("button", { name: "Save & Test" }).click();
  await page.getByRole("alert").getByText("for another account at Docusign").waitFor();
  expect((await mesh.api("GET", "/connections/docusign")).body.account.name).toBe("Sandbox Plumbing");
  await page.getByRole("button", { name: "Connect the other account instead" }).click();
  await page.getByText("Docusign is connected").waitFor();
  expect((await mesh.api("GET", "/connections/docusign")).body.account.name).toBe("Sandbox Plumbing, archive");
});
