import { attached, bearer, defineVendor, field, type OpenFile, path, refuse, secret } from "@junction/kit";
import { listEmailTemplates, sendEmail } from "@junction/tools";
import * as z from "zod/mini";
import { webhook } from "./webhook.ts";

/** SendGrid's errors have no code, so two that mean other than their status are known by their words. */
const NAMED: readonly (readonly [RegExp, string])[] = [
  [/maximum credits exceeded/i, "credits_exceeded"], // a 401, though the key is good
  [/verified sender identity/i, "sender_not_verified"], // a 403, though the key may send
];

const sendgrid = defineVendor({
  id: "sendgrid",
  name: "SendGrid",
  category: "communication",
  powers: "Email from the contractor's verified address",
  docs: "https://www.twilio.com/docs/sendgrid/api-reference/mail-send",
  credentials: {
    api_key: secret({
      label: "API key",
      help: "Begins with SG. and needs the permission Mail Send; made under Settings, API Keys",
      placeholder: "SG.…",
      pattern: /^SG\.\S+$/,
    }),
    from_email: field({
      label: "From address",
      help: "An address SendGrid has verified as yours, under Settings, Sender Authentication",
      placeholder: "office@example.com",
      pattern: /^[^\s@]+@[^\s@]+\.[^\s@]+$/,
    }),
    from_name: z.optional(field({ label: "From name", help: "The name customers see, such as the company's" })),
  },
  auth: bearer("api_key"),
  hosts: ["api.sendgrid.com"],
  errors: {
    body: z.pipe(
      z.object({ errors: z.array(z.object({ message: z.string(), field: z.nullish(z.string()) })).check(z.minLength(1)) }),
      z.transform(({ errors: [first] }) => ({
        code: NAMED.find(([words]) => words.test(first?.message ?? ""))?.[1],
        message: first?.message,
        field: first?.field ?? undefined,
      })),
    ),
    codes: { credits_exceeded: "RateLimited", sender_not_verified: "Declined" },
  },
  // Free, and it proves both that the key is good and that it may send.
  async test({ http, account }) {
    const { scopes } = (await http.get(path`/v3/scopes`)).json(z.object({ scopes: z.array(z.string()) }));
    if (!scopes.includes("mail.send")) refuse({ kind: "PermissionError", missing: ["mail.send"] });
    return { id: account.from_email, name: account.from_name ?? account.from_email };
  },
});

/** 30 MB is SendGrid's most for a message; Base64 makes a third more of a file, and the Worker holds it several times over. */
const MOST_BYTES = 15_000_000;
const encoded = async (file: OpenFile) => ({
  ...{ content: await file.base64(), type: file.type, filename: file.name },
  disposition: "attachment",
});

/** SendGrid refuses a message whose plain text is not first. A template has content of its own. */
function contentOf({ text, html }: { readonly text?: string | undefined; readonly html?: string | undefined }) {
  if (text === undefined) return undefined;
  return [{ type: "text/plain", value: text }, ...(html === undefined ? [] : [{ type: "text/html", value: html }])];
}

/** SendGrid has no key for repeats, and no way to look an email up by what was sent. Its events tell. */
const email = sendgrid.implement(sendEmail, {
  echoed: true,
  async run({ http, account, input, idempotencyKey, files }) {
    const attachments = await attached(files, input.attachments, MOST_BYTES);
    const ownFrom = input.from === undefined || input.from === account.from_email;
    const reply = await http.post(path`/v3/mail/send`, {
      json: {
        personalizations: [
          {
            to: [{ email: input.to, name: input.to_name }],
            // Comes back in every event of the email (webhook.ts). Per recipient, since the top-level field is described as a string.
            custom_args: { junction_key: idempotencyKey },
            dynamic_template_data: input.variables,
          },
        ],
        from: { email: input.from ?? account.from_email, name: ownFrom ? account.from_name : undefined },
        reply_to: input.reply_to === undefined ? undefined : { email: input.reply_to },
        subject: input.subject,
        template_id: input.template_id,
        content: contentOf(input),
        attachments: attachments.length > 0 ? await Promise.all(attachments.map(encoded)) : undefined,
      },
    });
    // The body is empty. The header is not in SendGrid's own description, so its absence must not fail an email that was sent.
    return { message_id: reply.header("x-message-id") ?? idempotencyKey, status: "queued" };
  },
});

const Templates = z.object({
  result: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      versions: z._default(z.array(z.object({ active: z.optional(z.number()), subject: z.optional(z.string()) })), []),
    }),
  ),
  _metadata: z.optional(z.object({ next: z.optional(z.string()) })),
});

const templates = sendgrid.implement(listEmailTemplates, {
  async run({ http, input: { page } }) {
    // Without `generations` only templates of the old kind are listed, which have no variables.
    const query = { generations: "dynamic", page_size: 100, page_token: page };
    const { result, _metadata } = (await http.get(path`/v3/templates`, { query })).json(Templates);
    const items = result.map(({ id, name, versions }) => {
      const active = versions.find((version) => version.active === 1);
      return { id, name, detail: active ? active.subject : "It has no active version", usable: active !== undefined };
    });
    return { items, next_page: new URLSearchParams(_metadata?.next?.split("?")[1]).get("page_token") ?? undefined };
  },
});

export default sendgrid.provides({ actions: [email, templates], webhook });
