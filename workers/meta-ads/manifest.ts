/** Meta's Marketing API: how it is connected, which ad account is meant, and what its errors mean. */
import { defineVendor, found, oauth2, parseJson, path, refuse } from "@junction/kit";
import * as z from "zod/mini";

/** Of the account, the person, the page, and of ads alone. https://developers.facebook.com/docs/graph-api/overview/rate-limiting/ */
const LIMITS = [4, 17, 32, 341, 613, 80000, 80001, 80003, 80004, 80005, 80014];
/** Meta mostly says no time, and counts over a rolling hour. */
const WAIT_MS = 300_000;
const NEEDED = ["ads_read", "ads_management"];

export const meta = defineVendor({
  id: "meta-ads",
  name: "Facebook and Instagram Ads",
  category: "advertising",
  powers: "Ad campaigns on Facebook and Instagram: budgets, results and lead forms",
  docs: "https://developers.facebook.com/docs/marketing-apis",
  credentials: { ad_account: found() },
  auth: oauth2({
    authorizationUrl: "https://www.facebook.com/v26.0/dialog/oauth",
    tokenUrl: "https://graph.facebook.com/v26.0/oauth/access_token",
    revocationUrl: "https://graph.facebook.com/v26.0/me/permissions",
    revocation: "delete",
    scopes: {
      ads_read: "See your ads and what they cost and brought",
      ads_management: "Pause and resume your ads, and change their budgets",
      pages_show_list: "See which pages you manage",
      pages_manage_ads: "Make the lead forms of your pages' ads",
    },
    scopeSeparator: ",",
    // A code gives a token of an hour or two; that is traded for one of about 60 days, and again while it lives.
    extend: { grantType: "fb_exchange_token", parameter: "fb_exchange_token" },
    refreshToken: "stable",
    marginSeconds: 14 * 86_400,
    errors: { 190: "CredentialError", 102: "CredentialError" },
  }),
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
        code: (is_transient && "transient") || (code === 100 && error_subcode === 33 && "missing") || kindOf(code),
        message,
        missing: message?.match(/\b(ads|pages|business|leads)_[a-z_]+\b/g) ?? undefined,
      })),
    ),
    codes: {
      190: "CredentialError", // dead, whatever its subcode
      102: "CredentialError",
      permission: "PermissionError",
      limit: "RateLimited", // mostly a 400
      1: "VendorUnavailable",
      2: "VendorUnavailable",
      transient: "VendorUnavailable",
      missing: "NotFound",
      803: "NotFound",
      account_closed: "Declined",
    },
    waitMs: (header) => {
      const { reset_time_duration } = usage(AccountUsage, header("x-ad-account-usage")) ?? {};
      const minutes = Object.values(usage(CaseUsage, header("x-business-use-case-usage")) ?? {})
        .flat()
        .map((one) => one.estimated_time_to_regain_access ?? 0);
      const wait = Math.max((reset_time_duration ?? 0) * 1000, ...minutes.map((one) => one * 60_000));
      return wait > 0 ? wait : WAIT_MS;
    },
  },
  // One request for who it is and for what was granted, since single permissions may be unticked; one for the ad accounts.
  async test({ http }) {
    const reply = await http.get(path`/v26.0/me`, { query: { fields: "id,name,permissions" } });
    const { id, name, permissions } = reply.json(z.object({ id: z.string(), name: z.string(), permissions: Permissions }));
    const granted = permissions.data.filter(({ status }) => status === "granted").map(({ permission }) => permission);
    const missing = NEEDED.filter((scope) => !granted.includes(scope));
    if (missing.length > 0) refuse({ kind: "PermissionError", missing });
    const { data } = (await http.get(path`/v26.0/me/adaccounts`, { query: { fields: ACCOUNT, limit: 100 } })).json(Accounts);
    const main = data.find(isUsable) ?? data[0];
    if (!main) return refuse({ kind: "InvalidRequest", issues: ["this login has no ad account: make one in Meta's Ads Manager"] });
    return { id, name: `${name}, ${main.name ?? main.id}`, found: { ad_account: main.id } };
  },
});

const Permissions = z.object({ data: z.array(z.object({ permission: z.string(), status: z.string() })) });
const AccountUsage = z.object({ reset_time_duration: z.optional(z.number()) });
const CaseUsage = z.record(z.string(), z.array(z.object({ estimated_time_to_regain_access: z.optional(z.number()) })));
const usage = <S extends z.ZodMiniType>(schema: S, header: string | undefined): z.output<S> | undefined =>
  schema.safeParse(header === undefined ? undefined : parseJson(header)).data;

function kindOf(code: number): string | number {
  if (LIMITS.includes(code)) return "limit";
  if (code === 273 || code === 275) return "account_closed";
  return code === 3 || code === 10 || (code >= 200 && code <= 299) ? "permission" : code;
}

export const ACCOUNT = "id,name,account_status,currency";
export const Account = z.object({
  id: z.string(),
  name: z.optional(z.string()),
  account_status: z.number(),
  currency: z.string(),
});
export const Accounts = z.object({
  data: z.array(Account),
  paging: z.optional(z.object({ cursors: z.optional(z.object({ after: z.string() })), next: z.optional(z.string()) })),
});
/** 1 active; 9 in its days of grace. */
export const isUsable = ({ account_status }: z.output<typeof Account>): boolean => account_status === 1 || account_status === 9;
