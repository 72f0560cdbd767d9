/** Which steps of a workflow are drawn anew, whether or not that changes what is seen: React tells its DevTools of each commit, in a production build too. */
import type { Page } from "playwright-core";
import { DRAWN } from "./browser.ts";

const WATCH = `{
  const PERFORMED_WORK = 1;
  window.drawn = {};
  const walk = (fiber) => {
    for (let one = fiber.child; one; one = one.sibling) {
      const step = typeof one.type === "string" ? undefined : one.child?.memoizedProps?.["data-step"];
      if (step !== undefined && one.flags & PERFORMED_WORK) window.drawn[step] = (window.drawn[step] ?? 0) + 1;
      // What was not worked on has the very children of the tree before.
      if (one.child !== one.alternate?.child) walk(one);
    }
  };
  window.__REACT_DEVTOOLS_GLOBAL_HOOK__ = {
    supportsFiber: true,
    inject: () => 1,
    onCommitFiberRoot: (_, root) => walk(root.current),
    onCommitFiberUnmount: () => {},
    onPostCommitFiberRoot: () => {},
  };
}`;

/** Counts in this window from its next load on. */
export const watchSteps = (page: Page): Promise<unknown> => page.addInitScript(WATCH);

/** How often each step was drawn while something was done; one that was not is not named. */
export async function stepsDrawn(page: Page, doing: () => Promise<unknown>): Promise<Readonly<Record<string, number>>> {
  await page.evaluate(`${DRAWN}.then(() => { window.drawn = {}; })`);
  await doing();
  await page.evaluate(DRAWN);
  return (await page.evaluate("window.drawn")) as Record<string, number>;
}
