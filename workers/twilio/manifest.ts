/** Twilio: how it is connected, and what its errors mean. */
import { basic, defineVendor, field, firstOf, path, secret } from "@junction/kit";
import * as z from "zod/mini";

/** Error code → the input that Twilio refused. https://www.twilio.com/docs/api/errors */
const FIELDS: Readonly<Record<number, string>> = {
  ...{ 21211: "to", 21212: "from", 21214: "to", 21606: "from", 21614: "to", 21617: "body" },
  ...{ 13223: "to", 13224: "to", 21201: "to", 21210: "from", 21213: "from", 21421: "phone_number" },
};
const NAMES: Readonly<Record<number, string>> = {
  ...{ 21608: "unverified_on_trial", 21219: "unverified_on_trial", 21610: "unsubscribed" },
  ...{ 21422: "number_not_available", 21615: "address_required", 21631: "address_required", 21649: "documents_required" },
  21404: "one_number_on_trial",
};

export const twilio = defineVendor({
  id: "twilio",
  name: "Twilio",
  category: "communication",
  powers: "Text messages and calls, on the contractor's own numbers",
  docs: "https://www.twilio.com/docs/usage/api",
  credentials: {
    account_sid: field({
      label: "Account SID",
      help: "AC and 32 hexadecimal characters, in the Console under Account Info",
      placeholder: "AC…",
      pattern: /^AC[0-9a-fA-F]{32}$/,
    }),
    auth_token: z.optional(
      secret({
        label: "Auth token",
        help: "In the Console under Account Info; beside an API key it is needed only to know texts and calls that come in for Twilio's",
      }),
    ),
    api_key_sid: z.optional(
      field({
        label: "API key SID",
        help: "SK and 32 hexadecimal characters, in the Console under API keys; an API key can be withdrawn by itself",
        placeholder: "SK…",
        pattern: /^SK[0-9a-fA-F]{32}$/,
      }),
    ),
    api_key_secret: z.optional(secret({ label: "API key secret", help: "Shown once, when the API key is made" })),
    default_from: field({
      label: "Default number",
      help: "The number texts and calls come from: one of yours at Twilio, in E.164 form such as +12025550123, or a short code",
      placeholder: "+12025550123",
      pattern: /^(\+[1-9]\d{1,14}|\d{3,8})$/,
    }),
  },
  auth: firstOf(basic("api_key_sid", "api_key_secret"), basic("account_sid", "auth_token")),
  hosts: ["api.twilio.com"],
  errors: {
    body: z.pipe(
      z.object({ code: z.nullish(z.number()), message: z.nullish(z.string()) }),
      z.transform(({ code, message }) => ({
        code: code == null ? undefined : (NAMES[code] ?? code),
        message: message ?? undefined,
        field: code == null ? undefined : FIELDS[code],
      })),
    ),
    codes: {
      20003: "CredentialError",
      20429: "RateLimited",
      21215: "PermissionError", // calling that country is switched off for the account
      21408: "PermissionError", // and this, sending texts to it
      70051: "PermissionError", // https://www.twilio.com/docs/errors/70051: comes as a 401 as well
      ...{ unsubscribed: "Declined", unverified_on_trial: "Declined", one_number_on_trial: "Declined" },
      ...{ number_not_available: "Declined", address_required: "Declined", documents_required: "Declined" },
    },
  },
  // Not `GET /Accounts/{sid}.json`: a Standard or Restricted API key may not read it, and would fail a test it should pass.
  async test({ http, account }) {
    const reply = await http.get(path`/2010-04-01/Accounts/${account.account_sid}/Messages.json`, { query: { PageSize: 1 } });
    reply.json(z.object({ messages: z.array(z.unknown()) }));
    return { id: account.account_sid, name: account.default_from };
  },
});

/** A full page of what is newer may hide what a probe looks for. */
export const PAGE = 200;
/** Times are cut to the second, and two clocks differ a little. */
const CLOCK_MS = 2_000;
/** What was made since an attempt was sent, within `withinMs` of it. */
export const madeSince = <T extends { readonly date_created: string | null }>(
  all: readonly T[],
  sentAt: Date,
  withinMs = Number.POSITIVE_INFINITY,
): readonly T[] =>
  all.filter(({ date_created }) => {
    const age = Date.parse(date_created ?? "") - sentAt.getTime();
    return age >= -CLOCK_MS && age <= withinMs;
  });
