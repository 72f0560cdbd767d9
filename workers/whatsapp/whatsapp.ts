/** WhatsApp: messages from the contractor's own number, and the templates that Meta has approved. */
import { path, refuse } from "@junction/kit";
import { listWhatsAppTemplates, sendWhatsApp } from "@junction/tools";
import * as z from "zod/mini";
import { accounts, numbers } from "./accounts.ts";
import { whatsapp } from "./manifest.ts";
import { webhook } from "./webhook.ts";

const Sent = z.object({ messages: z.array(z.object({ id: z.string(), message_status: z.optional(z.string()) })).check(z.minLength(1)) });

// Meta has neither an idempotency key nor a list of what was sent. What it tells of a message gives the key back.
const send = whatsapp.implement(sendWhatsApp, {
  echoed: true,
  async run({ http, account, input: { to, text, template, from }, idempotencyKey }) {
    if ((text === undefined) === (template === undefined))
      return refuse({ kind: "InvalidRequest", issues: ["give either text or template"] });
    const content = template ? { type: "template", template: filled(template) } : { type: "text", text: { body: text } };
    const about = { messaging_product: "whatsapp", recipient_type: "individual", biz_opaque_callback_data: idempotencyKey };
    const json = { ...about, to, ...content };
    const reply = await http.post(path`/v23.0/${from ?? account.phone_number_id}/messages`, { json });
    const [message] = reply.json(Sent).messages;
    // Meta may hold a template back while it judges how people take to it.
    return { message_id: message?.id ?? "", status: message?.message_status?.startsWith("held") ? "held" : "accepted" };
  },
});

const filled = ({ name, language, parameters }: NonNullable<z.output<typeof sendWhatsApp.input>["template"]>) => ({
  name,
  language: { code: language },
  // A template without parameters is refused if it is given a body without any.
  components: parameters.length > 0 ? [{ type: "body", parameters: parameters.map((text) => ({ type: "text", text })) }] : undefined,
});

const Template = z.object({
  name: z.string(),
  language: z.string(),
  status: z.string(),
  category: z.nullish(z.string()),
  components: z._default(z.array(z.object({ type: z.string(), format: z.nullish(z.string()), text: z.nullish(z.string()) })), []),
});

const Templates = z.object({
  data: z.array(Template),
  paging: z.optional(z.object({ cursors: z.optional(z.object({ after: z.optional(z.string()) })), next: z.optional(z.string()) })),
});

const templates = whatsapp.implement(listWhatsAppTemplates, {
  async run({ http, account, input: { page } }) {
    const query = { fields: "name,language,status,category,components", limit: 100, after: page };
    const reply = await http.get(path`/v23.0/${account.waba_id}/message_templates`, { query });
    const { data, paging } = reply.json(Templates);
    const items = data.map((template) => {
      const { name, language, components } = template;
      const text = components.find(({ type }) => type === "BODY")?.text ?? undefined;
      const why = hindrance(template);
      return { id: `${name}:${language}`, name: `${name} (${language})`, detail: (why ?? text)?.slice(0, 1100), usable: why === undefined };
    });
    return { items, next_page: paging?.next === undefined ? undefined : paging.cursors?.after };
  },
});

/** Why a template cannot be sent, where it cannot. */
function hindrance({ status, category, components }: z.output<typeof Template>): string | undefined {
  if (status !== "APPROVED") return `Meta says: ${status.toLowerCase().replaceAll("_", " ")}`;
  if (category === "AUTHENTICATION") return "It is for one-time codes";
  const header = components.find(({ type }) => type === "HEADER");
  if (header?.format && header.format !== "TEXT") return "Its header needs more than text";
  return header?.text?.includes("{{") ? "Its header has a parameter" : undefined;
}

export default whatsapp.provides({ actions: [send, templates, numbers, accounts], webhook });
