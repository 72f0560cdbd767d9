/** Tools by which agents send to a contractor's own systems: kept, signed, delivered and tried again like every message to them. */
import type { CallAsk, Outcome } from "@junction/core";
import { deliveryState, listSubscriptions } from "@junction/db";
import * as z from "zod";
import { workOff } from "./deliver.ts";
import { note, type Outgoing, told } from "./outgoing.ts";
import { sendTo } from "./send-to.ts";

type Served = (ask: CallAsk) => Promise<Outcome<unknown>>;
const Send = z.object({ endpoint_id: z.string(), event: z.string(), data: z.record(z.string(), z.unknown()) });
const MOST_CHARACTERS = 60_000;
/** How long a call waits for the first attempt: what takes longer is delivered all the same. */
const WAIT_MS = 8_000;

const wrong = (issue: string): Outcome<unknown> => ({ ok: false, error: { kind: "InvalidRequest", issues: [issue] } });

/** `crm/send_webhook` and `crm/list_webhook_endpoints`, for dispatch. */
export const webhookTools = (reach: Outgoing): Readonly<Record<string, Served>> => ({
  "crm/send_webhook": (ask) => send(reach, ask),
  async "crm/list_webhook_endpoints"({ contractor }) {
    const all = await listSubscriptions(reach.db, contractor);
    const items = all.map(({ id, url, description, state, failingSince }) => ({
      id,
      // The host alone: the rest of such an address is often a secret.
      name: description || new URL(url).host,
      detail: state === "active" ? (failingSince === null ? new URL(url).host : "failing just now: it is tried again") : OFF[state],
      usable: state === "active",
    }));
    return { ok: true, value: { items } };
  },
});
const OFF = { paused: "paused by the contractor", disabled: "switched off, since it failed for days" };

async function send(reach: Outgoing, { contractor, input, idempotencyKey, deadline }: CallAsk): Promise<Outcome<unknown>> {
  const { endpoint_id: subscription, event: type, data } = Send.parse(input);
  if (JSON.stringify(data).length > MOST_CHARACTERS) return wrong("data may be 60,000 characters as JSON at most");
  const id = `msg_${idempotencyKey.slice(0, 40)}`; // a repeat is the same message
  const sent = await sendTo(reach, { contractor, subscription, id, type, at: Date.now(), data, person: null });
  if (!sent) return wrong("endpoint_id: there is no such webhook address, or it is switched off; crm/list_webhook_endpoints lists them");
  await Promise.race([
    workOff(reach, contractor, subscription).catch((error: unknown) =>
      note("warn", { what: "a message was left to the queue", contractor, subscription, error: told(error) }),
    ),
    scheduler.wait(Math.max(0, Math.min(WAIT_MS, deadline - Date.now() - 500))),
  ]);
  const state = await deliveryState(reach.db, subscription, id);
  return { ok: true, value: { message_id: id, status: state === "delivered" ? "delivered" : "queued" } };
}
