/** Plays SendGrid's v3 API: sending, scopes, templates. https://www.twilio.com/docs/sendgrid/api-reference/mail-send */
import { type Call, defineEmulator, type ErrorFault, empty, json, noteChange, type Reply, refuse } from "@junction/sandbox";
import * as z from "zod/mini";
import { delivered, pushes } from "./emulator/pushes.ts";

// Put together here, so that no scanner takes them for somebody's.
const key = (id: string, secret: string): string => ["SG", id, secret].join(".");
const KEY = key("sandboxWholeRights0000", "sandboxSecretOfTheKeyThatMaySend00000000000");
const READ_KEY = key("sandboxReadsOnly000000", "sandboxSecretOfTheKeyThatReads0000000000000");
const SCOPES: Readonly<Record<string, readonly string[]>> = {
  [KEY]: ["mail.send", "mail.batch.create", "templates.read", "sender_verification_eligible", "2fa_required"],
  [READ_KEY]: ["templates.read", "sender_verification_eligible", "2fa_required"],
};
/** Operation → the scope it needs; reading one's own scopes needs none. */
const NEEDED: Readonly<Record<string, string>> = { send_mail: "mail.send", list_templates: "templates.read" };
/** Its owner has proved it is theirs; any address of it may send. */
const VERIFIED = "sandbox-plumbing.example";

interface Email {
  readonly id: string;
  readonly to: string;
  readonly from: string;
  readonly subject: string;
  readonly text: string;
  readonly at: number;
}

const errors = (status: number, message: string, field: string | null = null): Reply =>
  json(status, { errors: [{ message, field, help: null }] });
const invalid = (message: string, field: string | null): never => refuse(errors(400, message, field));

function authenticate(call: Call): Reply | null {
  const header = call.headers.get("authorization");
  if (header === null) return errors(401, "authorization required");
  const scopes = SCOPES[/^Bearer (\S+)$/i.exec(header)?.[1] ?? ""];
  if (scopes === undefined) return errors(401, "The provided authorization grant is invalid, expired, or revoked");
  const needed = NEEDED[call.operation];
  return needed === undefined || scopes.includes(needed) ? null : errors(403, "access forbidden");
}

const Person = z.object({ email: z.string(), name: z.nullish(z.string()) });
const Arguments = z.record(z.string(), z.string());
/** As loose as SendGrid's own reading: what is lacking is said below, in its words. */
const Mail = z.object({
  personalizations: z.optional(
    z.array(
      z.object({
        to: z.optional(z.array(Person)),
        cc: z.optional(z.array(Person)),
        bcc: z.optional(z.array(Person)),
        subject: z.optional(z.string()),
        custom_args: z.optional(Arguments),
        dynamic_template_data: z.optional(z.record(z.string(), z.unknown())),
        send_at: z.optional(z.number()),
      }),
    ),
  ),
  from: z.optional(z.partial(Person)),
  reply_to: z.optional(Person),
  subject: z.optional(z.string()),
  content: z.optional(z.array(z.object({ type: z.string(), value: z.string() }))),
  template_id: z.optional(z.string()),
  attachments: z.optional(
    z.array(z.object({ content: z.string(), filename: z.string(), type: z.optional(z.string()), disposition: z.optional(z.string()) })),
  ),
  custom_args: z.optional(Arguments),
  categories: z.optional(z.array(z.string())),
  send_at: z.optional(z.number()),
  mail_settings: z.optional(z.object({ sandbox_mode: z.optional(z.object({ enable: z.optional(z.boolean()) })) })),
});
type Mail = z.output<typeof Mail>;

const isAddress = (email: string): boolean => /^[^\s@,;<>]+@[^\s@,;<>]+\.[^\s@,;<>]+$/.test(email);

function readMail(call: Call): Mail {
  if (!/^application\/json\b/i.test(call.headers.get("content-type") ?? ""))
    refuse(errors(415, "Content-Type should be application/json."));
  const parsed = Mail.safeParse(call.json);
  if (parsed.success) return parsed.data;
  const field = parsed.error.issues[0]?.path.join(".") || null;
  return invalid(field === null ? "Bad Request" : `Invalid type. Check the value of ${field}.`, field);
}

/** The rules of https://www.twilio.com/docs/sendgrid/api-reference/mail-send/errors, in its order. */
function check(mail: Mail, now: number): void {
  const { personalizations = [], from, content = [], template_id } = mail;
  if (personalizations.length === 0)
    invalid("The personalizations field is required and must have at least one personalization.", "personalizations");
  if (personalizations.length > 1000) invalid("There is a limit of 1000 personalizations per request.", "personalizations");
  for (const [index, { to = [], cc = [], bcc = [] }] of personalizations.entries()) {
    const at = `personalizations.${index}`;
    if (to.length === 0) {
      invalid(
        "The to array is required for all personalization objects, and must have at least one email object with a valid email address.",
        `${at}.to`,
      );
    }
    const seen = new Set<string>();
    for (const [list, people] of Object.entries({ to, cc, bcc })) {
      for (const [place, { email }] of people.entries()) {
        if (!isAddress(email)) invalid("Does not contain a valid address.", `${at}.${list}.${place}.email`);
        const same = `Each email address in the personalization block should be unique between to, cc, and bcc. We found the first duplicate instance of [${email}] in the ${at}.${list} field.`;
        if (seen.has(email.toLowerCase())) invalid(same, at);
        seen.add(email.toLowerCase());
      }
    }
  }
  if (!from?.email)
    invalid(
      'The from object must be provided for every email send. It is an object that requires the email parameter, but may also contain a name parameter.  e.g. {"email" : "example@example.com"}',
      "from.email",
    );
  if (!isAddress(from?.email ?? "")) invalid("Does not contain a valid address.", "from.email");
  if (mail.reply_to && !isAddress(mail.reply_to.email)) invalid("Does not contain a valid address.", "reply_to.email");
  if (template_id !== undefined && !TEMPLATES.some(({ id }) => id === template_id))
    invalid("The template_id must be a valid GUID, you provided a template_id that does not exist.", "template_id");
  for (const [index, { content: encoded, filename, disposition = "attachment" }] of (mail.attachments ?? []).entries()) {
    const field = `attachments.${index}`;
    if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(encoded) || encoded === "")
      invalid("The attachment content must be base64 encoded.", `${field}.content`);
    if (filename === "") invalid("The attachment filename is required.", `${field}.filename`);
    if (!["attachment", "inline"].includes(disposition))
      invalid("The disposition of your attachment can be either inline or attachment.", `${field}.disposition`);
  }
  if (template_id === undefined) {
    const subject =
      "The subject is required. You can get around this requirement if you use a template with a subject defined or if every personalization has a subject defined.";
    if (!mail.subject && personalizations.some((one) => !one.subject)) invalid(subject, "subject");
    const none =
      "Unless a valid template_id is provided, the content parameter is required. There must be at least one defined content block. We typically suggest both text/plain and text/html blocks are included, but only one block is required.";
    if (content.length === 0) invalid(none, "content");
  }
  for (const [index, { value }] of content.entries()) {
    if (value === "") invalid("The content value must be a string at least one character in length.", `content.${index}.value`);
  }
  const order = content.map(({ type }) => ["text/plain", "text/html"].indexOf(type)).map((rank) => (rank < 0 ? 2 : rank));
  if (order.some((rank, index) => index > 0 && rank < (order[index - 1] ?? 0))) {
    invalid("If present, text/plain must be first, followed by text/html, followed by any other content.", "content");
  }
  if ((mail.categories?.length ?? 0) > 10) invalid("There is a limit of 10 categories per request.", "categories");
  for (const when of [mail.send_at, ...personalizations.map(({ send_at }) => send_at)]) {
    if (when !== undefined && when * 1000 > now + 72 * 3_600_000)
      invalid("The send_at parameter may not be more than 72 hours in the future.", "send_at");
  }
}

/** Of a whole message. */
const MOST_BYTES = 30_000_000;
/** A template with its values in place; what no value is given for is left out. */
function filled(template: (typeof TEMPLATES)[number] | undefined, values: Readonly<Record<string, unknown>> = {}): string | undefined {
  const [active] = template?.versions ?? [];
  return active?.plain_content.replaceAll(/\{\{\s*(\w+)\s*\}\}/g, (_, name: string) => String(values[name] ?? ""));
}

function send(call: Call): Reply {
  const mail = readMail(call);
  check(mail, call.now());
  const from = mail.from?.email ?? "";
  if (!from.toLowerCase().endsWith(`@${VERIFIED}`)) {
    const why =
      "The from address does not match a verified Sender Identity. Mail cannot be sent until this error is resolved. Visit https://sendgrid.com/docs/for-developers/sending-email/sender-identity/ to see the Sender Identity requirements";
    return errors(403, why, "from");
  }
  if (mail.mail_settings?.sandbox_mode?.enable === true) return empty(200);
  if (call.bytes.byteLength > MOST_BYTES) return errors(413, "Payload Too Large");
  const id = call.random(22, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");
  const template = TEMPLATES.find((one) => one.id === mail.template_id);
  const files = (mail.attachments ?? []).map(({ filename }) => `\n[${filename}]`).join("");
  for (const { to = [], cc = [], bcc = [], subject, dynamic_template_data, custom_args } of mail.personalizations ?? []) {
    for (const { email } of [...to, ...cc, ...bcc]) {
      const text = (filled(template, dynamic_template_data) ?? mail.content?.[0]?.value ?? `(template ${template?.id ?? ""})`) + files;
      const about = template?.versions[0]?.subject ?? subject ?? mail.subject ?? "(no subject)";
      const kept: Email = { id, to: email, from, subject: about, text, at: call.now() };
      call.state.collection<Email>("emails").put(`${id} ${call.random(8)}`, kept);
      const args = { ...mail.custom_args, ...custom_args };
      noteChange(call.state, { kind: "email.delivered", ...delivered({ message: id, email, args }, call.random(22), call.now()) });
    }
  }
  return empty(202, { "x-message-id": id });
}

interface Template {
  readonly id: string;
  readonly name: string;
  readonly generation: "dynamic" | "legacy";
  readonly updated_at: string;
  readonly versions: readonly {
    readonly subject: string;
    readonly plain_content: string;
    readonly active: 0 | 1;
    readonly [more: string]: unknown;
  }[];
}
const version = (template_id: string, subject: string, plain_content: string) => ({
  ...{ id: "5997fcf6-2b9f-484d-acd5-7e9a99f0dc1f", template_id, active: 1 as const, name: "Version 1", subject, plain_content },
  ...{ updated_at: "2026-01-05 09:00:00", generate_plain_content: true, html_content: `<p>${plain_content}</p>`, editor: "code" },
});
const [REMINDER, THANKS] = ["d-0a1b2c3d4e5f60718293a4b5c6d7e8f9", "d-1a1b2c3d4e5f60718293a4b5c6d7e8f9"];
const TEMPLATES: readonly Template[] = [
  {
    ...{ id: REMINDER, name: "Appointment reminder", generation: "dynamic", updated_at: "2026-01-05 09:00:00" },
    versions: [version(REMINDER, "We are coming on {{day}}", "Hello {{name}}, we are coming on {{day}}.")],
  },
  { id: THANKS, name: "Thank you", generation: "dynamic", updated_at: "2026-01-05 09:00:00", versions: [] },
  {
    ...{ id: "0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9", name: "Old newsletter", generation: "legacy" },
    ...{ updated_at: "2020-01-05 09:00:00", versions: [] },
  },
];

function listTemplates({ query }: Call): Reply {
  const size = Number(query.get("page_size") ?? Number.NaN);
  if (!Number.isInteger(size) || size < 1 || size > 200)
    return errors(400, "page_size is required and must be between 1 and 200", "page_size");
  // Left out, this parameter means legacy: dynamic templates are then not seen.
  const generations = (query.get("generations") ?? "legacy").split(",");
  const all = TEMPLATES.filter(({ generation }) => generations.includes(generation));
  const from = Number(/^t(\d+)$/.exec(query.get("page_token") ?? "t0")?.[1] ?? Number.NaN);
  if (Number.isNaN(from)) return errors(400, "page_token is invalid", "page_token");
  const result = all.slice(from, from + size).map(({ versions, ...one }) => ({
    ...one,
    versions: versions.map(({ html_content: _, plain_content: __, ...lean }) => lean),
  }));
  const self = `https://api.sendgrid.com/v3/templates?generations=${generations.join()}&page_size=${size}&page_token=`;
  const next = from + size < all.length ? { next: `${self}t${from + size}` } : {};
  return json(200, { result, _metadata: { self: `${self}t${from}`, ...next, count: all.length } });
}

/** SendGrid counts by the minute; sending has a limit of its own, far higher, by the second. */
function withLimits(call: Call, reply: Reply): Reply {
  const sending = call.operation === "send_mail";
  const [limit, seconds] = sending ? [10_000, 1] : [600, 60];
  const window = Math.floor(call.now() / 1000 / seconds);
  const counts = call.state.collection<{ readonly window: number; readonly used: number }>("limits");
  const id = sending ? "send" : "other";
  const before = counts.get(id);
  const used = (before?.window === window ? before.used : 0) + 1;
  counts.put(id, { window, used });
  return { ...reply, headers: { ...reply.headers, ...limitHeaders(limit, Math.max(0, limit - used), (window + 1) * seconds) } };
}
const limitHeaders = (limit: number, remaining: number, reset: number): Readonly<Record<string, string>> => ({
  "x-ratelimit-limit": String(limit),
  "x-ratelimit-remaining": String(remaining),
  "x-ratelimit-reset": String(reset),
});

function tooMany(call: Call): Reply {
  const reply = errors(429, "too many requests");
  return { ...reply, headers: { ...reply.headers, ...limitHeaders(600, 0, Math.ceil(call.now() / 1000) + 2) } };
}
const FAULTS: Readonly<Record<ErrorFault, (call: Call) => Reply>> = {
  "401": () => errors(401, "The provided authorization grant is invalid, expired, or revoked"),
  "403": () => errors(403, "access forbidden"),
  "404": () => errors(404, "not found"),
  "409": () => errors(409, "conflict"),
  "422": () => errors(400, "Does not contain a valid address.", "personalizations.0.to.0.email"),
  "429": tooMany,
  rate_limit_403: tooMany,
  "500": () => errors(500, "Internal server error"),
  "503": () => errors(503, "Service unavailable"),
};

export default defineEmulator({
  vendor: "sendgrid",
  hosts: ["api.sendgrid.com"],
  credentials: {
    valid: { api_key: KEY, from_email: `office@${VERIFIED}`, from_name: "Sandbox Plumbing" },
    wrong: { api_key: key("nobodyKnowsThisKey0000", "nobodyKnowsThisSecret0000000000000000000000"), from_email: `office@${VERIFIED}` },
    restricted: { api_key: READ_KEY, from_email: `office@${VERIFIED}` },
    unverified: { api_key: KEY, from_email: "office@unverified.example" },
  },
  secrets: ["api_key"],
  authenticate,
  finish: withLimits,
  operations: [
    { name: "send_mail", method: "POST", path: "/v3/mail/send", run: send },
    {
      name: "list_scopes",
      method: "GET",
      path: "/v3/scopes",
      run: ({ headers }) => json(200, { scopes: SCOPES[(headers.get("authorization") ?? "").replace(/^Bearer /i, "")] ?? [] }),
    },
    { name: "list_templates", method: "GET", path: "/v3/templates", run: listTemplates },
  ],
  fault: (error, call) => FAULTS[error](call),
  pushes,
  inbox: (state) =>
    state
      .collection<Email>("emails")
      .list()
      .map(({ to, from, subject, text, at }) => ({ title: `Email to ${to} from ${from}: ${subject}`, text, at })),
});
