/** What Mailgun tells of emails. https://documentation.mailgun.com/docs/mailgun/user-manual/webhooks/securing-webhooks */
import {
  type Delivery,
  type EventType,
  hmac,
  jsonOf,
  parseJson,
  refuse,
  same,
  seconds,
  textOf,
  type VendorEvent,
  type Webhook,
} from "@junction/kit";
import * as z from "zod/mini";
import { Entry, logged, messageOf, PAGE, TRUSTED_MS } from "./log.ts";

/** The proof stands in the body beside the event, and covers only the time and a token of its own. */
const Signed = z.object({ signature: z.object({ timestamp: z.coerce.string(), token: z.string(), signature: z.string() }) });
const proofOf = (delivery: Delivery) => Signed.safeParse(parseJson(textOf(delivery))).data?.signature;

/** Event → what it is to us. Others are stages on the way, as `accepted`. */
const TYPES: Readonly<Record<string, EventType & `email.${string}`>> = {
  delivered: "email.delivered",
  opened: "email.opened",
  clicked: "email.clicked",
  failed: "email.bounced",
  unsubscribed: "email.unsubscribed",
  complained: "email.complained",
};

function read(entry: Entry): VendorEvent | null {
  const type = Object.hasOwn(TYPES, entry.event) ? TYPES[entry.event] : undefined;
  if (!type || entry.severity === "temporary") return null; // what failed for now is tried again
  const [message_id, to] = [messageOf(entry) ?? entry.id, entry.recipient ?? ""];
  const status = entry["delivery-status"];
  const why = [status?.description || status?.message, entry.reason].filter(Boolean).join("; ").slice(0, 10_000);
  return {
    ...{ id: entry.id, type, entity: `email:${message_id}`, occurredAt: Math.round(entry.timestamp * 1000) },
    person: to === "" ? undefined : { email: to },
    data: { message_id, to, reason: type === "email.bounced" ? why : undefined, url: entry.url?.slice(0, 2000) },
  };
}

/** How far around the time it happened an event is looked for in the log. */
const AROUND_SECONDS = 60;

export const webhook: Webhook<{ domain: z.ZodMiniString; region: z.ZodMiniOptional<z.ZodMiniString> }> = {
  events: ["email.delivered", "email.opened", "email.clicked", "email.bounced", "email.unsubscribed", "email.complained"],
  secret: { from: "own", label: "Webhook signing key", help: "In Mailgun under API Security, HTTP webhook signing key" },
  setup:
    "In Mailgun under Sending, Webhooks, choose the domain and add this address for delivered, opened, clicked, permanent failure, unsubscribed and complained. Each event is looked up in the domain's log, which an account key may read and a sending key may not.",
  // Mailgun names no limit, and tries again for hours.
  window: { maxAgeSeconds: 3600, maxAheadSeconds: 600, signedAt: (delivery) => seconds(proofOf(delivery)?.timestamp) },
  async verify(delivery, key) {
    const proof = proofOf(delivery);
    return proof !== undefined && same(proof.signature, await hmac("SHA-256", key, proof.timestamp + proof.token, "hex"));
  },
  receive(delivery) {
    const event = read(jsonOf(delivery, z.object({ "event-data": Entry }))["event-data"]);
    return event ? [event] : [];
  },
  // Whoever saw one delivery can put any event under its signature: what counts is what Mailgun's own log says.
  async confirm({ http, account, event }) {
    const at = event.occurredAt ?? 0;
    const [begin, end] = [at / 1000 - AROUND_SECONDS, at / 1000 + AROUND_SECONDS].map((time) => String(Math.max(0, Math.floor(time))));
    const items = await logged(http, account, { begin, end, recipient: event.person?.email });
    if (items === null) return refuse({ kind: "PermissionError", missing: ["events of the domain"] });
    const found = items.find(({ id }) => id === event.id);
    if (found) return read(found);
    return Date.now() - at >= TRUSTED_MS && items.length < PAGE ? null : refuse({ kind: "NotFound" }); // the log lags behind
  },
};
