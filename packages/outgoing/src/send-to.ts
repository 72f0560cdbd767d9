/** One message to one subscription, whatever types it asked for: a workflow's step names whom it tells. */
import { EVENT_VERSION, newId, type Person } from "@junction/core";
import { addDeliveries, getSubscription } from "@junction/db";
import type { Body } from "./body.ts";
import type { Outgoing } from "./outgoing.ts";
import { wake } from "./wake.ts";

export interface Message {
  readonly contractor: string;
  readonly subscription: string;
  /** The same for each repeat: the receiver sees it as `webhook-id`, and is sent it once. */
  readonly id: string;
  readonly type: string;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly data: Readonly<Record<string, unknown>>;
  readonly person: Person | null;
}

/** Has it delivered; false where the contractor has no such subscription, or it is not active. */
export async function sendTo({ db, payloads, queue }: Pick<Outgoing, "db" | "payloads" | "queue">, message: Message): Promise<boolean> {
  const { contractor, subscription, id: event, type, at, data, person } = message;
  if ((await getSubscription(db, contractor, subscription))?.state !== "active") return false;
  const now = Date.now();
  const id = newId("dlv", now);
  const body: Body = {
    id: event,
    type,
    version: EVENT_VERSION,
    timestamp: new Date(at).toISOString(),
    contractor,
    vendor: null,
    data,
    person,
  };
  const [payload = ""] = await payloads.seal({ contractor, items: [{ id, text: JSON.stringify(body) }] });
  const added = await addDeliveries(db, [{ id, contractor, subscription, event, type, payload }], now);
  if (added.length > 0) await wake(queue, { contractor, subscription });
  return true;
}
