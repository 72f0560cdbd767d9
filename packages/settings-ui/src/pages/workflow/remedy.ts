/** What mends a lack: whether it is an integration to connect, which is done in place, or another page. */
import type { Remedy, StepKind } from "../../api/workflows.ts";
import type { Wanted } from "./builder.ts";
import type { DraftStep } from "./draft.ts";

const BASE = "/settings";

/** The page within the settings, without what the router adds; null: it is elsewhere. */
export function localPath(url: string): string | null {
  const { pathname, search, origin } = new URL(url, window.location.origin);
  return origin === window.location.origin && pathname.startsWith(`${BASE}/`) ? `${pathname.slice(BASE.length)}${search}` : null;
}

/** What is to be connected; `tool`: what the step needs, where any of several integrations would do. */
export function wantedOf(remedy: Remedy | undefined, tool: string | undefined): Wanted | null {
  const path = remedy?.url ? localPath(remedy.url) : null;
  if (path === null) return null;
  const [, place, vendor] = path.split(/[/?]/);
  if (place !== "integrations") return null;
  return vendor ? { vendor } : tool === undefined ? null : { tool };
}
export const toolOf = (step: DraftStep, kinds: readonly StepKind[]): string | undefined =>
  step.type === "tool" && typeof step["tool"] === "string" ? step["tool"] : kinds.find(({ type }) => type === step.type)?.needs[0]?.tool;
