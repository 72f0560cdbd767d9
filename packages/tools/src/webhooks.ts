import * as z from "zod";
import { tool } from "./tool.ts";

export const sendWebhook = tool({
  id: "crm/send_webhook",
  title: "Send to a webhook",
  description:
    "Sends data, signed, to one of the contractor's own webhook addresses, such as an automation of theirs. If the address does not answer, it is tried again for days. Use crm/list_webhook_endpoints for the endpoint_id.",
  effect: "write",
  input: z.strictObject({
    endpoint_id: z.string().min(1).max(100).describe("which address, an id that crm/list_webhook_endpoints gave"),
    event: z
      .string()
      .regex(/^[a-z][a-z0-9_]*(\.[a-z0-9_]+)*$/)
      .max(100)
      .describe("what it tells of, words in lower case joined by dots, such as job.booked"),
    data: z.record(z.string().max(200), z.unknown()).describe("what is told: an object, up to 60,000 characters as JSON"),
  }),
  output: z.object({
    message_id: z.string().describe("by which the receiver knows a repeat"),
    status: z.enum(["delivered", "queued"]).describe("queued: it is sent as soon as the address answers"),
  }),
});
