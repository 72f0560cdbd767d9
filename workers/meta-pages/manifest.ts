/** Meta: Facebook pages, and the Instagram accounts that belong to them. */
import { defineVendor, oauth2, parseJson, path, refuse } from "@junction/kit";
import * as z from "zod/mini";

/** Codes that stand for several, or that have no name. https://developers.facebook.com/docs/graph-api/guides/error-handling */
const NAMES: Readonly<Record<number, string>> = { 368: "blocked_by_policy", 506: "duplicate_post" };
const LIMITS = [4, 17, 32, 341, 613, 80001, 80002];
/** Meta mostly says no time, and counts over a rolling hour. */
const WAIT_MS = 300_000;

export const meta = defineVendor({
  id: "meta-pages",
  name: "Facebook and Instagram",
  category: "social",
  powers: "Posts on the contractor's Facebook pages and Instagram accounts, and leads from their forms",
  docs: "https://developers.facebook.com/docs/pages-api",
  credentials: {},
  auth: oauth2({
    authorizationUrl: "https://www.facebook.com/v26.0/dialog/oauth",
    tokenUrl: "https://graph.facebook.com/v26.0/oauth/access_token",
    revocationUrl: "https://graph.facebook.com/v26.0/me/permissions",
    revocation: "delete",
    scopes: {
      pages_show_list: "See which pages you manage",
      pages_read_engagement: "Read the posts on your pages",
      pages_manage_posts: "Publish posts on your pages",
      instagram_basic: "See which Instagram accounts belong to your pages",
      instagram_content_publish: "Publish photos and reels on your Instagram accounts",
      pages_manage_metadata: "Be told of new leads on your pages",
      leads_retrieval: "Read the leads that come in through your pages' forms",
    },
    scopeSeparator: ",",
    // A code gives a token of an hour or two; that is traded for one of about 60 days, and again while it lives.
    extend: { grantType: "fb_exchange_token", parameter: "fb_exchange_token" },
    refreshToken: "stable",
    marginSeconds: 14 * 86_400,
    errors: { 190: "CredentialError", 102: "CredentialError" },
  }),
  hosts: ["graph.facebook.com", "graph-video.facebook.com"],
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
        code:
          (is_transient && "transient") ||
          (code === 100 && error_subcode === 33 && "missing") ||
          (error_subcode === 2207042 && "limit") ||
          NAMES[code] ||
          kindOf(code),
        message,
        missing: message?.match(/\b(pages|business|instagram|leads)_[a-z_]+\b/g) ?? undefined,
      })),
    ),
    codes: {
      190: "CredentialError", // dead, whatever its subcode: expired, password changed, app removed
      102: "CredentialError",
      permission: "PermissionError",
      limit: "RateLimited", // mostly a 400, and sometimes a 403
      1: "VendorUnavailable",
      2: "VendorUnavailable",
      transient: "VendorUnavailable",
      missing: "NotFound",
      803: "NotFound",
      blocked_by_policy: "Declined",
      duplicate_post: "Declined",
    },
    waitMs(header) {
      const told = Usage.safeParse(parseJson(header("x-business-use-case-usage") ?? "")).data ?? {};
      const minutes = Object.values(told).flatMap((cases) => cases.map((one) => one.estimated_time_to_regain_access));
      return Math.max(...minutes, 0) * 60_000 || WAIT_MS;
    },
  },
  // One request for who it is and for what was granted: a person may untick single permissions.
  async test({ http }) {
    const reply = await http.get(path`/v26.0/me`, { query: { fields: "id,name,permissions" } });
    const { id, name, permissions } = reply.json(z.object({ id: z.string(), name: z.string(), permissions: Permissions }));
    const granted = permissions.data.filter(({ status }) => status === "granted").map(({ permission }) => permission);
    const missing = NEEDED.filter((scope) => !granted.includes(scope));
    if (missing.length > 0) refuse({ kind: "PermissionError", missing });
    const pages = await http.get(path`/v26.0/me/accounts`, { query: { fields: "id", limit: 100 } });
    const { data } = pages.json(z.object({ data: z.array(z.object({ id: z.string() })) }));
    return { id, name, accounts: data.map((page) => page.id) }; // what Meta delivers names the page, not the person
  },
});
/** Of a page, or an account, what each kind of use has left. */
const Usage = z.record(z.string(), z.array(z.object({ estimated_time_to_regain_access: z._default(z.number(), 0) })));
const NEEDED = ["pages_show_list", "pages_read_engagement", "pages_manage_posts"];
const Permissions = z.object({ data: z.array(z.object({ permission: z.string(), status: z.string() })) });

const kindOf = (code: number): string | number =>
  LIMITS.includes(code) ? "limit" : code === 3 || code === 10 || (code >= 200 && code <= 299) ? "permission" : code;
