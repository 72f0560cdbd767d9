/** The events page and the leads pages, as people use them. */
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { type Mesh, startMesh } from "../mesh.ts";
import { lookThrough } from "./barriers.ts";
import { go, openBrowser, stands, type Visit, visitAs } from "./browser.ts";

const SECRET = "whsec_0123456789abcdef0123456789abcdef";
let mesh: Mesh;
let browser: Browser;
/** The owner, who goes from test to test in one window. */
let owner: Visit;
let page: Page;
let db: D1Database;

async function push(vendor: string, more: Readonly<Record<string, unknown>> = {}): Promise<void> {
  const { url } = (await mesh.api("GET", `/connections/${vendor}`)).body.webhook;
  expect((await mesh.sandbox("POST", "/sandbox/api/pushes", { vendor, url, ...more })).status).toBe(200);
}
const counts = async () => (await mesh.api("GET", "/events")).body.counts;
const settled = () =>
  vi.waitFor(async () => expect(await counts()).toMatchObject({ received: 0, processing: 0, failed: 0 }), {
    timeout: 15_000,
    interval: 100,
  });
const kill = (n: number) =>
  db
    .prepare(
      "UPDATE events SET state = 'dead', attempts = 6, reason = 'leads: the database did not answer' WHERE id IN (SELECT id FROM events WHERE vendor = 'stripe' AND state = 'done' LIMIT ?)",
    )
    .bind(n)
    .run();

beforeAll(async () => {
  [mesh, browser] = await Promise.all([startMesh({ vendors: ["sendgrid", "stripe", "twilio"] }), openBrowser()]);
  ({ db } = mesh);
  owner = await visitAs(browser, mesh, "owner");
  page = owner.page;
});
afterEach(() => expect(owner.seen.troubles).toEqual([]));
afterAll(async () => {
  await browser.close();
  await mesh.stop();
});

const open = async (page: Page, path: string) => {
  await page.goto(`${mesh.url}/settings${path}`);
  await stands(page);
};
const rows = (page: Page, n: number) => expect.poll(() => page.locator("tbody tr").count()).toBe(n);
const onFocus = (page: Page) =>
  page.evaluate("(document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent).trim()");

test("before anything has come in, each page says what will stand there and what to do", async () => {
  await open(page, "/events");
  await page.getByText("Nothing has come in yet").waitFor();
  await page.getByRole("link", { name: "Open integrations" }).waitFor();
  await open(page, "/leads");
  await page.getByText("No leads yet").waitFor();
});

test("what comes in appears by itself, is found by its filters, and says what it is, masked", async () => {
  await open(page, "/events");
  await mesh.connect("demo", "twilio", "stripe");
  await mesh.api("POST", "/connections/stripe/webhook-secret", { action: "set", secret: SECRET });
  await push("twilio", { kind: "message.received", entity: 7 });
  await push("stripe", { kind: "payment.succeeded", secret: SECRET, count: 3, entities: 3 });
  await push("sendgrid");
  await settled();
  await rows(page, 5);
  await page.getByLabel("Integration").selectOption("Twilio");
  await rows(page, 1);
  await page.getByRole("button", { name: "Message received" }).click();
  const details = page.getByRole("dialog", { name: "Message received" });
  await details.getByText("••••1007").first().waitFor();
  expect(await details.textContent()).toMatch(/Is a visit possible on Friday/);
  expect(await details.textContent()).not.toContain("2025551007");
  await page.keyboard.press("Escape");
  await details.waitFor({ state: "detached" });
  await page.getByLabel("State").selectOption("Dead");
  await page.getByText("Nothing fits").waitFor();
  await page.getByRole("button", { name: "Clear filters" }).click();
  await rows(page, 5);
  await page.getByLabel("Received", { exact: true }).selectOption("Between two times…");
  await page.getByLabel("To", { exact: true }).fill("2020-01-01T10:00");
  await page.getByText("Nothing fits").waitFor();
  await page.reload();
  await page.getByText("Nothing fits").waitFor();
  await page.getByLabel("Received", { exact: true }).selectOption("Last hour");
  await rows(page, 5);
});

test("a delivery in quarantine stands out, cannot be replayed, and leads to where its secret is set", async () => {
  await open(page, "/events");
  await page.locator("[data-standing=quarantined]").getByText("1 delivery is in quarantine").waitFor();
  await page.getByRole("button", { name: "Show quarantined deliveries" }).click();
  await rows(page, 1);
  expect(await page.getByRole("button", { name: "Replay all of these" }).count()).toBe(0);
  expect(await page.locator("tbody").getByRole("checkbox").isDisabled()).toBe(true);
  await page.getByRole("button", { name: "Unread delivery" }).click();
  const details = page.getByRole("dialog", { name: "Unread delivery" });
  await details.getByText("content-type").waitFor();
  await details.locator("[data-advice=quarantined]").waitFor();
  expect(await details.getByRole("button", { name: "Replay" }).count()).toBe(0);
  await details.getByRole("link", { name: "Open SendGrid’s webhook" }).click();
  await page.getByRole("heading", { level: 1, name: "SendGrid" }).waitFor();
});

test("dead events stand out, and are done once they are replayed: one, those selected, all that fit", async () => {
  const dead = page.locator("tr[data-state=dead]");
  const gone = () => page.locator("[data-standing=dead]").waitFor({ state: "detached" });
  const show = async () => {
    await open(page, "/events");
    await page.getByRole("button", { name: "Show dead events" }).click();
    await page.waitForURL("**/events?state=dead");
  };

  await kill(1);
  await show();
  await page.locator("[data-standing=dead]").getByText("1 event is dead").waitFor();
  await dead.getByRole("button").click();
  const details = page.getByRole("dialog", { name: "Payment received" });
  await details.getByText("the database did not answer").waitFor();
  await details.getByText("$125.00").waitFor();
  await details.getByRole("button", { name: "Replay" }).click();
  await page.getByText("1 event is worked off again.").waitFor();
  await details.locator("[data-advice=done]").waitFor();
  await page.keyboard.press("Escape");
  await gone();

  await kill(3);
  await show();
  await expect.poll(() => dead.count()).toBe(3);
  await page.getByRole("checkbox", { name: "Select all listed events" }).click();
  await dead.getByRole("checkbox").first().click();
  await page.getByRole("status").filter({ hasText: "2 selected" }).waitFor();
  await page.getByRole("button", { name: "Replay 2 selected" }).click();
  await page.getByText("2 events are worked off again.").waitFor();
  await expect.poll(() => dead.count()).toBe(1);

  await page.getByRole("button", { name: "Replay all of these" }).click();
  const asked = page.getByRole("dialog", { name: "Replay all of these?" });
  await asked.getByText("every event that is “Dead”").waitFor();
  await asked.getByRole("button", { name: "Replay" }).click();
  await gone();
  await settled();
  expect(await counts()).toMatchObject({ dead: 0, done: 4, quarantined: 1 });
});

test("with the keyboard alone: to an event, into its details, and back to where one was", async () => {
  await open(page, "/events");
  const tabTo = async (name: string) => {
    for (let n = 0; n < 60; n++) {
      await page.keyboard.press("Tab");
      if (String(await onFocus(page)).startsWith(name)) return;
    }
    throw new Error(`Tab does not lead to ${name}`);
  };
  await tabTo("Select Payment received");
  await page.keyboard.press("Space");
  await page.getByRole("status").filter({ hasText: "1 selected" }).waitFor();
  await tabTo("Payment received");
  await page.keyboard.press("Enter");
  await page.getByRole("dialog", { name: "Payment received" }).waitFor();
  await expect.poll(() => page.evaluate("document.activeElement.closest('[role=dialog]') !== null")).toBe(true);
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await expect.poll(() => onFocus(page)).toBe("Payment received");
});

test("a member looks, and neither replays nor reads what an event says", async () => {
  const { page, close } = await visitAs(browser, mesh, "member");
  await open(page, "/events");
  await page.getByRole("button", { name: "Message received" }).waitFor();
  expect(await page.getByRole("checkbox").count()).toBe(0);
  expect(await page.getByRole("button", { name: /Replay/ }).count()).toBe(0);
  await page.getByRole("button", { name: "Message received" }).click();
  const details = page.getByRole("dialog", { name: "Message received" });
  await details.getByText("Only an owner of the account sees what an event says.").waitFor();
  expect(await details.textContent()).not.toMatch(/visit|Body|From/);
  await close();
});

test("a lead is searched as people write numbers, and its timeline leads to the event", async () => {
  await page.getByRole("link", { name: "Leads", exact: true }).click();
  await page.getByRole("searchbox", { name: "Search" }).fill("(202) 555-9999");
  await page.getByText("Nobody fits").waitFor();
  await page.getByRole("searchbox", { name: "Search" }).fill("(202) 555-1007");
  await page.getByRole("link", { name: "+12025551007" }).click();
  await page.getByRole("heading", { level: 1, name: "+12025551007" }).waitFor();
  const entry = page.getByRole("listitem").filter({ hasText: "Text received from +12025551007" });
  expect(await page.locator("main").textContent()).not.toContain("visit possible");
  await entry.getByRole("link", { name: "Event" }).click();
  await page.getByRole("dialog", { name: "Message received" }).waitFor();
  await open(page, "/leads/lead_nobody");
  await page.getByText("There is no such lead").waitFor();
});

test("a lead is made, changed, joined to another, and deleted", async () => {
  await open(page, "/leads");
  const dialog = page.getByRole("dialog");
  const click = (name: string) => dialog.getByRole("button", { name, exact: true }).click();
  await page.getByRole("button", { name: "New lead" }).click();
  await dialog.getByRole("textbox", { name: "Name", exact: true }).fill("Bo Twice");
  await dialog.getByLabel("Phone numbers").fill("12");
  await click("Save");
  await dialog.getByText(/with its country code/).waitFor();
  await dialog.getByLabel("Phone numbers").press("Backspace");
  await dialog.getByLabel("Phone numbers").fill("+12025557001");
  await click("Save");
  await page.getByRole("heading", { level: 1, name: "Bo Twice" }).waitFor();
  await page.getByText("New lead").waitFor();
  const at = page.url();
  await mesh.api("POST", "/leads", { name: "Bo Once", phones: ["+12025557002"] });

  await page.getByRole("button", { name: "Edit" }).click();
  await dialog.getByRole("textbox", { name: "Name", exact: true }).fill("Bo Thrice");
  await click("Save");
  await page.getByRole("heading", { level: 1, name: "Bo Thrice" }).waitFor();
  await page.getByRole("button", { name: "More for this lead" }).click();
  await page.getByRole("menuitem", { name: "Join to another lead" }).click();
  await dialog.getByRole("combobox", { name: "The lead that stays" }).fill("Bo Once");
  await page.getByRole("option", { name: /Bo Once/ }).click();
  await click("Join them");
  await page.getByRole("heading", { level: 1, name: "Bo Once" }).waitFor();
  expect(page.url()).not.toBe(at);
  await page.getByText("+12025557001").first().waitFor();

  await page.getByRole("button", { name: "More for this lead" }).click();
  await page.getByRole("menuitem", { name: "Delete" }).click();
  await click("Delete");
  await page.getByRole("heading", { level: 1, name: "Leads" }).waitFor();
  await page.goto(at);
  await page.getByText("There is no such lead").waitFor();
});

test("axe finds nothing serious in light or dark, and nothing sticks out, on a phone and at a desk", { timeout: 120_000 }, async () => {
  await kill(1);
  const [{ id }] = (await mesh.api("GET", "/events?vendor=twilio")).body.events;
  const [lead] = (await mesh.api("GET", "/leads")).body.leads;
  const paths = ["/events", "/events?time=range", `/events?event=${id}`, "/leads", `/leads/${lead.id}`];
  const found = await lookThrough(page, paths, async (path) => {
    await go(page, path);
    if (path.includes("event=")) await page.getByText("What it says").waitFor();
  });
  expect(found).toEqual([]);
});
