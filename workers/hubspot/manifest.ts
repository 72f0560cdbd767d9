/** HubSpot: how it is connected, and what its errors say. https://developers.hubspot.com/docs/api-reference */
import { defineVendor, found, oauth2, path, refuse } from "@junction/kit";
import * as z from "zod/mini";

export const READ = "crm.objects.contacts.read";
export const WRITE = "crm.objects.contacts.write";
export const BASIC = "oauth";

/** HubSpot's name of a property → the input it came from. */
const FIELDS: Readonly<Record<string, string>> = {
  firstname: "first_name",
  lastname: "last_name",
  address: "street",
  state: "region",
  zip: "postal_code",
};
const HOUR_MS = 3_600_000;

/** The account's number, which the address of a contact's page has in it. */
export const credentials = { hub_id: found() };

export const hubspot = defineVendor({
  id: "hubspot",
  name: "HubSpot",
  category: "crm",
  powers: "Customers and leads in the contractor's CRM",
  docs: "https://developers.hubspot.com/docs/api-reference",
  credentials,
  auth: oauth2({
    authorizationUrl: "https://app.hubspot.com/oauth/authorize",
    tokenUrl: "https://api.hubapi.com/oauth/2026-03/token",
    revocationUrl: "https://api.hubapi.com/oauth/2026-03/token/revoke",
    refreshToken: "rotating", // it comes back with every refresh; whether it changes is not promised either way
    scopes: {
      [READ]: "See the contacts in your CRM",
      [WRITE]: "Add contacts to your CRM and change them",
      [BASIC]: "Connect to your HubSpot account", // every app must ask for it
    },
  }),
  hosts: ["api.hubapi.com"],
  limit: { requests: 100, perSeconds: 10 },
  errors: {
    // Each of the fields may be missing. https://developers.hubspot.com/docs/api-reference/error-handling
    body: z.pipe(
      z.object({
        category: z.optional(z.string()),
        message: z.optional(z.string()),
        policyName: z.optional(z.string()),
        context: z.optional(z.record(z.string(), z.array(z.string()))),
        errors: z._default(z.array(z.object({ context: z.optional(z.record(z.string(), z.array(z.string()))) })), []),
      }),
      z.transform(({ category, message, policyName, context, errors }) => {
        const about = (name: string) => [context, ...errors.map((error) => error.context)].flatMap((one) => one?.[name] ?? []);
        const [property] = [...about("propertyName"), ...about("propertyNames")];
        return {
          code: category,
          message,
          field: property === undefined ? undefined : (FIELDS[property] ?? property),
          missing: [...new Set(about("requiredGranularScopes"))],
          // The day's limit turns at midnight of a time zone that is not told.
          waitMs: policyName !== undefined && /daily/i.test(policyName) ? HOUR_MS : undefined,
        };
      }),
    ),
  },
  // By POST, since the older form has the token in the address; and it says what the token may do, which a call could not.
  async test({ http }) {
    const form = {
      token: { field: "access_token" },
      token_type_hint: "access_token",
      client_id: { platform: "client_id" },
      client_secret: { platform: "client_secret" },
    } as const;
    const token = (await http.post(path`/oauth/2026-03/token/introspect`, { form })).json(Introspection);
    if (!token.active) return refuse({ kind: "CredentialError" });
    const missing = [READ, WRITE].filter((scope) => token.scopes !== undefined && !token.scopes.includes(scope));
    if (missing.length > 0) refuse({ kind: "PermissionError", missing });
    const id = String(token.hub_id);
    return { id, name: token.hub_domain ?? token.user ?? `HubSpot ${id}`, found: { hub_id: id } };
  },
});

const Introspection = z.union([
  z.object({ active: z.literal(false) }),
  z.object({
    active: z.literal(true),
    hub_id: z.number(),
    hub_domain: z.optional(z.string().check(z.minLength(1))),
    user: z.optional(z.string().check(z.minLength(1))),
    scopes: z.optional(z.array(z.string())),
  }),
]);
