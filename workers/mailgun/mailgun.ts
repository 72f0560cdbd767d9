import { attached, basic, defineVendor, field, path, refuse, secret } from "@junction/kit";
import { listEmailTemplates, sendEmail } from "@junction/tools";
import * as z from "zod/mini";
import { bare, EU, hostOf, logged, messageOf, PAGE, TRUSTED_MS, US } from "./log.ts";
import { webhook } from "./webhook.ts";

/** Mailgun's errors have no code, so those that mean other than their status are known by their words. */
const NAMED: readonly (readonly [RegExp, string])[] = [
  [/limit exceeded/i, "limit_exceeded"],
  [/authorized recipients/i, "recipient_not_authorized"], // a sandbox domain sends to its owner's list alone
  [/not verified|unverified|DNS configuration/i, "domain_not_verified"],
];
/** "Forbidden" is said as a bare JSON string, all else as an object. */
const Said = z.union([z.string(), z.object({ message: z.string() }), z.object({ Reason: z.string() })]);

const mailgun = defineVendor({
  id: "mailgun",
  name: "Mailgun",
  category: "communication",
  powers: "Email from the contractor's own domain",
  docs: "https://documentation.mailgun.com/docs/mailgun/api-reference",
  credentials: {
    api_key: secret({ label: "API key", help: "An account key, or a sending key of the domain, made under API Security or Sending keys" }),
    domain: field({
      label: "Sending domain",
      help: "The domain you send from, as Mailgun lists it under Sending, Domains, such as mg.example.com",
      placeholder: "mg.example.com",
      pattern: /^[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$/,
    }),
    region: z.optional(
      field({
        label: "Region",
        help: "us or eu: where the domain was made; left out, us",
        placeholder: "us",
        pattern: /^(us|eu)$/,
      }),
    ),
    from_email: field({
      label: "From address",
      help: "The address customers see, at the sending domain",
      placeholder: "office@mg.example.com",
      pattern: /^[^\s@]+@[^\s@]+\.[^\s@]+$/,
    }),
    from_name: z.optional(field({ label: "From name", help: "The name customers see, such as the company's" })),
  },
  auth: basic({ literal: "api" }, "api_key"),
  hosts: [US, EU],
  errors: {
    body: z.pipe(
      Said,
      z.transform((said) => {
        const message = typeof said === "string" ? said : "message" in said ? said.message : said.Reason;
        const [, seconds] = /try again after (\d+) seconds/i.exec(message) ?? [];
        return {
          code: NAMED.find(([words]) => words.test(message))?.[1],
          message,
          field: /^'?([a-z-]+)'? parameter\b/.exec(message)?.[1],
          waitMs: seconds === undefined ? undefined : Number(seconds) * 1000,
        };
      }),
    ),
    codes: { limit_exceeded: "RateLimited", recipient_not_authorized: "Declined", domain_not_verified: "Declined" },
  },
  // A sending key may do nothing but send, so what proves it is an empty message: refused for what it lacks, not for who asks.
  async test({ http, account }) {
    const host = hostOf(account);
    const empty = await http.post(path`/v3/${account.domain}/messages`, { host, multipart: {}, accept: [400] });
    const { message } = empty.json(z.object({ message: z.string() }));
    if (!/parameter.*(missing|required)/i.test(message))
      refuse({ kind: "InvalidRequest", issues: ["Mailgun refuses messages of this domain"] });
    // Nor may it read its domain; an account key may, and learns here what would be refused later.
    const seen = await http.get(path`/v4/domains/${account.domain}`, { host, accept: [401, 403] });
    const state = seen.status === 200 ? seen.json(z.object({ domain: z.object({ state: z.string() }) })).domain.state : "active";
    if (state !== "active") refuse({ kind: "Declined", code: "domain_not_verified" });
    return { id: account.domain, name: account.from_name ?? account.domain };
  },
});

/** `"Ann O'Neil" <ann@example.com>`, without the characters by which a name could become a second recipient or a header. */
const person = (email: string, name: string | undefined) =>
  name === undefined ? email : `"${name.replace(/[",;<>\\\p{Cc}]+/gu, " ").trim()}" <${email}>`;
const CLOCK_SECONDS = 5;
/** Mailgun takes 25 MB for a message, of which Base64, as it sends on, takes a quarter. */
const MOST_BYTES = 18_000_000;

const email = mailgun.implement(sendEmail, {
  async run({ http, account, input, idempotencyKey, files }) {
    const attachment = await attached(files, input.attachments, MOST_BYTES);
    const ownFrom = input.from === undefined || input.from === account.from_email;
    const multipart = {
      from: person(input.from ?? account.from_email, ownFrom ? account.from_name : undefined),
      to: person(input.to, input.to_name),
      subject: input.subject,
      text: input.text,
      html: input.html,
      template: input.template_id,
      "t:variables": input.variables && JSON.stringify(input.variables),
      attachment,
      "h:Reply-To": input.reply_to,
      "v:junction_key": idempotencyKey, // comes back in every event of the email
    };
    const reply = await http.post(path`/v3/${account.domain}/messages`, { host: hostOf(account), multipart });
    return { message_id: bare(reply.json(z.object({ id: z.string() })).id), status: "queued" };
  },
  // Mailgun has no key for repeats; its log shows the key we sent along. What is not in the log proves nothing until the log can be
  // trusted, and a sending key may not read it: then the effect stays unknown, which NotFound leaves the connection's light out of.
  async probe({ http, account, input, idempotencyKey, sentAt }) {
    const begin = String(Math.floor(sentAt.getTime() / 1000) - CLOCK_SECONDS);
    const items = (await logged(http, account, { begin, event: "accepted", recipient: input.to })) ?? refuse({ kind: "NotFound" });
    const found = items.find((item) => item["user-variables"]?.["junction_key"] === idempotencyKey);
    if (found) return { message_id: messageOf(found) ?? idempotencyKey, status: "queued" as const };
    const told = Date.now() - sentAt.getTime() >= TRUSTED_MS && items.length < PAGE;
    return told ? null : refuse({ kind: "NotFound" });
  },
});

const PAGE_OF_TEMPLATES = 100;
const Templates = z.object({ items: z.nullable(z.array(z.object({ name: z.string(), description: z.nullish(z.string()) }))) });

const templates = mailgun.implement(listEmailTemplates, {
  async run({ http, account, input: { page } }) {
    const query = { limit: PAGE_OF_TEMPLATES, ...(page !== undefined && { page: "next", p: page }) };
    const reply = await http.get(path`/v3/${account.domain}/templates`, { host: hostOf(account), query, accept: [401, 403] });
    // A sending key may do nothing but send, and is good all the same.
    if (reply.status === 401 || reply.status === 403) refuse({ kind: "PermissionError", missing: ["templates of the domain"] });
    const items = reply.json(Templates).items ?? [];
    const last = items.length === PAGE_OF_TEMPLATES ? items.at(-1)?.name : undefined;
    return {
      items: items.map(({ name, description }) => ({ id: name, name, detail: description || undefined, usable: true })),
      next_page: last,
    };
  },
});

export default mailgun.provides({ actions: [email, templates], webhook });
