/** What campaigns cost and brought. https://developers.facebook.com/docs/marketing-api/insights */
import { path, refuse } from "@junction/kit";
import { getAdPerformance } from "@junction/tools";
import * as z from "zod/mini";
import { accountId, centsOfAmount, currencyOf, digits } from "./account.ts";
import { meta } from "./manifest.ts";

/** Every number is a text here. */
const Row = z.object({
  campaign_id: z.string(),
  campaign_name: z.string(),
  spend: z._default(z.string(), "0"),
  impressions: z._default(z.string(), "0"),
  clicks: z._default(z.string(), "0"),
  actions: z._default(z.array(z.object({ action_type: z.string(), value: z.optional(z.string()) })), []),
});
const Insights = z.object({
  data: z.array(Row),
  paging: z.optional(z.object({ cursors: z.optional(z.object({ after: z.string() })), next: z.optional(z.string()) })),
});
/** `lead` counts leads wherever they came in; where it is absent, those of Meta's own forms. */
const LEADS = ["lead", "onsite_conversion.lead_grouped"];

export const performance = meta.implement(getAdPerformance, {
  scopes: ["ads_read"],
  async run({ http, account, input: { account_id, campaign_id, from, until, page } }) {
    if (until < from) refuse({ kind: "InvalidRequest", issues: ["until must not be before from"] });
    const id = accountId(account_id, account.ad_account);
    const currency = await currencyOf(http, id);
    const only = campaign_id === undefined ? undefined : digits(campaign_id, "campaign_id");
    const query = {
      level: "campaign",
      fields: "campaign_id,campaign_name,spend,impressions,clicks,actions",
      time_range: JSON.stringify({ since: from, until }),
      filtering: only && JSON.stringify([{ field: "campaign.id", operator: "IN", value: [only] }]),
      limit: 100,
      after: page,
    };
    const { data, paging } = (await http.get(path`/v26.0/${id}/insights`, { query })).json(Insights);
    return {
      currency,
      campaigns: data.map(({ actions, spend, ...row }) => {
        const leads = Number(LEADS.map((type) => actions.find((one) => one.action_type === type)?.value).find(Boolean) ?? 0);
        const spend_cents = centsOfAmount(spend, currency);
        return {
          ...{ campaign_id: row.campaign_id, name: row.campaign_name, spend_cents },
          ...{ impressions: Number(row.impressions), clicks: Number(row.clicks), leads },
          cost_per_lead_cents: leads > 0 ? Math.round(spend_cents / leads) : undefined,
        };
      }),
      next_page: paging?.next === undefined ? undefined : paging.cursors?.after,
    };
  },
});
