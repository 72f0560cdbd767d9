import * as z from "zod";
import { tool } from "./tool.ts";
import { Phone } from "./words.ts";

export const sendWhatsApp = tool({
  id: "crm/send_whatsapp",
  title: "Send a WhatsApp message",
  description:
    "Sends one WhatsApp message to a contact. Give text only within 24 hours of the contact's own last message; at any other time it is declined, and a template is to be given. It costs money and cannot be recalled.",
  effect: "spend",
  input: z.strictObject({
    to: Phone,
    text: z.string().min(1).max(4096).optional().describe("what the message says, up to 4,096 characters; or give template instead"),
    template: z
      .strictObject({
        name: z.string().min(1).max(512).describe("the name that crm/list_whatsapp_templates gave"),
        language: z.string().min(2).max(15).describe("its language, such as en_US"),
        parameters: z.array(z.string().min(1).max(1024)).max(20).default([]).describe("what stands for {{1}}, {{2}} and so on in its text"),
      })
      .optional()
      .describe("an approved message template and its values; or give text instead"),
    from: z.string().min(1).max(200).optional().describe("the id of one of the contractor's WhatsApp numbers; left out, the default one"),
  }),
  output: z.object({ message_id: z.string(), status: z.enum(["accepted", "held"]).describe("delivery is not yet known") }),
});
