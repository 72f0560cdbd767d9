import { basic, defineVendor, field, firstOf, path, refuse, secret } from "@junction/kit";
import { listPhoneNumbers, sendSms } from "@junction/tools";
import * as z from "zod";
import { webhook } from "./webhook.ts";

/** Error code → the input that Twilio refused. https://www.twilio.com/docs/api/errors */
const FIELDS: Readonly<Record<number, string>> = { 21211: "to", 21212: "from", 21606: "from", 21614: "to", 21617: "body" };
const NAMES: Readonly<Record<number, string>> = { 21608: "unverified_on_trial", 21610: "unsubscribed" };

const twilio = defineVendor({
  id: "twilio",
  name: "Twilio",
  category: "communication",
  powers: "Text messages from the contractor's own number",
  docs: "https://www.twilio.com/docs/messaging/api",
  credentials: {
    account_sid: field({
      label: "Account SID",
      help: "AC and 32 hexadecimal characters, in the Console under Account Info",
      placeholder: "AC…",
      pattern: /^AC[0-9a-fA-F]{32}$/,
    }),
    auth_token: secret({
      label: "Auth token",
      help: "In the Console under Account Info; beside an API key it is needed only to know texts that come in for Twilio's",
    }).optional(),
    api_key_sid: field({
      label: "API key SID",
      help: "SK and 32 hexadecimal characters, in the Console under API keys; an API key can be withdrawn by itself",
      placeholder: "SK…",
      pattern: /^SK[0-9a-fA-F]{32}$/,
    }).optional(),
    api_key_secret: secret({ label: "API key secret", help: "Shown once, when the API key is made" }).optional(),
    default_from: field({
      label: "Default number",
      help: "The number texts come from: one of yours at Twilio, in E.164 form such as +12025550123, or a short code",
      placeholder: "+12025550123",
      pattern: /^(\+[1-9]\d{1,14}|\d{3,8})$/,
    }),
  },
  auth: firstOf(basic("api_key_sid", "api_key_secret"), basic("account_sid", "auth_token")),
  hosts: ["api.twilio.com"],
  errors: {
    body: z.object({ code: z.number().nullish(), message: z.string().nullish() }).transform(({ code, message }) => ({
      code: code == null ? undefined : (NAMES[code] ?? code),
      message: message ?? undefined,
      field: code == null ? undefined : FIELDS[code],
    })),
    codes: {
      20003: "CredentialError",
      20429: "RateLimited",
      21408: "PermissionError", // sending to that country is switched off for the account
      70051: "PermissionError", // https://www.twilio.com/docs/errors/70051: comes as a 401 as well
      unsubscribed: "Declined",
      unverified_on_trial: "Declined",
    },
  },
  // Not `GET /Accounts/{sid}.json`: a Standard or Restricted API key may not read it, and would fail a test it should pass.
  async test({ http, account }) {
    const reply = await http.get(path`/2010-04-01/Accounts/${account.account_sid}/Messages.json`, { query: { PageSize: 1 } });
    reply.json(Messages);
    return { id: account.account_sid, name: account.default_from };
  },
});

const Message = z.object({ sid: z.string(), status: z.string() });
const Messages = z.object({
  messages: z.array(
    Message.extend({
      to: z.string().nullable(),
      from: z.string().nullable(),
      body: z.string().nullable(),
      date_created: z.string().nullable(),
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

const PAGE = 200;
/** `date_created` is cut to the second, and two clocks differ a little. */
const CLOCK_MS = 2_000;

const sms = twilio.implement(sendSms, {
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
    const recent = messages.filter(({ date_created }) => Date.parse(date_created ?? "") >= sentAt.getTime() - CLOCK_MS);
    const found = recent.find((message) => message.body === input.body && message.to === input.to && message.from === from);
    // A full page of newer messages may hide it: "none" would be a guess, and the text would go out twice.
    if (!found && recent.length >= PAGE) refuse({ kind: "VendorUnavailable", sent: true });
    return found ? result(found) : null;
  },
});

const Numbers = z.object({
  incoming_phone_numbers: z.array(
    z.object({ phone_number: z.string(), friendly_name: z.string().nullish(), capabilities: z.object({ sms: z.boolean().nullish() }) }),
  ),
  next_page_uri: z.string().nullish(),
});
const numbers = twilio.implement(listPhoneNumbers, {
  async run({ http, account, input }) {
    const query = { PageSize: 100, PageToken: input.page };
    const reply = await http.get(path`/2010-04-01/Accounts/${account.account_sid}/IncomingPhoneNumbers.json`, { query });
    const { incoming_phone_numbers, next_page_uri } = reply.json(Numbers);
    const items = incoming_phone_numbers.map(({ phone_number, friendly_name, capabilities }) => {
      const usable = capabilities.sms === true;
      const said = [friendly_name, phone_number === account.default_from && "default", !usable && "sends no texts"].filter(Boolean);
      return { id: phone_number, name: phone_number, detail: said.join(", ") || undefined, usable };
    });
    return { items, next_page: new URLSearchParams(next_page_uri?.split("?")[1]).get("PageToken") ?? undefined };
  },
});

export default twilio.provides({ actions: [sms, numbers], webhook });
