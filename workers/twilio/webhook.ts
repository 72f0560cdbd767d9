/** What Twilio tells: texts that come in, what became of texts and calls, and messages that callers left. https://www.twilio.com/docs/usage/webhooks/webhooks-security */
import { type Delivery, digest, formOf, hmac, type SecretField, same, type VendorEvent, type Webhook } from "@junction/kit";
import { questions } from "./questions.ts";

/** Twilio signs the address as it called it, with the usual port written out or not, so both are tried. */
function addresses(url: string): readonly string[] {
  const [, scheme = "", host = "", port, rest = ""] = /^(https?:\/\/)([^/?#:]*)(:\d+)?(.*)$/.exec(url) ?? [];
  return [scheme + host + rest, scheme + host + (port ?? (scheme === "https://" ? ":443" : ":80")) + rest];
}

/** Every field, sorted by name, its values too; equal values once. With a body that is no form, the address bears its hash instead. */
function signedFields(form: URLSearchParams): string {
  const names = [...new Set(form.keys())].sort();
  return names.flatMap((name) => [...new Set(form.getAll(name))].sort().map((value) => name + value)).join("");
}
const hashIn = (url: string): string | undefined => /[?&]bodySHA256=([0-9a-f]{64})(?:[&#]|$)/.exec(url)?.[1];

async function verify(delivery: Delivery, token: string): Promise<boolean> {
  const { url, headers, body } = delivery;
  const hash = hashIn(url);
  if (hash !== undefined && !same(hash, await digest("SHA-256", body))) return false;
  const fields = hash === undefined ? signedFields(formOf(delivery)) : "";
  const wanted = await Promise.all(addresses(url).map((address) => hmac("SHA-1", token, address + fields, "base64")));
  return wanted.some((signature) => same(headers["x-twilio-signature"], signature));
}

type Form = (name: string) => string | undefined;
/** `whatsapp:+12025550123` → the number. */
const bare = (address: string | undefined): string => (address ?? "").replace(/^(whatsapp|rcs):/, "");
const numberOf = (address: string | undefined): string | undefined => /^\+\d{6,15}$/.exec(bare(address))?.[0];
const personAt = (address: string | undefined, name?: string) => {
  const phone = numberOf(address);
  return phone === undefined ? undefined : { phone, name };
};

/** Status → what it is to us. Others are stages on the way. `read` says again that it was delivered. */
const OUTCOMES: Readonly<Record<string, "message.delivered" | "message.failed">> = {
  delivered: "message.delivered",
  read: "message.delivered",
  failed: "message.failed",
  undelivered: "message.failed",
};

function message(form: Form, message_id: string): VendorEvent | null {
  const [from, to] = [bare(form("From")), bare(form("To"))];
  const channel = form("From")?.startsWith("whatsapp:") ? ("whatsapp" as const) : ("sms" as const);
  const status = form("MessageStatus") ?? form("SmsStatus") ?? "received";
  const account = form("AccountSid");
  if (status === "received" || status === "receiving") {
    const count = Math.min(Number(form("NumMedia") ?? 0) || 0, 10);
    const media = Array.from({ length: count }, (_, at) => ({ url: form(`MediaUrl${at}`) ?? "", type: form(`MediaContentType${at}`) }));
    return {
      ...{ id: message_id, type: "message.received", account },
      entity: `message_thread:${[from, to].sort().join("|")}`,
      person: personAt(form("From"), form("ProfileName")),
      data: { message_id, channel, from, to, body: form("Body") ?? "", ...(count > 0 && { media }) },
    };
  }
  const type = OUTCOMES[status];
  if (!type) return null;
  const told = { id: `${message_id}:${type}`, account, entity: `message:${message_id}`, person: personAt(form("To")) };
  const data = { message_id, channel, from, to };
  return type === "message.failed" ? { ...told, type, data: { ...data, reason: form("ErrorCode") ?? status } } : { ...told, type, data };
}

/** What a caller said after the tone: that it is there, and later, what it says. Either is told once. */
function voicemail(form: Form, recording_id: string, call_id: string): VendorEvent | null {
  const about = { account: form("AccountSid"), entity: `call:${call_id}`, person: personAt(form("From"), form("CallerName")) };
  const data = { call_id, recording_id, from: numberOf(form("From")), to: numberOf(form("To")) };
  if (form("TranscriptionSid") !== undefined) {
    const transcript = form("TranscriptionText")?.slice(0, 10_000);
    if (form("TranscriptionStatus") !== "completed" || transcript === undefined) return null;
    return { ...about, id: `${recording_id}:transcribed`, type: "voicemail.transcribed", data: { ...data, transcript } };
  }
  if (form("From") === undefined) return null; // of a recording that is none of ours
  const duration_seconds = Number(form("RecordingDuration")) || 0;
  const told = { ...data, duration_seconds, recording_url: form("RecordingUrl") };
  return { ...about, id: `${recording_id}:received`, type: "voicemail.received", data: told };
}

const ENDED = ["completed", "busy", "failed", "no-answer", "canceled"];

function call(form: Form, call_id: string): VendorEvent | null {
  if (form("DialCallStatus") !== undefined) return null; // the call asks how to go on: how it ended is told when it has
  const status = form("CallStatus") ?? "";
  const direction = form("Direction")?.startsWith("inbound") ? ("inbound" as const) : ("outbound" as const);
  const at = Date.parse(form("Timestamp") ?? "");
  const told = {
    account: form("AccountSid"),
    entity: `call:${call_id}`,
    occurredAt: at >= 0 ? at : undefined,
    person: personAt(form(direction === "inbound" ? "From" : "To"), form("CallerName")),
  };
  const data = { call_id, direction, from: numberOf(form("From")), to: numberOf(form("To")) };
  if (status === "ringing" || status === "in-progress") return { ...told, id: `${call_id}:started`, type: "call.started", data };
  if (!ENDED.includes(status)) return null;
  const duration_seconds = Number(form("CallDuration")) || 0;
  const recording_url = form("RecordingUrl");
  return { ...told, id: `${call_id}:ended`, type: "call.completed", data: { ...data, status, duration_seconds, recording_url } };
}

export const webhook: Webhook<{ auth_token: SecretField }> = {
  events: [
    ...(["message.received", "message.delivered", "message.failed"] as const),
    ...(["call.started", "call.completed", "voicemail.received", "voicemail.transcribed"] as const),
  ],
  secret: { from: "credential", field: "auth_token" },
  setup:
    "Set up phone number does this by itself. By hand: in the Console under Phone Numbers, Active numbers, choose the number. Under Messaging enter the address at “A message comes in”; under Voice at “Call status changes”, and with ?ask=call behind it at “A call comes in” if Junction is to answer. Method: HTTP POST. For what becomes of texts, enter it at Messaging, Services, Integration, Delivery Status Callback.",
  // A text is answered in TwiML: this says that there is nothing to answer.
  questions,
  acknowledgement: { status: 200, type: "text/xml", body: "<Response/>" },
  verify,
  // Twilio signs no time and adds fields without notice; a repeat is known by its message or call.
  receive(delivery) {
    const fields = formOf(delivery);
    const form: Form = (name) => fields.get(name) || undefined;
    const [message_id, call_id, recording_id] = [form("MessageSid") ?? form("SmsSid"), form("CallSid"), form("RecordingSid")];
    if (message_id !== undefined) return [message(form, message_id)].filter((event) => event !== null);
    if (call_id === undefined) return [];
    const event = recording_id === undefined ? call(form, call_id) : voicemail(form, recording_id, call_id);
    return event ? [event] : [];
  },
};
