/** Tremendous: how it is connected, and what its errors mean. */
import { bearer, defineVendor, field, found, path, refuse, secret } from "@junction/kit";
import * as z from "zod/mini";
import { LIVE, SANDBOX, siteOf } from "./sites.ts";

/** Tremendous' errors have no code, so those that mean other than their status are known by their words. */
const NAMED: readonly (readonly [RegExp, string])[] = [
  [/not enough funds|insufficient funds/i, "insufficient_funds"],
  [/production access/i, "production_access"], // a 401, though the key is good
];

export const tremendous = defineVendor({
  id: "tremendous",
  name: "Tremendous",
  category: "rewards",
  powers: "Gift cards for reviews and referrals",
  docs: "https://developers.tremendous.com/reference",
  credentials: {
    api_key: secret({ label: "API key", help: "In Tremendous under Team settings, Developers, API keys" }),
    environment: z.optional(
      field({
        label: "Environment",
        help: "production, or sandbox where the key is of Tremendous' sandbox; left out, production",
        placeholder: "production",
        pattern: /^(production|sandbox)$/,
      }),
    ),
    /** What pays. */
    funding: found(),
  },
  auth: bearer("api_key"),
  hosts: [LIVE, SANDBOX],
  limit: { requests: 10, perSeconds: 1 },
  errors: {
    body: z.pipe(
      z.object({ errors: z.object({ message: z.string() }) }),
      z.transform(({ errors: { message } }) => ({ message, code: NAMED.find(([words]) => words.test(message))?.[1] })),
    ),
    codes: { insufficient_funds: "Declined", production_access: "PermissionError" },
  },
  // Whose account it is, and whether anything there may pay for what is sent.
  async test({ http, account }) {
    const host = siteOf(account);
    const { organizations } = (await http.get(path`/api/v2/organizations`, { host })).json(Organizations);
    const { funding_sources } = (await http.get(path`/api/v2/funding_sources`, { host })).json(FundingSources);
    const usable = funding_sources.filter(
      ({ status, usage_permissions }) => (status ?? "active") === "active" && (usage_permissions?.includes("api_orders") ?? true),
    );
    const paying = usable.find(({ method }) => method === "balance") ?? usable[0];
    if (!paying) return refuse({ kind: "PermissionError", missing: ["api_orders"] });
    const [own] = organizations;
    const kept = paying.id === undefined ? {} : { found: { funding: paying.id } };
    return own
      ? { id: own.id ?? own.name, name: own.name, ...kept }
      : refuse({ kind: "InvalidRequest", issues: ["the key is of no organization"] });
  },
});

const Organizations = z.object({ organizations: z.array(z.object({ id: z.optional(z.string()), name: z.string() })) });
const FundingSources = z.object({
  funding_sources: z.array(
    z.object({
      ...{ id: z.optional(z.string()), method: z.optional(z.string()) },
      ...{ status: z.optional(z.string()), usage_permissions: z.optional(z.array(z.string())) },
    }),
  ),
});
