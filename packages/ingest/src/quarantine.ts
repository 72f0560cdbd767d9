/**
 * What waits to be verified, looked through in the order in which it came. A delivery leaves quarantine in one transaction, with its events
 * in its place or without any; so however often this is killed, and however many run at once, each runs once and in order.
 */
import type { Received } from "@junction/core";
import { type EventRow, noteRaw, quarantined, replaceRaw } from "@junction/db";
import { count } from "./evidence.ts";
import { type Ingest, note, told } from "./ingest.ts";
import { proofs } from "./intake.ts";
import { eventDrafts, keptIn } from "./rows.ts";
import { sealed, unsealed } from "./seal.ts";
import { wake } from "./wake.ts";

const AT_ONCE = 20;
/** A delivery our code fails on this often is set aside. */
const TRIES = 5;

/** Releases what verifies, drops what proves forged, and stops where there is nothing to verify with. */
export async function release(
  ingest: Ingest,
  { contractor, vendor, connection }: { readonly contractor: string; readonly vendor: string; readonly connection: string },
  until: number,
): Promise<"empty" | "waiting" | "more"> {
  const desk = ingest.contractor(contractor);
  let asks: (Parameters<typeof proofs>[1] & { readonly endpoint: string }) | undefined;
  for (;;) {
    const rows = await quarantined(ingest.db, connection, AT_ONCE);
    if (rows.length === 0) {
      await desk.hold({ vendor, holding: false });
      return "empty";
    }
    asks ??= await proofsNow(desk, contractor, vendor, connection);
    const texts = await unsealed(ingest, contractor, rows);
    for (const [index, row] of rows.entries()) {
      if (Date.now() >= until) return "more";
      if (!(await releaseOne(ingest, row, texts[index] ?? null, asks))) return "waiting";
    }
  }
}

async function proofsNow(desk: ReturnType<Ingest["contractor"]>, contractor: string, vendor: string, connection: string) {
  const now = Date.now();
  const [{ id: endpoint, secretGeneration }, connections] = await Promise.all([
    desk.endpoint({ contractor, vendor, now }),
    desk.connections({ now }),
  ]);
  const held = connections.find(({ id, health }) => id === connection && health.status !== "not_connected");
  return { endpoint, secretGeneration, generation: held?.generation ?? 0 };
}

/** False where it stays, and those behind it with it. */
async function releaseOne(
  ingest: Ingest,
  row: EventRow,
  text: string | null,
  { endpoint, ...generations }: Parameters<typeof proofs>[1] & { readonly endpoint: string },
): Promise<boolean> {
  const now = Date.now();
  const dead = (reason: string) => noteRaw(ingest.db, row, { state: "dead", reason, updatedAt: now, attempts: row.attempts });
  if (text === null) {
    await dead("it cannot be opened any more");
    return true;
  }
  const { delivery, verified } = keptIn(text);
  let received: Received;
  try {
    received = await ingest.vendor(row.vendor).receive({ delivery, ...proofs(row, generations), ...(verified && { verified }) });
  } catch (error) {
    const attempts = row.attempts + 1;
    const over = attempts >= TRIES;
    note("error", { what: "a quarantined delivery was not looked at", id: row.id, vendor: row.vendor, error: told(error) });
    await noteRaw(ingest.db, row, { state: over ? "dead" : "quarantined", reason: "our code failed on it", updatedAt: now, attempts });
    return over;
  }
  switch (received.verdict) {
    case "unverifiable":
      return false;
    case "unreadable":
      await dead(`what it says cannot be read: ${received.reason}`);
      count(ingest, row.contractor, endpoint, { verified: 1 });
      return true;
    case "verified": {
      const drafts = eventDrafts(row, received.events, row.receivedAt, now);
      const released = await replaceRaw(ingest.db, row, await sealed(ingest, row.contractor, drafts));
      if (!verified) count(ingest, row.contractor, endpoint, { verified: 1 });
      if (released.length > 0) await wake(ingest, row.contractor);
      return true;
    }
    default:
      await replaceRaw(ingest.db, row, []);
      count(ingest, row.contractor, endpoint, { forged: 1 });
      return true;
  }
}
