/**
 * The refresh lease of one credential, as a pure state machine; the clock and the ids are handed in. Everything in the state is
 * about one generation. It holds no secret.
 */

/** Longer than a token request may take, so that a lease does not end under a living holder. */
export const LEASE_MS = 30_000;
const ASK_AGAIN_MS = 250;

export interface LeaseState {
  readonly generation: number;
  readonly held?: { readonly lease: string; readonly call: string; readonly until: number };
  /** The vendor rejected this generation's grant. */
  readonly rejected: boolean;
  /** Leases of this generation that ended unreleased: each holder may have spent the refresh token and died with the answer. */
  readonly unknownSpends: number;
}

export interface LeaseRequest {
  readonly generation: number;
  readonly lease: string;
  readonly call: string;
  readonly now: number;
}

export type LeaseAnswer =
  | { readonly state: "granted"; readonly until: number }
  | { readonly state: "held"; readonly waitMs: number }
  | { readonly state: "newer" }
  | { readonly state: "rejected" };

export const UNUSED: LeaseState = { generation: 0, rejected: false, unknownSpends: 0 };

/** Grants the lease if no one holds it. A newer generation is another credential: it starts afresh. */
export function ask(state: LeaseState, request: LeaseRequest): { readonly state: LeaseState; readonly answer: LeaseAnswer } {
  const { generation, lease, call, now } = request;
  if (generation < state.generation) return { state, answer: { state: "newer" } };
  const since = generation > state.generation ? { ...UNUSED, generation } : state;
  if (since.rejected) return { state, answer: { state: "rejected" } };
  if (since.held && now < since.held.until) {
    return { state, answer: { state: "held", waitMs: Math.min(ASK_AGAIN_MS, since.held.until - now) } };
  }
  const until = now + LEASE_MS;
  const unknownSpends = since.unknownSpends + (since.held ? 1 : 0);
  return { state: { generation, held: { lease, call, until }, rejected: false, unknownSpends }, answer: { state: "granted", until } };
}

/** What a lease was granted for, if no other has been granted since. One that ran out still counts until then: its fields are the newest. */
export function holder(state: LeaseState, lease: string): { readonly generation: number; readonly call: string } | null {
  return state.held?.lease === lease ? { generation: state.generation, call: state.held.call } : null;
}

/** The holder's result is stored as `generation`. */
export function settle(state: LeaseState, lease: string, generation: number): LeaseState {
  return state.held?.lease === lease ? { ...UNUSED, generation } : state;
}

/** The holder gives the lease back, spent in vain or not at all. */
export function release(state: LeaseState, lease: string, rejected: boolean): LeaseState {
  if (state.held?.lease !== lease) return state;
  return { generation: state.generation, rejected, unknownSpends: state.unknownSpends };
}
