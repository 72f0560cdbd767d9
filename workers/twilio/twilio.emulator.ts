/** Plays Twilio's REST API of 2010-04-01: messages and numbers. https://www.twilio.com/docs/messaging/api/message-resource */
import { type Call, defineEmulator, type ErrorFault, json, type Reply } from "@junction/sandbox";
import { pushes } from "./emulator/pushes.ts";

const ACCOUNT = "AC5a6db0c1e2f34a5b8c7d9e0f1a2b3c4d";
const AUTH_TOKEN = "7f1e0c4b9a3d4c6e8b2f5a1d0e9c8b7a";
const SERVICE = "MG0a1b2c3d4e5f60718293a4b5c6d7e8f9";
const KEY = { sid: "SK1b2c3d4e5f60718293a4b5c6d7e8f90a", secret: "standardKeySecret0123456789abcdef" };
/** May read, may not send. */
const READ_KEY = { sid: "SK9f8e7d6c5b4a39281706f5e4d3c2b1a0", secret: "restrictedKeySecret0123456789abc" };
const OWNED = ["+12025550123", "+15005550006"];

interface Message {
  readonly sid: string;
  readonly from: string | null;
  readonly to: string;
  readonly body: string;
  readonly media: number;
  readonly service: string | null;
  readonly at: number;
  readonly state: "sent" | "scheduled" | "canceled";
}

const messagesOf = (call: Pick<Call, "state">) => call.state.collection<Message>("messages");

function refuse(status: number, code: number, message: string): Reply {
  const headers: Record<string, string> = status === 401 ? { "www-authenticate": 'Basic realm="Twilio API"' } : {};
  return answer(json(status, { code, message, more_info: `https://www.twilio.com/docs/errors/${code}`, status }, headers));
}
const answer = (reply: Reply): Reply => ({ ...reply, headers: { ...reply.headers, "twilio-concurrent-requests": "1" } });

function authenticate(call: Call): Reply | null {
  const [user, password] = basic(call.headers.get("authorization"));
  const account = /^\/2010-04-01\/Accounts\/([^/.]+)/.exec(call.url.pathname)?.[1];
  const whole = user === ACCOUNT && password === AUTH_TOKEN;
  const standard = user === KEY.sid && password === KEY.secret;
  const restricted = user === READ_KEY.sid && password === READ_KEY.secret;
  if (!(whole || standard || restricted) || account !== ACCOUNT) return refuse(401, 20003, "Authenticate");
  // Only the auth token and a Main key may read the account itself.
  if (!whole && call.operation === "get_account") return refuse(401, 20003, "Authenticate");
  if (restricted && call.method !== "GET") return refuse(403, 70051, "Authorization Failed");
  return null;
}

function basic(header: string | null): readonly string[] {
  const encoded = /^Basic (\S+)$/i.exec(header ?? "")?.[1];
  if (encoded === undefined || !/^[A-Za-z0-9+/]+={0,2}$/.test(encoded) || encoded.length % 4 !== 0) return [];
  const pair = atob(encoded);
  const colon = pair.indexOf(":");
  return [pair.slice(0, colon), pair.slice(colon + 1)];
}

/** The number in E.164 as Twilio reads it, or null: ten digits are taken for a number of the USA. */
function phone(value: string): string | null {
  const bare = value.replace(/[\s().-]/g, "");
  const number = /^[2-9]\d{9}$/.test(bare) ? `+1${bare}` : /^1[2-9]\d{9}$/.test(bare) ? `+${bare}` : bare;
  if (number.startsWith("+1")) return /^\+1[2-9]\d{9}$/.test(number) ? number : null;
  return /^\+[2-9]\d{6,14}$/.test(number) ? number : null;
}

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
  if (from !== null && !OWNED.includes(from)) {
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

const rfc2822 = (at: number): string => new Date(at).toUTCString().replace("GMT", "+0000");

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

/** A day in GMT, or an instant; null where none is asked for, NaN where it is neither. */
const day = (value: string | null): number | null => (value === null || value === "" ? null : Date.parse(value));

function paged<T extends { readonly sid: string }>(call: Call, name: string, items: readonly T[], show: (item: T) => unknown): Reply {
  const size = Number(call.query.get("PageSize") ?? 50);
  if (!Number.isInteger(size) || size < 1) return refuse(400, 20001, "Invalid parameter PageSize");
  const pageSize = Math.min(size, 1000);
  const page = Number(call.query.get("Page") ?? 0);
  const after = call.query.get("PageToken")?.slice(2);
  const start = after === undefined ? page * pageSize : items.findIndex(({ sid }) => sid === after) + 1;
  const shown = items.slice(start, start + pageSize);
  const uri = (number: number, token?: string): string => {
    const query = new URLSearchParams(call.query);
    query.set("PageSize", String(pageSize));
    query.set("Page", String(number));
    if (token === undefined) query.delete("PageToken");
    else query.set("PageToken", `PA${token}`);
    return `${call.url.pathname}?${query}`;
  };
  const last = shown.at(-1);
  const more = start + pageSize < items.length;
  return answer(
    json(200, {
      [name]: shown.map(show),
      end: start + Math.max(shown.length - 1, 0),
      first_page_uri: uri(0),
      next_page_uri: more && last ? uri(page + 1, last.sid) : null,
      page,
      page_size: pageSize,
      previous_page_uri: page > 0 ? uri(page - 1) : null,
      start,
      uri: uri(page, after),
    }),
  );
}

/** For calls alone. */
const LANDLINE = "+12025550177";
const numbers = [...OWNED, LANDLINE].map((phone_number, index) => ({ sid: `PN${String(index).padStart(32, "0")}`, phone_number }));

function numberShape({ sid, phone_number }: (typeof numbers)[number]): unknown {
  const texts = phone_number !== LANDLINE;
  const created = rfc2822(Date.UTC(2026, 0, 5, 9, 0, 0));
  return {
    account_sid: ACCOUNT,
    address_requirements: "none",
    address_sid: null,
    api_version: "2010-04-01",
    beta: false,
    bundle_sid: null,
    capabilities: { voice: true, sms: texts, mms: texts, fax: false },
    date_created: created,
    date_updated: created,
    emergency_address_sid: null,
    emergency_address_status: "unregistered",
    emergency_status: "Inactive",
    friendly_name: phone_number.replace(/^\+1(\d{3})(\d{3})(\d{4})$/, "($1) $2-$3"),
    identity_sid: null,
    origin: "twilio",
    phone_number,
    sid,
    sms_application_sid: "",
    sms_fallback_method: "POST",
    sms_fallback_url: "",
    sms_method: "POST",
    sms_url: "",
    status: "in-use",
    status_callback: "",
    status_callback_method: "POST",
    trunk_sid: null,
    type: "local",
    uri: `/2010-04-01/Accounts/${ACCOUNT}/IncomingPhoneNumbers/${sid}.json`,
    voice_application_sid: "",
    voice_caller_id_lookup: false,
    voice_fallback_method: "POST",
    voice_fallback_url: null,
    voice_method: "POST",
    voice_receive_mode: "voice",
    voice_url: null,
  };
}

const missing = (call: Call): Reply => refuse(404, 20404, `The requested resource ${call.url.pathname} was not found`);

const FAULTS: Readonly<Record<ErrorFault, (call: Call) => Reply>> = {
  "401": () => refuse(401, 20003, "Authenticate"),
  "403": () => refuse(403, 70051, "Authorization Failed"),
  "404": missing,
  "409": () => refuse(409, 20409, "Conflict"),
  "422": () => refuse(400, 21211, "Invalid 'To' Phone Number"),
  "429": () => refuse(429, 20429, "Too Many Requests"),
  rate_limit_403: () => refuse(429, 20429, "Too Many Requests"),
  "500": () => refuse(500, 20500, "An internal server error has occurred"),
  "503": () => refuse(503, 20503, "Service is temporarily unavailable"),
};

const BASE = "/2010-04-01/Accounts/:account";

export default defineEmulator({
  vendor: "twilio",
  hosts: ["api.twilio.com"],
  credentials: {
    valid: { account_sid: ACCOUNT, auth_token: AUTH_TOKEN, default_from: "+12025550123", messaging_service_sid: SERVICE },
    wrong: { account_sid: ACCOUNT, auth_token: "00000000000000000000000000000000", default_from: "+12025550123" },
    key: { account_sid: ACCOUNT, api_key_sid: KEY.sid, api_key_secret: KEY.secret, default_from: "+12025550123" },
    restricted: { account_sid: ACCOUNT, api_key_sid: READ_KEY.sid, api_key_secret: READ_KEY.secret, default_from: "+12025550123" },
  },
  secrets: ["auth_token", "api_key_secret"],
  authenticate,
  seed(state) {
    state.collection<string>("opted_out").put("+15005550004", "STOP");
  },
  operations: [
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
        if (call.form.get("Status") !== "canceled" || message.state !== "scheduled")
          return refuse(400, 30409, "Message cannot be canceled");
        const canceled: Message = { ...message, state: "canceled" };
        messagesOf(call).put(message.sid, canceled);
        return answer(json(200, shape(canceled, "canceled")));
      },
    },
    {
      name: "list_numbers",
      method: "GET",
      path: `${BASE}/IncomingPhoneNumbers.json`,
      run: (call) => paged(call, "incoming_phone_numbers", ownedNumbers(call), numberShape),
    },
    {
      name: "get_account",
      method: "GET",
      path: "/2010-04-01/Accounts/:account.json",
      run: () => answer(json(200, { sid: ACCOUNT, friendly_name: "Sandbox Plumbing", status: "active", type: "Full" })),
    },
  ],
  fault: (error, call) => FAULTS[error](call),
  pushes: pushes(ACCOUNT, "+12025550123", SERVICE),
  inbox: (state) =>
    messagesOf({ state })
      .list()
      .map(({ to, from, body, at }) => ({ title: `Text to ${to} from ${from ?? "the messaging service"}`, text: body, at })),
});

function ownedNumbers(call: Call): typeof numbers {
  const wanted = call.query.get("PhoneNumber");
  return wanted === null ? numbers : numbers.filter(({ phone_number }) => phone_number.includes(wanted.replaceAll("*", "")));
}
