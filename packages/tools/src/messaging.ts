import * as z from "zod/mini";
import { tool } from "./tool.ts";
import { EmailAddress, FileRef, Phone } from "./words.ts";

export const sendSms = tool({
  id: "crm/send_sms",
  title: "Send a text message",
  description:
    "Texts a customer or lead: one SMS from the contractor's number, to tell them the crew is on the way or running late, to remind or to answer. It costs money and cannot be recalled.",
  effect: "spend",
  input: z.strictObject({
    to: Phone,
    body: z
      .string()
      .check(z.minLength(1), z.maxLength(1600), z.describe("the text, 1 to 1,600 characters; over 160 it is sent and billed in parts")),
    from: z.optional(
      Phone.check(z.describe("one of the contractor's own numbers in E.164 form, such as +12025550123; left out, the default one")),
    ),
  }),
  output: z.object({
    message_id: z.string(),
    status: z.enum(["queued", "sent", "delivered", "failed"]).check(z.describe("queued: accepted, delivery not yet known")),
  }),
});

/** For Junction's own clock: a mailbox tells for a week at most, and then again only if it is asked again. */
export const watchMailbox = tool({
  id: "crm/watch_mailbox",
  title: "Be told of a mailbox",
  description: "Asks the email integration to tell Junction when something comes into the contractor's mailbox, for some days.",
  effect: "write",
  internal: true,
  input: z.strictObject({}),
  output: z.object({ watching: z.literal(true) }),
});

const OFFICE = "application/vnd.openxmlformats-officedocument";
/** What goes with an email: documents and pictures. No program, no archive: mail servers turn those away. */
const Attachment = FileRef({
  types: [
    ...["application/pdf", "image/*", "text/plain", "text/csv", "text/calendar"],
    ...[`${OFFICE}.wordprocessingml.document`, `${OFFICE}.spreadsheetml.sheet`],
  ],
  maxBytes: 10_000_000,
});

export const sendEmail = tool({
  id: "crm/send_email",
  title: "Send an email",
  description:
    "Sends one email to one contact from the contractor's verified address: give subject and text, or the template_id of a template with the values of its placeholders. It cannot be recalled.",
  effect: "spend",
  input: z
    .strictObject({
      to: EmailAddress,
      to_name: z.optional(z.string().check(z.minLength(1), z.maxLength(120), z.describe("the contact's name, up to 120 characters"))),
      subject: z.optional(
        z
          .string()
          .check(
            z.minLength(1),
            z.maxLength(200),
            z.describe("the subject, 1 to 200 characters; with a template_id only where the template has none"),
          ),
      ),
      text: z.optional(
        z
          .string()
          .check(
            z.minLength(1),
            z.maxLength(100_000),
            z.describe("the message as plain text, 1 to 100,000 characters; or give template_id instead"),
          ),
      ),
      html: z.optional(
        z
          .string()
          .check(z.minLength(1), z.maxLength(200_000), z.describe("the same message as HTML; left out, only the plain text is sent")),
      ),
      template_id: z.optional(
        z
          .string()
          .check(
            z.minLength(1),
            z.maxLength(200),
            z.describe(
              "the id that crm/list_email_templates gave: the email has that template's subject and text; or give subject and text",
            ),
          ),
      ),
      variables: z.optional(
        z
          .record(z.string().check(z.minLength(1), z.maxLength(100)), z.string().check(z.maxLength(5000)))
          .check(z.describe("values for the template's placeholders by their names, each up to 5,000 characters")),
      ),
      attachments: z.optional(
        z
          .array(Attachment)
          .check(z.minLength(1), z.maxLength(10), z.describe("up to 10 files that go with it, at most about 15 MB together")),
      ),
      from: z.optional(EmailAddress.check(z.describe("one of the contractor's verified addresses; left out, the default one"))),
      reply_to: z.optional(EmailAddress.check(z.describe("where answers go, such as office@example.com; left out, the sender's address"))),
    })
    .check(
      z.refine(({ template_id, subject, text }) => template_id !== undefined || (subject !== undefined && text !== undefined), {
        error: "give subject and text, or a template_id",
      }),
      z.refine(({ template_id, text, html }) => template_id === undefined || (text === undefined && html === undefined), {
        error: "give either text or a template_id, which has a text of its own",
      }),
      z.refine(({ template_id, variables }) => template_id !== undefined || variables === undefined, {
        error: "variables: are for a template; put the values into the text",
      }),
    ),
  output: z.object({ message_id: z.string(), status: z.literal("queued").check(z.describe("accepted for delivery; not yet delivered")) }),
});
