import { bearer, defineVendor, field, path, refuse, secret } from "@junction/kit";
import * as z from "zod";
import { LIVE, SANDBOX, siteOf } from "./sites.ts";
import { webhook } from "./webhook.ts";

const tremendous = defineVendor({
  id: "tremendous",
  name: "Tremendous",
  category: "rewards",
  powers: "Gift cards for reviews and referrals",
  docs: "https://developers.tremendous.com/reference",
  credentials: {
    api_key: secret({ label: "API key", help: "In Tremendous under Team settings, Developers, API keys" }),
    environment: field({
      label: "Environment",
      help: "production, or sandbox where the key is of Tremendous' sandbox; left out, production",
      placeholder: "production",
      pattern: /^(production|sandbox)$/,
    }).optional(),
  },
  auth: bearer("api_key"),
  hosts: [LIVE, SANDBOX],
  limit: { requests: 10, perSeconds: 1 },
  errors: {
    body: z.object({ errors: z.object({ message: z.string() }) }).transform(({ errors: { message } }) => ({ message })),
  },
  // Whose account it is, and whether anything there may pay for what is sent.
  async test({ http, account }) {
    const host = siteOf(account);
    const { organizations } = (await http.get(path`/api/v2/organizations`, { host })).json(Organizations);
    const { funding_sources } = (await http.get(path`/api/v2/funding_sources`, { host })).json(FundingSources);
    const usable = funding_sources.some(
      ({ status, usage_permissions }) => (status ?? "active") === "active" && (usage_permissions?.includes("api_orders") ?? true),
    );
    if (!usable) refuse({ kind: "PermissionError", missing: ["api_orders"] });
    const [own] = organizations;
    return own ? { id: own.id ?? own.name, name: own.name } : refuse({ kind: "InvalidRequest", issues: ["the key is of no organization"] });
  },
});

const Organizations = z.object({ organizations: z.array(z.object({ id: z.string().optional(), name: z.string() })) });
const FundingSources = z.object({
  funding_sources: z.array(z.object({ status: z.string().optional(), usage_permissions: z.array(z.string()).optional() })),
});

export default tremendous.provides({ actions: [], webhook });
