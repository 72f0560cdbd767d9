import { bearer, defineVendor, field, path, refuse, secret } from "@junction/kit";
import { sendEmail } from "@junction/tools";
import * as z from "zod";
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
    from_name: field({ label: "From name", help: "The name customers see, such as the company's" }).optional(),
  },
  auth: bearer("api_key"),
  hosts: ["api.sendgrid.com"],
  errors: {
    body: z
      .object({ errors: z.array(z.object({ message: z.string(), field: z.string().nullish() })).min(1) })
      .transform(({ errors: [first] }) => ({
        code: NAMED.find(([words]) => words.test(first?.message ?? ""))?.[1],
        message: first?.message,
        field: first?.field ?? undefined,
      })),
    codes: { credits_exceeded: "RateLimited", sender_not_verified: "Declined" },
  },
  // Free, and it proves both that the key is good and that it may send.
  async test({ http, account }) {
    const { scopes } = (await http.get(path`/v3/scopes`)).json(z.object({ scopes: z.array(z.string()) }));
    if (!scopes.includes("mail.send")) refuse({ kind: "PermissionError", missing: ["mail.send"] });
    return { id: account.from_email, name: account.from_name ?? account.from_email };
  },
});

/**
 * Not idempotent, and no probe: SendGrid has no key for repeats and no way to look an email up by what was sent. After a lost
 * answer the ledger stays `unknown` and asks a person.
 */
const email = sendgrid.implement(sendEmail, {
  async run({ http, account, input, idempotencyKey }) {
    const ownFrom = input.from === undefined || input.from === account.from_email;
    const reply = await http.post(path`/v3/mail/send`, {
      json: {
        personalizations: [
          {
            to: [{ email: input.to, name: input.to_name }],
            // Comes back in every event of the email. Per recipient, since the top-level field is described as a string.
            custom_args: { junction_key: idempotencyKey },
          },
        ],
        from: { email: input.from ?? account.from_email, name: ownFrom ? account.from_name : undefined },
        reply_to: input.reply_to === undefined ? undefined : { email: input.reply_to },
        subject: input.subject,
        content: [
          { type: "text/plain", value: input.text }, // SendGrid refuses a message whose plain text is not first
          ...(input.html === undefined ? [] : [{ type: "text/html", value: input.html }]),
        ],
      },
    });
    // The body is empty. The header is not in SendGrid's own description, so its absence must not fail an email that was sent.
    return { message_id: reply.header("x-message-id") ?? idempotencyKey, status: "queued" };
  },
});

export default sendgrid.provides({ actions: [email], webhook });
