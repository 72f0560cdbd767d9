/** What a workflow's step needs by id. Every list has the same shape, so that one picker shows them all. */
import * as z from "zod/mini";
import { tool } from "./tool.ts";

const page = z.optional(z.string().check(z.minLength(1), z.maxLength(2000), z.describe("the next_page of the answer before")));
const item = z.object({
  id: z.string(),
  name: z.string(),
  detail: z.optional(z.string().check(z.describe("what tells two of the same name apart"))),
  usable: z.boolean().check(z.describe("false: it is there and cannot be used, as detail says")),
});
const list = z.object({ items: z.array(item), next_page: z.optional(z.string().check(z.describe("absent: there are no more"))) });
const input = z.strictObject({ page });

export const listPhoneNumbers = tool({
  id: "crm/list_phone_numbers",
  title: "List phone numbers",
  description: "Lists the contractor's own phone numbers that can send text messages; the id is the number in E.164 form.",
  effect: "read",
  input,
  output: list,
});

export const listAiAssistants = tool({
  id: "crm/list_ai_assistants",
  title: "List AI assistants",
  description: "Lists the contractor's AI voice assistants, any of which crm/start_ai_call can have call someone.",
  effect: "read",
  input,
  output: list,
});

export const listAiPhoneNumbers = tool({
  id: "crm/list_ai_phone_numbers",
  title: "List numbers AI assistants call from",
  description: "Lists the phone numbers from which the contractor's AI voice assistants can call.",
  effect: "read",
  input,
  output: list,
});

export const listWhatsAppTemplates = tool({
  id: "crm/list_whatsapp_templates",
  title: "List WhatsApp templates",
  description:
    "Lists the contractor's WhatsApp message templates. The id is name:language; detail shows the text with its {{1}}, {{2}}, or says why it is not usable.",
  effect: "read",
  input,
  output: list,
});

export const listEmailTemplates = tool({
  id: "crm/list_email_templates",
  title: "List email templates",
  description:
    "Lists the email templates kept with the contractor's email integration, each of which crm/send_email can fill in and send; detail shows the subject, where it is known.",
  effect: "read",
  input,
  output: list,
});

export const listWhatsAppNumbers = tool({
  id: "crm/list_whatsapp_numbers",
  title: "List WhatsApp numbers",
  description:
    "Lists the phone numbers from which the contractor can send WhatsApp messages; the id is what crm/send_whatsapp takes as from.",
  effect: "read",
  input,
  output: list,
});

export const listWhatsAppAccounts = tool({
  id: "crm/list_whatsapp_accounts",
  title: "List WhatsApp accounts",
  description: "Lists the contractor's WhatsApp Business accounts, with which phone numbers and templates are kept.",
  effect: "read",
  input,
  output: list,
});

export const listCalendars = tool({
  id: "crm/list_calendars",
  title: "List calendars",
  description: "Lists the contractor's calendars; usable tells whether events can be put on one.",
  effect: "read",
  input,
  output: list,
});

export const listWebhookEndpoints = tool({
  id: "crm/list_webhook_endpoints",
  title: "List webhook addresses",
  description: "Lists the contractor's own webhook addresses, to any of which crm/send_webhook can send.",
  effect: "read",
  input,
  output: list,
});

export const listVoices = tool({
  id: "crm/list_voices",
  title: "List voices",
  description: "Lists the voices that crm/create_speech can speak with; detail says how each sounds.",
  effect: "read",
  input,
  output: list,
});

export const listPaymentTerminals = tool({
  id: "crm/list_payment_terminals",
  title: "List card terminals",
  description: "Lists the contractor's card terminals, on any of which crm/take_payment_in_person can have a customer pay.",
  effect: "read",
  input,
  output: list,
});

export const listContractTemplates = tool({
  id: "crm/list_contract_templates",
  title: "List contract templates",
  description:
    "Lists the contract templates kept with the contractor's signature integration, any of which crm/send_contract can send. Say who signs in each of its roles.",
  effect: "read",
  input,
  output: z.extend(list, {
    items: z.array(
      z.extend(item, {
        roles: z.array(z.string()).check(z.describe("who signs, in their order")),
        fields: z.optional(z.array(z.string()).check(z.describe("what crm/send_contract can fill in, where it is known"))),
      }),
    ),
  }),
});
