/** What came of an attempt: into the ledger, the connection's health, its budget, and the audit. */
import type { Failure, Outcome } from "@junction/core";
import { allowanceOf, FINAL, knownIn, PROBE_WINDOW_MS } from "./acquire.ts";
import { actorName } from "./actors.ts";
import { announce } from "./alerts.ts";
import { confirmedTwins, type Desk, type Effect, effectByKey, saveAudit, saveConnection, saveEffect, wake } from "./desk.ts";
import { append, type Evidence, health } from "./health.ts";
import { charge, narrow } from "./limits.ts";
import { rouse } from "./parked.ts";
import type { Actor, SettleAsk, Settlement } from "./rpc.ts";

/** A connection that keeps working is written down this often, not with every call. */
const FRESHNESS_MS = 60_000;

export function settle(desk: Desk, ask: SettleAsk): Settlement {
  if (desk.contractor === null) return { happened: false }; // erased meanwhile: nothing is kept of it
  const { outcome } = ask;
  if (outcome !== "fault") observe(desk, ask, outcome);
  const effect = ask.key === undefined ? undefined : effectByKey(desk, ask.key);
  // An answer that comes after the effect was settled otherwise (swept, probed, attempted anew) changes nothing.
  const ours = effect?.state === "sent" || effect?.state === "unknown" ? effect : undefined;
  const settled = ours && resolve(ours, taken(desk, ours, ask));
  if (settled) {
    saveEffect(desk, settled);
    if (settled.state === "unknown") wake(desk, settled.sentAt + PROBE_WINDOW_MS);
  }
  if (!effect || settled)
    saveAudit(desk, {
      id: effect?.call ?? ask.call,
      contractor: desk.contractor,
      actor: effect?.actor ?? actorName(desk, ask.actor),
      tool: ask.tool,
      vendor: ask.grant.vendor,
      connection: ask.grant.connection,
      state: settled ? settled.state : outcome !== "fault" && outcome.ok ? "confirmed" : "failed",
      kind: settled?.state === "confirmed" ? null : outcome === "fault" ? "Fault" : outcome.ok ? null : outcome.error.kind,
      said: outcome !== "fault" && !outcome.ok && outcome.said ? JSON.stringify(outcome.said) : null,
      attempts: ask.attempts,
      startedAt: ask.startedAt,
      settledAt: ask.now,
    });
  if (ask.key !== undefined) finish(desk, ask.key);
  const now = settled ?? effect;
  return { happened: now?.state === "confirmed", ...(now?.state === "unknown" && knownIn(desk, now, ask.now)) };
}

/** Wakes whoever waits for the same effect. */
export function finish(desk: Desk, key: string): void {
  desk.underWay.get(key)?.settle();
  desk.underWay.delete(key);
}

/** A probe that finds what another call with the same words had done has not found this one. */
function taken(desk: Desk, effect: Effect, ask: SettleAsk): SettleAsk {
  const { outcome, source } = ask;
  if (source !== "probe" || outcome === "fault" || !outcome.ok || outcome.value === null) return ask;
  const others = confirmedTwins(desk, effect).map((result) => idsOf((JSON.parse(result) as { readonly value: unknown }).value));
  return others.includes(idsOf(outcome.value)) ? { ...ask, outcome: { ...outcome, value: null } } : ask;
}

/** The vendor's ids in a result: what makes two results the same thing. */
const idsOf = (value: unknown): string => JSON.stringify(Object.entries(value ?? {}).filter(([name]) => name.endsWith("_id")));

/** The ledger's rule: what an outcome makes of an effect whose outcome was open. */
function resolve(effect: Effect, ask: SettleAsk): Effect {
  const { outcome, now, source } = ask;
  const known = (state: "confirmed" | "failed", result: Outcome<unknown>): Effect => ({
    ...effect,
    state,
    input: null,
    result: JSON.stringify(result),
  });
  const unknown: Effect = { ...effect, state: "unknown", probes: effect.probes + (source === "probe" ? 1 : 0) };
  if (outcome === "fault") return unknown;
  if (source === "probe") {
    if (!outcome.ok) return unknown;
    if (outcome.value !== null) return known("confirmed", { ok: true, value: outcome.value });
    // Not there: believed only once a request still on its way would have arrived.
    return now - effect.sentAt >= PROBE_WINDOW_MS ? known("failed", NOTHING_HAPPENED) : unknown;
  }
  if (outcome.ok) return known("confirmed", { ok: true, value: outcome.value });
  if (outcome.error.kind === "VendorUnavailable" && outcome.error.sent) return unknown;
  // "Slow down" to a second try says nothing of the first: under another key the vendor would act twice.
  if (effect.uncertain && !FINAL.has(outcome.error.kind)) return unknown;
  return known("failed", { ok: false, error: outcome.error, ...(outcome.said && { said: outcome.said }) });
}

export const NOTHING_HAPPENED: Failure = { ok: false, error: { kind: "VendorUnavailable", sent: false } };

/** Notes what an outcome says of the connection: its light and its budget. */
export function observe(
  desk: Desk,
  ask: {
    readonly grant: { readonly vendor: string; readonly connection: string; readonly generation: number };
    readonly call: string;
    readonly tool: string | null;
    readonly source: Evidence["source"];
    readonly now: number;
    readonly actor?: Actor;
  },
  outcome: Outcome<unknown>,
): void {
  const { grant, call, tool, source, now } = ask;
  const connection = desk.connections.get(grant.vendor);
  const retryAfterMs = !outcome.ok && outcome.error.kind === "RateLimited" ? outcome.error.retryAfterMs : undefined;
  const allowance = allowanceOf(desk, grant.vendor, now);
  if (tool !== null && source === "call") charge(allowance, tool, outcome.requests ?? 1);
  narrow(allowance, { budget: outcome.budget, retryAfterMs }, now);
  if (outcome.ours) return; // our own app's trouble says nothing of the contractor's connection
  // What an older credential met says nothing of the one that took its place.
  if (!connection?.connected || connection.id !== grant.connection || grant.generation < connection.generation) return;
  const kind = outcome.ok ? "ok" : outcome.error.kind;
  const missing = !outcome.ok && outcome.error.kind === "PermissionError" ? outcome.error.missing : undefined;
  let evidence = append(connection.evidence, { at: now, source, kind, call, tool, ...(missing && { missing }) });
  // The call went through with a token that could not be renewed in time: trouble is coming, and nothing is broken yet.
  if (outcome.unrefreshed) evidence = append(evidence, { at: now, source: "refresh", kind: outcome.unrefreshed, call, tool: null });
  if (evidence === connection.evidence) return;
  const [before, after] = [health(connection.evidence, now), health(evidence, now)];
  const quiet = after.because?.kind === "ok" && before.because?.kind === "ok" && now - before.because.at < FRESHNESS_MS;
  if (quiet) return;
  saveConnection(desk, { ...connection, evidence });
  announce(desk, connection, after, now, ask.actor?.kind === "run");
  if (kind === "ok") rouse(desk, now);
}
