/** Pipedrive: how it is connected, and where a company's data is. https://pipedrive.readme.io/docs/marketplace-oauth-authorization */
import { defineVendor, found, type Http, oauth2, path } from "@junction/kit";
import * as z from "zod/mini";

/** The company's own address, which comes with its tokens. */
export const credentials = { api_domain: found() };

export const pipedrive = defineVendor({
  id: "pipedrive",
  name: "Pipedrive",
  category: "crm",
  powers: "Persons and leads in the contractor's Pipedrive",
  docs: "https://developers.pipedrive.com/docs/api/v1",
  credentials,
  auth: oauth2({
    authorizationUrl: "https://oauth.pipedrive.com/oauth/authorize",
    tokenUrl: "https://oauth.pipedrive.com/oauth/token",
    revocationUrl: "https://oauth.pipedrive.com/oauth/revoke",
    clientAuthentication: "basic",
    pkce: false,
    keeps: ["api_domain"],
    refreshToken: "rotating", // it comes with every refresh; whether it changes is not promised either way
    // Fixed in the app's own settings at Pipedrive, which must have these.
    scopes: {
      base: "Connect to your Pipedrive account",
      "contacts:full": "See, add and change persons and organizations",
      "leads:full": "See, add and change leads",
    },
  }),
  hosts: ["api.pipedrive.com", "oauth.pipedrive.com", "*.pipedrive.com"],
  limit: { requests: 20, perSeconds: 2 }, // of searches it takes ten, and about every second request is one
  errors: {
    body: z.pipe(
      z.object({ error: z.nullish(z.string()), error_info: z.nullish(z.string()), code: z.nullish(z.string()) }),
      z.transform(({ error, code }) => ({ code: code ?? undefined, message: error ?? undefined })),
    ),
  },
  async test({ http, account }) {
    const at = homeOf(http, account);
    const { company_id, company_name } = (await http.get(path`/v1/users/me`, at)).json(z.object({ data: User })).data;
    const query = { limit: 1 };
    (await http.get(path`/api/v2/persons`, { ...at, query })).json(Listed); // neither is refused for a lack of rights
    (await http.get(path`/v1/leads`, { ...at, query })).json(Listed);
    return { id: String(company_id), name: company_name || `Pipedrive ${company_id}` };
  },
});

const User = z.object({ company_id: z.number(), company_name: z.nullish(z.string()) });
const Listed = z.object({ data: z.nullable(z.array(z.unknown())) });

/** Where a company's requests go; the general address takes them too. */
export const homeOf = (http: Http, { api_domain }: { readonly api_domain?: string | undefined }) =>
  api_domain === undefined ? {} : { host: http.link(api_domain).host };
