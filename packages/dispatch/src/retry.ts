/** Whether and when something is tried again within one call, here or at another vendor. */
import type { Outcome, VendorErrorKind } from "@junction/core";

/** Attempts at a vendor within one call. */
export const MOST_ATTEMPTS = 3;
const BACKOFF_MS = 250;

/** Failures that any other vendor would meet too. A no is not one of them: it may be the account's, whose money is spent. */
export const OF_THE_REQUEST: ReadonlySet<VendorErrorKind> = new Set(["InvalidRequest", "NotFound", "Conflict"]);

/** Up to when one of several may take, so that time is left for another. */
export const share = (deadline: number): number => Date.now() + (deadline - Date.now()) * 0.6;

/**
 * Milliseconds to wait before another attempt; null if there must be none. Only an attempt that cannot double an effect is
 * repeated: a read, an idempotent write. One that can be asked about goes round once more, and is asked about, not repeated.
 */
export function retryIn(
  outcome: Outcome<unknown>,
  attempt: number,
  action: { readonly idempotent: boolean; readonly probe: boolean } | undefined,
): number | null {
  if (outcome.ok) return null;
  const { error } = outcome;
  if (error.kind === "VendorUnavailable" && !action?.idempotent) return action?.probe && error.sent ? 0 : null;
  if (!action?.idempotent) return null;
  if (error.kind === "RateLimited") return error.retryAfterMs;
  return error.kind === "VendorUnavailable" ? BACKOFF_MS * 2 ** attempt * (0.5 + Math.random()) : null;
}

/** A Durable Object that moved or was redeployed breaks the calls under way: both asks may safely be put again. */
export async function again<T>(put: () => Promise<T>): Promise<T> {
  try {
    return await put();
  } catch (error) {
    console.warn(JSON.stringify({ at: "dispatch", again: String(error) }));
    return put();
  }
}

/** Waits, if the time is there. */
export async function pause(ms: number, deadline: number): Promise<boolean> {
  if (Date.now() + ms >= deadline) return false;
  await scheduler.wait(ms);
  return true;
}
