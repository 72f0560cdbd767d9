/** Salesforce: how it is connected, at the organization's own address. https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_web_server_flow.htm */
import { below, defineVendor, found, type Http, oauth2, path, refuse } from "@junction/kit";
import * as z from "zod/mini";

/** Both come with the tokens: the organization's own address, and the one that says who granted access, where. */
export const credentials = { instance_url: found(), id: found() };
export const SCOPES = { api: "See and change your organization's records", refresh_token: "Do so until you disconnect" } as const;

/** Tokens that are good, and not for this: a refresh would bring another such. */
const NOT_FOR_US = /Connected app is not attached to Agent|not valid for use with the (REST )?API/;
/** Salesforce's name of a field → the input it came from. */
const FIELDS: Readonly<Record<string, string>> = {
  FirstName: "name",
  LastName: "name",
  Phone: "phone",
  Email: "email",
  Company: "company",
};
/** A field it does not know stands in its words alone. */
const UNKNOWN_FIELD = /No such column '(\w{1,60})'|filter criterion for field '(\w{1,60})'/;
const Refusal = z.object({ errorCode: z.nullish(z.string()), message: z.nullish(z.string()), fields: z.nullish(z.array(z.string())) });

export const salesforce = defineVendor({
  id: "salesforce",
  name: "Salesforce",
  category: "crm",
  powers: "Leads in the contractor's Salesforce",
  docs: "https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/intro_rest.htm",
  credentials,
  auth: oauth2({
    authorizationUrl: "https://login.salesforce.com/services/oauth2/authorize",
    tokenUrl: "https://login.salesforce.com/services/oauth2/token",
    revocationUrl: "https://login.salesforce.com/services/oauth2/revoke",
    keeps: ["instance_url", "id"], // no expiry: how long a session lasts is the organization's own setting
    refreshToken: "rotating", // where the app's settings say so
    scopes: SCOPES,
  }),
  hosts: ["login.salesforce.com", "*.my.salesforce.com", "*.develop.my.salesforce.com", "*.trailblaze.my.salesforce.com"],
  errors: {
    body: z.pipe(
      z.tuple([Refusal], Refusal),
      z.transform(([{ errorCode, message, fields }]) => {
        const [, column, compared] = UNKNOWN_FIELD.exec(message ?? "") ?? [];
        const field = fields?.[0] ?? column ?? compared;
        return {
          code: NOT_FOR_US.test(message ?? "") ? "SESSION_NOT_FOR_API" : (errorCode ?? undefined),
          message: message ?? undefined,
          field: field === undefined ? undefined : (FIELDS[field] ?? field),
        };
      }),
    ),
    codes: {
      SESSION_NOT_FOR_API: "PermissionError", // as a 401
      REQUEST_LIMIT_EXCEEDED: "RateLimited", // as a 403: the day's calls
      UNABLE_TO_LOCK_ROW: "RateLimited", // as a 400: another request holds the record
      DUPLICATES_DETECTED: "Conflict", // as a 400
      ENTITY_IS_DELETED: "NotFound",
      CANNOT_UPDATE_CONVERTED_LEAD: "Declined", // as a 400: it is a contact and an opportunity by now
    },
  },
  async test({ http, account }) {
    const { host, root } = homeOf(http, account);
    const { objectDescribe: may } = (await http.get(below(root, path`/sobjects/Lead`), { host })).json(Described);
    const missing = (["queryable", "createable", "updateable"] as const).filter((right) => !may[right]).map((right) => `Lead:${right}`);
    if (missing.length > 0) refuse({ kind: "PermissionError", missing });
    const [, organization] = /\/id\/(00D\w+)\//.exec(account.id ?? "") ?? [];
    return { id: organization ?? host, name: host.split(".")[0] ?? host };
  },
});

const Described = z.object({ objectDescribe: z.object({ queryable: z.boolean(), createable: z.boolean(), updateable: z.boolean() }) });

/** Where the organization's records are. The version is pinned: newer ones change shapes. */
export function homeOf(http: Http, { instance_url }: { readonly instance_url?: string | undefined }) {
  if (instance_url === undefined) return refuse({ kind: "CredentialError" }); // stored before it came along: nobody knows where to ask
  return { host: http.link(instance_url).host, root: path`/services/data/v59.0` };
}
