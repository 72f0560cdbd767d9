/** What a receiver reads. docs/webhooks-out.md describes it, and what it promises is kept. */
import { EVENT_VERSION, type Person, type StoredEvent } from "@junction/core";
import type { Announcement } from "./outgoing.ts";

export interface Body {
  /** As the header `webhook-id`: the same over all tries. */
  readonly id: string;
  readonly type: string;
  readonly version: number;
  /** When it happened where the vendor says so, else when we had it; ISO 8601. */
  readonly timestamp: string;
  readonly contractor: string;
  /** Whose event it is; null for one of ours about nobody. */
  readonly vendor: string | null;
  readonly data: unknown;
  /** Whom it is about, where that is known. */
  readonly person: Person | null;
}

const iso = (at: number): string => new Date(at).toISOString();

export const eventBody = ({ id, contractor, vendor, receivedAt, event }: StoredEvent): Body => ({
  ...{ id, type: event.type, version: EVENT_VERSION, timestamp: iso(event.occurredAt ?? receivedAt) },
  ...{ contractor, vendor, data: event.data, person: event.person ?? null },
});

export const announcementBody = (contractor: string, { id, type, vendor, at, data }: Announcement): Body => ({
  ...{ id, type, version: EVENT_VERSION, timestamp: iso(at), contractor, vendor, data, person: null },
});

export const testBody = (contractor: string, id: string, now: number): Body => ({
  ...{ id, type: "test", version: EVENT_VERSION, timestamp: iso(now), contractor, vendor: null },
  ...{ data: { message: "Junction reaches this address." }, person: null },
});
