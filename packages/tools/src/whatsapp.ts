import * as z from "zod/mini";
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
    text: z.optional(
      z
        .string()
        .check(z.minLength(1), z.maxLength(4096), z.describe("what the message says, up to 4,096 characters; or give template instead")),
    ),
    template: z.optional(
      z
        .strictObject({
          name: z.string().check(z.minLength(1), z.maxLength(512), z.describe("the name that crm/list_whatsapp_templates gave")),
          language: z.string().check(z.minLength(2), z.maxLength(15), z.describe("its language, such as en_US")),
          parameters: z._default(
            z
              .array(z.string().check(z.minLength(1), z.maxLength(1024)))
              .check(z.maxLength(20), z.describe("what stands for {{1}}, {{2}} and so on in its text")),
            [],
          ),
        })
        .check(z.describe("an approved message template and its values; or give text instead")),
    ),
    from: z.optional(
      z
        .string()
        .check(
          z.minLength(1),
          z.maxLength(200),
          z.describe("the id of one of the contractor's WhatsApp numbers; left out, the default one"),
        ),
    ),
  }),
  output: z.object({ message_id: z.string(), status: z.enum(["accepted", "held"]).check(z.describe("delivery is not yet known")) }),
});
