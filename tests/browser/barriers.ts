/** What would keep someone out of a page: at a phone's size and at a desk's, in light and in dark. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";
import { expect } from "vitest";
import { DESKTOP, DRAWN, PHONE } from "./browser.ts";

/** `axe.source` is the long form, twice the work to read on each page. */
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Each look costs a pass over the whole page, so none asks again what another has answered. */
const LOOKS = {
  all: {},
  /** Another layout of the same colours and styles. */
  layout: { preload: false, rules: { "color-contrast": { enabled: false }, "css-orientation-lock": { enabled: false } } },
  /** The same page in other colours. */
  colours: { preload: false, runOnly: ["color-contrast"] },
};

/** What follows a new size or colour scheme is drawn, and has faded in. What turns for ever is not waited for. */
const SETTLED = `${DRAWN}.then(() =>
  Promise.allSettled(document.getAnimations()
    .filter((one) => one.effect?.getComputedTiming().endTime !== Infinity).map((one) => one.finished))).then(() => null)`;

const OVERHANG = "document.documentElement.scrollWidth - document.documentElement.clientWidth";

interface Violation {
  readonly id: string;
  readonly impact: string | null;
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
}

async function look(page: Page, kind: keyof typeof LOOKS): Promise<string[]> {
  // evaluated by the debugger: the page's own policy admits no such script
  if (!(await page.evaluate("'axe' in window"))) await page.evaluate(AXE);
  const options = { resultTypes: ["violations"], ...LOOKS[kind] };
  const { violations } = (await page.evaluate(`axe.run(document, ${JSON.stringify(options)})`)) as { violations: Violation[] };
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary = "" }) => `${kind} ${id}: ${html.slice(0, 160)} ${failureSummary.slice(0, 240)}`),
    );
}

async function settled(page: Page, colorScheme: "light" | "dark"): Promise<void> {
  await page.locator(`html[data-mantine-color-scheme=${colorScheme}]`).waitFor();
  await page.evaluate(SETTLED);
}

/** The barriers of the open page as large as it is, in light and in dark. */
export async function barriers(page: Page): Promise<string[]> {
  await page.emulateMedia({ colorScheme: "light" });
  await settled(page, "light");
  const found = await look(page, "all");
  await page.emulateMedia({ colorScheme: "dark" });
  await settled(page, "dark");
  found.push(...(await look(page, "colours")));
  await page.emulateMedia({ colorScheme: "light" });
  return found;
}

/** The barriers of each page, opened on a phone and then seen at a desk; nothing may stick out of either. */
export async function lookThrough(page: Page, paths: readonly string[], open: (path: string) => Promise<void>): Promise<string[]> {
  const found: string[] = [];
  for (const path of paths) {
    await page.setViewportSize(PHONE);
    await open(path);
    await settled(page, "light");
    expect(await page.evaluate(OVERHANG), `${path} fits a phone`).toBe(0);
    const narrow = await look(page, "layout");
    await page.setViewportSize(DESKTOP);
    await page.evaluate(SETTLED);
    expect(await page.evaluate(OVERHANG), `${path} fits a desk`).toBe(0);
    found.push(...[...narrow, ...(await barriers(page))].map((each) => `${path} ${each}`));
  }
  return found;
}
