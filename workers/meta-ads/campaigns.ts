/** Ad accounts, and the campaigns of one. https://developers.facebook.com/docs/marketing-api/reference/ad-campaign-group */
import { path, refuse } from "@junction/kit";
import { listAdAccounts, listCampaigns, updateCampaign } from "@junction/tools";
import * as z from "zod/mini";
import { accountId, budgetOf, centsOfBudget, currencyOf, digits } from "./account.ts";
import { ACCOUNT, Accounts, isUsable, meta } from "./manifest.ts";

const Paging = z.optional(z.object({ cursors: z.optional(z.object({ after: z.string() })), next: z.optional(z.string()) }));
/** The cursor of the next page, where there is one. */
const nextOf = (paging: z.output<typeof Paging>): string | undefined => (paging?.next === undefined ? undefined : paging.cursors?.after);

const STATES: Readonly<Record<number, string>> = {
  2: "disabled",
  3: "unsettled: a bill is open",
  7: "under review",
  8: "pending settlement",
  101: "closed",
};
export const accounts = meta.implement(listAdAccounts, {
  scopes: ["ads_read"],
  async run({ http, input: { page } }) {
    const reply = await http.get(path`/v26.0/me/adaccounts`, { query: { fields: ACCOUNT, limit: 100, after: page } });
    const { data, paging } = reply.json(Accounts);
    return {
      items: data.map((account) => {
        const usable = isUsable(account);
        const detail = usable ? account.currency : (STATES[account.account_status] ?? "not active");
        return { id: account.id, name: account.name ?? account.id, detail, usable };
      }),
      next_page: nextOf(paging),
    };
  },
});

const FIELDS = "id,name,status,effective_status,daily_budget,lifetime_budget,stop_time,account_id";
const Campaign = z.object({
  id: z.string(),
  name: z.string(),
  status: z.string(),
  effective_status: z.optional(z.string()),
  daily_budget: z.optional(z.string()),
  lifetime_budget: z.optional(z.string()),
  stop_time: z.optional(z.string()),
  account_id: z.optional(z.string()),
});
type Campaign = z.output<typeof Campaign>;
const DETAILS: Readonly<Record<string, string>> = {
  IN_PROCESS: "being reviewed",
  WITH_ISSUES: "held up by an issue: see Meta's Ads Manager",
};
/** A budget of nothing is none: it is then on the campaign's ad sets. */
const isSet = (budget: string | undefined): budget is string => budget !== undefined && Number(budget) > 0;

function statusOf({ status, stop_time }: Campaign): "active" | "paused" | "ended" {
  const over = stop_time !== undefined && Date.parse(stop_time) < Date.now();
  return over || (status !== "ACTIVE" && status !== "PAUSED") ? "ended" : status === "ACTIVE" ? "active" : "paused";
}
const shown = (campaign: Campaign, currency: string) => ({
  campaign_id: campaign.id,
  name: campaign.name,
  status: statusOf(campaign),
  detail: DETAILS[campaign.effective_status ?? ""],
  daily_budget_cents: isSet(campaign.daily_budget) ? centsOfBudget(campaign.daily_budget, currency) : undefined,
  total_budget_cents: isSet(campaign.lifetime_budget) ? centsOfBudget(campaign.lifetime_budget, currency) : undefined,
  budget_shared: false,
  currency,
});

const LISTED = { active: ["ACTIVE", "IN_PROCESS", "WITH_ISSUES"], paused: ["PAUSED"] };
export const list = meta.implement(listCampaigns, {
  scopes: ["ads_read"],
  async run({ http, account, input: { account_id, status, page } }) {
    const id = accountId(account_id, account.ad_account);
    const currency = await currencyOf(http, id);
    const effective_status = JSON.stringify(status ? LISTED[status] : Object.values(LISTED).flat());
    const query = { fields: FIELDS, effective_status, limit: 100, after: page };
    const { data, paging } = (await http.get(path`/v26.0/${id}/campaigns`, { query })).json(
      z.object({ data: z.array(Campaign), paging: Paging }),
    );
    return { campaigns: data.map((campaign) => shown(campaign, currency)), next_page: nextOf(paging) };
  },
});

export const update = meta.implement(updateCampaign, {
  scopes: ["ads_management", "ads_read"],
  idempotent: true, // the same values again change nothing
  async run({ http, account, input: { account_id, campaign_id, status, daily_budget_cents, name } }) {
    const id = digits(campaign_id, "campaign_id");
    const campaign = (await http.get(path`/v26.0/${id}`, { query: { fields: FIELDS } })).json(Campaign);
    const own = accountId(account_id ?? campaign.account_id, account.ad_account);
    const currency = await currencyOf(http, own);
    if (daily_budget_cents !== undefined && !isSet(campaign.daily_budget))
      refuse({
        kind: "InvalidRequest",
        issues: ["daily_budget_cents: this campaign has no budget for a day of its own; change it in Meta's Ads Manager"],
      });
    const daily_budget = daily_budget_cents === undefined ? undefined : budgetOf(daily_budget_cents, currency);
    const changes = { status: status && (status === "active" ? "ACTIVE" : "PAUSED"), daily_budget, name };
    const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
    if (Object.keys(given).length === 0) return shown(campaign, currency);
    (await http.post(path`/v26.0/${id}`, { form: given })).json(z.object({ success: z.literal(true) }));
    const now = { ...campaign, ...given, ...(daily_budget !== undefined && { daily_budget: String(daily_budget) }) };
    return shown({ ...now, ...(status && { effective_status: now.status }) }, currency);
  },
});
