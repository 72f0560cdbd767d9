/** Leads in the contractor's CRM, whichever CRM it is. */
import * as z from "zod";
import { tool } from "./tool.ts";
import { EmailAddress, Phone } from "./words.ts";

const CrmId = z.string().max(200).regex(/^\S+$/).describe("the lead's id in the CRM, as crm/sync_lead or crm/find_lead gave it");
const FieldName = z.string().min(1).max(200);
/** A lead as a CRM has it. `fields` holds the CRM's own fields by their own names, those asked for. */
export const CrmLead = z.object({
  crm_id: z.string(),
  name: z.string().optional(),
  phones: z.array(z.string()).describe("in E.164 form where the CRM's value has only one reading, otherwise as the CRM has them"),
  emails: z.array(z.string()),
  company: z.string().optional(),
  fields: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  updated_at: z.iso.datetime({ offset: true }).optional(),
  url: z.url().optional().describe("where a person sees it in the CRM"),
});
const wanted = z
  .array(FieldName)
  .max(50)
  .default([])
  .describe("names of the CRM's own fields to give besides name, phones and emails, as crm/list_crm_fields gives them; up to 50");

export const syncLead = tool({
  id: "crm/sync_lead",
  title: "Save a lead in the CRM",
  description:
    "Saves a lead in the contractor's CRM: updates the record with this crm_id, or else the one with this phone or email, and adds one only if there is none. Fields left out stay as they are. Nobody is told.",
  effect: "write",
  input: z.strictObject({
    crm_id: CrmId.optional().describe("the lead's id in the CRM, if it is known: it is tried first"),
    name: z
      .string()
      .max(200)
      .regex(/^.*\S.*$/)
      .optional()
      .describe("the person's full name, one line of up to 200 characters"),
    phone: Phone.optional(),
    email: EmailAddress.optional(),
    company: z.string().min(1).max(200).optional().describe("the company they belong to"),
    fields: z
      .record(FieldName, z.union([z.string().max(5000), z.number(), z.boolean(), z.null()]))
      .default({})
      .describe("the CRM's own fields by the names crm/list_crm_fields gives; null empties one"),
  }),
  output: z.object({
    crm_id: z.string().describe("keep it: the next crm/sync_lead with it finds the record at once"),
    outcome: z.enum(["created", "updated"]),
    url: z.url().optional().describe("where a person sees it in the CRM"),
  }),
});

export const findLead = tool({
  id: "crm/find_lead",
  title: "Find a lead in the CRM",
  description:
    "Looks a lead up in the contractor's CRM by its id there, a phone number or an email address. A record that is not found gives an empty list. One saved less than a minute ago may not be found by phone yet.",
  effect: "read",
  input: z.strictObject({
    crm_id: CrmId.optional(),
    phone: Phone.optional(),
    email: EmailAddress.optional(),
    fields: wanted,
  }),
  output: z.object({
    leads: z.array(CrmLead).describe("at most 10: the one with this id, or else those with the phone first, then those with the email"),
  }),
});

export const fetchLeads = tool({
  id: "crm/fetch_leads",
  title: "List leads of the CRM",
  description:
    "Lists leads of the contractor's CRM, page by page. Give next_page back as page for more; the order does not change while pages are read.",
  effect: "read",
  input: z.strictObject({
    page: z.string().min(1).max(2000).optional().describe("the next_page of the answer before"),
    limit: z.number().int().min(1).max(100).default(100).describe("at most this many, 1 to 100"),
    updated_since: z.iso.datetime({ offset: true }).optional().describe("only those changed at or after this time, ISO 8601 with offset"),
    where: z
      .array(
        z.strictObject({
          field: FieldName.describe("the field's name, as crm/list_crm_fields gives it"),
          equals: z.string().max(500).describe("the value it must have, up to 500 characters"),
        }),
      )
      .max(4)
      .default([])
      .describe("only those whose field has this value, by the names crm/list_crm_fields gives; up to 4, all must hold"),
    fields: wanted,
  }),
  output: z.object({
    leads: z.array(CrmLead),
    next_page: z.string().optional().describe("absent: there are no more"),
    total: z.number().int().nonnegative().optional().describe("how many there are in all, where the CRM says so"),
  }),
});

export const listCrmFields = tool({
  id: "crm/list_crm_fields",
  title: "List the CRM's fields of a lead",
  description: "Lists the fields a lead has in the contractor's CRM, their types and, where a field allows only some values, those.",
  effect: "read",
  input: z.strictObject({}),
  output: z.object({
    fields: z.array(
      z.object({
        name: z.string().describe("as crm/sync_lead takes it"),
        label: z.string(),
        type: z.enum(["text", "number", "boolean", "date", "datetime", "email", "phone", "url", "choice", "choices", "other"]),
        required: z.boolean(),
        read_only: z.boolean(),
        options: z.array(z.object({ value: z.string(), label: z.string() })).optional(),
      }),
    ),
  }),
});
