/** Our words for runs and their steps. */
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

const EVENT: Readonly<Record<string, string>> = {
  "lead.created": "A new lead comes in",
  "message.received": "A message is received",
  "message.failed": "A message fails",
  "message.delivered": "A message is delivered",
  "call.started": "A call starts",
  "call.completed": "A call ends",
  "payment.succeeded": "A payment succeeds",
  "payment.failed": "A payment fails",
  "payment.refunded": "A payment is refunded",
  "contract.sent": "A contract is sent",
  "contract.viewed": "A contract is opened",
  "contract.signed": "A contract is signed",
  "contract.declined": "A contract is declined",
  "contact.created": "A contact is added in the CRM",
  "contact.updated": "A contact changes in the CRM",
  "email.opened": "An email is opened",
  "email.clicked": "A link in an email is clicked",
  "email.bounced": "An email bounces",
  "review.created": "A review comes in",
  "calendar.changed": "The calendar changes",
};
/** Those worth starting a workflow, the usual one first. */
export const TRIGGER_EVENTS: readonly string[] = Object.keys(EVENT);
export const whenWords = (event: string): string => EVENT[event] ?? `The event ${event}`;

export const triggerWords = (trigger: string | null): string =>
  trigger === null || trigger === "manual" ? "Started by hand" : trigger === "schedule" ? "On a schedule" : whenWords(trigger);

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
