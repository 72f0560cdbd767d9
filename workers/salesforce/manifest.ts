/** Salesforce: how it is connected, at the organization's own address. https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_web_server_flow.htm */
import { below, defineVendor, found, type Http, oauth2, path, refuse } from "@junction/kit";
import * as z from "zod";

/** Both come with the tokens: the organization's own address, and the one that says who granted access, where. */
export const credentials = { instance_url: found(), id: found() };
export const SCOPES = { api: "See and change your organization's records", refresh_token: "Do so until you disconnect" } as const;

/** Tokens that are good, and not for this: a refresh would bring another such. */
const NOT_FOR_US = /Connected app is not attached to Agent|not valid for use with the (REST )?API/;
const Refusal = z.object({ errorCode: z.string().nullish(), message: z.string().nullish(), fields: z.array(z.string()).nullish() });

export const salesforce = defineVendor({
  id: "salesforce",
  name: "Salesforce",
  category: "crm",
  powers: "Leads and contacts in the contractor's Salesforce",
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
    body: z.tuple([Refusal], Refusal).transform(([{ errorCode, message, fields }]) => ({
      code: NOT_FOR_US.test(message ?? "") ? "SESSION_NOT_FOR_API" : (errorCode ?? undefined),
      message: message ?? undefined,
      field: fields?.[0],
    })),
    codes: {
      SESSION_NOT_FOR_API: "PermissionError", // as a 401
      REQUEST_LIMIT_EXCEEDED: "RateLimited", // as a 403: the day's calls
      UNABLE_TO_LOCK_ROW: "RateLimited", // as a 400: another request holds the record
      DUPLICATES_DETECTED: "Conflict", // as a 400
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
