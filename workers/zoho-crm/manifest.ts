/** Zoho CRM: how it is connected, in whichever of Zoho's data centres the account is. https://www.zoho.com/accounts/protocol/oauth/multi-dc.html */
import { defineVendor, found, type Http, oauth2, path } from "@junction/kit";
import * as z from "zod/mini";

/** Both come with the grant: which authorization server keeps it, and which host the account's data is on. */
export const credentials = { accounts_server: found(), api_domain: found() };

/** Zoho's name of a field → the input it came from. */
const FIELDS: Readonly<Record<string, string>> = {
  First_Name: "name",
  Last_Name: "name",
  Phone: "phone",
  Email: "email",
  Company: "company",
};
const Refusal = z.object({
  code: z.string(),
  message: z.nullish(z.string()),
  details: z.catch(z.nullish(z.object({ api_name: z.nullish(z.string()), permissions: z.nullish(z.array(z.string())) })), undefined),
});

export const zoho = defineVendor({
  id: "zoho-crm",
  name: "Zoho CRM",
  category: "crm",
  powers: "Leads in the contractor's Zoho CRM",
  docs: "https://www.zoho.com/crm/developer/docs/api/v8/",
  credentials,
  auth: oauth2({
    authorizationUrl: "https://accounts.zoho.com/oauth/v2/auth",
    tokenUrl: "https://accounts.zoho.com/oauth/v2/token",
    revocationUrl: "https://accounts.zoho.com/oauth/v2/token/revoke",
    params: { access_type: "offline", prompt: "consent" }, // without both, a second grant comes without a refresh token
    scopeSeparator: ",",
    pkce: false,
    tokenType: "Zoho-oauthtoken",
    home: { parameter: "accounts-server", field: "accounts_server" },
    keeps: ["api_domain"],
    refreshToken: "stable", // it lives on, and a refresh answers without one
    errors: { invalid_code: "CredentialError" }, // a dead token, said with a 200
    scopes: {
      "ZohoCRM.modules.leads.ALL": "See, add and change leads",
      "ZohoCRM.coql.READ": "Look leads up",
      "ZohoSearch.securesearch.READ": "Search for leads",
      "ZohoCRM.settings.fields.READ": "See which fields leads have",
      "ZohoCRM.org.READ": "See which organization this is",
      "ZohoCRM.notifications.ALL": "Be told when leads change",
    },
  }),
  hosts: [
    "www.zohoapis.com",
    "www.zohoapis.eu",
    "www.zohoapis.in",
    "www.zohoapis.com.au",
    "www.zohoapis.jp",
    "www.zohoapis.com.cn",
    "www.zohoapis.sa",
    "www.zohoapis.ca",
    "accounts.zoho.com",
    "accounts.zoho.eu",
    "accounts.zoho.in",
    "accounts.zoho.com.au",
    "accounts.zoho.jp",
    "accounts.zoho.com.cn",
    "accounts.zoho.sa",
    "accounts.zohocloud.ca",
  ],
  errors: {
    // What became of a record stands in a list of records, inside a 200 or a 400.
    body: z.pipe(
      z.pipe(
        z.union([z.object({ data: z.tuple([z.extend(Refusal, { status: z.literal("error") })], z.unknown()) }), Refusal]),
        z.transform((body) => ("data" in body ? body.data[0] : body)),
      ),
      z.transform(({ code, message, details }) => ({
        ...{ code, message: message ?? undefined, missing: details?.permissions ?? undefined },
        field: details?.api_name == null ? undefined : (FIELDS[details.api_name] ?? details.api_name),
      })),
    ),
    inside: true,
    codes: {
      INVALID_TOKEN: "CredentialError",
      AUTHENTICATION_FAILURE: "CredentialError",
      OAUTH_SCOPE_MISMATCH: "PermissionError", // as a 401: a refresh would mend nothing
      NO_PERMISSION: "PermissionError",
      TOO_MANY_REQUESTS: "RateLimited",
      LIMIT_EXCEEDED: "RateLimited", // the day's credits
      INVALID_DATA: "InvalidRequest",
      MANDATORY_NOT_FOUND: "InvalidRequest",
      PATTERN_NOT_MATCHED: "InvalidRequest",
      DUPLICATE_DATA: "Conflict",
      RECORD_LOCKED: "Declined",
      RECORD_IN_BLUEPRINT: "Declined",
      NOT_APPROVED: "Declined",
      ID_ALREADY_CONVERTED: "Declined", // it is a contact and a deal by now
      CONVERTED_RECORD: "Declined",
    },
  },
  async test({ http, account }) {
    const at = homeOf(http, account);
    const [org] = (await http.get(path`/crm/v8/org`, at)).json(z.object({ org: z.tuple([Org], Org) })).org;
    const leads = await http.get(path`/crm/v8/Leads`, { ...at, query: { fields: "Last_Name", per_page: 1 } }); // is refused for a lack of rights
    if (leads.status === 200) leads.json(z.object({ data: z.array(z.unknown()) })); // else there is none as yet
    return { id: org.id, name: org.company_name || `Zoho ${org.id}` };
  },
});

const Org = z.object({ id: z.string().check(z.minLength(1)), company_name: z.nullish(z.string()) });

/** Where the account's data is. */
export const homeOf = (http: Http, { api_domain }: { readonly api_domain?: string | undefined }) =>
  api_domain === undefined ? {} : { host: http.link(api_domain).host };
