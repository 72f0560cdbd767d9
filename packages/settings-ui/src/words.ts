/** Our words for states, kinds and categories, in one voice. */
import type { CatalogVendor } from "@junction/core";

export type Category = CatalogVendor["category"];
export type Status = "connected" | "warning" | "error" | "not_connected" | "planned";

export const CATEGORY: Readonly<Record<Category, string>> = {
  communication: "Communication",
  ai: "AI",
  payments: "Payments",
  esign: "E-signature",
  social: "Social media",
  advertising: "Advertising",
  mapping: "Maps",
  rewards: "Rewards",
  calendar: "Calendar",
  crm: "CRM and leads",
  website: "Website",
};

export const STATUS: Readonly<Record<Status, string>> = {
  connected: "Connected",
  warning: "Warning",
  error: "Action required",
  not_connected: "Not connected",
  planned: "Planned",
};

/** What the reason of a state means for the person who owns the connection, and what to do. */
const ADVICE: Readonly<Record<string, string>> = {
  CredentialError: "Nothing can be done with it until you reconnect.",
  PermissionError: "Everything else goes on. Allow what is lacking, and try again.",
  RateLimited: "Requests go on by themselves as soon as it allows.",
  VendorUnavailable: "This usually mends itself.",
};
export const adviceOf = (kind: string): string => ADVICE[kind] ?? "";

/** How a call ended. */
export const CALL_STATE = {
  confirmed: { label: "Done", tone: "connected" },
  failed: { label: "Failed", tone: "error" },
  unknown: { label: "Unknown", tone: "warning" },
  refused: { label: "Refused", tone: "not_connected" },
} as const satisfies Record<string, { readonly label: string; readonly tone: Status }>;
export type CallState = keyof typeof CALL_STATE;
export const callState = (state: string): { readonly label: string; readonly tone: Status } =>
  CALL_STATE[state as CallState] ?? { label: state, tone: "not_connected" };

/** Why a call did not succeed, in a few words. */
const KIND: Readonly<Record<string, string>> = {
  CredentialError: "credentials rejected",
  PermissionError: "permission lacking",
  RateLimited: "too many requests",
  VendorUnavailable: "no proper answer",
  InvalidRequest: "request refused",
  NotFound: "not found",
  Conflict: "conflict",
  Declined: "declined",
  NotConnected: "not connected",
  NeedsReconnect: "needs reconnecting",
  OverBudget: "over the rate limit",
  InProgress: "already in progress",
  OutcomeUnknown: "outcome unknown",
  KeyReused: "key used before",
  InvalidArguments: "wrong arguments",
  NotAllowed: "not allowed",
  UnknownTool: "no such tool",
  Unauthenticated: "key not valid",
  Fault: "fault on our side",
};
export const kindWords = (kind: string): string => KIND[kind] ?? kind;

export const SOURCE: Readonly<Record<string, string>> = {
  call: "a call",
  test: "a test",
  probe: "a look-up after a call",
  refresh: "a token refresh",
  webhook: "a webhook delivery",
};
