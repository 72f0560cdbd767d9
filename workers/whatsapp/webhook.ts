/** What WhatsApp tells: messages of customers, and what became of ours. https://developers.facebook.com/docs/whatsapp/cloud-api/webhooks */
import { type Delivery, hmac, jsonOf, type SecretField, same, seconds, type VendorEvent, type Webhook } from "@junction/kit";
import * as z from "zod/mini";

const Text = z.nullish(z.string());
const Media = z.nullish(z.object({ id: z.string(), mime_type: Text, caption: Text }));
const MEDIA = ["image", "video", "audio", "document", "sticker"] as const;
const Titled = z.nullish(z.object({ title: Text }));
/** Someone with a user name may show no number: then they are known by an id of the business's own (`US.1349…`). */
const Message = z.object({
  id: z.string().check(z.minLength(1)),
  from: Text,
  from_user_id: Text,
  timestamp: z.optional(z.string()),
  type: z.string(),
  text: z.nullish(z.object({ body: z.string() })),
  button: z.nullish(z.object({ text: Text })),
  interactive: z.nullish(z.object({ button_reply: Titled, list_reply: Titled })),
  reaction: z.nullish(z.object({ emoji: Text })),
  location: z.nullish(z.object({ name: Text, address: Text, latitude: z.nullish(z.number()), longitude: z.nullish(z.number()) })),
  image: Media,
  video: Media,
  audio: Media,
  document: Media,
  sticker: Media,
});
const Status = z.object({
  id: z.string().check(z.minLength(1)),
  status: z.string(),
  timestamp: z.optional(z.string()),
  recipient_id: Text,
  recipient_user_id: Text,
  errors: z.nullish(z.array(z.object({ code: z.number(), title: Text }))),
  biz_opaque_callback_data: Text,
});
const Contact = z.object({ wa_id: Text, user_id: Text, profile: z.nullish(z.object({ name: Text })) });
const Value = z.object({
  metadata: z.object({ display_phone_number: z.string(), phone_number_id: z.string() }),
  contacts: z.nullish(z.array(Contact)),
  messages: z.nullish(z.array(Message)),
  statuses: z.nullish(z.array(Status)),
});
const Notice = z.object({
  entry: z.array(z.object({ changes: z._default(z.array(z.object({ field: z.string(), value: z.unknown() })), []) })),
});
type Value = z.output<typeof Value>;

const e164 = (number: string | null | undefined): string | undefined => {
  const digits = number?.replace(/\D/g, "");
  return digits ? `+${digits}` : undefined;
};
const momentOf = (timestamp: string | undefined): number | undefined => {
  const at = seconds(timestamp);
  return at === undefined ? undefined : at * 1000;
};

/** Whom a message or a status is about, and between whom it went. */
function party({ metadata, contacts }: Value, number: string | null | undefined, userId: string | null | undefined) {
  const contact = contacts?.find(({ wa_id, user_id }) => (number ? wa_id === number : user_id != null && user_id === userId));
  const phone = e164(number);
  const id = userId ?? contact?.user_id ?? number ?? undefined;
  const customer = phone ?? id ?? "";
  return {
    account: metadata.phone_number_id,
    entity: `conversation:${metadata.phone_number_id}|${customer}`,
    person: { id, phone, name: contact?.profile?.name ?? undefined },
    own: e164(metadata.display_phone_number) ?? metadata.phone_number_id,
    customer,
  };
}

function wordsOf(message: z.output<typeof Message>): string {
  const { text, button, interactive, reaction, location } = message;
  const place =
    location && [location.name, location.address, location.latitude, location.longitude].filter((part) => part != null).join(", ");
  const caption = MEDIA.map((kind) => message[kind]?.caption).find(Boolean);
  const chosen = interactive?.button_reply?.title ?? interactive?.list_reply?.title;
  return (text?.body ?? caption ?? button?.text ?? chosen ?? reaction?.emoji ?? place ?? "").slice(0, 10_000);
}

function received(value: Value, message: z.output<typeof Message>): VendorEvent {
  const { own, customer, ...about } = party(value, message.from, message.from_user_id);
  const media = MEDIA.flatMap((kind) => {
    const one = message[kind];
    return one ? [{ url: `https://graph.facebook.com/v23.0/${encodeURIComponent(one.id)}`, type: one.mime_type ?? undefined }] : [];
  });
  return {
    ...about,
    id: message.id,
    type: "message.received",
    occurredAt: momentOf(message.timestamp),
    data: {
      ...{ message_id: message.id, channel: "whatsapp", from: customer, to: own, body: wordsOf(message) },
      ...(media.length > 0 && { media }),
    },
  };
}

/** Status → what it is to us. Others are stages on the way; `read` says again that it was delivered. */
const OUTCOMES: Readonly<Record<string, "message.delivered" | "message.failed">> = {
  delivered: "message.delivered",
  read: "message.delivered",
  failed: "message.failed",
};

function became(value: Value, status: z.output<typeof Status>): readonly VendorEvent[] {
  const type = Object.hasOwn(OUTCOMES, status.status) ? OUTCOMES[status.status] : undefined;
  if (!type) return [];
  const { own, customer, ...about } = party(value, status.recipient_id, status.recipient_user_id);
  const key = status.biz_opaque_callback_data;
  const proves = key ? { key, result: { message_id: status.id, status: "accepted" } } : undefined;
  const told = { ...about, id: `${status.id}:${type}`, occurredAt: momentOf(status.timestamp), proves };
  const data = { message_id: status.id, channel: "whatsapp", from: own, to: customer } as const;
  if (type === "message.delivered") return [{ ...told, type, data }];
  const [error] = status.errors ?? [];
  return [{ ...told, type, data: { ...data, reason: error && [error.code, error.title].filter(Boolean).join(" ").slice(0, 500) } }];
}

export const webhook: Webhook<{ app_secret: z.ZodMiniOptional<SecretField> }> = {
  events: ["message.received", "message.delivered", "message.failed"],
  secret: { from: "credential", field: "app_secret" },
  setup:
    "In the Meta app under WhatsApp, Configuration, Webhook: enter the address as Callback URL and the verify token given here, press Verify and save, then subscribe to the field messages. The app itself must be subscribed to the WhatsApp Business Account.",
  challenge({ url }, fields) {
    const asked = new URL(url).searchParams;
    const body = asked.get("hub.challenge") ?? "";
    const ours = asked.get("hub.mode") === "subscribe" && same(asked.get("hub.verify_token") ?? undefined, fields["verify_token"] ?? "");
    return ours && /^[\w.-]{1,200}$/.test(body) ? { status: 200, type: "text/plain", body } : null;
  },
  // Meta signs no time: a repeat is known by its message's id.
  verify: async ({ headers, body }: Delivery, secret) =>
    same(headers["x-hub-signature-256"], `sha256=${await hmac("SHA-256", secret, body, "hex")}`),
  receive(delivery) {
    const changes = jsonOf(delivery, Notice).entry.flatMap((entry) => entry.changes);
    return changes
      .filter(({ field }) => field === "messages")
      .map(({ value }) => Value.parse(value))
      .flatMap((value) => [
        ...(value.messages ?? []).filter(({ type }) => type !== "system").map((message) => received(value, message)),
        ...(value.statuses ?? []).flatMap((status) => became(value, status)),
      ]);
  },
};
