/** Leave to make one attempt: who, which vendor, is it healthy, is there budget, has this effect been made before. */

import { actionOf, isBuiltIn, toolById, vendorById, vendorsServing } from "@junction/catalog";
import { type Failure, JUNCTION, type VendorErrorKind } from "@junction/core";
import { actorName, authorise } from "./actors.ts";
import { approval } from "./approvals.ts";
import { type Desk, type Effect, effectByKey, provision, saveAudit, saveEffect, wake } from "./desk.ts";
import { health } from "./health.ts";
import { fresh, take } from "./limits.ts";
import type { Connection } from "./records.ts";
import type { Refusal } from "./refusal.ts";
import { servingOrder } from "./routes.ts";
import type { AcquireAsk, Verdict } from "./rpc.ts";

/** How long after an attempt a probe that finds nothing is believed: the vendor has had the request for good by then. */
export const PROBE_WINDOW_MS = 60_000;
/** When a caller who was told that the outcome is unknown may ask again: by then the sweep has looked. */
export const RECHECK_MS = 65_000;
/** How long after an attempt an event may still tell of it, where the vendor's events reach us: until then no person is asked. */
const ECHO_MS = 5 * 60_000;
const ECHO_AGAIN_MS = 5_000;
/** A lost attempt is looked for this long after its deadline. */
export const LOST_GRACE_MS = 2_000;

/** Failures that a repeat would meet again: they are the effect's answer. After any other failure a repeat is a new attempt. */
export const FINAL: ReadonlySet<VendorErrorKind> = new Set(["InvalidRequest", "NotFound", "Conflict", "Declined"]);

export async function acquire(desk: Desk, ask: AcquireAsk): Promise<Verdict> {
  const denied = authorise(desk, ask.actor, ask.within ?? ask.tool, ask.now);
  if (denied) return refuse(desk, ask, denied);
  let earlier = ask.effect && desk.contractor !== null ? effectByKey(desk, ask.effect.key) : undefined;
  // Whoever asks for an effect that is under way gets what comes of it.
  for (
    let pending = earlier && desk.underWay.get(earlier.key);
    pending && earlier?.call !== ask.call;
    pending = earlier && desk.underWay.get(earlier.key)
  ) {
    if (!(await within(pending.settled, ask.deadline - ask.now))) break;
    earlier = earlier && effectByKey(desk, earlier.key);
  }
  const recalled = ask.effect && earlier ? recall(desk, ask, ask.effect.inputHash, earlier) : null;
  if (recalled) return recalled.verdict === "refused" ? refuse(desk, ask, recalled.refusal) : recalled;
  const unapproved = ask.effect && approval(desk, ask, ask.effect);
  if (unapproved) return refuse(desk, ask, unapproved);
  const serving = serve(desk, ask, ask.background ? ask.vendor : pinned(earlier, ask.vendor));
  if ("kind" in serving) return refuse(desk, ask, serving);
  const { connection, others } = serving;
  if (connection === HERE) provision(desk, ask.contractor); // who has connected nothing yet may have a workflow
  return {
    verdict: "granted",
    ...grant(connection, ask.effect ? begin(desk, ask, ask.effect, connection, earlier) : null),
    ...(others && { others }),
  };
}

/**
 * Who serves it, with leave to send. Where one vendor's answer is as good as another's, whoever failed this call or is out of budget is
 * passed over; where what is asked for is one vendor's own, whoever did not know it.
 */
function serve(
  desk: Desk,
  { tool, now, background, passed = [] }: AcquireAsk,
  only: string | undefined,
): { readonly connection: Connection; readonly others?: true } | Refusal {
  const { interchangeable, passesOn } = toolById(tool) ?? {};
  const open = only === undefined && !background;
  const free = open && interchangeable === true;
  const others = free || (open && passesOn === true);
  let over: Refusal | undefined;
  for (const left = new Set(passed); ; ) {
    const serving = choose(desk, tool, now, only, left);
    if ("kind" in serving) return over ?? serving;
    left.add(serving.vendor);
    const connection = background ? HERE : serving;
    const wait = take(allowanceOf(desk, connection.vendor, now), vendorById(connection.vendor)?.limit, now, tool);
    if (wait <= 0) return { connection, ...(others && !("kind" in choose(desk, tool, now, only, left)) && { others: true }) };
    over ??= { kind: "OverBudget", retryAfterMs: wait };
    if (!free) return over;
  }
}

/** What an earlier attempt at the same effect means for this ask; null if it may be attempted (again). */
function recall(desk: Desk, ask: AcquireAsk, inputHash: string, earlier: Effect): Verdict | null {
  if (earlier.inputHash !== inputHash) return { verdict: "refused", refusal: { kind: "KeyReused" } };
  const replay = () => ({
    verdict: "replay" as const,
    call: earlier.call,
    vendor: earlier.vendor,
    outcome: JSON.parse(earlier.result ?? "null"),
  });
  switch (earlier.state) {
    case "confirmed":
      return replay();
    case "failed":
      if (ask.passed?.includes(earlier.vendor)) return null; // it did not know what was meant, and another may
      return FINAL.has((JSON.parse(earlier.result ?? "null") as Failure).error.kind) ? replay() : null;
    case "sent":
      if (earlier.call === ask.call) return null; // our own ask again: its answer was lost on the way
      if (ask.now < earlier.deadline)
        return { verdict: "refused", refusal: { kind: "InProgress", retryAfterMs: earlier.deadline - ask.now } };
      saveEffect(desk, { ...earlier, state: "unknown" });
      return recall(desk, ask, inputHash, { ...earlier, state: "unknown" });
    case "unknown": {
      const action = actionOf(earlier.vendor, earlier.tool);
      if (action?.idempotent) return null; // the vendor tells a repeat by the same key
      const connection = desk.connections.get(earlier.vendor);
      if (action?.probe && connection?.connected)
        return { verdict: "probe", call: earlier.call, sentAt: earlier.sentAt, ...grant(connection, earlier) };
      return { verdict: "refused", refusal: { kind: "OutcomeUnknown", ...knownIn(desk, earlier, ask.now) } };
    }
  }
}

/** When it may be known what became of an effect, by a look or by an event; nothing, where neither will tell, and a person must look. */
export function knownIn(desk: Desk, { vendor, tool, sentAt }: Effect, now: number): { readonly retryAfterMs?: number } {
  const action = actionOf(vendor, tool);
  if (action?.probe && desk.connections.get(vendor)?.connected) return { retryAfterMs: RECHECK_MS };
  const reached = (desk.endpoints.get(vendor)?.lastVerifiedAt ?? null) !== null;
  return action?.echoed && reached && now < sentAt + ECHO_MS ? { retryAfterMs: ECHO_AGAIN_MS } : {};
}

/** Junction's own tools need no connection, and none of theirs can break. */
const HERE: Connection = {
  ...{ id: JUNCTION, vendor: JUNCTION, account: null, generation: 0, connected: true, connectedAt: 0, scopes: [], evidence: [] },
};

/** The one vendor an effect may go to: where it may have happened already, else where the caller says. */
export const pinned = (earlier: Effect | undefined, asked: string | undefined): string | undefined =>
  earlier && earlier.state !== "failed" ? earlier.vendor : asked;

/** The first healthy connection that serves the tool; a broken one is an answer only if no other is left. */
export function choose(
  desk: Desk,
  tool: string,
  now: number,
  only: string | undefined,
  passed: ReadonlySet<string> = new Set(),
): Connection | Refusal {
  if (isBuiltIn(tool)) return HERE;
  const connected = [...desk.connections.values()].filter(
    ({ vendor, connected }) => connected && (only === undefined || vendor === only) && !passed.has(vendor),
  );
  const order = servingOrder(tool, connected, desk.routes.get(tool) ?? []);
  const [first] = order;
  if (!first) return { kind: "NotConnected", vendors: only === undefined ? vendorsServing(tool).map(({ id }) => id) : [only] };
  return order.find(({ evidence }) => health(evidence, now).status !== "error") ?? { kind: "NeedsReconnect", vendor: first.vendor };
}

/** Writes the effect down as sent, before anything leaves: from here on it is settled, or looked for. */
function begin(
  desk: Desk,
  ask: AcquireAsk,
  effect: NonNullable<AcquireAsk["effect"]>,
  connection: Connection,
  earlier: Effect | undefined,
): Effect {
  const begun: Effect = {
    key: effect.key,
    call: ask.call,
    actor: actorName(desk, ask.actor),
    tool: ask.tool,
    vendor: connection.vendor,
    connection: connection.id,
    generation: connection.generation,
    attempt: earlier ? earlier.attempt + (earlier.state === "failed" ? 1 : 0) : 0,
    state: "sent",
    inputHash: effect.inputHash,
    input: effect.input,
    result: null,
    sentAt: ask.now,
    deadline: ask.deadline,
    uncertain: earlier && earlier.state !== "failed" ? 1 : 0,
    probes: 0,
  };
  saveEffect(desk, begun);
  let settle = () => {};
  const settled = new Promise<void>((resolve) => {
    settle = resolve;
  });
  desk.underWay.set(begun.key, { settled, settle });
  wake(desk, ask.deadline + LOST_GRACE_MS);
  return begun;
}

const grant = (connection: Connection, effect: Pick<Effect, "key" | "attempt"> | null) => ({
  vendor: connection.vendor,
  connection: connection.id,
  generation: connection.generation,
  // Two of the hash's 64 digits count the attempts that left nothing behind: Stripe replays a stored refusal to the same key.
  idempotencyKey: effect ? effect.key.slice(0, -2) + (effect.attempt & 255).toString(16).padStart(2, "0") : "",
});

export function allowanceOf(desk: Desk, vendor: string, now: number) {
  const allowance = desk.allowances.get(vendor) ?? fresh(vendorById(vendor)?.limit, now);
  desk.allowances.set(vendor, allowance);
  return allowance;
}

/** Says no, and writes down that it did, unless nobody known was asking. */
function refuse(desk: Desk, ask: AcquireAsk, refusal: Refusal): Verdict {
  if (desk.contractor !== null && refusal.kind !== "Unauthenticated")
    saveAudit(desk, {
      id: ask.call,
      contractor: desk.contractor,
      actor: actorName(desk, ask.actor),
      tool: ask.tool,
      vendor: "vendor" in refusal ? refusal.vendor : null,
      connection: null,
      state: "refused",
      kind: refusal.kind,
      said: null,
      attempts: 0,
      startedAt: ask.now,
      settledAt: ask.now,
    });
  return { verdict: "refused", refusal };
}

/** Whether the promise settles within `ms`. */
function within(promise: Promise<void>, ms: number): Promise<boolean> {
  return Promise.race([promise.then(() => true), scheduler.wait(Math.max(ms, 0)).then(() => false)]);
}
