/**
 * The refresh lease of one credential, as a pure state machine; the clock and the ids are handed in. Everything in the state is
 * about one generation. It holds no secret.
 */
import type { LeaseEnding } from "@junction/core";

/** Longer than a token request may take, so that a lease does not end under a living holder. */
export const LEASE_MS = 30_000;
const ASK_AGAIN_MS = 250;
const MOST_LOST = 8;

interface Holder {
  readonly lease: string;
  readonly call: string;
}

export interface LeaseState {
  readonly generation: number;
  readonly held?: Holder & { readonly until: number };
  /** The vendor rejected this generation's grant. */
  readonly rejected: boolean;
  /** Holders whose lease ended unreleased. Each may have spent the refresh token; if it lives after all, its tokens are welcome. */
  readonly lost: readonly Holder[];
  /** There: a holder lost the vendor's answer and said so. */
  readonly answerLost?: true;
  /** Whether the access token that is left works: being found out under a lease, or found. It counts only while there is doubt. */
  readonly probe?: { readonly lease: string; readonly until: number } | "works" | "dead";
}

export interface LeaseRequest {
  readonly generation: number;
  readonly lease: string;
  readonly call: string;
  readonly now: number;
  /** A refresh spends nothing: what may have been spent needs no care. */
  readonly stable: boolean;
  readonly leaseMs: number;
}

export type LeaseAnswer =
  | { readonly state: "granted"; readonly until: number }
  | { readonly state: "held"; readonly waitMs: number }
  | { readonly state: "newer" }
  | { readonly state: "unknown"; readonly probe?: string }
  | { readonly state: "rejected" };

export const UNUSED: LeaseState = { generation: 0, rejected: false, lost: [] };

interface Step {
  readonly state: LeaseState;
  readonly answer: LeaseAnswer;
}

/** Grants the lease if no one holds it and nothing may have been spent. A newer generation is another credential: it starts afresh. */
export function ask(state: LeaseState, request: LeaseRequest): Step {
  const { generation, lease, call, now, stable, leaseMs } = request;
  if (generation < state.generation) return { state, answer: { state: "newer" } };
  const since = generation > state.generation ? { ...UNUSED, generation } : expire(state, now);
  if (since.rejected) return { state: since, answer: { state: "rejected" } };
  if (since.held) return { state: since, answer: { state: "held", waitMs: Math.min(ASK_AGAIN_MS, since.held.until - now) } };
  if (!stable && isUnknown(since)) return unknown(since, request);
  const until = now + leaseMs;
  return { state: { ...since, held: { lease, call, until } }, answer: { state: "granted", until } };
}

const isUnknown = ({ lost, answerLost }: LeaseState): boolean => lost.length > 0 || answerLost === true;

/** A lease that ran out unreleased: its holder is lost, as far as anyone can tell. */
function expire(state: LeaseState, now: number): LeaseState {
  if (!state.held || now < state.held.until) return state;
  const { held, ...rest } = state;
  return { ...rest, lost: [...state.lost, { lease: held.lease, call: held.call }].slice(-MOST_LOST) };
}

/** One at a time finds out whether the access token works; once it is found to, everyone may use it. */
function unknown(state: LeaseState, { lease, now, leaseMs }: LeaseRequest): Step {
  const { probe } = state;
  if (probe === "works") return { state, answer: { state: "unknown" } };
  if (probe === "dead") return { state, answer: { state: "rejected" } };
  if (probe && now < probe.until) return { state, answer: { state: "held", waitMs: Math.min(ASK_AGAIN_MS, probe.until - now) } };
  return { state: { ...state, probe: { lease, until: now + leaseMs } }, answer: { state: "unknown", probe: lease } };
}

/** What a lease was granted for, if its result is still to come: late is not too late while there is no newer generation. */
export function holder(state: LeaseState, lease: string): { readonly generation: number; readonly call: string } | null {
  const found = [...(state.held ? [state.held] : []), ...state.lost].find((one) => one.lease === lease);
  return found ? { generation: state.generation, call: found.call } : null;
}

/** The holder's result is stored as `generation`. */
export function settle(state: LeaseState, lease: string, generation: number): LeaseState {
  return holder(state, lease) ? { ...UNUSED, generation } : state;
}

/** The holder gives the lease back: spent in vain, not spent at all, or it cannot tell. */
export function release(state: LeaseState, lease: string, ending: LeaseEnding): LeaseState {
  if (!holder(state, lease)) return state;
  const { held, ...rest } = state;
  const free = held && held.lease !== lease ? { ...rest, held } : rest;
  const lost = state.lost.filter((one) => one.lease !== lease);
  switch (ending) {
    case "rejected":
      return { ...free, lost, rejected: true };
    case "unknown":
      return { ...free, lost, answerLost: true };
    case "unspent": {
      // Late or not, this ends the doubt, if it was the only one; and with it what was concluded from it.
      const { probe, ...certain } = free;
      const next = { ...certain, lost };
      return isUnknown(next) && probe !== undefined ? { ...next, probe } : next;
    }
  }
}

/** What a probe found; null: nothing. An access token that is dead too leaves nothing to use: only a person can reconnect. */
export function probed(state: LeaseState, lease: string, works: boolean | null): LeaseState {
  const { probe, ...rest } = state;
  if (typeof probe !== "object" || probe.lease !== lease) return state;
  return works === null ? rest : { ...rest, probe: works ? "works" : "dead" };
}
