/** googleAds:search, over the few resources and fields the sandbox has. https://developers.google.com/google-ads/api/docs/query/overview */
import {
  BadQuery,
  type Call,
  type Cell,
  comparisons,
  json,
  picked,
  type Reply,
  readSelect,
  type Select,
  type State,
} from "@junction/sandbox";
import { type Budget, budgetsOf, CUSTOMERS, type Customer, campaignsOf, dayOf, GOALS, keywordsOf } from "./accounts.ts";
import { bad } from "./errors.ts";

type Cells = Readonly<Record<string, Cell>>;
const DAY_MS = 86_400_000;

function customerCells({ id, name, currency, status, manager }: Customer): Cells {
  return {
    ...{ "customer.id": id, "customer.descriptive_name": name, "customer.currency_code": currency },
    ...{ "customer.status": status, "customer.manager": manager },
  };
}
function budgetCells({ customer, id, amountMicros, shared }: Budget): Cells {
  return {
    "campaign.campaign_budget": `customers/${customer}/campaignBudgets/${id}`,
    ...{ "campaign_budget.amount_micros": amountMicros, "campaign_budget.total_amount_micros": null },
    "campaign_budget.explicitly_shared": shared,
  };
}

/** The days a query is about, by its conditions on segments.date. */
function daysOf(query: Select): readonly [number, number] | undefined {
  const dates = comparisons(query.where).filter(({ field }) => field === "segments.date");
  const at = (operator: string): number => Date.parse(String(dates.find((one) => one.operator === operator)?.literals[0]?.value)) / DAY_MS;
  return dates.length === 0 ? undefined : [at(">="), at("<=")];
}

function campaignRows(state: State, customer: Customer, query: Select, today: number): readonly Cells[] {
  const days = daysOf(query);
  if (days && (Number.isNaN(days[0]) || Number.isNaN(days[1]))) bad("dateError", "INVALID_DATE", "Dates must be of the form YYYY-MM-DD");
  return campaignsOf(state)
    .list()
    .filter((one) => one.customer === customer.id)
    .map((one) => {
      const sum = { costMicros: 0, impressions: 0, clicks: 0, conversions: 0 };
      for (let day = Math.max(days?.[0] ?? today, today - 365); day <= Math.min(days?.[1] ?? today, today); day++) {
        const did = dayOf(one, day);
        for (const name of ["costMicros", "impressions", "clicks", "conversions"] as const) sum[name] += did[name];
      }
      const budget = budgetsOf(state).get(String(one.budget));
      return {
        ...{
          "campaign.id": one.id,
          "campaign.name": one.name,
          "campaign.status": one.status,
          "campaign.primary_status": one.primaryStatus,
        },
        ...{ "campaign.end_date_time": null, ...(budget && budgetCells(budget)), ...customerCells(customer) },
        ...{ "metrics.cost_micros": sum.costMicros, "metrics.impressions": sum.impressions, "metrics.clicks": sum.clicks },
        ...{ "metrics.conversions": sum.conversions, "segments.date": days ? new Date(days[0] * DAY_MS).toISOString().slice(0, 10) : null },
      };
    });
}
function keywordRows(state: State, customer: Customer): readonly Cells[] {
  return keywordsOf(state)
    .list()
    .filter((one) => one.customer === customer.id)
    .map((one) => ({
      ...{ "ad_group_criterion.criterion_id": one.id, "ad_group_criterion.status": one.status, "ad_group_criterion.type": "KEYWORD" },
      ...{
        "ad_group_criterion.negative": one.negative,
        "ad_group_criterion.cpc_bid_micros": one.negative ? null : (one.cpcBidMicros ?? null),
      },
      ...{ "ad_group_criterion.keyword.text": one.text, "ad_group_criterion.keyword.match_type": one.matchType },
      ...{ "ad_group.id": one.group, "ad_group.name": one.groupName, "campaign.id": one.campaign },
      ...customerCells(customer),
    }));
}
const rowsOf: Readonly<Record<string, (state: State, customer: Customer, query: Select, today: number) => readonly Cells[]>> = {
  customer: (_, customer) => [customerCells(customer)],
  customer_client: (_, customer) =>
    CUSTOMERS.filter(({ id, through }) => id === customer.id || through === customer.id).map((one) =>
      Object.fromEntries(Object.entries(customerCells(one)).map(([name, value]) => [name.replace("customer.", "customer_client."), value])),
    ),
  campaign: campaignRows,
  ad_group_criterion: keywordRows,
  conversion_action: (_, customer) =>
    GOALS.filter((goal) => goal.customer === customer.id).map(({ id, name, status, type }) => ({
      ...{ "conversion_action.id": id, "conversion_action.name": name, "conversion_action.status": status, "conversion_action.type": type },
    })),
};
/** As `metrics.conversions` is written; every other number is an int64, and those are texts in JSON. */
const DOUBLES = ["metrics.conversions"];

const camel = (name: string): string => name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
function nested(cells: Cells, fields: readonly string[]): object {
  const row: Record<string, unknown> = {};
  for (const field of fields) {
    const value = cells[field];
    if (value === null || value === undefined) continue;
    const names = field.split(".").map(camel);
    let at = row;
    for (const name of names.slice(0, -1)) {
      at[name] ??= {};
      at = at[name] as Record<string, unknown>;
    }
    at[names.at(-1) ?? ""] = typeof value === "number" && !DOUBLES.includes(field) ? String(value) : value;
  }
  return row;
}

export function search(call: Call, customer: Customer): Reply {
  const { query: text } = (call.json ?? {}) as { query?: unknown };
  if (typeof text !== "string") return bad("requestError", "REQUIRED_FIELD_MISSING", "The required field was not present: query");
  let query: Select;
  try {
    query = readSelect(text, { pairs: false });
  } catch (error) {
    if (error instanceof BadQuery) return bad("queryError", "UNEXPECTED_INPUT", error.message);
    throw error;
  }
  const make = rowsOf[query.from];
  if (!make) return bad("queryError", "BAD_RESOURCE_TYPE_IN_FROM_CLAUSE", `The resource ${query.from} is not known`);
  const rows = make(call.state, customer, query, Math.floor(call.now() / DAY_MS));
  const named = [...query.fields, ...comparisons(query.where).map(({ field }) => field), ...query.order.map(({ field }) => field)];
  const known = Object.keys(rows[0] ?? {});
  for (const field of named)
    if (rows.length > 0 && !known.includes(field)) bad("queryError", "UNRECOGNIZED_FIELD", `Unrecognized field in the query: '${field}'.`);
  const found = picked(rows, query, (row, field) => row[field] ?? null).slice(0, Math.min(query.limit ?? 10_000, 10_000));
  return json(200, {
    results: found.map((row) => nested(row, query.fields)),
    fieldMask: query.fields.map((field) => field.split(".").map(camel).join(".")).join(","),
  });
}
