/** What takes part in working off an event. */
import type { EventType, VendorEvent } from "./events.ts";

/** An event as it is kept: ours by id, one contractor's. */
export interface StoredEvent {
  /** `evt_…`: the same over all tries and replays. */
  readonly id: string;
  readonly contractor: string;
  readonly vendor: string;
  readonly connection: string;
  /** Epoch milliseconds. */
  readonly receivedAt: number;
  readonly event: VendorEvent;
}

/** Told of each event it wants, in its entity's order, at least once: what it does must bear a repeat. What it throws is tried again. */
export interface Consumer {
  readonly name: string;
  /** Told only once this one has the event, if it wants it. */
  readonly after?: string;
  wants(type: EventType): boolean;
  take(event: StoredEvent): Promise<void>;
}
