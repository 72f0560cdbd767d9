/** Ad accounts, their campaigns and what these cost and brought. https://developers.facebook.com/docs/marketing-api/reference */
import { type Call, json, type Reply, type State } from "@junction/sandbox";
import { bad, missing } from "./errors.ts";

export interface Account {
  readonly id: string;
  readonly name: string;
  readonly account_status: number;
  readonly currency: string;
}
export interface Campaign {
  readonly id: string;
  readonly account_id: string;
  readonly name: string;
  readonly objective: string;
  readonly status: "ACTIVE" | "PAUSED" | "ARCHIVED";
  readonly daily_budget?: string;
  readonly lifetime_budget?: string;
  readonly stop_time?: string;
  readonly changed: number;
}
export const campaigns = (state: State) => state.collection<Campaign>("campaigns");
export const ACCOUNTS: readonly Account[] = [
  { id: "act_1047295830470000", name: "Sandbox Plumbing, old", account_status: 101, currency: "USD" },
  { id: "act_1047295830470001", name: "Sandbox Plumbing", account_status: 1, currency: "USD" },
  { id: "act_1047295830470002", name: "Sandbox Plumbing Tokyo", account_status: 1, currency: "JPY" },
];
const SEED = [
  { id: "120210000000000456", name: "Water heaters, fall", status: "ACTIVE", daily_budget: "2500" },
  { id: "120210000000000457", name: "Drain cleaning", status: "PAUSED", daily_budget: "1200" },
  { id: "120210000000000458", name: "Budget on its ad sets", status: "ACTIVE" },
  { id: "120210000000000459", name: "Grand opening", status: "PAUSED", lifetime_budget: "50000", stop_time: "2025-06-01T00:00:00-0400" },
  { id: "120210000000000460", name: "Long gone", status: "ARCHIVED", daily_budget: "900" },
] as const;
export function seedCampaigns(state: State): void {
  for (const one of SEED) campaigns(state).put(one.id, { account_id: "1047295830470001", objective: "OUTCOME_LEADS", changed: 0, ...one });
  const far = { id: "120210000000000461", name: "Tokyo", status: "ACTIVE", daily_budget: "3000" } as const;
  campaigns(state).put(far.id, { account_id: "1047295830470002", objective: "OUTCOME_TRAFFIC", changed: 0, ...far });
}

/** The fields that were asked for, and always the id. */
export const fieldsOf = (call: Call, all: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> => {
  const wanted = (call.query.get("fields") ?? "id").split(",").map((name) => name.trim());
  return {
    ...Object.fromEntries(Object.entries(all).filter(([name, value]) => wanted.includes(name) && value !== undefined)),
    id: all["id"],
  };
};
export const shown = (call: Call, campaign: Campaign) =>
  fieldsOf(call, { ...campaign, changed: undefined, effective_status: campaign.status });

/** A page of a list, by cursors as Graph gives them. */
export function paged(call: Call, all: readonly { readonly id: string }[], show: (one: never) => object): Reply {
  const limit = Number(call.query.get("limit") ?? 25);
  if (!Number.isInteger(limit) || limit < 1) bad("Invalid limit");
  const after = call.query.get("after");
  const from = after === null ? 0 : all.findIndex(({ id }) => btoa(id) === after) + 1;
  if (after !== null && from === 0) bad("Invalid cursors values");
  const data = all.slice(from, from + limit);
  const [first, last] = [data.at(0), data.at(-1)];
  const cursors = first && last && { before: btoa(first.id), after: btoa(last.id) };
  const next = from + limit < all.length ? `${call.url.origin}${call.url.pathname}?limit=${limit}&after=${cursors?.after}` : undefined;
  return json(200, { data: data.map((one) => show(one as never)), ...(cursors && { paging: { cursors, next } }) });
}

function parsed(call: Call, name: string): unknown {
  const text = call.query.get(name);
  if (text === null) return undefined;
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return bad(`param ${name} must be valid JSON`);
    throw error;
  }
}

export function listCampaigns(call: Call, account: Account): Reply {
  const wanted = parsed(call, "effective_status") ?? ["ACTIVE", "PAUSED", "IN_PROCESS", "WITH_ISSUES"];
  const known = ["ACTIVE", "PAUSED", "DELETED", "ARCHIVED", "IN_PROCESS", "WITH_ISSUES"];
  if (!Array.isArray(wanted) || wanted.some((one) => !known.includes(one)))
    return bad("param effective_status must be an array of statuses");
  const all = campaigns(call.state)
    .list()
    .filter(({ account_id, status }) => `act_${account_id}` === account.id && wanted.includes(status));
  return paged(call, all, (one: Campaign) => shown(call, one));
}

const DAY_MS = 86_400_000;
/** What a campaign did on a day: the same whenever it is asked. */
function dayOf({ id, status, daily_budget }: Campaign, day: number) {
  if (status === "ARCHIVED" || daily_budget === undefined) return { spend: 0, impressions: 0, clicks: 0, leads: 0 };
  const turn = (day * 31 + Number(id.slice(-3))) % 7;
  return { spend: 1507 + turn * 111, impressions: 900 + turn * 57, clicks: 18 + turn, leads: turn % 3 };
}

export function insights(call: Call, account: Account): Reply {
  const range = parsed(call, "time_range") as { since?: unknown; until?: unknown } | undefined;
  const at = (day: unknown): number => (typeof day === "string" && /^\d{4}-\d\d-\d\d$/.test(day) ? Date.parse(day) / DAY_MS : Number.NaN);
  const [since, until] = [at(range?.since), at(range?.until)];
  if (Number.isNaN(since) || Number.isNaN(until)) bad("param time_range must be non-empty");
  if (until < since) bad("Start date of the time range cannot be later than its end date", 1487851);
  if (call.query.get("level") !== "campaign") bad("the sandbox knows insights of campaigns alone");
  const filter = parsed(call, "filtering") as readonly { field: string; operator: string; value: readonly string[] }[] | undefined;
  if (filter?.some(({ field, operator }) => field !== "campaign.id" || operator !== "IN")) bad("Invalid filtering");
  const only = filter?.[0]?.value;
  const today = Math.floor(call.now() / DAY_MS);
  const rows = campaigns(call.state)
    .list()
    .filter(({ id, account_id }) => `act_${account_id}` === account.id && (only?.includes(id) ?? true))
    .map((campaign) => {
      const sum = { spend: 0, impressions: 0, clicks: 0, leads: 0 };
      for (let day = Math.max(since, today - 365); day <= Math.min(until, today); day++) {
        const one = dayOf(campaign, day);
        for (const name of ["spend", "impressions", "clicks", "leads"] as const) sum[name] += one[name];
      }
      return { id: campaign.id, campaign, sum };
    })
    .filter(({ sum }) => sum.impressions > 0);
  return paged(call, rows, ({ campaign, sum }: (typeof rows)[number]) => ({
    campaign_id: campaign.id,
    campaign_name: campaign.name,
    spend: account.currency === "JPY" ? String(sum.spend) : (sum.spend / 100).toFixed(2),
    impressions: String(sum.impressions),
    clicks: String(sum.clicks),
    actions: [
      { action_type: "link_click", value: String(sum.clicks) },
      ...(sum.leads > 0 ? [{ action_type: "lead", value: String(sum.leads) }] : []),
    ],
    date_start: String(range?.since),
    date_stop: String(range?.until),
  }));
}

export function updateCampaign(call: Call, campaign: Campaign): Reply {
  const known = ["status", "daily_budget", "lifetime_budget", "name", "execution_options"];
  for (const name of call.form.keys()) if (!known.includes(name) && name !== "access_token") bad(`The parameter ${name} is not supported`);
  const [status, budget, name] = ["status", "daily_budget", "name"].map((field) => call.form.get(field));
  if (status && !["ACTIVE", "PAUSED", "ARCHIVED", "DELETED"].includes(status))
    bad("param status must be one of {ACTIVE, PAUSED, DELETED, ARCHIVED}");
  if (campaign.status === "ARCHIVED") bad("An archived campaign can only have its name changed", 1487566);
  if (budget && (!/^\d+$/.test(budget) || Number(budget) < 100)) bad("Your budget is too low", 1885272);
  if (budget && campaign.daily_budget === undefined) bad("This campaign's budget is not a daily one", 1885621);
  if (name === "") bad("param name must be non-empty");
  const next = {
    ...campaign,
    ...(status && { status: status as Campaign["status"] }),
    ...(budget && { daily_budget: budget }),
    ...(name && { name }),
  };
  const changed = JSON.stringify(next) === JSON.stringify(campaign) ? campaign.changed : call.now();
  campaigns(call.state).put(campaign.id, { ...next, changed });
  return json(200, { success: true });
}

export const accountOf = (id: string): Account => ACCOUNTS.find((one) => one.id === id) ?? missing(id);
