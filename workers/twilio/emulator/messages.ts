/** Twilio's messages. https://www.twilio.com/docs/messaging/api/message-resource */
import { type Call, json, type Operation, type Reply } from "@junction/sandbox";
import { ACCOUNT, answer, BASE, day, missing, paged, phone, refuse, rfc2822, SERVICE } from "./account.ts";
import { owns } from "./numbers.ts";

export interface Message {
  readonly sid: string;
  readonly from: string | null;
  readonly to: string;
  readonly body: string;
  readonly media: number;
  readonly service: string | null;
  readonly at: number;
  readonly state: "sent" | "scheduled" | "canceled";
}

export const messagesOf = (call: Pick<Call, "state">) => call.state.collection<Message>("messages");

/** What the magic numbers of Twilio's test credentials answer. https://www.twilio.com/docs/iam/test-credentials */
const MAGIC_TO: Readonly<Record<string, (to: string) => Reply>> = {
  "+15005550001": (to) => refuse(400, 21211, `Invalid 'To' Phone Number: ${to}`),
  "+15005550002": (to) =>
    refuse(400, 21612, `The 'To' phone number: ${to}, is not currently reachable using the 'From' phone number via SMS.`),
  "+15005550003": (to) =>
    refuse(400, 21408, `Permission to send an SMS has not been enabled for the region indicated by the 'To' number: ${to}`),
  "+15005550009": (to) => refuse(400, 21614, `'To' number: ${to}, is not a valid mobile number`),
};

function create(call: Call): Reply {
  const field = (name: string): string => call.form.get(name) ?? "";
  const body = field("Body");
  const media = call.form.getAll("MediaUrl").length;
  const service = field("MessagingServiceSid") || null;
  if (field("To") === "") return refuse(400, 21604, "A 'To' phone number is required.");
  if (field("From") === "" && service === null) return refuse(400, 21603, "A 'From' phone number is required.");
  if (body === "" && media === 0 && field("ContentSid") === "")
    return refuse(400, 21619, "A text message body or media urls must be specified.");
  if (body.length > 1600) return refuse(400, 21617, "The concatenated message body exceeds the 1600 character limit.");

  const to = phone(field("To"));
  if (to === null) return refuse(400, 21211, `Invalid 'To' Phone Number: ${field("To").slice(0, 20)}`);
  const magic = MAGIC_TO[to];
  if (magic) return magic(to);
  if (service !== null && service !== SERVICE) return refuse(404, 21701, "The Messaging Service does not exist.");
  const from = field("From") === "" ? null : phone(field("From"));
  if (service === null && from === null) return refuse(400, 21212, `Invalid From Number (caller ID): ${field("From").slice(0, 20)}`);
  if (from !== null && !owns(call, from, "sms")) {
    const why = "is not a valid, SMS-capable inbound phone number or short code for your account.";
    return refuse(400, 21606, `The 'From' phone number ${from} ${why}`);
  }
  if (to === from) return refuse(400, 21266, "'To' and 'From' number cannot be the same");
  if (call.state.collection<string>("opted_out").get(to)) return refuse(400, 21610, "Attempt to send to unsubscribed recipient");

  const scheduled = field("ScheduleType") === "fixed";
  if (scheduled && service === null) return refuse(400, 35118, "MessagingServiceSid is required to schedule a message");
  const message: Message = {
    sid: (media > 0 ? "MM" : "SM") + call.random(32),
    from,
    to,
    body,
    media,
    service,
    at: call.now(),
    state: scheduled ? "scheduled" : "sent",
  };
  messagesOf(call).put(message.sid, message);
  return answer(json(201, shape(message, service === null ? "queued" : scheduled ? "scheduled" : "accepted")));
}

/** https://www.twilio.com/docs/messaging/api/message-resource#message-properties */
function shape(message: Message, status: string): unknown {
  const uri = `/2010-04-01/Accounts/${ACCOUNT}/Messages/${message.sid}`;
  const date = rfc2822(message.at);
  const single = /^[\x20-\x7e\n\r]*$/.test(message.body) ? [160, 153] : [70, 67];
  const [alone = 160, part = 153] = single;
  const segments = message.body.length <= alone ? 1 : Math.ceil(message.body.length / part);
  return {
    account_sid: ACCOUNT,
    api_version: "2010-04-01",
    body: message.body,
    date_created: date,
    date_sent: message.state === "sent" ? date : null,
    date_updated: date,
    direction: "outbound-api",
    error_code: null,
    error_message: null,
    from: message.from,
    messaging_service_sid: message.service,
    num_media: String(message.media),
    num_segments: String(segments),
    price: null,
    price_unit: "USD",
    sid: message.sid,
    status,
    subresource_uris: { media: `${uri}/Media.json` },
    to: message.to,
    uri: `${uri}.json`,
  };
}

/** A message makes its way within seconds. */
function progress(message: Message, now: number): string {
  if (message.state !== "sent") return message.state;
  const age = now - message.at;
  return age < 500 ? "queued" : age < 2000 ? "sent" : "delivered";
}

function list(call: Call): Reply {
  const to = call.query.get("To");
  const from = call.query.get("From");
  const on = day(call.query.get("DateSent"));
  const since = day(call.query.get("DateSent>"));
  const until = day(call.query.get("DateSent<"));
  for (const date of [on, since, until]) if (Number.isNaN(date)) return refuse(400, 20001, "Invalid parameter DateSent");
  const chosen = messagesOf(call)
    .list()
    .filter((message) => (to === null || message.to === phone(to)) && (from === null || message.from === phone(from)))
    .filter(
      ({ at }) => (on === null || (at >= on && at < on + 86_400_000)) && (since === null || at >= since) && (until === null || at <= until),
    )
    .toReversed();
  return paged(call, "messages", chosen, (message) => shape(message, progress(message, call.now())));
}

export const messageOperations: readonly Operation[] = [
  { name: "create_message", method: "POST", path: `${BASE}/Messages.json`, run: create },
  { name: "list_messages", method: "GET", path: `${BASE}/Messages.json`, run: list },
  {
    name: "get_message",
    method: "GET",
    path: `${BASE}/Messages/:sid.json`,
    run(call) {
      const message = messagesOf(call).get(call.param("sid"));
      return message ? answer(json(200, shape(message, progress(message, call.now())))) : missing(call);
    },
  },
  {
    name: "cancel_message",
    method: "POST",
    path: `${BASE}/Messages/:sid.json`,
    run(call) {
      const message = messagesOf(call).get(call.param("sid"));
      if (!message) return missing(call);
      if (call.form.get("Status") !== "canceled" || message.state !== "scheduled") return refuse(400, 30409, "Message cannot be canceled");
      const canceled: Message = { ...message, state: "canceled" };
      messagesOf(call).put(message.sid, canceled);
      return answer(json(200, shape(canceled, "canceled")));
    },
  },
];
