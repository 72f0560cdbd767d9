/** Every page: for everyone, for the keyboard, for a member, and light enough. */
import { readFileSync } from "node:fs";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type Mesh, startMesh } from "../mesh.ts";
import { lookThrough } from "./barriers.ts";
import { DESKTOP, go, light, openBrowser, PHONE, signIn, stands, type Visit, visit, visitAs } from "./browser.ts";
import { stepsDrawn, watchSteps } from "./drawn.ts";

let mesh: Mesh;
let browser: Browser;
/** The owner, who goes from test to test in one window. */
let owner: Visit;
let page: Page;
let twilio: Record<string, string>;

beforeAll(async () => {
  [mesh, browser] = await Promise.all([
    startMesh({ vendors: ["google-calendar", "google-maps", "mailgun", "meta-pages", "sendgrid", "stripe", "twilio"] }),
    openBrowser(),
  ]);
  await mesh.connect("demo", "twilio", "sendgrid", "google-calendar", "google-maps", "mailgun");
  twilio = (await mesh.sandbox("GET", "/sandbox/api/credentials")).body.credentials.twilio.valid;
  const { key } = await mesh.key("demo", { name: "Dispatcher", tools: ["crm/send_sms", "crm/geocode_address"] });
  await mesh.call(key, "crm_send_sms", { to: "+12025550199", body: "Hello" });
  await mesh.sandbox("PUT", "/sandbox/api/faults", { vendor: "google-maps", operation: "*", fault: "503" });
  await mesh.call(key, "crm_geocode_address", { address: "1600 Amphitheatre Parkway" });
  await mesh.sandbox("PUT", "/sandbox/api/faults", { vendor: "twilio", operation: "*", fault: "401" });
  await mesh.call(key, "crm_send_sms", { to: "+12025550199", body: "Hello again" });
  await mesh.sandbox("DELETE", "/sandbox/api/faults");
  owner = await visit(browser);
  page = owner.page;
  await signIn(page, mesh);
}, 120_000); // it starts and connects the most vendors, and five such files begin at once
afterEach(() => expect(owner.seen.troubles).toEqual([]));
afterAll(async () => {
  await browser.close();
  await mesh.stop();
});

/** Adds up what moves without anyone having touched the page (Cumulative Layout Shift). */
const WATCH_JUMPS = `window.jumps = 0;
new PerformanceObserver((list) => {
  for (const each of list.getEntries()) if (!each.hadRecentInput) window.jumps += each.value;
}).observe({ type: "layout-shift", buffered: true });`;

const PAGES = [
  "/integrations",
  "/integrations/twilio",
  "/integrations/stripe",
  "/integrations/stripe/webhook",
  "/integrations/google-calendar",
  "/integrations/google-calendar/permissions",
  "/integrations/google-calendar/calendar",
  "/integrations/twilio/activity",
  "/integrations/webhooks",
  "/routing",
  "/calls",
  "/calls/12025550123",
  "/agents",
  "/alerts",
  "/activity",
  "/approvals",
  "/start",
  "/nowhere",
];

test("axe finds nothing serious in light or dark, and nothing sticks out, on a phone and at a desk", { timeout: 120_000 }, async () => {
  const visitor = await visit(browser);
  const found = await lookThrough(visitor.page, ["/"], async () => {
    await visitor.page.goto(`${mesh.url}/settings`);
    await visitor.page.getByRole("link", { name: "Sign in" }).waitFor();
  });
  await visitor.close();
  found.push(...(await lookThrough(page, PAGES, (path) => go(page, path))));
  expect(found).toEqual([]);
});

test("nothing jumps while a page loads on a phone", { timeout: 60_000 }, async () => {
  await page.setViewportSize(PHONE);
  await page.addInitScript(WATCH_JUMPS);
  for (const path of PAGES) {
    await page.goto(`${mesh.url}/settings${path}`);
    await stands(page);
    expect(await page.evaluate("window.jumps"), path).toBeLessThan(0.05);
  }
  await page.setViewportSize(DESKTOP);
});

test("a letter typed draws the step it belongs to, once, and no other of twenty, nor does the save that follows", async () => {
  const sms = (n: number) => ({ id: `text_${n}`, type: "sms", body: "Hello" });
  const branch = {
    id: "branch",
    type: "branch",
    cases: [{ when: { left: "{{name|}}", is: "not_empty" }, steps: [sms(19)] }],
    otherwise: [],
  };
  const steps = [...Array.from({ length: 18 }, (_, n) => sms(n)), branch];
  const { id } = (await mesh.api("POST", "/workflows", { definition: { name: "Long", steps } })).body;
  const { page, seen, close } = await visitAs(browser, mesh, "owner");
  await watchSteps(page);
  const told = () => page.waitForResponse((response) => response.url().endsWith("/checklist"));
  await Promise.all([told(), page.goto(`${mesh.url}/settings/workflows/${id}?step=text_0`)]);
  const message = page.getByRole("textbox", { name: "Message" });
  await message.press("End");
  expect(await stepsDrawn(page, () => Promise.all([told(), message.press("!")]))).toEqual({ text_0: 1 });
  const name = page.getByRole("textbox", { name: "Name" });
  expect(await stepsDrawn(page, () => Promise.all([told(), name.press("!")]))).toEqual({});
  expect(await name.inputValue()).toContain("!");
  expect((await mesh.api("GET", `/workflows/${id}`)).body.definition.steps[0].body).toBe("Hello!");
  expect(seen.troubles).toEqual([]);
  await close();
  await mesh.api("DELETE", `/workflows/${id}`);
});

test("with the keyboard alone: from the top of the list to a connected integration", async () => {
  await page.goto(`${mesh.url}/settings/integrations`);
  await page.getByRole("heading", { name: "Needs action" }).waitFor();
  const press = (key: string) => page.keyboard.press(key);
  const onFocus = () => page.evaluate("(document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent).trim()");
  const tabTo = async (name: string | RegExp, most = 60) => {
    for (let n = 0; n < most; n++) {
      await press("Tab");
      if (String(await onFocus()).match(name)) return;
    }
    throw new Error(`Tab does not lead to ${name}`);
  };
  await press("Tab");
  expect(await onFocus()).toBe("Skip to content");
  await press("Enter");
  await tabTo(/^Mend Twilio$/);
  await press("Enter");
  await page.getByRole("heading", { level: 1, name: "Twilio" }).waitFor();
  expect(await onFocus(), "a new page begins at its heading").toBe("Twilio");
  await tabTo(/^Show Auth token$|^Test now$/);
  await page.getByRole("textbox", { name: "Auth token", exact: true }).focus();
  await page.keyboard.type(twilio["auth_token"] ?? "");
  await press("Enter");
  await light(page, "connected").waitFor();
});

test("a member looks at everything and changes nothing: no form, no button, no credential", async () => {
  const { page, close } = await visitAs(browser, mesh, "member");
  await page.goto(`${mesh.url}/settings/integrations/twilio`);
  await page.getByText("Only an owner of the account sees or changes credentials.").waitFor();
  await page.getByRole("link", { name: "All integrations" }).waitFor();
  for (const name of ["Test now", "Disconnect", "Save & Test", "Reconnect"])
    expect(await page.getByRole("button", { name }).count(), name).toBe(0);
  expect(await page.content()).not.toContain("••••");
  expect(await page.content()).not.toContain("Fingerprint");
  await page.goto(`${mesh.url}/settings/agents`);
  await page.getByText("Dispatcher").waitFor();
  expect(await page.getByRole("button", { name: /New key|Revoke/ }).count()).toBe(0);
  await page.goto(`${mesh.url}/settings/activity`);
  await page.locator("tr").getByText("Failed").first().waitFor();
  expect(await page.locator("blockquote").count(), "a vendor's own words are the owner's to read").toBe(0);
  await close();
});

test("getting started asks for what a goal takes, and no more, and connects it there", async () => {
  await page.goto(`${mesh.url}/settings/start`);
  await page.getByRole("checkbox", { name: /Book jobs/ }).click();
  await page.locator('[data-goal="book"][data-ready="true"]').waitFor();
  await page.getByRole("checkbox", { name: /Take payments/ }).click();
  const need = page.locator('[data-goal="pay"]');
  await need.getByRole("button", { name: "Connect Stripe" }).click();
  const stripe = (await mesh.sandbox("GET", "/sandbox/api/credentials")).body.credentials.stripe.valid;
  await page.getByRole("textbox", { name: "Secret or restricted key" }).fill(stripe.api_key);
  await page.getByRole("button", { name: "Save & Test" }).click();
  await page.locator('[data-goal="pay"][data-ready="true"]').waitFor();
  await page.getByRole("heading", { name: "Everything is ready" }).waitFor();
});

test("each of the five states has its light and its word; what is planned leads nowhere", async () => {
  const states = { twilio: "error", stripe: "not_connected", "google-maps": "warning", sendgrid: "connected", mailgun: "planned" };
  await page.route("**/api/connections", async (route) => {
    const { integrations } = (await (await route.fetch()).json()) as { integrations: { vendor: string; status: string }[] };
    const shown = integrations.map((one) => ({ ...one, status: states[one.vendor as keyof typeof states] ?? one.status }));
    await route.fulfill({ json: { integrations: shown } });
  });
  await page.goto(`${mesh.url}/settings/integrations`);
  const badge = (name: string) => page.getByRole("listitem").filter({ hasText: name }).last().locator("[data-status]");
  const words = { Twilio: "Action required", Stripe: "Not connected", "Google Maps": "Warning", SendGrid: "Connected", Mailgun: "Planned" };
  for (const [name, word] of Object.entries(words)) expect(await badge(name).textContent(), name).toBe(word);
  const colours = (await page.evaluate(`["connected", "warning", "error", "not_connected"].map(
    (status) => getComputedStyle(document.querySelector("main [data-status=" + status + "] span")).backgroundColor)`)) as string[];
  expect(new Set(colours).size, "four lights, four colours").toBe(4);
  expect(await page.getByRole("link", { name: /^Mailgun/ }).count()).toBe(0);
  await page.unrouteAll();
});

test("what an agent may not do in public waits for a yes, and then is done", async () => {
  await mesh.connect("demo", "meta-pages");
  const { key } = await mesh.key("demo", { name: "Marketing" });
  const [place] = (await mesh.call(key, "crm_list_social_pages", {})).body.structuredContent.pages;
  await mesh.call(key, "crm_post_to_facebook", { page_id: place.page_id, text: "A new roof on Elm Street" });
  await page.getByRole("link", { name: "Approvals 1 waiting" }).click();
  await page.getByText("A new roof on Elm Street").waitFor();
  await page.getByText("Asked by Marketing").waitFor();
  await page.getByRole("button", { name: "Approve and do it" }).click();
  await page.getByText("Approved, and done").waitFor();
  await page.getByText("Nothing waits for you").waitFor();
  const { inbox } = (await mesh.sandbox("GET", "/sandbox/api/inbox?vendor=meta-pages")).body;
  expect(JSON.stringify(inbox)).toContain("A new roof on Elm Street");
});

test("the audit is filtered, and leaves as CSV what is shown", async () => {
  await page.goto(`${mesh.url}/settings/activity`);
  await page.getByLabel("Outcome").selectOption("Failed");
  await page.getByLabel("Integration").selectOption("Twilio");
  await expect.poll(() => page.locator("tbody tr").count()).toBe(1);
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: "Export CSV" }).click()]);
  const csv = readFileSync(await download.path(), "utf8");
  expect(csv.trim().split("\r\n")).toHaveLength(2);
  expect(csv).toMatch(/"crm\/send_sms","twilio","failed","CredentialError"/);
});

test("another account at the vendor does not take the connected one's place unless its owner says so", async () => {
  await page.goto(`${mesh.url}/settings/integrations/google-calendar`);
  const account = page.getByRole("heading", { name: /^Connected as/ });
  const before = await account.textContent();
  const another = async () => {
    await page.getByRole("heading", { name: "Sign in with Google" }).waitFor();
    const choice = page.getByLabel("Account");
    const others = await choice.locator("option").allTextContents();
    await choice.selectOption(others.find((one) => !before?.includes(one)) ?? "");
    await page.getByRole("button", { name: "Approve", exact: true }).click();
  };
  await page.getByRole("button", { name: "Reconnect" }).click();
  await page.getByRole("button", { name: "Reconnect with Google Calendar" }).click();
  await another();
  await page.locator('[data-grant="wrong_account"]').getByText("That is another account").waitFor();
  expect(await account.textContent()).toBe(before);
  await page.getByRole("button", { name: "Use the other account instead" }).click();
  await another();
  await page.locator('[data-grant="connected"]').waitFor();
  await expect.poll(() => account.textContent()).not.toBe(before);
});

test("signed out, nothing is left to see", async () => {
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByRole("heading", { name: "Sign in to Junction" }).waitFor();
  await page.goto(`${mesh.url}/settings/agents`);
  await page.getByRole("heading", { name: "Sign in to Junction" }).waitFor();
  expect(await page.content()).not.toContain("Dispatcher");
});

test("a session that ends while a page is open leads to the sign-in page by itself", async () => {
  await signIn(page, mesh);
  await page.context().clearCookies();
  await page.getByRole("heading", { name: "Sign in to Junction" }).waitFor();
});
