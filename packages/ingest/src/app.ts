/**
 * A delivery to the address of our own app at a vendor: one for all contractors, proved by our app's secret, and each event says by its
 * account whose it is. No contractor can be asked whether to admit it, since nobody knows whose it is before it is proved; so what is held
 * back is whoever forges.
 */
import type { CatalogVendor, Delivery } from "@junction/core";
import { accountOwners, insertEvents, type NewEvent } from "@junction/db";
import { type Answer, taken } from "./answer.ts";
import { count } from "./evidence.ts";
import { type Ingest, note, told } from "./ingest.ts";
import { eventDrafts } from "./rows.ts";
import { sealed } from "./seal.ts";
import { wake } from "./wake.ts";

const FORGERIES = { allowed: 60, perMs: 60_000 };
/** Sender → its forged deliveries since when. A vendor's own senders never stand here for long. */
const forgers = new Map<string, { since: number; forged: number }>();

export async function takeForApp(
  ingest: Ingest,
  { vendor, sender, delivery }: { readonly vendor: CatalogVendor; readonly sender: string; readonly delivery: Delivery },
): Promise<Answer> {
  const now = delivery.receivedAt;
  const wait = heldBack(sender, now);
  if (wait > 0) return { status: 429, retryAfterMs: wait };
  const received = await ingest.vendor(vendor.id).receive({ delivery, connection: null, secret: null });
  switch (received.verdict) {
    case "challenge":
      return { status: received.reply.status, reply: received.reply };
    case "forged":
      forged(sender, now);
      note("warn", { what: "forged at the app's address", vendor: vendor.id, reason: received.reason });
      return { status: 401 };
    case "unverifiable": // the operator has not set our app at the vendor
    case "unreadable": // nobody's, so it cannot be sealed for anyone: the vendor is to send it again once our code is newer
      throw new Error(`a delivery for our app is ${received.verdict}`);
    case "verified":
      break;
  }
  const named = received.events.flatMap(({ account }) => (account === undefined ? [] : [account]));
  const owners = await accountOwners(ingest.db, vendor.id, named);
  const unknown = received.events.filter(({ account }) => !owners.some((owner) => owner.account === account)).length;
  if (unknown > 0) note("info", { what: "events of accounts nobody has connected", vendor: vendor.id, events: unknown });
  const rows: NewEvent[] = [];
  for (const { account, contractor, connection } of owners) {
    const theirs = received.events.filter((event) => event.account === account);
    const drafts = eventDrafts({ contractor, vendor: vendor.id, connection }, theirs, now, Date.now());
    rows.push(...(await sealed(ingest, contractor, drafts)));
  }
  const { inserted, holding } = await insertEvents(ingest.db, rows);
  if (holding.length > 0) throw new Error("a connection of an app holds deliveries back"); // none is ever quarantined for one
  const fresh = new Set(inserted);
  const contractors = [...new Set(owners.map(({ contractor }) => contractor))];
  const theirRows = (contractor: string) => rows.filter((row) => row.contractor === contractor);
  for (const contractor of contractors) if (theirRows(contractor).some(({ id }) => fresh.has(id))) await wake(ingest, contractor);
  ingest.later(
    Promise.all(
      contractors.map((contractor) =>
        tell(
          ingest,
          contractor,
          vendor.id,
          theirRows(contractor).every(({ id }) => !fresh.has(id)),
        ),
      ),
    ),
  );
  return taken(vendor);
}

/** What came of it is evidence for each contractor it was for. */
async function tell(ingest: Ingest, contractor: string, vendor: string, duplicate: boolean): Promise<void> {
  try {
    const { id } = await ingest.contractor(contractor).endpoint({ contractor, vendor, now: Date.now() });
    count(ingest, contractor, id, { verified: 1, duplicates: duplicate ? 1 : 0 });
  } catch (error) {
    note("warn", { what: "evidence was not told", contractor, vendor, error: told(error) });
  }
}

function heldBack(sender: string, now: number): number {
  const known = forgers.get(sender);
  if (!known) return 0;
  const rest = known.since + FORGERIES.perMs - now;
  if (rest <= 0) forgers.delete(sender);
  return rest > 0 && known.forged >= FORGERIES.allowed ? rest : 0;
}

function forged(sender: string, now: number): void {
  if (forgers.size > 10_000) forgers.clear();
  const known = forgers.get(sender) ?? { since: now, forged: 0 };
  known.forged++;
  forgers.set(sender, known);
}
