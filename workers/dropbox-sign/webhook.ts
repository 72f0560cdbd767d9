/** What Dropbox Sign tells of contracts. https://developers.hellosign.com/docs/events/walkthrough */
import {
  type Delivery,
  type EventType,
  hmac,
  multipartOf,
  parseJson,
  path,
  type SecretField,
  same,
  seconds,
  textOf,
  type VendorEvent,
  type Webhook,
} from "@junction/kit";
import * as z from "zod/mini";
import { declined, Request, type Signature, Told } from "./manifest.ts";

/** The JSON of a delivery, the `json` part of a form or the body itself; undefined where it has none. */
const jsonIn = async (delivery: Delivery): Promise<unknown> => parseJson((await multipartOf(delivery))?.get("json") ?? textOf(delivery));

const Signed = z.object({ event: z.object({ event_time: z.string(), event_type: z.string(), event_hash: z.string() }) });
const signedIn = async (delivery: Delivery) => Signed.safeParse(await jsonIn(delivery)).data?.event;

const Metadata = z.object({ related_signature_id: z.nullish(z.string()), reported_for_account_id: z.nullish(z.string()) });
const Callback = z.object({
  event: z.object({ event_time: z.string(), event_type: z.string(), event_metadata: z.nullish(Metadata) }),
  signature_request: z.optional(z.unknown()),
});

type ContractEvent = Extract<EventType, `contract.${string}`>;
/** Single signatures are stages on the way: a contract is signed when all have. */
const TYPES: Readonly<Record<string, ContractEvent>> = {
  signature_request_sent: "contract.sent",
  signature_request_viewed: "contract.viewed",
  signature_request_all_signed: "contract.signed",
  signature_request_declined: "contract.declined",
};
/** What must be true of the contract at Dropbox Sign. */
const TRUE: Readonly<Record<ContractEvent, (request: Request) => boolean>> = {
  "contract.sent": () => true,
  "contract.viewed": ({ signatures }) => signatures.some(({ last_viewed_at }) => last_viewed_at != null),
  "contract.signed": ({ is_complete }) => is_complete === true,
  "contract.declined": declined,
};

/** What the contract says of the person, whom an event names or who is its only signer. */
function about(request: Request, whose: (signature: Signature) => boolean) {
  const { signatures, signature_request_id: contract_id, title } = request;
  const signer = signatures.find(whose) ?? (signatures.length === 1 ? signatures[0] : undefined);
  const signer_email = signer?.signer_email_address ?? undefined;
  const name = signer?.signer_name ?? undefined;
  const reason = signer?.decline_reason ?? undefined;
  return {
    entity: `contract:${contract_id}`,
    person: signer_email === undefined ? undefined : { name, email: signer_email },
    data: { contract_id, title: title?.slice(0, 500), signer_email, reason },
  };
}

const DAY_SECONDS = 86_400;

export const webhook: Webhook<{ api_key: SecretField }> = {
  events: ["contract.sent", "contract.viewed", "contract.signed", "contract.declined"],
  secret: { from: "credential", field: "api_key" },
  setup: "In Dropbox Sign under Settings, API, Account callback: enter the address, and press Test.",
  // Its retries, with the time of the first, go on for three days.
  window: {
    maxAgeSeconds: 4 * DAY_SECONDS,
    maxAheadSeconds: 300,
    signedAt: async (delivery) => seconds((await signedIn(delivery))?.event_time),
  },
  // Without these very words Dropbox Sign takes it for not delivered.
  acknowledgement: { status: 200, type: "text/plain", body: "Hello API Event Received" },
  async verify(delivery, secret) {
    const event = await signedIn(delivery);
    return event !== undefined && same(event.event_hash, await hmac("SHA-256", secret, event.event_time + event.event_type, "hex"));
  },
  async receive(delivery) {
    const { event, signature_request } = Callback.parse(await jsonIn(delivery));
    const type = Object.hasOwn(TYPES, event.event_type) ? TYPES[event.event_type] : undefined;
    if (!type) return [];
    const request = Request.parse(signature_request);
    const signature = event.event_metadata?.related_signature_id ?? undefined;
    return [
      {
        id: [event.event_type, request.signature_request_id, signature ?? ""].join(":"),
        type,
        occurredAt: (seconds(event.event_time) ?? Number.NaN) * 1000,
        account: event.event_metadata?.reported_for_account_id ?? undefined,
        ...about(request, ({ signature_id }) => signature_id === signature),
      },
    ];
  },
  // The hash covers the time and the type alone: which contract it is, and what of it, is Dropbox Sign's word only when asked.
  async confirm({ http, event }) {
    if (!isContract(event)) return null;
    const reply = await http.get(path`/v3/signature_request/${event.data.contract_id}`, { accept: [404, 410] });
    if (reply.status !== 200) return null;
    const { signature_request } = reply.json(Told);
    if (!TRUE[event.type](signature_request)) return null;
    // The rest of the id as well: else one true event could be told any number of times, as several.
    const signature = event.id.split(":")[2] ?? "";
    if (signature !== "" && !signature_request.signatures.some(({ signature_id }) => signature_id === signature)) return null;
    return { ...event, ...about(signature_request, ({ signature_id }) => signature_id === signature) };
  },
};

const isContract = (event: VendorEvent): event is Extract<VendorEvent, { type: ContractEvent }> => Object.hasOwn(TRUE, event.type);
