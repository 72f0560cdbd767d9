/** WhatsApp: how it is connected, and what its errors mean. */
import { bearer, defineVendor, field, path, secret } from "@junction/kit";
import * as z from "zod/mini";

/** Codes that stand for several, or that have no name. https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes */
const NAMES: Readonly<Record<number, string>> = {
  368: "blocked_by_policy",
  131026: "undeliverable",
  131030: "recipient_not_allowed",
  131047: "outside_24_hours_use_template", // a day after the customer's last message only a template may be sent
  131049: "marketing_limit",
  132000: "wrong_parameters", // as many as the template's text has, no more and no fewer
  132001: "template_missing",
  132012: "wrong_parameters",
  132015: "template_paused",
  132016: "template_disabled",
};
/** What of ours Meta refuses by it. */
const FIELDS: Readonly<Record<number, string>> = { 132000: "template.parameters", 132012: "template.parameters", 132001: "template" };
const LIMITS = [4, 80007, 130429, 131048, 131056];
const TRANSIENT = [1, 2, 131000, 131016];
/** Meta says no time. */
const WAIT_MS = 60_000;

export const whatsapp = defineVendor({
  id: "whatsapp",
  name: "WhatsApp",
  category: "communication",
  powers: "WhatsApp messages from the contractor's own number",
  docs: "https://developers.facebook.com/docs/whatsapp/cloud-api",
  credentials: {
    access_token: secret({
      label: "Access token",
      help: "Of a system user with whatsapp_business_messaging and whatsapp_business_management; Meta Business settings, System users",
    }),
    phone_number_id: field({
      label: "Phone number ID",
      help: "Digits, and not the number itself: in WhatsApp Manager under Phone numbers, or in the app under WhatsApp, API Setup",
      pattern: /^\d+$/,
    }),
    waba_id: field({
      label: "WhatsApp Business Account ID",
      help: "Digits, on the same page as the phone number ID",
      pattern: /^\d+$/,
    }),
    app_secret: z.optional(
      secret({
        label: "App secret",
        help: "In the Meta app under App settings, Basic. Needed to receive messages: they are signed with it",
      }),
    ),
    verify_token: z.optional(
      secret({
        label: "Verify token",
        help: "A word of your own choice, entered here and at Meta under WhatsApp, Configuration. Needed to receive messages",
      }),
    ),
  },
  auth: bearer("access_token"),
  hosts: ["graph.facebook.com"],
  errors: {
    body: z.pipe(
      z.object({
        error: z.object({
          code: z.number(),
          error_subcode: z.optional(z.number()),
          message: z.optional(z.string()),
          is_transient: z.optional(z.boolean()),
        }),
      }),
      z.transform(({ error: { code, error_subcode, message, is_transient } }) => ({
        code: (is_transient && "transient") || (code === 100 && error_subcode === 33 && "missing") || NAMES[code] || kindOf(code),
        message,
        field: FIELDS[code],
        missing: message?.match(/\bwhatsapp_business_[a-z]+\b/g) ?? undefined,
        waitMs: LIMITS.includes(code) ? WAIT_MS : undefined,
      })),
    ),
    codes: {
      0: "CredentialError",
      190: "CredentialError", // dead, whatever its subcode
      permission: "PermissionError",
      limit: "RateLimited",
      transient: "VendorUnavailable",
      missing: "NotFound",
      blocked_by_policy: "Declined",
      undeliverable: "Declined",
      recipient_not_allowed: "Declined",
      outside_24_hours_use_template: "Declined",
      marketing_limit: "Declined",
      template_missing: "InvalidRequest",
      wrong_parameters: "InvalidRequest",
      template_paused: "Declined",
      template_disabled: "Declined",
    },
  },
  // Two requests, since two permissions are needed: the first is answered to whoever may send, the second to whoever may manage.
  async test({ http, account }) {
    const query = { fields: "id,display_phone_number,verified_name" };
    const number = (await http.get(path`/v23.0/${account.phone_number_id}`, { query })).json(PhoneNumber);
    (await http.get(path`/v23.0/${account.waba_id}/phone_numbers`, { query: { limit: 1 } })).json(z.object({ data: z.array(z.unknown()) }));
    return { id: number.id, name: number.verified_name ?? number.display_phone_number };
  },
});

const PhoneNumber = z.object({ id: z.string(), display_phone_number: z.string(), verified_name: z.optional(z.string()) });

const kindOf = (code: number): string | number => {
  if (LIMITS.includes(code)) return "limit";
  if (TRANSIENT.includes(code)) return "transient";
  return code === 3 || code === 10 || (code >= 200 && code <= 299) ? "permission" : code;
};
