/** Google Ads: how it is connected, which account is meant, and what its errors mean. https://developers.google.com/google-ads/api/rest/overview */
import { defineVendor, found, oauth2, refuse } from "@junction/kit";
import * as z from "zod/mini";
import { reachable } from "./account.ts";

export const ADS = "https://www.googleapis.com/auth/adwords";
export const DATA = "https://www.googleapis.com/auth/datamanager";
/** `5s`, as a duration is written in JSON. */
const seconds = (text: string | undefined): number | undefined =>
  text === undefined ? undefined : Number.parseFloat(text) * 1000 || undefined;

const Failure = z.object({
  reason: z.optional(z.string()),
  errors: z._default(
    z.array(
      z.object({
        errorCode: z._default(z.record(z.string(), z.string()), {}),
        details: z.optional(z.object({ quotaErrorDetails: z.optional(z.object({ retryDelay: z.optional(z.string()) })) })),
      }),
    ),
    [],
  ),
});

export const google = defineVendor({
  id: "google-ads",
  name: "Google Ads",
  category: "advertising",
  powers: "Search ads: campaigns, keywords, what they cost and brought, and jobs booked from them",
  docs: "https://developers.google.com/google-ads/api/docs/start",
  credentials: { customer: found(), manager: found() },
  // No developer token: since September 2026 Google takes the access level from the project of the OAuth client and ignores the header.
  auth: oauth2({
    authorizationUrl: "https://accounts.google.com/o/oauth2/v2/auth",
    tokenUrl: "https://oauth2.googleapis.com/token",
    revocationUrl: "https://oauth2.googleapis.com/revoke",
    scopes: { [ADS]: "See and change your ads", [DATA]: "Tell Google which ads brought a booked job" },
    params: { access_type: "offline", prompt: "consent" }, // without both, Google gives no refresh token
    refreshToken: "stable",
  }),
  hosts: ["googleads.googleapis.com", "datamanager.googleapis.com", "oauth2.googleapis.com"],
  errors: {
    body: z.pipe(
      z.object({
        error: z.object({ message: z.optional(z.string()), status: z.optional(z.string()), details: z._default(z.array(Failure), []) }),
      }),
      z.transform(({ error: { message, status, details } }) => {
        const [first] = details.flatMap(({ errors }) => errors);
        const code = Object.values(first?.errorCode ?? {})[0] ?? details.find(({ reason }) => reason)?.reason ?? status;
        return { code, message, waitMs: seconds(first?.details?.quotaErrorDetails?.retryDelay) };
      }),
    ),
    // Google's HTTP status is right but for these. https://developers.google.com/google-ads/api/docs/common-errors
    codes: {
      NOT_ADS_USER: "PermissionError", // a 401, though the token is good
      CUSTOMER_NOT_FOUND: "NotFound", // the same
      RESOURCE_NOT_FOUND: "NotFound",
      RESOURCE_TEMPORARILY_EXHAUSTED: "RateLimited",
      RESOURCE_EXHAUSTED: "RateLimited",
      EXCESSIVE_SHORT_TERM_QUERY_RESOURCE_CONSUMPTION: "RateLimited",
      rateLimitExceeded: "RateLimited",
      CONCURRENT_MODIFICATION: "VendorUnavailable", // a 400; nothing was changed, and a second attempt passes
      TRANSIENT_ERROR: "VendorUnavailable",
      DUPLICATE_CAMPAIGN_NAME: "Conflict",
    },
  },
  async test({ http }) {
    const accounts = await reachable(http);
    const main = accounts.find(({ usable }) => usable);
    if (!main)
      return refuse({
        kind: "InvalidRequest",
        issues: ["this Google login reaches no open ad account: open one in Google Ads, or connect with the login that has it"],
      });
    return {
      id: main.customer,
      name: main.name,
      found: { customer: main.customer, ...(main.manager !== undefined && { manager: main.manager }) },
    };
  },
});
