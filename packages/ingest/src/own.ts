/** Events of our own: what we have to say ourselves, worked off like what vendors say. */
import { JUNCTION, type VendorEvent } from "@junction/core";
import type { NewEvent } from "@junction/db";
import type { Ingest } from "./ingest.ts";
import { eventDrafts } from "./rows.ts";
import { sealed } from "./seal.ts";

/** Rows to be written with what they tell of, so that neither is ever there without the other; then the contractor is to be woken. */
export function ownEvents(
  ingest: Pick<Ingest, "payloads">,
  contractor: string,
  events: readonly VendorEvent[],
  now: number,
): Promise<NewEvent[]> {
  const source = { contractor, vendor: JUNCTION, connection: `${JUNCTION}.${contractor}` };
  return sealed(ingest, contractor, eventDrafts(source, events, now, now));
}
