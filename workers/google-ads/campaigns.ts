/** Campaigns, and what they cost and brought. */
import { refuse } from "@junction/kit";
import { getAdPerformance, listAdAccounts, listCampaigns, updateCampaign } from "@junction/tools";
import * as z from "zod/mini";
import { accountName, accountOf, reachable } from "./account.ts";
import { centsOf, gaql, microsOf, mutate, search } from "./gaql.ts";
import { ADS, google } from "./manifest.ts";

const PAGE = 200;
/** What follows the last of a full page: lists go on after an id, which holds however they change. */
const nextOf = (ids: readonly string[]): string | undefined => (ids.length < PAGE ? undefined : ids.at(-1));

export const accounts = google.implement(listAdAccounts, {
  scopes: [ADS],
  async run({ http }) {
    const all = await reachable(http);
    return {
      items: all.map((one) => ({
        id: accountName(one),
        name: one.name,
        detail: one.usable ? one.currency : one.status.toLowerCase(),
        usable: one.usable,
      })),
    };
  },
});

const Row = z.object({
  campaign: z.object({
    id: z.string(),
    name: z.string(),
    status: z.string(),
    endDateTime: z.optional(z.string()),
    primaryStatus: z.optional(z.string()),
    campaignBudget: z.optional(z.string()),
  }),
  campaignBudget: z.optional(
    z.object({
      amountMicros: z.optional(z.string()),
      totalAmountMicros: z.optional(z.string()),
      explicitlyShared: z._default(z.boolean(), false),
    }),
  ),
  customer: z.object({ currencyCode: z.string() }),
});
type Row = z.output<typeof Row>;
const FIELDS = gaql`campaign.id, campaign.name, campaign.status, campaign.end_date_time, campaign.primary_status, campaign.campaign_budget,
  campaign_budget.amount_micros, campaign_budget.total_amount_micros, campaign_budget.explicitly_shared, customer.currency_code`;
const DETAILS: Readonly<Record<string, string>> = {
  LIMITED: "shown less often than it could be",
  MISCONFIGURED: "held up by a setting: see Google Ads",
  NOT_ELIGIBLE: "held up: see Google Ads",
  PENDING: "not begun yet",
};
const money = (micros: string | undefined, currency: string) =>
  micros === undefined || micros === "0" ? undefined : centsOf(micros, currency);

function shown({ campaign, campaignBudget: budget, customer }: Row) {
  const currency = customer.currencyCode.toLowerCase();
  const over = campaign.primaryStatus === "ENDED" || campaign.status === "REMOVED";
  return {
    campaign_id: campaign.id,
    name: campaign.name,
    status: over ? ("ended" as const) : campaign.status === "ENABLED" ? ("active" as const) : ("paused" as const),
    detail: DETAILS[campaign.primaryStatus ?? ""],
    daily_budget_cents: money(budget?.amountMicros, currency),
    total_budget_cents: money(budget?.totalAmountMicros, currency),
    budget_shared: budget?.explicitlyShared ?? false,
    currency,
  };
}

export const list = google.implement(listCampaigns, {
  scopes: [ADS],
  async run({ http, account, input: { account_id, status, page = "0" } }) {
    const states = status === undefined ? gaql`IN (${"ENABLED"}, ${"PAUSED"})` : gaql`= ${status === "active" ? "ENABLED" : "PAUSED"}`;
    const query = gaql`SELECT ${{ part: FIELDS }} FROM campaign WHERE campaign.status ${{ part: states }} AND campaign.id > ${page}
      ORDER BY campaign.id LIMIT ${PAGE}`;
    const rows = await search(http, accountOf(account_id, account), query, Row);
    return { campaigns: rows.map(shown), next_page: nextOf(rows.map(({ campaign }) => campaign.id)) };
  },
});

export const update = google.implement(updateCampaign, {
  scopes: [ADS],
  idempotent: true, // the same values again change nothing
  async run({ http, account, input: { account_id, campaign_id, status, daily_budget_cents, name } }) {
    const of = accountOf(account_id, account);
    const query = gaql`SELECT ${{ part: FIELDS }} FROM campaign WHERE campaign.id = ${campaign_id} LIMIT 1`;
    const [found] = await search(http, of, query, Row);
    if (!found) return refuse({ kind: "NotFound" });
    const { currency, budget_shared, daily_budget_cents: before } = shown(found);
    const budget = /\/campaignBudgets\/(\d+)$/.exec(found.campaign.campaignBudget ?? "")?.[1];
    if (daily_budget_cents !== undefined && (budget === undefined || budget_shared || before === undefined)) {
      const why = budget_shared ? "is shared with other campaigns" : "is not one for a day";
      refuse({ kind: "InvalidRequest", issues: [`daily_budget_cents: this campaign's budget ${why}; change it in Google Ads`] });
    }
    // The budget first: what is resumed then spends the new one from its first minute.
    const amountMicros = daily_budget_cents === undefined ? undefined : microsOf(daily_budget_cents, currency);
    await mutate(http, of, "campaignBudgets", budget ?? "", { amountMicros });
    const state = status && (status === "active" ? "ENABLED" : "PAUSED");
    await mutate(http, of, "campaigns", campaign_id, { status: state, name });
    const campaign = { ...found.campaign, status: state ?? found.campaign.status, name: name ?? found.campaign.name };
    return shown({
      ...found,
      campaign,
      campaignBudget: found.campaignBudget && { ...found.campaignBudget, ...(amountMicros && { amountMicros }) },
    });
  },
});

const Result = z.object({
  campaign: z.object({ id: z.string(), name: z.string() }),
  metrics: z.object({
    costMicros: z._default(z.string(), "0"),
    impressions: z._default(z.string(), "0"),
    clicks: z._default(z.string(), "0"),
    conversions: z._default(z.number(), 0),
  }),
});
export const performance = google.implement(getAdPerformance, {
  scopes: [ADS],
  async run({ http, account, input: { account_id, campaign_id, from, until, page = "0" } }) {
    if (until < from) refuse({ kind: "InvalidRequest", issues: ["until must not be before from"] });
    const of = accountOf(account_id, account);
    const only = campaign_id === undefined ? gaql`campaign.id > ${page}` : gaql`campaign.id = ${campaign_id} AND campaign.id > ${page}`;
    const query = gaql`SELECT campaign.id, campaign.name, metrics.cost_micros, metrics.impressions, metrics.clicks, metrics.conversions
      FROM campaign WHERE segments.date >= ${from} AND segments.date <= ${until} AND metrics.impressions > 0 AND ${{ part: only }}
      ORDER BY campaign.id LIMIT ${PAGE}`;
    const rows = await search(http, of, query, Result);
    const [own] = await search(http, of, gaql`SELECT customer.currency_code FROM customer LIMIT 1`, z.pick(Row, { customer: true }));
    const currency = (own?.customer.currencyCode ?? "USD").toLowerCase();
    return {
      currency,
      campaigns: rows.map(({ campaign, metrics }) => {
        const [spend_cents, leads] = [centsOf(metrics.costMicros, currency), metrics.conversions];
        return {
          ...{ campaign_id: campaign.id, name: campaign.name, spend_cents, leads },
          ...{ impressions: Number(metrics.impressions), clicks: Number(metrics.clicks) },
          cost_per_lead_cents: leads > 0 ? Math.round(spend_cents / leads) : undefined,
        };
      }),
      next_page: nextOf(rows.map(({ campaign }) => campaign.id)),
    };
  },
});
