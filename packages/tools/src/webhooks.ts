import * as z from "zod/mini";
import { tool } from "./tool.ts";

export const sendWebhook = tool({
  id: "crm/send_webhook",
  title: "Send to a webhook",
  description:
    "Sends data, signed, to one of the contractor's own webhook addresses, such as an automation of theirs. If the address does not answer, it is tried again for days. Use crm/list_webhook_endpoints for the endpoint_id.",
  effect: "write",
  input: z.strictObject({
    endpoint_id: z
      .string()
      .check(z.minLength(1), z.maxLength(100), z.describe("which address, an id that crm/list_webhook_endpoints gave")),
    event: z
      .string()
      .check(
        z.regex(/^[a-z][a-z0-9_]*(\.[a-z0-9_]+)*$/),
        z.maxLength(100),
        z.describe("what it tells of, words in lower case joined by dots, such as job.booked"),
      ),
    data: z
      .record(z.string().check(z.maxLength(200)), z.unknown())
      .check(z.describe("what is told: an object, up to 60,000 characters as JSON")),
  }),
  output: z.object({
    message_id: z.string().check(z.describe("by which the receiver knows a repeat")),
    status: z.enum(["delivered", "queued"]).check(z.describe("queued: it is sent as soon as the address answers")),
  }),
});
