/** Text messages. https://www.twilio.com/docs/messaging/api/message-resource */
import { path, refuse } from "@junction/kit";
import { sendSms } from "@junction/tools";
import * as z from "zod/mini";
import { madeSince, PAGE, twilio } from "./manifest.ts";

const Message = z.object({ sid: z.string(), status: z.string() });
const Messages = z.object({
  messages: z.array(
    z.extend(Message, {
      to: z.nullable(z.string()),
      from: z.nullable(z.string()),
      body: z.nullable(z.string()),
      date_created: z.nullable(z.string()),
    }),
  ),
});

const PROGRESS: Readonly<Record<string, z.input<typeof sendSms.output>["status"]>> = {
  sent: "sent",
  partially_delivered: "sent",
  delivered: "delivered",
  read: "delivered",
  failed: "failed",
  undelivered: "failed",
  canceled: "failed",
};
const result = ({ sid, status }: z.output<typeof Message>) => ({ message_id: sid, status: PROGRESS[status] ?? ("queued" as const) });

export const sms = twilio.implement(sendSms, {
  async run({ http, account, input }) {
    const form = { To: input.to, From: input.from ?? account.default_from, Body: input.body };
    const reply = await http.post(path`/2010-04-01/Accounts/${account.account_sid}/Messages.json`, { form });
    return result(reply.json(Message));
  },
  // Twilio has no idempotency key (https://www.twilio.com/docs/errors/20500): after a lost answer, look for the message itself.
  // Not by its DateSent filter: a message that is still queued has none.
  async probe({ http, account, input, sentAt }) {
    const from = input.from ?? account.default_from;
    const query = { To: input.to, From: from, PageSize: PAGE };
    const { messages } = (await http.get(path`/2010-04-01/Accounts/${account.account_sid}/Messages.json`, { query })).json(Messages);
    const recent = madeSince(messages, sentAt);
    const found = recent.find((message) => message.body === input.body && message.to === input.to && message.from === from);
    // A full page of newer messages may hide it: "none" would be a guess, and the text would go out twice.
    if (!found && recent.length >= PAGE) refuse({ kind: "VendorUnavailable", sent: true });
    return found ? result(found) : null;
  },
});
