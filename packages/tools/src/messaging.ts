import * as z from "zod";
import { tool } from "./tool.ts";
import { EmailAddress, Phone } from "./words.ts";

export const sendSms = tool({
  id: "crm/send_sms",
  title: "Send a text message",
  description: "Sends one SMS to a contact from the contractor's number. It costs money and cannot be recalled.",
  effect: "spend",
  input: z.strictObject({
    to: Phone,
    body: z.string().min(1).max(1600).describe("the text, 1 to 1,600 characters; over 160 it is sent and billed in parts"),
    from: Phone.optional().describe("one of the contractor's own numbers in E.164 form, such as +12025550123; left out, the default one"),
  }),
  output: z.object({
    message_id: z.string(),
    status: z.enum(["queued", "sent", "delivered", "failed"]).describe("queued: accepted, delivery not yet known"),
  }),
});

export const sendEmail = tool({
  id: "crm/send_email",
  title: "Send an email",
  description: "Sends one email to one contact from the contractor's verified address. It cannot be recalled.",
  effect: "spend",
  input: z.strictObject({
    to: EmailAddress,
    to_name: z.string().min(1).max(120).optional().describe("the contact's name, up to 120 characters"),
    subject: z.string().min(1).max(200).describe("the subject, 1 to 200 characters"),
    text: z.string().min(1).max(100_000).describe("the message as plain text, 1 to 100,000 characters"),
    html: z.string().min(1).max(200_000).optional().describe("the same message as HTML; left out, only the plain text is sent"),
    from: EmailAddress.optional().describe("one of the contractor's verified addresses; left out, the default one"),
    reply_to: EmailAddress.optional().describe("where answers go, such as office@example.com; left out, the sender's address"),
  }),
  output: z.object({ message_id: z.string(), status: z.literal("queued").describe("accepted for delivery; not yet delivered") }),
});
