/** From one event to a delivery for each subscription that wants it. */
import { type Consumer, newId } from "@junction/core";
import { addDeliveries, subscribersTo } from "@junction/db";
import { announcementBody, type Body, eventBody } from "./body.ts";
import type { Announcement, Outgoing } from "./outgoing.ts";
import { wake } from "./wake.ts";

type Reach = Pick<Outgoing, "db" | "payloads" | "queue">;

/** Our own events, about integrations and about work in the background, which may be subscribed to like any. */
export const OWN_EVENTS = ["connection.error", "connection.recovered", "work.finished", "work.failed"] as const;

/** The consumer that hands events to the contractor's own systems. A repeat finds the rows there, and changes nothing. */
export const subscriptionsConsumer = (reach: Reach): Consumer => ({
  name: "subscriptions",
  wants: () => true,
  take: (event) => fanOut(reach, eventBody(event)),
});

/** Tells subscribers what we have to say ourselves. */
export const announce = (reach: Reach, contractor: string, announcement: Announcement): Promise<void> =>
  fanOut(reach, announcementBody(contractor, announcement));

async function fanOut({ db, payloads, queue }: Reach, body: Body): Promise<void> {
  const { id: event, contractor, type } = body;
  const wanted = await subscribersTo(db, contractor, type);
  if (wanted.length === 0) return;
  const now = Date.now();
  const text = JSON.stringify(body);
  const items = wanted.map((subscription) => ({ subscription: subscription.id, id: newId("dlv", now) }));
  const sealed = await payloads.seal({ contractor, items: items.map(({ id }) => ({ id, text })) });
  const rows = items.map((item, at) => ({ ...item, contractor, event, type, payload: sealed[at] ?? "" }));
  const added = new Set(await addDeliveries(db, rows, now));
  await Promise.all(rows.filter(({ id }) => added.has(id)).map(({ subscription }) => wake(queue, { contractor, subscription })));
}
