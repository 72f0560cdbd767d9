/** What an owner does with the settings, in a real browser: at a desk and on a phone. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Mesh, startMesh } from "../mesh.ts";
import { DESKTOP, holdings, light, openBrowser, PHONE, signIn, signInAs, type Visit, visit } from "./browser.ts";

let mesh: Mesh;
let browser: Browser;
let twilio: Record<string, string>;

beforeAll(async () => {
  [mesh, browser] = await Promise.all([startMesh({ vendors: ["google-calendar", "twilio"] }), openBrowser()]);
  const { credentials } = (await mesh.sandbox("GET", "/sandbox/api/credentials")).body;
  twilio = credentials.twilio.valid;
  await mesh.api("PUT", "/operator/apps/google-calendar", credentials["google-calendar"].platform, { role: "operator" });
});
afterAll(async () => {
  await browser.close();
  await mesh.stop();
});

const WRONG = "f".repeat(32);

describe.each([
  { window: "at a desk", viewport: DESKTOP, contractor: "demo" },
  { window: "on a phone", viewport: PHONE, contractor: "pocket" },
])("$window", ({ viewport, contractor }) => {
  let person: Visit;
  let page: Page;
  /** Everything the pages held, from step to step. */
  const held: string[] = [];
  const secrets = new Set<string>();

  beforeAll(async () => {
    person = await visit(browser, { viewport });
    page = person.page;
    if (contractor === "demo") await signIn(page, mesh);
    else await signInAs(page, mesh, contractor);
  });
  afterAll(() => person.close());

  const open = async (path: string) => {
    await page.goto(`${mesh.url}/settings${path}`);
    await page.getByRole("heading", { level: 1 }).waitFor();
  };
  const through = async (name: string) => {
    if (viewport === PHONE) await page.getByRole("button", { name: "Menu" }).click();
    await page.getByRole("navigation", { name: "Settings" }).filter({ visible: true }).getByRole("link", { name }).click();
  };
  const wide = async () =>
    expect(await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"), "nothing sticks out").toBe(
      0,
    );

  test("Twilio is not connected with a wrong key, and is with the right one", async () => {
    await page.getByRole("link", { name: /^Twilio/ }).click();
    await light(page, "not_connected").waitFor();
    await page.getByRole("button", { name: "Save & Test" }).click();
    await page.getByText("Account SID is missing.").waitFor();
    expect(await page.evaluate("document.activeElement.name"), "the first wrong field has the focus").toBe("account_sid");

    const field = (name: string) => page.getByRole("textbox", { name, exact: true });
    await field("Account SID").fill(twilio["account_sid"] ?? "");
    await field("Auth token").fill(WRONG);
    await field("Default number").fill(twilio["default_from"] ?? "");
    secrets.add(WRONG).add(twilio["auth_token"] ?? "");
    await page.getByRole("button", { name: "Save & Test" }).click();
    await page.getByRole("alert").getByText("Twilio does not accept these credentials.").waitFor();
    await page.getByRole("alert").getByText("Nothing was stored").waitFor();
    await light(page, "not_connected").waitFor();
    held.push(await holdings(page));

    await field("Auth token").fill(twilio["auth_token"] ?? "");
    await page.getByRole("button", { name: "Save & Test" }).click();
    await light(page, "connected").waitFor();
    await page.getByRole("heading", { name: `Connected as ${twilio["default_from"]}` }).waitFor();
    await page.getByText(`••••${twilio["auth_token"]?.slice(-4)}`).waitFor();
    held.push(await holdings(page));
    await wide();
  });

  test("Google Calendar: denied, then with fewer permissions, then with all of them; each return says what happened", async () => {
    await open("/integrations/google-calendar");
    await page.getByText("See and change events on your calendars").waitFor();
    await page.getByRole("button", { name: "Connect with Google Calendar" }).click();
    await page.getByRole("button", { name: "Deny" }).click();
    await page.locator('[data-grant="denied"]').getByText("You did not allow it").waitFor();
    expect(page.url(), "the return leaves the address").toBe(`${mesh.url}/settings/integrations/google-calendar`);
    await light(page, "not_connected").waitFor();

    await page.getByRole("button", { name: "Connect with Google Calendar" }).click();
    await page.getByLabel(/See when your calendars are free|freebusy/).uncheck();
    await page.getByRole("button", { name: "Approve only what is ticked" }).click();
    await page.locator('[data-grant="missing_scope"]').getByText("Not allowed: See when your calendars are free").waitFor();
    await page.getByRole("tab", { name: "Permissions (1 lacking)" }).click();
    await page.getByRole("button", { name: "Allow what is lacking" }).click();

    await page.getByRole("button", { name: "Approve", exact: true }).click();
    await page.locator("[data-grant]").getByText("Google Calendar is connected").waitFor();
    await light(page, "connected").waitFor();
    await page.getByRole("tab", { name: "Permissions", exact: true }).click();
    await page.getByText("Everything the tools need is allowed.").waitFor();
    held.push(await holdings(page));
    await wide();
  });

  test("an agent's key is shown once, works, and is refused from the moment it is revoked", async () => {
    await through("Agents");
    await page.getByRole("button", { name: "New key" }).click();
    const dialog = page.getByRole("dialog", { name: "New agent key" });
    await dialog.getByLabel("Name").fill("Office assistant");
    await dialog.getByRole("button", { name: "Make the key" }).click();
    const key = (await page.locator("[data-made-key]").textContent()) ?? "";
    expect(key).toMatch(new RegExp(`^jn_${contractor}_`));
    await page.getByRole("button", { name: "I have copied it" }).click();
    await page.locator("[data-made-key]").waitFor({ state: "detached" });
    secrets.add(key);
    held.push(await holdings(page));

    const sms = () => mesh.call(key, "crm_send_sms", { to: "+12025550199", body: `Hello from ${contractor}` });
    expect((await sms()).body).toMatchObject({ structuredContent: { status: "queued" } });
    await page.getByRole("button", { name: "Revoke Office assistant" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Revoke" }).click();
    await page.getByText("Revoked", { exact: true }).waitFor();
    expect(await sms()).toMatchObject({ status: 401 });
    await wide();
  });

  test("Twilio breaks: the light goes red by itself, one alert and one email come; mended, it goes green and they say so", async () => {
    const { key } = await mesh.key(contractor, { name: "Dispatcher" });
    const sms = (body: string) => mesh.call(key, "crm_send_sms", { to: "+12025550199", body });
    const letters = async (words: string) =>
      (await mesh.sandbox("GET", "/sandbox/api/inbox?vendor=host")).body.inbox.filter(
        ({ title }: { title: string }) => title.startsWith("Email") && title.includes(words),
      ).length;
    await open("/integrations/twilio");
    await light(page, "connected").waitFor();
    await mesh.sandbox("PUT", "/sandbox/api/faults", { vendor: "twilio", operation: "*", fault: "401" });
    await sms("one");
    await light(page, "error").waitFor();
    await page.getByRole("heading", { name: "It needs to be reconnected" }).waitFor();
    await sms("two");
    await sms("three");
    held.push(await holdings(page));

    await through("Alerts");
    const alerts = page.locator('[data-alert="twilio"]');
    await alerts.getByText("Twilio stopped working").waitFor();
    expect(await alerts.count()).toBe(1);
    if (contractor === "demo") await expect.poll(() => letters("Twilio needs you")).toBe(1);
    await wide();
    await alerts.getByRole("link", { name: "Reconnect Twilio" }).click();

    await mesh.sandbox("DELETE", "/sandbox/api/faults?vendor=twilio");
    await page.getByRole("button", { name: "Test now" }).click();
    await light(page, "connected").waitFor();
    await through("Alerts");
    await alerts.getByText("Twilio works again").waitFor();
    expect(await alerts.count()).toBe(1);
    if (contractor === "demo") await expect.poll(() => letters("Twilio works again")).toBe(1);
    expect(await letters("Twilio needs you"), "nothing was told twice").toBe(contractor === "demo" ? 1 : await letters("Twilio needs you"));

    await through("Activity");
    await page.locator("tr").getByText("Failed").first().waitFor();
    await page.locator("blockquote").first().waitFor();
    held.push(await holdings(page));
    await wide();
  });

  test("no secret is in a page, in storage, in an address or in a Referer, and no page broke or left its policy", async () => {
    await page.goto(`${mesh.url}/sandbox`); // another page, to which a Referer would go
    const { urls, referers, troubles } = person.seen;
    expect(held.length).toBe(6);
    expect(secrets.size).toBe(3);
    const everything = [...held, ...urls, ...referers].join("\n");
    for (const secret of secrets) expect(everything.includes(secret), `${secret.slice(0, 6)}… is somewhere`).toBe(false);
    expect(everything).not.toMatch(/ya29\.|client_secret|eyJ[\w-]+\.eyJ/);
    const from = referers.filter((address) => address.startsWith(`${mesh.url}/settings`));
    expect(from, "the settings send no Referer").toEqual([]);
    expect(troubles).toEqual([]);
  });
});
