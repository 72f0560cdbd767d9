/** What Meta delivers of WhatsApp, and how it signs. https://developers.facebook.com/docs/whatsapp/cloud-api/guides/set-up-webhooks */
import { mac, type PushAbout, type Pushes, type State } from "@junction/sandbox";

export const WABA = "102290129340398";
export const NUMBER = { id: "106853218861309", shown: "+1 202-555-0123", digits: "12025550123" };
// Put together here, so that no scanner takes them for somebody's.
export const APP_SECRET = ["0a1b2c3d4e5f6071", "8293a4b5c6d7e8f9"].join("");
export const VERIFY_TOKEN = ["sandbox", "verify", "word"].join("-");

const customer = (entity: number): string => `1202556${String(1000 + (entity % 9000))}`;
const wamid = (id: string): string => `wamid.${btoa(id).replaceAll("=", "")}`;

/** Meta's JSON has its slashes and everything beyond ASCII escaped: whoever writes it again has other bytes. */
const escaped = (value: unknown): string =>
  JSON.stringify(value)
    .replaceAll("/", "\\/")
    .replaceAll(/[\u0080-\uffff]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);

function notice(value: object) {
  const metadata = { display_phone_number: NUMBER.digits, phone_number_id: NUMBER.id };
  const changes = [{ value: { messaging_product: "whatsapp", metadata, ...value }, field: "messages" }];
  return { type: "application/json", body: escaped({ object: "whatsapp_business_account", entry: [{ id: WABA, changes }] }) };
}
const moment = (now: number): string => String(Math.floor(now / 1000));

/** Number → when its customer last wrote. */
export const windows = (state: State) => state.collection<number>("windows");

const LATE = { code: 131047, title: "Re-engagement message", message: "Re-engagement message", error_data: { details: "…" } };
/** What is told of a message that was sent to a number. */
export const became = (id: string, to: string, now: number, delivered: boolean, mark: string | undefined) =>
  notice({
    statuses: [
      {
        ...{ id, status: delivered ? "delivered" : "failed", timestamp: moment(now), recipient_id: to },
        ...(mark !== undefined && { biz_opaque_callback_data: mark }),
        ...(!delivered && { errors: [LATE] }),
      },
    ],
  });

const status = ({ id, entity, now }: PushAbout, word: string, more: object = {}) =>
  notice({
    statuses: [
      {
        ...{ id: wamid(id), status: word, timestamp: moment(now), recipient_id: customer(entity) },
        ...more,
      },
    ],
  });

export const pushes: Pushes = {
  secretField: { set: "valid", field: "app_secret" },
  kinds: {
    "message.received": ({ id, entity, now, state }) => {
      windows(state).put(customer(entity), now);
      return notice({
        contacts: [{ profile: { name: "Zoë O’Neil" }, wa_id: customer(entity), user_id: `US.${1_349_000_000 + entity}` }],
        messages: [
          {
            ...{ from: customer(entity), from_user_id: `US.${1_349_000_000 + entity}`, id: wamid(id), timestamp: moment(now) },
            text: { body: `Is Friday possible? 😀 https://example.com/map (${id})` },
            type: "text",
          },
        ],
      });
    },
    "message.delivered": (about) =>
      status(about, "delivered", { pricing: { billable: true, pricing_model: "PMP", category: "utility", type: "regular" } }),
    "message.failed": (about) =>
      status(about, "failed", {
        errors: [LATE],
      }),
  },
  async sign({ type, body, secret }) {
    return {
      headers: {
        "content-type": type,
        "user-agent": "facebookexternalua",
        "x-hub-signature": `sha1=${await mac("SHA-1", secret, "hex", body)}`,
        "x-hub-signature-256": `sha256=${await mac("SHA-256", secret, "hex", body)}`,
      },
      body,
    };
  },
  /** It asks with the verify token of its dashboard, which is the one of the account unless another secret is meant. */
  challenge({ url, secret }) {
    const asked = new URL(url);
    const token = secret === APP_SECRET ? VERIFY_TOKEN : secret;
    for (const [name, value] of Object.entries({ mode: "subscribe", challenge: "1158201444", verify_token: token }))
      asked.searchParams.set(`hub.${name}`, value);
    return { method: "GET", url: asked.href, headers: { "user-agent": "facebookplatform/1.0" }, body: "" };
  },
};
