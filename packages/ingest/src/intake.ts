/**
 * A delivery to a connection's endpoint: admitted, proved, sealed, stored, and only then answered well. Whatever keeps it from being stored
 * is thrown, and answered by 503, so that the vendor sends it again.
 */
import { type CatalogVendor, type Delivery, type Held, hookSecretId, newId, type VendorEvent } from "@junction/core";
import { insertEvents, insertRaw, MAX_PAYLOAD } from "@junction/db";
import { type Answer, FULL, replied, taken } from "./answer.ts";
import { count } from "./evidence.ts";
import { type Ingest, QUARANTINE } from "./ingest.ts";
import { answerTo, storedInTime } from "./question.ts";
import { eventDrafts, type Kept, rawDraft, type Source } from "./rows.ts";
import { sealed } from "./seal.ts";
import { askRelease, wake } from "./wake.ts";

/** Where a delivery came in. */
export interface Arrival {
  readonly vendor: CatalogVendor;
  readonly endpoint: string;
  readonly delivery: Delivery;
}

export async function take(ingest: Ingest, { vendor, endpoint, delivery }: Arrival): Promise<Answer> {
  const contractor = endpoint.slice(0, endpoint.indexOf("."));
  const desk = ingest.contractor(contractor);
  const admission = await desk.admit({ endpoint, bytes: delivery.body.length, now: delivery.receivedAt });
  if (!admission.admitted) {
    return admission.reason === "unknown" ? { status: 404 } : { status: 429, retryAfterMs: admission.retryAfterMs };
  }
  if (admission.vendor !== vendor.id) return { status: 404 };
  const source: Source = { contractor, vendor: vendor.id, connection: admission.connection };
  const received = await ingest.vendor(vendor.id).receive({ delivery, ...proofs(source, admission) });
  const say = (seen: Parameters<typeof count>[3]) => count(ingest, contractor, endpoint, seen);
  switch (received.verdict) {
    case "challenge":
      return { status: received.reply.status, reply: received.reply };
    case "forged":
      say({ forged: 1 });
      return { status: 401 };
    case "unverifiable": {
      const kept = await quarantine(ingest, source, { delivery, verified: false }, "there is nothing to verify it with yet");
      if (kept === "full") return FULL;
      say({ quarantined: 1 });
      return taken(vendor);
    }
    case "unreadable": {
      const kept = await keep(ingest, source, { delivery, verified: true }, "dead", `what it says cannot be read: ${received.reason}`);
      if (kept === "full") return FULL;
      say({ verified: 1, duplicates: kept === "known" ? 1 : 0 });
      return taken(vendor);
    }
    case "verified": {
      const { question, events } = received;
      const answer = question ? await answerTo(ingest, vendor, source, { delivery, question }) : null;
      const storing = store(ingest, source, [...events, ...(answer?.events ?? [])], delivery);
      const stored = answer ? await storedInTime(ingest, source, storing) : await storing;
      if (stored === "full" && !answer) return FULL;
      say({ verified: 1, duplicates: stored === "known" ? 1 : 0, quarantined: stored === "held" ? 1 : 0 });
      return answer ? { ...replied(answer.reply), answered: true } : taken(vendor);
    }
  }
}

/** What it may be proved with; generation 0: there is none. */
export function proofs(
  { contractor, connection }: Pick<Source, "contractor" | "connection">,
  { generation, secretGeneration }: { readonly generation: number; readonly secretGeneration: number },
): { readonly connection: Held | null; readonly secret: Held | null } {
  const call = newId("call");
  return {
    connection: generation === 0 ? null : { contractor, connection, generation, call },
    secret: secretGeneration === 0 ? null : { contractor, connection: hookSecretId(connection), generation: secretGeneration, call },
  };
}

type Stored = "new" | "known" | "held" | "full";

/** Writes what a delivery says. While others of its connection wait in quarantine it waits behind them, lest it overtake them. */
async function store(ingest: Ingest, source: Source, events: readonly VendorEvent[], delivery: Delivery): Promise<Stored> {
  if (events.length === 0) return "new";
  const drafts = eventDrafts(source, events, delivery.receivedAt, Date.now());
  const { inserted, holding } = await insertEvents(ingest.db, await sealed(ingest, source.contractor, drafts));
  if (holding.length > 0) {
    const kept = await quarantine(ingest, source, { delivery, verified: true }, "deliveries before it wait");
    await askRelease(ingest, source.contractor, source.vendor, source.connection); // what they wait for may be there
    return kept === "full" ? "full" : "held";
  }
  if (inserted.length === 0) return "known";
  await wake(ingest, source.contractor);
  return "new";
}

async function quarantine(ingest: Ingest, source: Source, kept: Kept, reason: string): Promise<"kept" | "known" | "full"> {
  const result = await keep(ingest, source, kept, "quarantined", reason);
  if (result !== "full") ingest.later(ingest.contractor(source.contractor).hold({ vendor: source.vendor, holding: true }));
  return result;
}

async function keep(
  ingest: Ingest,
  source: Source,
  kept: Kept,
  state: "quarantined" | "dead",
  reason: string,
): Promise<"kept" | "known" | "full"> {
  const [row] = await sealed(ingest, source.contractor, [await rawDraft(source, kept, state, reason)]);
  if (!row || row.payload.length > MAX_PAYLOAD) throw new Error("a delivery is longer than a row"); // the body's limit forbids it
  return insertRaw(ingest.db, row, QUARANTINE.deliveries);
}
