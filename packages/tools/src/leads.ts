/** Leads in the contractor's CRM, whichever CRM it is. */
import * as z from "zod/mini";
import { tool } from "./tool.ts";
import { EmailAddress, Phone } from "./words.ts";

const CrmId = z
  .string()
  .check(z.maxLength(200), z.regex(/^\S+$/), z.describe("the lead's id in the CRM, as crm/sync_lead or crm/find_lead gave it"));
const FieldName = z.string().check(z.minLength(1), z.maxLength(200));
/** A lead as a CRM has it. `fields` holds the CRM's own fields by their own names, those asked for. */
export const CrmLead = z.object({
  crm_id: z.string(),
  name: z.optional(z.string()),
  phones: z.array(z.string()).check(z.describe("in E.164 form where the CRM's value has only one reading, otherwise as the CRM has them")),
  emails: z.array(z.string()),
  company: z.optional(z.string()),
  fields: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  updated_at: z.optional(z.iso.datetime({ offset: true })),
  url: z.optional(z.url().check(z.describe("where a person sees it in the CRM"))),
});
const wanted = z._default(
  z
    .array(FieldName)
    .check(
      z.maxLength(50),
      z.describe("names of the CRM's own fields to give besides name, phones and emails, as crm/list_crm_fields gives them; up to 50"),
    ),
  [],
);

export const syncLead = tool({
  id: "crm/sync_lead",
  title: "Save a lead in the CRM",
  description:
    "Saves a lead in the contractor's CRM: updates the record with this crm_id, or else the one with this phone or email, and adds one only if there is none. Fields left out stay as they are. Nobody is told.",
  effect: "write",
  input: z.strictObject({
    crm_id: z.optional(CrmId.check(z.describe("the lead's id in the CRM, if it is known: it is tried first"))),
    name: z.optional(
      z.string().check(z.maxLength(200), z.regex(/^.*\S.*$/), z.describe("the person's full name, one line of up to 200 characters")),
    ),
    phone: z.optional(Phone),
    email: z.optional(EmailAddress),
    company: z.optional(z.string().check(z.minLength(1), z.maxLength(200), z.describe("the company they belong to"))),
    fields: z._default(
      z
        .record(FieldName, z.union([z.string().check(z.maxLength(5000)), z.number(), z.boolean(), z.null()]))
        .check(z.describe("the CRM's own fields by the names crm/list_crm_fields gives; null empties one")),
      {},
    ),
  }),
  output: z.object({
    crm_id: z.string().check(z.describe("keep it: the next crm/sync_lead with it finds the record at once")),
    outcome: z.enum(["created", "updated"]),
    url: z.optional(z.url().check(z.describe("where a person sees it in the CRM"))),
  }),
});

export const findLead = tool({
  id: "crm/find_lead",
  title: "Find a lead in the CRM",
  description:
    "Looks a lead up in the contractor's CRM by its id there, a phone number or an email address. A record that is not found gives an empty list. One saved less than a minute ago may not be found by phone yet.",
  effect: "read",
  input: z.strictObject({
    crm_id: z.optional(CrmId),
    phone: z.optional(Phone),
    email: z.optional(EmailAddress),
    fields: wanted,
  }),
  output: z.object({
    leads: z
      .array(CrmLead)
      .check(z.describe("at most 10: the one with this id, or else those with the phone first, then those with the email")),
  }),
});

export const fetchLeads = tool({
  id: "crm/fetch_leads",
  title: "List leads of the CRM",
  description:
    "Lists leads of the contractor's CRM, page by page. Give next_page back as page for more; the order does not change while pages are read.",
  effect: "read",
  input: z.strictObject({
    page: z.optional(z.string().check(z.minLength(1), z.maxLength(2000), z.describe("the next_page of the answer before"))),
    limit: z._default(z.int().check(z.minimum(1), z.maximum(100), z.describe("at most this many, 1 to 100")), 100),
    updated_since: z.optional(
      z.iso.datetime({ offset: true }).check(z.describe("only those changed at or after this time, ISO 8601 with offset")),
    ),
    where: z._default(
      z
        .array(
          z.strictObject({
            field: FieldName.check(z.describe("the field's name, as crm/list_crm_fields gives it")),
            equals: z.string().check(z.maxLength(500), z.describe("the value it must have, up to 500 characters")),
          }),
        )
        .check(
          z.maxLength(4),
          z.describe("only those whose field has this value, by the names crm/list_crm_fields gives; up to 4, all must hold"),
        ),
      [],
    ),
    fields: wanted,
  }),
  output: z.object({
    leads: z.array(CrmLead),
    next_page: z.optional(z.string().check(z.describe("absent: there are no more"))),
    total: z.optional(z.int().check(z.nonnegative(), z.describe("how many there are in all, where the CRM says so"))),
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
        name: z.string().check(z.describe("as crm/sync_lead takes it")),
        label: z.string(),
        type: z.enum(["text", "number", "boolean", "date", "datetime", "email", "phone", "url", "choice", "choices", "other"]),
        required: z.boolean(),
        read_only: z.boolean(),
        options: z.optional(z.array(z.object({ value: z.string(), label: z.string() }))),
      }),
    ),
  }),
});
