/** What Twilio delivers, and how it signs. https://www.twilio.com/docs/usage/webhooks/webhooks-security */
import { mac, type PushAbout, type Pushes, sha256 } from "@junction/sandbox";

const FORM = "application/x-www-form-urlencoded";

/** A customer's number, another for each thread. */
const customer = (entity: number): string => `+1202555${String(1000 + (entity % 9000))}`;
const sid = (prefix: string, id: string): string =>
  prefix +
  Array.from(id, (char) => char.charCodeAt(0).toString(16))
    .join("")
    .padEnd(32, "0")
    .slice(-32);

export function pushes(account: string, own: string, service: string): Pushes {
  const form = (fields: Readonly<Record<string, string>>) => ({ type: FORM, body: new URLSearchParams(fields).toString() });
  const message = ({ id, entity }: PushAbout, inbound: boolean) => {
    const MessageSid = sid("SM", id);
    const [From, To] = inbound ? [customer(entity), own] : [own, customer(entity)];
    return { AccountSid: account, ApiVersion: "2010-04-01", MessageSid, SmsSid: MessageSid, From, To };
  };
  const status = (about: PushAbout, MessageStatus: string, more: Readonly<Record<string, string>> = {}) =>
    form({ ...message(about, false), MessageStatus, SmsStatus: MessageStatus, MessagingServiceSid: service, ...more });
  const call = ({ id, entity, now }: PushAbout, CallStatus: string, more: Readonly<Record<string, string>> = {}) =>
    form({
      AccountSid: account,
      ApiVersion: "2010-04-01",
      CallSid: sid("CA", id),
      CallStatus,
      ...{ Direction: "inbound", From: customer(entity), Called: own, Caller: customer(entity), To: own },
      CallbackSource: "call-progress-events",
      Timestamp: new Date(now).toUTCString().replace("GMT", "+0000"),
      ...more,
    });
  /** What is asked or told once a caller has spoken after the tone: it has no source, and no time. */
  const voicemail = (about: PushAbout, more: Readonly<Record<string, string>>) => {
    const { CallbackSource: _, Timestamp: __, ...fields } = Object.fromEntries(new URLSearchParams(call(about, "completed").body));
    const RecordingSid = sid("RE", about.id);
    about.state.collection<string>("recordings").put(RecordingSid, about.id);
    const RecordingUrl = `https://api.twilio.com/2010-04-01/Accounts/${account}/Recordings/${RecordingSid}`;
    return form({ ...fields, RecordingSid, RecordingUrl, ...more });
  };
  return {
    secretField: { set: "valid", field: "auth_token" },
    kinds: {
      "message.received": (about) =>
        form({
          ...message(about, true),
          SmsMessageSid: sid("SM", about.id),
          SmsStatus: "received",
          Body: `Is a visit possible on Friday? It's at 12 Elm St. & the gate's open (${about.id})`,
          NumMedia: "0",
          NumSegments: "1",
          ...{ FromCity: "", FromState: "DC", FromZip: "", FromCountry: "US", ToCountry: "US" },
        }),
      "message.delivered": (about) => status(about, "delivered"),
      "message.failed": (about) => status(about, "undelivered", { ErrorCode: "30003" }),
      // As it stands when a call comes in and Twilio asks what to do.
      "call.incoming": (about) => {
        const { CallbackSource: _, Timestamp: __, ...fields } = Object.fromEntries(new URLSearchParams(call(about, "ringing").body));
        return form({ ...fields, CallSid: sid("CA", `${about.id}i`) });
      },
      "voicemail.received": (about) => voicemail(about, { RecordingDuration: "23", Digits: "hangup" }),
      "voicemail.transcribed": (about) =>
        voicemail(about, {
          ...{ TranscriptionSid: sid("TR", about.id), TranscriptionStatus: "completed", TranscriptionType: "fast" },
          TranscriptionText: "Hi, this is Ann. The water heater is leaking, please call me back.",
        }),
      "call.started": (about) => call(about, "ringing", { SequenceNumber: "1" }),
      "call.completed": (about) => call(about, "completed", { CallDuration: "42", Duration: "1", SequenceNumber: "3" }),
    },
    async sign({ url, type, body, secret }) {
      const headers = { "content-type": type, "user-agent": "TwilioProxy/1.1", "i-twilio-idempotency-token": crypto.randomUUID() };
      if (type !== FORM) {
        const whole = `${url}${url.includes("?") ? "&" : "?"}bodySHA256=${await sha256(body, "hex")}`;
        return { url: whole, headers: { ...headers, "x-twilio-signature": await mac("SHA-1", secret, "base64", whole) }, body };
      }
      const values: Record<string, Set<string>> = {};
      for (const [name, value] of new URLSearchParams(body)) values[name] = (values[name] ?? new Set()).add(value);
      const fields = Object.keys(values)
        .sort()
        .flatMap((name) => [...(values[name] ?? [])].sort().flatMap((value) => [name, value]));
      return { headers: { ...headers, "x-twilio-signature": await mac("SHA-1", secret, "base64", url, ...fields) }, body };
    },
  };
}
