/** A connection's light, as a pure function of what has been seen of it. */
import type { VendorErrorKind } from "@junction/core";

export type Status = "connected" | "warning" | "error" | "not_connected";
export type Source = "call" | "test" | "probe" | "refresh" | "webhook";

/** One thing seen of a credential in use. */
export interface Evidence {
  /** Position in the connection's own order: later is higher, whatever the clocks say. */
  readonly seq: number;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly source: Source;
  readonly kind: "ok" | VendorErrorKind;
  /** The call that proved it. */
  readonly call: string;
  /** Null for a test. */
  readonly tool: string | null;
  readonly missing?: readonly string[];
}

export interface Health {
  readonly status: Status;
  /** What was seen that gives this status; null before anything was. */
  readonly because: Evidence | null;
  /** Yellow by time alone: the last success is older than the re-test interval. */
  readonly stale?: true;
}

/** A connection of which nothing was heard for this long is tested by itself. */
export const RETEST_AFTER_MS = 24 * 3_600_000;
/** And is yellow if the test has not come by then. */
const STALE_AFTER_MS = RETEST_AFTER_MS + 3_600_000;

/** Kinds that say something of the request, not of the connection. */
const NEUTRAL: ReadonlySet<string> = new Set<VendorErrorKind>(["InvalidRequest", "NotFound", "Conflict", "Declined"]);

/**
 * The status that a log of evidence amounts to at `now`, in any order it is given. Red: the newest rejection has no success after
 * it. Yellow: a non-fatal error has no success after it (a lacking permission is only mended by a success of the same tool), or
 * nothing was heard for too long. A delivery that verified is something heard, and proves nothing of the credential.
 */
export function health(log: readonly Evidence[], now: number): Health {
  const latest = (wanted: (seen: Evidence) => boolean) =>
    log.reduce<Evidence | null>((best, seen) => (wanted(seen) && seen.seq > (best?.seq ?? -1) ? seen : best), null);
  const ok = latest(succeeded);
  const rejected = latest(({ kind }) => kind === "CredentialError");
  if (rejected && rejected.seq > (ok?.seq ?? -1)) return { status: "error", because: rejected };
  const lacking = latest(
    ({ kind, tool, seq }) => kind === "PermissionError" && !log.some((later) => succeeded(later) && later.tool === tool && later.seq > seq),
  );
  const trouble = latest(({ kind }) => kind === "RateLimited" || kind === "VendorUnavailable");
  const warning = lacking ?? (trouble && trouble.seq > (ok?.seq ?? -1) ? trouble : null);
  if (warning) return { status: "warning", because: warning };
  const delivered = latest(({ source }) => source === "webhook");
  if (ok && now - Math.max(ok.at, delivered?.at ?? 0) > STALE_AFTER_MS) return { status: "warning", because: ok, stale: true };
  return { status: "connected", because: ok };
}

/** Whether the credential was used, and worked. */
const succeeded = ({ kind, source }: Evidence): boolean => kind === "ok" && source !== "webhook";

/** Whether a tool lacks a permission that nothing seen since can have mended: neither a test of the connection nor the tool itself. */
export function lacks(log: readonly Evidence[], tool: string): boolean {
  const lacking = log.find((seen) => seen.kind === "PermissionError" && seen.tool === tool);
  return (
    lacking !== undefined &&
    !log.some((later) => later.seq > lacking.seq && succeeded(later) && (later.tool === tool || later.source === "test"))
  );
}

/** Adds what was seen and drops what can no longer matter: the log keeps the newest of each kind and tool, deliveries apart. */
export function append(log: readonly Evidence[], seen: Omit<Evidence, "seq">): readonly Evidence[] {
  if (NEUTRAL.has(seen.kind)) return log;
  const seq = log.reduce((most, one) => Math.max(most, one.seq), 0) + 1;
  const alike = (one: Evidence) =>
    one.kind === seen.kind && one.tool === seen.tool && (one.source === "webhook") === (seen.source === "webhook");
  return [...log.filter((one) => !alike(one)), { ...seen, seq }];
}
