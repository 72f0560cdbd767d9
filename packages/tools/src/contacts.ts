import * as z from "zod/mini";
import { tool } from "./tool.ts";
import { EmailAddress, PersonSought, Phone } from "./words.ts";

const Contact = z.object({
  contact_id: z.string(),
  name: z.optional(z.string()),
  email: z.optional(z.string()),
  phone: z.optional(z.string()),
  company: z.optional(z.string()),
});
const short = (words: string) => z.string().check(z.minLength(1), z.maxLength(120), z.describe(`${words}, up to 120 characters`));

export const findContact = tool({
  id: "crm/find_contact",
  title: "Find a contact",
  description:
    "Says whose phone number or email address this is: looks a customer up in the contractor's CRM by either, or by name. A contact that is not found gives an empty list. A contact saved less than a minute ago may not be found by phone or name yet.",
  effect: "read",
  input: z.strictObject({
    query: PersonSought,
    limit: z._default(z.int().check(z.minimum(1), z.maximum(20), z.describe("at most this many contacts, 1 to 20")), 5),
  }),
  output: z.object({ contacts: z.array(Contact).check(z.describe("best match first")) }),
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
      .check(
        z.maxLength(254),
        z.regex(/^(\+[1-9]\d{1,14}|[^\s@]+@[^\s@]+\.[^\s@]+)$/),
        z.describe("whom it is about: an email address, or a phone number in E.164 form such as +12025550123"),
      ),
    first_name: z.optional(short("the first name")),
    last_name: z.optional(short("the last name")),
    email: z.optional(EmailAddress.check(z.describe("an email address, such as ann@example.com; left out, email_or_phone if that is one"))),
    phone: z.optional(
      Phone.check(z.describe("a phone number in E.164 form, such as +12025550123; left out, email_or_phone if that is one")),
    ),
    company: z.optional(short("the company the contact works for")),
    street: z.optional(z.string().check(z.minLength(1), z.maxLength(200), z.describe("street and house number, up to 200 characters"))),
    city: z.optional(short("the city")),
    region: z.optional(short("the state or region")),
    postal_code: z.optional(z.string().check(z.minLength(1), z.maxLength(20), z.describe("the postal code, up to 20 characters"))),
  }),
  output: Contact,
});
