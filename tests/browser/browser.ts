/** A real browser before the started mesh, and what its person does. */
import chromium from "@sparticuz/chromium";
import { type Browser, type Locator, chromium as launcher, type Page } from "playwright-core";
import type { Users } from "../mesh.ts";

export const DESKTOP = { width: 1280, height: 860 };
export const PHONE = { width: 390, height: 844 };

/**
 * Chromium from the package registry, started so that it runs as root and without a display or a graphics card. No page is
 * open for so long that its code is worth the last optimisation, and no core is free to collect garbage beside it.
 */
export const openBrowser = async (): Promise<Browser> =>
  launcher.launch({
    executablePath: await chromium.executablePath(),
    args: ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--js-flags=--single-threaded-gc --no-opt"],
    headless: true,
  });

/** What a page gave away: every address it asked for, every Referer it sent, everything it logged. */
export interface Seen {
  readonly urls: string[];
  readonly referers: string[];
  readonly troubles: string[];
}

export interface Visit {
  readonly page: Page;
  readonly seen: Seen;
  close(): Promise<void>;
}

interface VisitOptions {
  readonly viewport?: { readonly width: number; readonly height: number };
}

/** A window of its own, with its own cookies and storage. */
export async function visit(browser: Browser, { viewport = DESKTOP }: VisitOptions = {}): Promise<Visit> {
  const context = await browser.newContext({ viewport, colorScheme: "light", reducedMotion: "reduce" });
  context.setDefaultTimeout(10_000);
  const page = await context.newPage();
  const seen: Seen = { urls: [], referers: [], troubles: [] };
  page.on("request", (request) => {
    seen.urls.push(request.url());
    const referer = request.headers()["referer"];
    if (referer !== undefined) seen.referers.push(referer);
  });
  page.on("framenavigated", (frame) => seen.urls.push(frame.url()));
  page.on("pageerror", (error) => seen.troubles.push(error.message));
  page.on("console", (message) => {
    // A refused request is the API's answer, and the page's to explain; anything else is a fault of the page.
    if (["error", "warning"].includes(message.type()) && !message.text().startsWith("Failed to load resource"))
      seen.troubles.push(message.text());
  });
  return { page, seen, close: () => context.close() };
}

/** Signs the owner in as a person does: from the settings to the development issuer's page, and back. */
export async function signIn(page: Page, mesh: Users): Promise<void> {
  await page.goto(`${mesh.url}/settings`);
  await page.getByRole("link", { name: "Sign in" }).click();
  await page.getByRole("button", { name: /owner of the demo/ }).click();
  await page.getByRole("heading", { level: 1, name: "Integrations" }).waitFor();
}

/** As `signIn`, for a contractor the issuer's page does not offer: posts the token, as a host CRM does. */
export async function signInAs(page: Page, mesh: Users, contractor: string): Promise<void> {
  const token = await mesh.token(contractor);
  await page.goto(`${mesh.url}/sandbox/issuer/login`);
  const posted = page.locator("form").first();
  await posted.locator("input[name=token]").evaluate((input, value) => input.setAttribute("value", value), token);
  await posted.getByRole("button").click();
  await page.getByRole("heading", { level: 1, name: "Integrations" }).waitFor();
}

/** A window in which someone of the demo contractor is signed in already. How they do it themselves is what `signIn` shows. */
export async function visitAs(browser: Browser, mesh: Users, role: "owner" | "member"): Promise<Visit> {
  const one = await visit(browser);
  const posted = await one.page.request.post(`${mesh.url}/session`, {
    form: { token: await mesh.token("demo", role) },
    headers: { origin: mesh.url },
    maxRedirects: 0,
  });
  if (posted.status() !== 303) throw new Error(`${role} was not signed in: ${posted.status()} ${await posted.text()}`);
  await one.page.goto(`${mesh.url}/settings`);
  return one;
}

/** Waits until the page that was gone to stands there. While a dialog is open its heading has no role. */
export async function stands(page: Page): Promise<void> {
  await page.locator("h1").waitFor({ state: "attached" });
  await page.getByLabel("Loading").first().waitFor({ state: "detached" });
}

/** Whatever has just changed is on the screen. */
export const DRAWN = "new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(() => drawn(null))))";

/** Goes to a page of the settings from another one, as a click does: nothing is loaded anew. The heading of before is gone once that is drawn. */
export async function go(page: Page, path: string): Promise<void> {
  await page.evaluate(`history.pushState(null, "", "/settings${path}"), ${DRAWN}`);
  await stands(page);
}

/** The light of the integration whose page is open. */
export const light = (page: Page, status: string): Locator => page.locator(`h1 ~ [data-status="${status}"]`);

/** All a page holds that a script, a log or a passer-by could read. */
export async function holdings(page: Page): Promise<string> {
  return (await page.evaluate(`JSON.stringify({
    html: document.documentElement.outerHTML,
    local: { ...localStorage },
    session: { ...sessionStorage },
    cookies: document.cookie,
    address: location.href,
  })`)) as string;
}
