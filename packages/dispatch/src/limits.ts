/** A connection's rate budget: the vendor's declared limit, narrowed by what its answers say. Shared by all runs of one contractor. */
import type { Budget } from "@junction/core";

export interface Limit {
  readonly requests: number;
  readonly perSeconds: number;
}

export interface Allowance {
  /** Requests that may be sent at once now; below zero where calls took more requests than was thought. */
  tokens: number;
  /** Epoch milliseconds up to which `tokens` was filled. */
  filledAt: number;
  /** Nothing is sent before this time. */
  blockedUntil: number;
  /** What the vendor's headers said was left, less what was sent since, until `resetAt`. */
  vendor: { remaining: number; readonly resetAt: number } | null;
  /** Tool → how many requests a call of it took. */
  readonly costs: Map<string, number>;
}

/** Part of the limit that may be sent at once. The rest is spread over the window, so that no window has more than the limit in it. */
const AT_ONCE = 0.2;
/** And part of it that tests, probes and renewals have, which ask for no leave. */
const ASIDE = 0.05;

const burst = ({ requests }: Limit): number => Math.max(1, Math.floor(requests * AT_ONCE));
const perMs = (limit: Limit): number =>
  Math.max(limit.requests * (1 - ASIDE) - burst(limit), limit.requests / 2) / (limit.perSeconds * 1000);
const filled = (allowance: Allowance, limit: Limit, now: number): number =>
  Math.min(burst(limit), allowance.tokens + Math.max(now - allowance.filledAt, 0) * perMs(limit));

export const fresh = (limit: Limit | undefined, now: number): Allowance => ({
  tokens: limit ? burst(limit) : 0,
  filledAt: now,
  blockedUntil: 0,
  vendor: null,
  costs: new Map(),
});

/** How many requests a call of the tool is thought to take. */
const costOf = ({ costs }: Allowance, tool: string): number => costs.get(tool) ?? 1;

/**
 * Takes a call's requests out of the allowance: 0 if it may be made, else the milliseconds to wait. A refused call takes nothing. One that
 * takes more than may be sent at once is made when the allowance is full, and paid off after.
 */
export function take(allowance: Allowance, limit: Limit | undefined, now: number, tool: string): number {
  if (allowance.vendor && allowance.vendor.resetAt <= now) allowance.vendor = null;
  const wait = Math.max(
    allowance.blockedUntil - now,
    allowance.vendor && allowance.vendor.remaining < 1 ? allowance.vendor.resetAt - now : 0,
  );
  if (wait > 0) return wait;
  const cost = costOf(allowance, tool);
  if (limit) {
    allowance.tokens = filled(allowance, limit, now);
    allowance.filledAt = Math.max(allowance.filledAt, now);
    const wanted = Math.min(cost, burst(limit));
    if (allowance.tokens < wanted) return Math.ceil((wanted - allowance.tokens) / perMs(limit));
    allowance.tokens -= cost;
  }
  if (allowance.vendor) allowance.vendor.remaining -= cost;
  return 0;
}

/** Notes how many requests a call took, and takes those that were not thought of. */
export function charge(allowance: Allowance, tool: string, requests: number): void {
  const thought = costOf(allowance, tool);
  allowance.tokens -= Math.max(0, requests - thought);
  allowance.costs.set(tool, requests > thought ? requests : thought - (thought - requests) / 8);
}

/** How many that each make a call of every tool that is in use may go on at once. */
export function room(allowance: Allowance, limit: Limit, now: number): number {
  const each = [...allowance.costs.values()].reduce((sum, cost) => sum + cost, 0);
  return Math.floor(filled(allowance, limit, now) / Math.max(1, each));
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
  const ours = limit ? (limit.requests * Math.max(0, filled(allowance, limit, now))) / burst(limit) : null;
  return {
    declared: limit ?? null,
    left:
      vendor || ours !== null
        ? Math.floor(Math.min(vendor?.remaining ?? Number.POSITIVE_INFINITY, ours ?? Number.POSITIVE_INFINITY))
        : null,
    resetsAt: vendor?.resetAt ?? null,
    blockedUntil: allowance.blockedUntil > now ? allowance.blockedUntil : null,
  };
}
