/** Our words for runs and their steps. */
import { EVENT_NAMES } from "@junction/core";
import { eventWords } from "./pages/events/event-words.ts";
import type { Status } from "./words.ts";

interface Word {
  readonly label: string;
  readonly tone: Status;
}
export const RUN_STATE = {
  running: { label: "Running", tone: "connected" },
  waiting: { label: "Waiting", tone: "not_connected" },
  paused: { label: "Paused", tone: "warning" },
  needs_attention: { label: "Needs you", tone: "error" },
  completed: { label: "Completed", tone: "connected" },
  failed: { label: "Failed", tone: "error" },
  cancelled: { label: "Cancelled", tone: "not_connected" },
} as const satisfies Record<string, Word>;

export const STEP_STATE = {
  started: { label: "In progress", tone: "not_connected" },
  waiting: { label: "Waiting", tone: "not_connected" },
  completed: { label: "Done", tone: "connected" },
  failed: { label: "Failed", tone: "error" },
  skipped: { label: "Skipped", tone: "not_connected" },
  unknown: { label: "Unknown", tone: "warning" },
} as const satisfies Record<string, Word>;

export const WORKFLOW_STATE = {
  draft: { label: "Draft", tone: "not_connected" },
  active: { label: "Active", tone: "connected" },
  inactive: { label: "Off", tone: "not_connected" },
} as const satisfies Record<string, Word>;

/** Those a person chooses from, the usual one first. */
export const EVENT_CHOICES: readonly { readonly value: string; readonly label: string }[] = Object.entries(EVENT_NAMES)
  .toSorted(([one], [other]) => Number(other === "lead.created") - Number(one === "lead.created"))
  .map(([value, label]) => ({ value, label }));

export const triggerWords = (trigger: string | null): string =>
  trigger === null || trigger === "manual" ? "Started by hand" : trigger === "schedule" ? "On a schedule" : eventWords(trigger);

const SPAN = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/;
/** `P1DT2H` → "1 day 2 hours". */
export function spanWords(span: string): string {
  const [, ...parts] = SPAN.exec(span) ?? [];
  const words = ["day", "hour", "minute", "second"].flatMap((unit, index) => {
    const n = Number(parts[index] ?? 0);
    return n === 0 ? [] : [`${n} ${unit}${n === 1 ? "" : "s"}`];
  });
  return words.join(" ") || "no time";
}
