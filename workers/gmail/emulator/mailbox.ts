/** A Gmail mailbox: what was sent, the templates, and what came back. https://developers.google.com/workspace/gmail/api/reference/rest */
import { type Call, googleError, json, type Reply, refuse, type State } from "@junction/sandbox";
import { addresses, BadMessage, decoded, filesIn, header, latin1, readMessage, shown, textIn } from "./mime.ts";

export const OWNER = "office@sandbox-plumbing.example";
const SENDERS = [
  { sendAsEmail: OWNER, displayName: "Sandbox Plumbing", isPrimary: true, isDefault: true },
  { sendAsEmail: "jobs@sandbox-plumbing.example", displayName: "", verificationStatus: "accepted" },
  { sendAsEmail: "old@sandbox-plumbing.example", displayName: "", verificationStatus: "pending" },
];

export interface Kept {
  readonly id: string;
  readonly labels: readonly string[];
  readonly at: number;
  readonly history: number;
  /** Its bytes as Latin-1: the state keeps JSON. */
  readonly raw: string;
}
const messagesOf = (state: State) => state.collection<Kept>("messages");
const historyOf = (state: State) => state.collection<number>("history");

const invalid = (message: string): never => refuse(googleError(400, "INVALID_ARGUMENT", message, "invalidArgument"));

export function keep(state: State, id: string, labels: readonly string[], at: number, raw: string): Kept {
  const known = messagesOf(state).get(id);
  if (known) return known; // told of again
  const history = (historyOf(state).get("last") ?? 1_000_000) + 7;
  historyOf(state).put("last", history);
  const kept = { id, labels, at, history, raw };
  messagesOf(state).put(id, kept);
  return kept;
}

const template = (subject: string, text: string, html: string): string =>
  [
    ...[`From: ${OWNER}`, `Subject: ${subject}`, "MIME-Version: 1.0", 'Content-Type: multipart/alternative; boundary="000b"', ""],
    ...["--000b", 'Content-Type: text/plain; charset="UTF-8"', "", text, ""],
    ...["--000b", 'Content-Type: text/html; charset="UTF-8"', "Content-Transfer-Encoding: quoted-printable", "", html, "--000b--", ""],
  ].join("\r\n");
export function seedMailbox(state: State, now: number): void {
  const reminder = template(
    "We are coming on {{day}}",
    "Hello {{name}}, we are coming on {{day}}.",
    "<p>Hello {{name}}, we=\r\n are coming on {{day}}.</p>",
  );
  keep(state, "18c0ffee00000001", ["DRAFT", "Templates"], now - 86_400_000, reminder);
  keep(state, "18c0ffee00000002", ["DRAFT", "Templates"], now - 172_800_000, template("Thank you", "Thank you!", "<p>Thank you!</p>"));
}

export function send(call: Call): Reply {
  if (call.query.get("uploadType") !== "media" || !/^message\/rfc822\b/i.test(call.headers.get("content-type") ?? ""))
    return invalid("'raw' RFC822 payload message string or uploading message via /upload/* URL required");
  if (call.bytes.byteLength > 36_700_160) return googleError(413, "INVALID_ARGUMENT", "Request entity too large", "uploadTooLarge");
  const message = parsed(latin1(call.bytes));
  const to = ["To", "Cc", "Bcc"].flatMap((name) => addresses(header(message.headers, name) ?? ""));
  if (to.length === 0) return invalid("Recipient address required");
  if (to.some(({ email }) => !/^[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+$/.test(email))) return invalid("Invalid To header");
  const id = call.random(16);
  keep(call.state, id, ["SENT"], call.now(), latin1(call.bytes));
  return json(200, { id, threadId: id, labelIds: ["SENT"] });
}
function parsed(raw: string) {
  try {
    return readMessage(raw);
  } catch (error) {
    if (error instanceof BadMessage) return invalid(`Invalid message: ${error.message}`);
    throw error;
  }
}

/** One word of a search. Those that are not known here find nothing, rather than all. */
function fits(word: string, { labels, at, raw }: Kept): boolean {
  const [, name = "", value = ""] = /^(\w+):(.+)$/.exec(word) ?? [];
  const { headers } = readMessage(raw);
  const inAddress = (field: string) =>
    addresses(header(headers, field) ?? "").some(({ email }) => email.toLowerCase() === value.toLowerCase());
  switch (name) {
    case "label":
      return labels.some((label) => label.toLowerCase() === value.toLowerCase());
    case "in":
      return value === "anywhere" || labels.some((label) => label.toLowerCase() === value.toLowerCase());
    case "after":
      return at / 1000 >= Number(value);
    case "rfc822msgid":
      return header(headers, "Message-ID") === `<${value}>`;
    case "to":
      return inAddress("To");
    case "from": {
      const wanted = value
        .replace(/^\(|\)$/g, "")
        .toLowerCase()
        .split(/\s+or\s+/);
      return addresses(header(headers, "From") ?? "").some(({ email }) =>
        wanted.some((one) => email.toLowerCase() === one || email.toLowerCase().startsWith(`${one}@`)),
      );
    }
    default:
      return false;
  }
}

export function listMessages(call: Call): Reply {
  const size = Number(call.query.get("maxResults") ?? 100);
  if (!Number.isInteger(size) || size < 1 || size > 500) return invalid("Invalid maxResults");
  const token = call.query.get("pageToken");
  if (token !== null && !/^\d{1,6}$/.test(token)) return invalid("Invalid pageToken");
  const from = Number(token ?? 0);
  const words = (call.query.get("q") ?? "").match(/\w+:\([^)]*\)|\S+/g) ?? [];
  const seen = call.now() - call.settings.indexLagSeconds * 1000;
  const all = messagesOf(call.state)
    .list()
    .filter((one) => one.at <= seen && words.every((word) => fits(word, one)))
    .sort((one, other) => other.at - one.at);
  const messages = all.slice(from, from + size).map(({ id }) => ({ id, threadId: id }));
  const next = from + size < all.length ? { nextPageToken: String(from + size) } : {};
  return json(200, { ...(messages.length > 0 && { messages }), ...next, resultSizeEstimate: all.length });
}

export function getMessage(call: Call): Reply {
  const kept = messagesOf(call.state).get(call.param("id"));
  if (!kept) return googleError(404, "NOT_FOUND", "Requested entity was not found.", "notFound");
  const message = readMessage(kept.raw);
  const wanted = call.query.getAll("metadataHeaders").map((name) => name.toLowerCase());
  const headers = message.headers.filter(({ name }) => wanted.length === 0 || wanted.includes(name.toLowerCase()));
  const payload =
    call.query.get("format") === "metadata"
      ? { mimeType: message.type, headers: headers.map(({ name, value }) => ({ name, value: decoded(value) })) }
      : shown({ ...message, headers: message.headers.map(({ name, value }) => ({ name, value: decoded(value) })) });
  return json(200, {
    ...{
      id: kept.id,
      threadId: kept.id,
      labelIds: kept.labels,
      snippet: "",
      historyId: String(kept.history),
      sizeEstimate: kept.raw.length,
    },
    ...{ internalDate: String(kept.at), payload },
  });
}

/** For a week; to the app's own topic alone. */
export function watch(call: Call, topic: string): Reply {
  const asked: { readonly topicName?: unknown; readonly labelFilterBehavior?: unknown } = Object(call.json);
  if (asked.topicName !== topic) return invalid("Invalid topicName does not match projects/sandbox-junction/topics/*");
  if (asked.labelFilterBehavior !== undefined && !/^(include|exclude)$/i.test(String(asked.labelFilterBehavior)))
    return invalid("Invalid value at 'label_filter_behavior'");
  const expiration = call.now() + 7 * 86_400_000;
  call.state.collection<number>("watches").put(OWNER, expiration);
  return json(200, { historyId: String(historyOf(call.state).get("last") ?? 1), expiration: String(expiration) });
}

export const listSenders = (): Reply => json(200, { sendAs: SENDERS });

/** Mail that left the mailbox. An address that Gmail has not proved to be the owner's gives way to the owner's. */
export const sentOf = (state: State) =>
  messagesOf(state)
    .list()
    .filter(({ labels }) => labels.includes("SENT"))
    .map(({ raw, at }) => {
      const message = readMessage(raw);
      const [asked] = addresses(header(message.headers, "From") ?? "");
      const from = SENDERS.find(({ sendAsEmail, verificationStatus }) => sendAsEmail === asked?.email && verificationStatus !== "pending");
      const to = addresses(header(message.headers, "To") ?? "").map(({ name, email }) => (name === "" ? email : `${name} <${email}>`));
      const files = filesIn(message).map(({ filename, bytes }) => `\n[${filename}, ${bytes.length} bytes]`);
      const subject = decoded(header(message.headers, "Subject") ?? "");
      return {
        ...{ title: `Email to ${to.join(", ")} from ${from?.sendAsEmail ?? OWNER}: ${subject}`, at },
        text: (textIn(message, "text/plain") ?? "") + files.join(""),
      };
    });
