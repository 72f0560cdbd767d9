import * as z from "zod";
import { tool } from "./tool.ts";
import { EmailAddress, PersonSought, Phone } from "./words.ts";

const Contact = z.object({
  contact_id: z.string(),
  name: z.string().optional(),
  email: z.string().optional(),
  phone: z.string().optional(),
  company: z.string().optional(),
});
const short = (words: string) => z.string().min(1).max(120).describe(`${words}, up to 120 characters`);

export const findContact = tool({
  id: "crm/find_contact",
  title: "Find a contact",
  description:
    "Says whose phone number or email address this is: looks a customer up in the contractor's CRM by either, or by name. A contact that is not found gives an empty list. A contact saved less than a minute ago may not be found by phone or name yet.",
  effect: "read",
  input: z.strictObject({
    query: PersonSought,
    limit: z.number().int().min(1).max(20).default(5).describe("at most this many contacts, 1 to 20"),
  }),
  output: z.object({ contacts: z.array(Contact).describe("best match first") }),
});

export const saveContact = tool({
  id: "crm/save_contact",
  title: "Save a contact",
  description:
    "Saves a customer in the contractor's CRM: updates the contact with this email address or phone number, or adds one if there is none. Fields left out stay as they are. Nobody is told.",
  effect: "write",
  input: z.strictObject({
    email_or_phone: z
      .string()
      .max(254)
      .regex(/^(\+[1-9]\d{1,14}|[^\s@]+@[^\s@]+\.[^\s@]+)$/)
      .describe("whom it is about: an email address, or a phone number in E.164 form such as +12025550123"),
    first_name: short("the first name").optional(),
    last_name: short("the last name").optional(),
    email: EmailAddress.optional().describe("an email address, such as ann@example.com; left out, email_or_phone if that is one"),
    phone: Phone.optional().describe("a phone number in E.164 form, such as +12025550123; left out, email_or_phone if that is one"),
    company: short("the company the contact works for").optional(),
    street: z.string().min(1).max(200).optional().describe("street and house number, up to 200 characters"),
    city: short("the city").optional(),
    region: short("the state or region").optional(),
    postal_code: z.string().min(1).max(20).optional().describe("the postal code, up to 20 characters"),
  }),
  output: Contact,
});
