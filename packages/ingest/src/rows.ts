/** Rows of events, as they are written: an event, or a delivery as it came. */
import { type Delivery, newId, sha256, type VendorEvent } from "@junction/core";
import type { NewEvent } from "@junction/db";

/** Where a delivery belongs. */
export interface Source {
  readonly contractor: string;
  readonly vendor: string;
  readonly connection: string;
}

/** A row whose payload is not sealed yet. */
export interface Draft {
  readonly row: Omit<NewEvent, "payload">;
  readonly text: string;
}

/** Microseconds leave room to number what one delivery says. */
const positionOf = (receivedAt: number, index: number) => receivedAt * 1000 + Math.min(index, 999);

const NEW = { attempts: 0, reason: null, done: "[]", claim: null, claimedUntil: null } as const;

/** The events of a delivery, in its order. Their place is that of the delivery's arrival, whenever they are written. */
export function eventDrafts(source: Source, events: readonly VendorEvent[], receivedAt: number, now: number): Draft[] {
  return events.map((event, index) => ({
    row: {
      ...source,
      ...NEW,
      id: newId("evt", receivedAt),
      vendorEvent: event.id,
      type: event.type,
      entity: event.entity,
      lane: `${source.vendor} ${event.entity}`,
      position: positionOf(receivedAt, index),
      state: "received",
      dueAt: now,
      occurredAt: event.occurredAt ?? null,
      receivedAt,
      updatedAt: now,
    },
    text: JSON.stringify(event),
  }));
}

/** A delivery as it came. `verified`: it was proved to be the vendor's, and need not be again. */
export interface Kept {
  readonly delivery: Delivery;
  readonly verified: boolean;
}

/** A row that keeps a whole delivery, in a lane of its own. */
export async function rawDraft(source: Source, kept: Kept, state: "quarantined" | "dead", reason: string): Promise<Draft> {
  const { receivedAt } = kept.delivery;
  const id = newId("evt", receivedAt);
  const text = keptText(kept);
  // All that it consists of but the time: were the signature left out, a forger could take the place of the true one.
  const hash = await sha256(keptText({ ...kept, delivery: { ...kept.delivery, receivedAt: 0 } }));
  return {
    row: {
      ...source,
      ...NEW,
      id,
      vendorEvent: `raw:${hash}`,
      type: null,
      entity: null,
      lane: `raw ${id}`,
      position: positionOf(receivedAt, 0),
      state,
      reason,
      dueAt: receivedAt,
      occurredAt: null,
      receivedAt,
      updatedAt: receivedAt,
    },
    text,
  };
}

/** The body as text where it is text and that is shorter, since base64 is a third longer. */
function keptText({ delivery: { body, ...rest }, verified }: Kept): string {
  const text = textOf(body);
  const asText = text === null ? null : JSON.stringify({ ...rest, verified, text });
  const asBase64 = JSON.stringify({ ...rest, verified, base64: toBase64(body) });
  return asText !== null && new TextEncoder().encode(asText).length <= asBase64.length ? asText : asBase64;
}

/** The text these bytes are, to the byte; null where they are none. */
function textOf(body: Uint8Array): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(body);
  } catch (error) {
    if (error instanceof TypeError) return null; // that is how it says that they are no UTF-8
    throw error;
  }
}

/** Reads what `rawDraft` wrote. */
export function keptIn(text: string): Kept {
  const { verified, text: body, base64, ...rest } = JSON.parse(text);
  const bytes = typeof body === "string" ? new TextEncoder().encode(body) : Uint8Array.from(atob(base64), (one) => one.charCodeAt(0));
  return { delivery: { ...rest, body: bytes }, verified };
}

function toBase64(bytes: Uint8Array): string {
  let binary = "";
  for (let at = 0; at < bytes.length; at += 8192) binary += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(binary);
}
