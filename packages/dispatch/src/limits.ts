/** A connection's rate budget: the vendor's declared limit, narrowed by what its answers say. Shared by all runs of one contractor. */
import type { Budget } from "@junction/core";

export interface Limit {
  readonly requests: number;
  readonly perSeconds: number;
}

export interface Allowance {
  /** Requests that may be sent at once now. */
  tokens: number;
  /** Epoch milliseconds up to which `tokens` was filled. */
  filledAt: number;
  /** Nothing is sent before this time. */
  blockedUntil: number;
  /** What the vendor's headers said was left, less what was sent since, until `resetAt`. */
  vendor: { remaining: number; readonly resetAt: number } | null;
}

export const fresh = (limit: Limit | undefined, now: number): Allowance => ({
  tokens: limit?.requests ?? 0,
  filledAt: now,
  blockedUntil: 0,
  vendor: null,
});

/** Takes one request out of the allowance: 0 if it may be sent, else the milliseconds to wait. A refused request takes nothing. */
export function take(allowance: Allowance, limit: Limit | undefined, now: number): number {
  if (allowance.vendor && allowance.vendor.resetAt <= now) allowance.vendor = null;
  const wait = Math.max(
    allowance.blockedUntil - now,
    allowance.vendor && allowance.vendor.remaining < 1 ? allowance.vendor.resetAt - now : 0,
  );
  if (wait > 0) return wait;
  if (limit) {
    const perMs = limit.requests / (limit.perSeconds * 1000);
    allowance.tokens = Math.min(limit.requests, allowance.tokens + Math.max(now - allowance.filledAt, 0) * perMs);
    allowance.filledAt = now;
    if (allowance.tokens < 1) return Math.ceil((1 - allowance.tokens) / perMs);
    allowance.tokens -= 1;
  }
  if (allowance.vendor) allowance.vendor.remaining -= 1;
  return 0;
}

/** Narrows the allowance by a vendor's answer. Within one window the vendor's count only falls: answers arrive out of order. */
export function narrow(
  allowance: Allowance,
  seen: { readonly budget?: Budget | undefined; readonly retryAfterMs?: number | undefined },
  now: number,
): void {
  if (seen.retryAfterMs !== undefined) allowance.blockedUntil = Math.max(allowance.blockedUntil, now + seen.retryAfterMs);
  if (!seen.budget) return;
  const { remaining, resetMs } = seen.budget;
  const held = allowance.vendor && allowance.vendor.resetAt > now ? allowance.vendor : null;
  allowance.vendor = { remaining: Math.min(remaining, held?.remaining ?? remaining), resetAt: held?.resetAt ?? now + resetMs };
}

/** What is left, for people to read; takes nothing. */
export function remaining(allowance: Allowance, limit: Limit | undefined, now: number) {
  const vendor = allowance.vendor && allowance.vendor.resetAt > now ? allowance.vendor : null;
  const refilled = limit
    ? Math.min(limit.requests, allowance.tokens + (Math.max(now - allowance.filledAt, 0) * limit.requests) / (limit.perSeconds * 1000))
    : null;
  return {
    declared: limit ?? null,
    left:
      vendor || refilled !== null
        ? Math.floor(Math.min(vendor?.remaining ?? Number.POSITIVE_INFINITY, refilled ?? Number.POSITIVE_INFINITY))
        : null,
    resetsAt: vendor?.resetAt ?? null,
    blockedUntil: allowance.blockedUntil > now ? allowance.blockedUntil : null,
  };
}
