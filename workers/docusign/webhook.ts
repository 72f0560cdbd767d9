/** What Docusign tells of envelopes (Connect). https://developers.docusign.com/platform/webhooks/connect/hmac/ */
import { below, type EventType, type found, hmac, jsonOf, path, same, type VendorEvent, type Webhook } from "@junction/kit";
import * as z from "zod/mini";
import { Whole } from "./envelope.ts";
import { envelopes } from "./manifest.ts";

const Text = z.nullish(z.string());
const Told = z.object({
  event: z.string(),
  generatedDateTime: z.string(),
  data: z.object({ accountId: Text, envelopeId: z.optional(z.string()), envelopeSummary: z.nullish(z.object({ emailSubject: Text })) }),
});

type Type = EventType & `contract.${string}`;
/** Event → what it is to us. A recipient's own events are told of the envelope too. */
const TYPES: Readonly<Record<string, Type>> = {
  "envelope-sent": "contract.sent",
  "envelope-delivered": "contract.viewed",
  "envelope-completed": "contract.signed",
  "envelope-declined": "contract.declined",
};
/** Statuses an envelope can have once that happened to it. */
const AFTER: Readonly<Record<Type, readonly string[]>> = {
  "contract.sent": ["sent", "delivered", "signed", "completed", "declined", "voided"],
  "contract.viewed": ["delivered", "signed", "completed", "declined", "voided"],
  "contract.signed": ["completed"],
  "contract.declined": ["declined"],
};

export const webhook: Webhook<{ account: ReturnType<typeof found>; base: ReturnType<typeof found> }> = {
  events: ["contract.sent", "contract.viewed", "contract.signed", "contract.declined"],
  secret: {
    from: "own",
    label: "Connect HMAC key",
    help: "In Docusign under Settings, Connect, Connect keys: shown once, when it is made",
  },
  setup:
    "In Docusign under Settings, Connect, add a configuration of the type Custom with this address, the format REST v2.1 (JSON), Include HMAC signature, and the envelope events Sent, Delivered, Completed and Declined. Have acknowledgement required, or what fails is not sent again.",
  // A signature for each active key of the account; which of them is ours is not said.
  async verify({ headers, body }, key) {
    const wanted = await hmac("SHA-256", key, body, "base64");
    return Object.entries(headers).some(([name, value]) => /^x-docusign-signature-\d{1,3}$/.test(name) && same(value, wanted));
  },
  receive(delivery) {
    const { event, generatedDateTime, data } = jsonOf(delivery, Told);
    const type = Object.hasOwn(TYPES, event) ? TYPES[event] : undefined;
    if (!type || data.envelopeId === undefined) return [];
    const at = Date.parse(generatedDateTime);
    return [
      {
        ...{ id: `${data.envelopeId}:${event}:${generatedDateTime}`, type, entity: `envelope:${data.envelopeId}` },
        ...{ occurredAt: at >= 0 ? at : undefined, account: data.accountId ?? undefined },
        data: { contract_id: data.envelopeId, title: data.envelopeSummary?.emailSubject?.slice(0, 500) },
      },
    ];
  },
  // Nothing signed says when, so an old delivery may come again: what counts is the envelope as it is now.
  async confirm({ http, account, event }) {
    if (!isContract(event)) return null;
    const { host, root } = envelopes(http, account);
    const query = { include: "recipients" };
    const reply = await http.get(below(root, path`/${event.data.contract_id}`), { host, query, accept: [404] });
    if (reply.status === 404) return null;
    const { status, emailSubject, recipients: signers } = reply.json(Whole);
    if (!AFTER[event.type].includes(status)) return null;
    const [signer, decliner] = [signers[0], signers.find(({ declinedReason }) => declinedReason)];
    const person = { name: signer?.name || undefined, email: signer?.email || undefined };
    const reason = event.type === "contract.declined" ? decliner?.declinedReason?.slice(0, 10_000) : undefined;
    const title = emailSubject?.slice(0, 500) ?? event.data.title;
    const told = { ...event, data: { ...event.data, title, signer_email: person.email, reason } };
    return signer ? { ...told, person } : told;
  },
};

const isContract = (event: VendorEvent): event is VendorEvent & { readonly type: Type } => Object.hasOwn(AFTER, event.type);
