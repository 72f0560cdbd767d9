/** Plays Mailgun's sending API in both regions. https://documentation.mailgun.com/docs/mailgun/api-reference */
import { type Call, defineEmulator, type ErrorFault, json, type Operation, type Reply, refuse } from "@junction/sandbox";
import { logged, type Sent, sentOf } from "./emulator/events.ts";
import { pushes } from "./emulator/pushes.ts";

const US = "api.mailgun.net";
const EU = "api.eu.mailgun.net";
const REGIONS = { us: US, eu: EU } as const;

// Put together here, so that no scanner takes them for somebody's.
const key = (letter: string): string => [letter.repeat(32), "5a11d00c", "0ddba115"].join("-");
const KEY = key("a");
const SENDING_KEY = key("b");

interface Domain {
  readonly name: string;
  readonly host: string;
  readonly state: "active" | "unverified";
}
const DOMAINS: readonly Domain[] = [
  { name: "mg.sandbox-plumbing.example", host: US, state: "active" },
  { name: "mg.sandbox-sanitaer.example", host: EU, state: "active" },
  { name: "mg.unverified.example", host: US, state: "unverified" },
];
const HOME = "mg.sandbox-plumbing.example";
/** A sending key is of one domain, and may only send. */
const SENDING_KEYS: Readonly<Record<string, string>> = { [SENDING_KEY]: HOME };

const said = (status: number, message: string): Reply => json(status, { message });
const bad = (message: string): never => refuse(said(400, message));
/** Everything about messages says this of a bad key, and says it as a bare string. */
const forbidden = (): Reply => json(401, "Forbidden");

function authenticate(call: Call): Reply | null {
  const about = call.operation.replace(/_eu$/, "");
  const refusal = about === "get_domain" || about === "list_domains" ? said(401, "Invalid private key") : forbidden();
  const given = keyOf(call);
  if (given === KEY) return null;
  const domain = given === undefined ? undefined : SENDING_KEYS[given];
  return domain !== undefined && about === "send_message" && call.param("domain") === domain ? null : refusal;
}

function keyOf({ headers }: Call): string | undefined {
  const encoded = /^Basic ([A-Za-z0-9+/]+={0,2})$/i.exec(headers.get("authorization") ?? "")?.[1];
  if (encoded === undefined || encoded.length % 4 !== 0) return undefined;
  return /^api:(.+)$/.exec(atob(encoded))?.[1];
}

function domainOf(call: Call): Domain {
  const name = call.param("domain").toLowerCase();
  return DOMAINS.find((one) => one.name === name && one.host === call.url.host) ?? refuse(said(404, "Domain not found"));
}

const ADDRESS = /^[^\s@,;<>"]+@[^\s@,;<>"]+\.[^\s@,;<>"]+$/;
/** The addresses in a header's value, as a mail parser reads them; null where one is none. */
function addresses(value: string): readonly string[] | null {
  const parts = value.match(/(?:"(?:[^"\\]|\\.)*"|[^,"])+/g) ?? [];
  const found = parts.map((part) => /<([^<>]*)>\s*$/.exec(part)?.[1] ?? part.trim());
  return found.length > 0 && found.every((one) => ADDRESS.test(one)) ? found : null;
}

/** Of a whole message. */
const MOST_BYTES = 25 * 1024 * 1024;
/** `subject`: a header that the template has of its own. */
const TEMPLATES: readonly { readonly name: string; readonly description: string; readonly text: string; readonly subject?: string }[] = [
  {
    ...{ name: "appointment-reminder", description: "Appointment reminder" },
    ...{ subject: "We are coming", text: "Hello {{name}}, we are coming on {{day}}." },
  },
  { name: "thank-you", description: "", text: "Thank you, {{name}}." },
];
function filled(text: string, variables: string | null): string {
  const values: Readonly<Record<string, unknown>> = Object(variables === null ? {} : parsed(variables));
  return text.replaceAll(/\{\{\s*(\w+)\s*\}\}/g, (_, name: string) => String(values[name] ?? ""));
}
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return bad("t:variables must be a valid JSON");
    throw error;
  }
}

function listTemplates(call: Call): Reply {
  const { name: domain, host } = domainOf(call);
  const limit = Number(call.query.get("limit") ?? 100);
  if (!Number.isInteger(limit) || limit < 1 || limit > 100) bad("limit must be 1 to 100");
  const [page, pivot] = [call.query.get("page") ?? "first", call.query.get("p") ?? ""];
  if (!["first", "last", "next", "previous"].includes(page)) bad("page must be first, last, next or previous");
  const from = page === "next" ? TEMPLATES.findIndex(({ name }) => name === pivot) + 1 : 0;
  const items = TEMPLATES.slice(from, from + limit).map(({ name, description }) => ({
    ...{
      name,
      description,
      createdAt: "Mon, 05 Jan 2026 09:00:00 UTC",
      createdBy: "",
      id: `48d63154-8c8f-4104-ab14-${name.length}87d01dbf296`,
    },
  }));
  const link = (to: string) => `https://${host}/v3/${domain}/templates?${to}&limit=${limit}`;
  const next = link(`page=next&p=${items.at(-1)?.name ?? pivot}`);
  return json(200, { items, paging: { first: link("page=first"), last: link("page=last"), next, previous: link("page=previous") } });
}

function send(call: Call): Reply {
  const domain = domainOf(call);
  const { form } = call;
  const template = form.has("template") ? (TEMPLATES.find(({ name }) => name === form.get("template")) ?? null) : undefined;
  if (template === null) bad("template not found");
  if (call.bytes.byteLength > MOST_BYTES) return said(413, "Request Entity Too Large");
  const subject = form.get("subject") || template?.subject;
  for (const name of ["from", "to"]) if (!form.get(name)) bad(`${name} parameter is missing`);
  if (!subject) bad("subject parameter is missing");
  for (const name of ["to", "from", "cc", "bcc"])
    if (form.has(name) && addresses(form.getAll(name).join(",")) === null)
      bad(`${name} parameter is not a valid address. please check documentation`);
  if (!["text", "html", "amp-html", "template"].some((name) => form.get(name)))
    bad("Need at least one of 'text', 'html', 'amp-html' or 'template' parameters specified");
  if (form.has("html") && form.has("template")) bad("Only one parameters 'html' or 'template' is allowed");
  const options = [...form].filter(([name]) => /^[ohv]:/.test(name));
  if (options.reduce((size, [name, value]) => size + name.length + value.length, 0) > 16_384)
    bad("Send options (parameters starting with o:, h:, or v:) are limited to 16KB total");
  if (domain.state === "unverified")
    return said(
      403,
      `Domain ${domain.name} is not allowed to send: The domain is unverified and requires DNS configuration. Log in to your control panel to view required DNS records.`,
    );
  const files = form
    .getAll("attachment")
    .map((name) => `\n[${name}]`)
    .join("");
  const at = call.now();
  const id = `${new Date(at).toISOString().replace(/\D/g, "").slice(0, 14)}.${call.random(16)}@${domain.name}`;
  const recipients = [...new Set(["to", "cc", "bcc"].flatMap((name) => addresses(form.getAll(name).join(",")) ?? []))];
  const sent: Sent = {
    id,
    domain: domain.name,
    from: form.get("from") ?? "",
    to: form.getAll("to").join(", "),
    recipients,
    subject: subject ?? "",
    text: (form.get("text") ?? form.get("html") ?? (template ? filled(template.text, form.get("t:variables")) : "")) + files,
    variables: Object.fromEntries(options.filter(([name]) => name.startsWith("v:")).map(([name, value]) => [name.slice(2), value])),
    test: form.get("o:testmode") === "yes",
    at,
  };
  sentOf(call.state).put(id, sent);
  return json(200, { id: `<${id}>`, message: "Queued. Thank you." });
}

const shown = ({ name, state }: Domain) => ({
  id: name.length.toString(16).padStart(24, "5"),
  name,
  state,
  type: "custom",
  created_at: "Mon, 05 Jan 2026 09:00:00 GMT",
  is_disabled: false,
  require_tls: false,
  skip_verification: false,
  smtp_login: `postmaster@${name}`,
  spam_action: "disabled",
  use_automatic_sender_security: true,
  web_prefix: "email",
  web_scheme: "https",
  wildcard: false,
  encrypt_incoming_message: false,
  message_ttl: 259_200,
});

function listDomains({ query, url }: Call): Reply {
  const [limit, skip] = [Number(query.get("limit") ?? 100), Number(query.get("skip") ?? 0)];
  if (!Number.isInteger(limit) || limit < 1 || limit > 1000 || !Number.isInteger(skip) || skip < 0)
    return said(400, "Invalid limit or skip");
  const found = DOMAINS.filter(({ host, state }) => host === url.host && (query.get("state") ?? state) === state);
  return json(200, { total_count: found.length, items: found.slice(skip, skip + limit).map(shown) });
}

/** Each operation in each region: a fault is switched for `send_message` or `send_message_eu`. */
const operations: readonly Operation[] = Object.entries(REGIONS).flatMap(([region, host]) => {
  const name = (of: string) => (region === "us" ? of : `${of}_${region}`);
  return [
    { name: name("send_message"), host, method: "POST", path: "/v3/:domain/messages", run: send },
    { name: name("list_templates"), host, method: "GET", path: "/v3/:domain/templates", run: listTemplates },
    { name: name("list_domains"), host, method: "GET", path: "/v4/domains", run: listDomains },
    {
      name: name("get_domain"),
      host,
      method: "GET",
      path: "/v4/domains/:domain",
      run: (call: Call) => json(200, { domain: shown(domainOf(call)), receiving_dns_records: [], sending_dns_records: [] }),
    },
    { name: name("list_events"), host, method: "GET", path: "/v3/:domain/events", run: (call: Call) => logged(call, domainOf(call).name) },
  ] as const;
});

const tooMany = (): Reply =>
  said(429, `Domain ${HOME} is not allowed to send: account-requests-per-sec limit exceeded, try again after 120 seconds`);
const FAULTS: Readonly<Record<ErrorFault, () => Reply>> = {
  "401": forbidden,
  "403": () => json(403, "Forbidden"),
  "404": () => said(404, "Domain not found"),
  "409": () => said(409, "Conflict"),
  "422": () => said(400, "to parameter is not a valid address. please check documentation"),
  "429": tooMany,
  rate_limit_403: tooMany,
  "500": () => said(500, "Internal Server Error"),
  "503": () => said(503, "Service Unavailable"),
};

const person = { from_email: `office@${HOME}`, from_name: "Sandbox Plumbing" };
export default defineEmulator({
  vendor: "mailgun",
  hosts: [US, EU],
  credentials: {
    valid: { api_key: KEY, domain: HOME, ...person },
    wrong: { api_key: key("f"), domain: HOME, ...person },
    /** May send for its domain, and nothing else. */
    sending: { api_key: SENDING_KEY, domain: HOME, ...person },
    european: { api_key: KEY, domain: "mg.sandbox-sanitaer.example", region: "eu", from_email: "buero@mg.sandbox-sanitaer.example" },
    unverified: { api_key: KEY, domain: "mg.unverified.example", from_email: "office@mg.unverified.example" },
  },
  secrets: ["api_key"],
  authenticate,
  operations,
  fault: (error) => FAULTS[error](),
  pushes: pushes(HOME),
  inbox: (state) =>
    sentOf(state)
      .list()
      .filter(({ test }) => !test)
      .map(({ to, from, subject, text, at }) => ({ title: `Email to ${to} from ${from}: ${subject}`, text, at })),
});
