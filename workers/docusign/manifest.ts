/** Docusign: how it is connected, and where an account's envelopes are. */
import { below, defineVendor, field, found, type Http, jwtBearer, type Path, path, refuse, secretFile } from "@junction/kit";
import * as z from "zod/mini";
import { Envelope } from "./envelope.ts";

const PRODUCTION = "account.docusign.com";
const DEMO = "account-d.docusign.com";
/** What stands for the environment in an address; left out, it is production. */
const at = (after: string) => {
  const live = `https://${PRODUCTION}${after}`;
  return { field: "environment", of: { "": live, production: live, demo: `https://${DEMO}${after}` } } as const;
};

export const docusign = defineVendor({
  id: "docusign",
  name: "Docusign",
  category: "esign",
  powers: "Estimates and contracts signed online",
  docs: "https://developers.docusign.com/docs/esign-rest-api/reference/",
  credentials: {
    integration_key: field({ label: "Integration key", help: "In Docusign under Settings, Apps and Keys", placeholder: "xxxxxxxx-xxxx-…" }),
    user_id: field({
      label: "User ID",
      help: "Of the person in whose name documents go out; on the same page",
      placeholder: "xxxxxxxx-xxxx-…",
    }),
    rsa_private_key: secretFile({
      label: "RSA private key",
      help: "Shown once, when a key pair is generated for the integration key; all of it, with its BEGIN and END lines",
      accept: ".pem,.key,.txt",
    }),
    account_id: z.optional(
      field({
        label: "API account ID",
        help: "On the same page; left out, the person's default account",
        placeholder: "xxxxxxxx-xxxx-…",
      }),
    ),
    environment: z.optional(
      field({
        label: "Environment",
        help: "production, or demo for a developer account; left out, production",
        placeholder: "production",
        pattern: /^(production|demo)$/,
      }),
    ),
    account: found(),
    base: found(),
  },
  auth: jwtBearer({
    tokenUrl: at("/oauth/token"),
    consentUrl: at("/oauth/auth"),
    key: { field: "rsa_private_key" },
    issuer: { field: "integration_key" },
    subject: { field: "user_id" },
    audience: { field: "environment", of: { "": PRODUCTION, production: PRODUCTION, demo: DEMO } },
    scopes: { signature: "Send documents to be signed", impersonation: "Do so in a person's name" },
  }),
  // Each account lives on a site of its own (na3, eu, demo, …), which only userinfo tells.
  hosts: [PRODUCTION, DEMO, "*.docusign.net"],
  limit: { requests: 3000, perSeconds: 3600 },
  errors: {
    body: z.pipe(
      z.object({ errorCode: z.string(), message: z.optional(z.string()) }),
      z.transform(({ errorCode, message }) => ({ code: errorCode.toUpperCase(), message })),
    ),
    codes: {
      AUTHORIZATION_INVALID_TOKEN: "CredentialError",
      USER_AUTHENTICATION_FAILED: "CredentialError",
      USER_LACKS_PERMISSIONS: "PermissionError", // as a 400 too
      ACCOUNT_LACKS_PERMISSIONS: "PermissionError",
      USER_DOES_NOT_BELONG_TO_SPECIFIED_ACCOUNT: "PermissionError",
      HOURLY_APIINVOCATION_LIMIT_EXCEEDED: "RateLimited", // as a 400, for a long time
      BURST_APIINVOCATION_LIMIT_EXCEEDED: "RateLimited",
      HOURLY_ENVELOPE_POLLING_LIMIT_EXCEEDED: "RateLimited",
      ENVELOPE_DOES_NOT_EXIST: "NotFound",
      TEMPLATE_ID_INVALID: "NotFound",
      ENVELOPE_ALLOWANCE_EXCEEDED: "Declined",
    },
  },
  async test({ http, account }) {
    const host = account.environment === "demo" ? DEMO : PRODUCTION;
    const { accounts } = (await http.get(path`/oauth/userinfo`, { host })).json(z.object({ accounts: z.array(Account) }));
    const wanted = account.account_id?.toLowerCase();
    const own = accounts.find((one) => (wanted === undefined ? one.is_default : one.account_id.toLowerCase() === wanted));
    if (!own) return refuse({ kind: "InvalidRequest", issues: ["API account ID: the user is in no such account"] });
    const found = { account: own.account_id, base: own.base_uri };
    await newest(http, found, new Date(Date.now() - DAY_MS), { count: 1 }); // proves the site, and that envelopes may be read
    return { id: own.account_id, name: own.account_name, found };
  },
});

const DAY_MS = 86_400_000;
const Account = z.object({ account_id: z.string(), account_name: z.string(), is_default: z.boolean(), base_uri: z.string() });
interface Site {
  readonly account?: string | undefined;
  readonly base?: string | undefined;
}

/** Where the account's envelopes and its templates are. */
export function envelopes(http: Http, { account, base }: Site) {
  if (account === undefined || base === undefined) return refuse({ kind: "CredentialError" }); // never tested: nobody knows where it lives
  const { host, path: root } = http.link(base);
  const at = below(root, path`/restapi/v2.1/accounts/${account}`);
  return { host, root: below(at, path`/envelopes`), templates: below(at, path`/templates`) };
}
/** The path of one of Docusign's records. An id of another form is another vendor's, and says so without a request. */
export const one = (of: Path, id: string): Path => (GUID.test(id) ? below(of, path`/${id}`) : refuse({ kind: "NotFound" }));
const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Envelopes whose status changed since then, or those of them that a transaction made. */
export async function newest(http: Http, site: Site, since: Date, query: { readonly count?: number; readonly transaction_ids?: string }) {
  const { host, root } = envelopes(http, site);
  const reply = await http.get(root, { host, query: { from_date: since.toISOString(), ...query } });
  const { envelopes: found = [], envelopeTransactionStatuses: known = [] } = reply.json(
    z.object({ envelopes: z.optional(z.array(Envelope)), envelopeTransactionStatuses: z.optional(z.array(Envelope)) }),
  );
  return [...found, ...known];
}
