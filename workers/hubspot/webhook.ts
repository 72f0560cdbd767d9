/** What HubSpot tells of contacts, for every account that took our app, at one address. https://developers.hubspot.com/docs/apps/legacy-apps/authentication/validating-requests */
import { type Delivery, hmac, joined, jsonOf, same, type VendorEvent, type Webhook } from "@junction/kit";
import * as z from "zod/mini";

const CONTACT = "0-1"; // https://developers.hubspot.com/docs/api-reference/crm-understanding-the-crm

const timeOf = ({ headers }: Delivery): string | undefined => headers["x-hubspot-request-timestamp"];

/** The address with what HubSpot decodes of it before it signs; the `?` that begins the query stays one. */
const DECODED: Readonly<Record<string, string>> = {
  ...{ "%3A": ":", "%2F": "/", "%3F": "?", "%40": "@", "%21": "!", "%24": "$", "%27": "'", "%28": "(" },
  ...{ "%29": ")", "%2A": "*", "%2C": ",", "%3B": ";" },
};
const decoded = (url: string): string => url.replace(/%[0-9a-f]{2}/gi, (code) => DECODED[code.toUpperCase()] ?? code);

async function verify(delivery: Delivery, secret: string): Promise<boolean> {
  const { method, url, headers, body } = delivery;
  const wanted = await Promise.all(
    [url, decoded(url)].map((address) => hmac("SHA-256", secret, joined(method, address, body, timeOf(delivery) ?? ""), "base64")),
  );
  return wanted.some((signature) => same(headers["x-hubspot-signature-v3"], signature));
}

const Notice = z.object({
  eventId: z.number(),
  subscriptionId: z.number(),
  portalId: z.number(),
  subscriptionType: z.string(),
  objectTypeId: z.nullish(z.string()),
  objectId: z.number(),
  occurredAt: z.int(),
  propertyName: z.nullish(z.string()),
  propertyValue: z.optional(z.unknown()),
});
const WHO: Readonly<Record<string, "email" | "phone">> = { email: "email", phone: "phone", mobilephone: "phone" };

function read(notice: z.output<typeof Notice>): readonly VendorEvent[] {
  const { eventId, subscriptionId, portalId, objectId, occurredAt, propertyName: name, propertyValue: value } = notice;
  const [, object, what] = /^(contact|object)\.(\w+)$/.exec(notice.subscriptionType) ?? [];
  if (object === undefined || (object === "object" && notice.objectTypeId !== CONTACT)) return [];
  const contact_id = String(objectId);
  const field = name && Object.hasOwn(WHO, name) ? WHO[name] : undefined;
  const said = field && typeof value === "string" && value !== "" ? { [field]: value } : {};
  const told = {
    ...{ id: `${eventId}:${subscriptionId}`, entity: `contact:${contact_id}`, account: String(portalId), occurredAt },
    person: { id: contact_id, ...said },
  };
  if (what === "creation") return [{ ...told, type: "contact.created", data: { contact_id } }];
  if (what === "propertyChange")
    return [{ ...told, type: "contact.updated", data: { contact_id, changed: name ? { [name]: value } : undefined } }];
  if (what === "deletion" || what === "privacyDeletion") return [{ ...told, type: "contact.deleted", data: { contact_id } }];
  return [];
}

const WINDOW_SECONDS = 300;

export const webhook: Webhook = {
  events: ["contact.created", "contact.updated", "contact.deleted"],
  secret: { from: "app", field: "client_secret" },
  setup:
    "In the app's settings at HubSpot under Webhooks, enter this address as the target URL and subscribe to the creation, deletion and property changes of contacts. The events of every connected account come to this one address.",
  window: {
    maxAgeSeconds: WINDOW_SECONDS,
    maxAheadSeconds: WINDOW_SECONDS,
    signedAt: (delivery) => (/^\d{13}$/.test(timeOf(delivery) ?? "") ? Number(timeOf(delivery)) / 1000 : undefined),
  },
  verify,
  receive: (delivery) => jsonOf(delivery, z.array(Notice)).flatMap(read),
};
