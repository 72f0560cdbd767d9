/** Google's business profiles: their posts and reviews, and what Google's errors mean. https://developers.google.com/my-business/ref_overview */
import { defineVendor, oauth2, path, refuse } from "@junction/kit";
import * as z from "zod/mini";

export const MANAGE = "https://www.googleapis.com/auth/business.manage";
/** Posts and reviews never moved to the newer APIs. */
export const V4 = "mybusiness.googleapis.com";
export const LOCATIONS = "mybusinessbusinessinformation.googleapis.com";

const NOT_APPROVED =
  "Google has not approved this installation's project for the Business Profile APIs yet. Its operator asks for it with Google's form.";
const Detail = z.object({ reason: z.optional(z.string()), metadata: z.optional(z.record(z.string(), z.string())) });
const Envelope = z.object({
  error: z.object({ status: z.optional(z.string()), message: z.optional(z.string()), details: z._default(z.array(Detail), []) }),
});

export const profile = defineVendor({
  id: "google-business-profile",
  name: "Google Business Profile",
  category: "social",
  powers: "Posts on the contractor's business profiles in Google Search and Maps, and its reviews there",
  docs: "https://developers.google.com/my-business",
  credentials: {},
  auth: oauth2({
    authorizationUrl: "https://accounts.google.com/o/oauth2/v2/auth",
    tokenUrl: "https://oauth2.googleapis.com/token",
    revocationUrl: "https://oauth2.googleapis.com/revoke",
    scopes: { [MANAGE]: "See and manage your business profiles on Google" },
    params: { access_type: "offline", prompt: "consent" }, // without both, Google gives no refresh token
    refreshToken: "stable",
  }),
  hosts: ["mybusinessaccountmanagement.googleapis.com", LOCATIONS, V4, "oauth2.googleapis.com"],
  limit: { requests: 300, perSeconds: 60 },
  errors: {
    body: z.pipe(
      Envelope,
      z.transform(({ error: { status, message, details } }) => {
        // A project that was not let in has a quota of nothing, or the API is switched off: no contractor can mend that.
        const shut = details.some(({ reason, metadata }) => reason === "SERVICE_DISABLED" || metadata?.["quota_limit_value"] === "0");
        if (shut) return { code: "not_approved", message: NOT_APPROVED, missing: ["Google_approval_of_the_project"] };
        return { code: details.find(({ reason }) => reason !== undefined)?.reason ?? status, message };
      }),
    ),
    codes: {
      not_approved: "PermissionError", // as a 403, or as a 429
      RATE_LIMIT_EXCEEDED: "RateLimited",
      rateLimitExceeded: "RateLimited",
    },
  },
  // Both of Google's newer APIs, since each is switched on by itself; neither call changes anything.
  async test({ http }) {
    const reply = await http.get(path`/v1/accounts`, { query: { pageSize: 20 } });
    const { accounts } = reply.json(
      z.object({ accounts: z._default(z.array(z.object({ name: z.string(), accountName: z.optional(z.string()) })), []) }),
    );
    const [account] = accounts;
    if (!account) refuse({ kind: "PermissionError", missing: ["a_business_profile"] });
    const id = account.name.split("/").at(-1) ?? "";
    const locations = await http.get(path`/v1/accounts/${id}/locations`, { host: LOCATIONS, query: { readMask: "name", pageSize: 1 } });
    locations.json(z.object({ locations: z.optional(z.array(z.object({ name: z.string() }))) }));
    return { id, name: account.accountName ?? account.name };
  },
});
