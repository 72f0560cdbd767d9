/** What Gmail tells, by Cloud Pub/Sub: that a mailbox changed, and not how. https://developers.google.com/workspace/gmail/api/guides/push */
import {
  claimsOf,
  type Delivery,
  fromBase64,
  type Http,
  jsonOf,
  parseJson,
  path,
  same,
  type VendorEvent,
  type Webhook,
} from "@junction/kit";
import * as z from "zod/mini";
import { headerOf, type Message, read, search, textOf } from "./mailbox.ts";
import { READ } from "./manifest.ts";

const tokenOf = ({ headers }: Delivery): string => /^Bearer (\S+)$/.exec(headers["authorization"] ?? "")?.[1] ?? "";

/** https://cloud.google.com/pubsub/docs/authenticate-push-subscriptions */
const Claims = z.object({
  iss: z.enum(["https://accounts.google.com", "accounts.google.com"]),
  aud: z.string(),
  email: z.string().check(z.endsWith(".gserviceaccount.com")),
  email_verified: z.literal(true),
});
/** The time stands in the token, which is proved before it is looked at. */
function signedAt(delivery: Delivery): number | undefined {
  const payload = fromBase64(tokenOf(delivery).split(".")[1] ?? "");
  const said = payload && parseJson(new TextDecoder().decode(payload));
  return z.object({ iat: z.number() }).safeParse(said).data?.iat;
}

const Pushed = z.object({
  message: z.object({
    data: z.string(),
    messageId: z.string().check(z.minLength(1)),
    publishTime: z.optional(z.iso.datetime({ offset: true })),
  }),
});
const Notice = z.object({ emailAddress: z.string().check(z.minLength(3)), historyId: z.coerce.string() });
const MAILBOX = "mailbox:";

/** So far back a look goes: far enough for a notice that came late, and for others that came with it. */
const BACK_SECONDS = 3600;
const MOST = 10;
const BOUNCES = "from:(mailer-daemon OR postmaster)";

export const webhook: Webhook = {
  events: ["email.bounced"],
  // Anyone with a project at Google can have such a token made, for whatever audience they name: ours is a word they do not know.
  secret: { from: "app", field: "webhook_verify_token" },
  scopes: [READ],
  setup:
    "In Google Cloud, in the app's own project: make a Pub/Sub topic that gmail-api-push@system.gserviceaccount.com may publish to, and a push subscription to this address, with authentication on and the webhook verify token as its audience. Every connected mailbox's notices come to this one address.",
  keys: { host: "www.googleapis.com", path: path`/oauth2/v3/certs` },
  window: { maxAgeSeconds: 3600, maxAheadSeconds: 300, signedAt },
  async verify(delivery, word, key = async () => null) {
    const { data: claims } = Claims.safeParse(await claimsOf(tokenOf(delivery), key));
    return claims !== undefined && same(claims.aud, word);
  },
  receive(delivery) {
    const { data, messageId, publishTime } = jsonOf(delivery, Pushed).message;
    const { emailAddress, historyId } = Notice.parse(parseJson(new TextDecoder().decode(fromBase64(data) ?? new Uint8Array())));
    const occurredAt = publishTime === undefined ? undefined : Date.parse(publishTime);
    const about = { account: emailAddress, entity: `${MAILBOX}${emailAddress}:${historyId}`, occurredAt };
    // That mail came back is no more than possible: `confirm` looks.
    return [{ ...about, id: messageId, type: "email.bounced", data: { message_id: messageId, to: emailAddress } }];
  },
  async confirm({ http, event }) {
    if (!event.entity.startsWith(MAILBOX)) return event; // what an earlier look has found
    const since = Math.floor((event.occurredAt ?? Date.now()) / 1000) - BACK_SECONDS;
    const { messages } = await search(http, `${BOUNCES} after:${since}`, MOST);
    const found: VendorEvent[] = [];
    for (const { id } of messages) found.push(...(await bounceOf(http, await read(http, id), event.account)));
    return found;
  },
};

/** The mail that came back, by the report of the server that gave it back (RFC 3464). A report of a delay, or of what is not ours, is none. */
async function bounceOf(http: Http, report: Message, account: string | undefined): Promise<readonly VendorEvent[]> {
  const status = textOf(report.payload, "message/delivery-status") ?? "";
  const field = (name: string): string | undefined => new RegExp(`^${name}:[ \\t]*(.+)$`, "im").exec(status)?.[1]?.trim();
  const action = field("Action");
  if (action !== undefined && action.toLowerCase() !== "failed") return [];
  const to = headerOf(report, "X-Failed-Recipients") ?? field("Final-Recipient")?.replace(/^rfc822;\s*/i, "");
  const original = headerOf(report, "In-Reply-To") ?? headerOf(report, "References")?.split(/\s+/).at(-1);
  const [own] = original === undefined ? [] : (await search(http, `rfc822msgid:${original.replace(/^<|>$/g, "")}`, 1)).messages;
  if (to === undefined || !own) return [];
  const reason = field("Diagnostic-Code")
    ?.replace(/^smtp;\s*/i, "")
    .slice(0, 10_000);
  const about = { account, entity: `email:${own.id}`, occurredAt: report.internalDate, person: { email: to } };
  return [{ ...about, id: report.id, type: "email.bounced", data: { message_id: own.id, to, reason } }];
}
