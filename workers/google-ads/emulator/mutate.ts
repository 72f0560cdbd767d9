/** Changes, each operation by its update mask. https://developers.google.com/google-ads/api/docs/mutating/overview */
import { type Call, json, type Reply } from "@junction/sandbox";
import { type Budget, budgetsOf, type Campaign, type Customer, campaignsOf, type Keyword, keyOf, keywordsOf } from "./accounts.ts";
import { bad } from "./errors.ts";

type Fields = Readonly<Record<string, unknown>>;
interface Change {
  /** Checks, and gives what writes it. */
  readonly plan: (call: Call, customer: Customer, id: string, fields: Fields) => () => void;
  readonly fields: readonly string[];
}
const invalid = (field: string): never => bad("fieldError", "INVALID_VALUE", `The value of ${field} is not valid`);
const isMoney = (value: unknown): value is string => typeof value === "string" && /^[1-9]\d*$/.test(value);
const unit = ({ currency }: Customer): number => (currency === "JPY" ? 1_000_000 : 10_000);
const gone = (): never => bad("mutateError", "RESOURCE_NOT_FOUND", "Resource was not found.");

const CHANGES: Readonly<Record<string, Change>> = {
  campaigns: {
    fields: ["status", "name"],
    plan(call, customer, id, fields) {
      const campaign = campaignsOf(call.state).get(id);
      if (!campaign || campaign.customer !== customer.id) return gone();
      if (campaign.status === "REMOVED") bad("campaignError", "CANNOT_MODIFY_REMOVED_CAMPAIGN", "Removed campaigns can't be modified");
      const { status = campaign.status, name = campaign.name } = fields as Partial<Campaign>;
      if (status !== "ENABLED" && status !== "PAUSED") invalid("status");
      if (typeof name !== "string" || name === "") invalid("name");
      const others = campaignsOf(call.state)
        .list()
        .filter((one) => one.customer === customer.id && one.id !== campaign.id && one.status !== "REMOVED");
      if (others.some((one) => one.name === name))
        bad("campaignError", "DUPLICATE_CAMPAIGN_NAME", "A campaign with this name already exists");
      const same = status === campaign.status && name === campaign.name;
      const primaryStatus = status === "ENABLED" ? "ELIGIBLE" : "PAUSED";
      return () =>
        campaignsOf(call.state).put(id, { ...campaign, status, name, primaryStatus, changed: same ? campaign.changed : call.now() });
    },
  },
  campaignBudgets: {
    fields: ["amountMicros"],
    plan(call, customer, id, fields) {
      const budget: Budget | undefined = budgetsOf(call.state).get(id);
      if (!budget || budget.customer !== customer.id) return gone();
      if (!isMoney(fields["amountMicros"])) return invalid("amountMicros");
      const amountMicros = Number(fields["amountMicros"]);
      if (amountMicros % unit(customer) > 0)
        bad("campaignBudgetError", "NON_MULTIPLE_OF_MINIMUM_CURRENCY_UNIT", "The amount is not a multiple of the minimum currency unit");
      return () => {
        budgetsOf(call.state).put(id, { ...budget, amountMicros });
        for (const campaign of campaignsOf(call.state).list())
          if (campaign.budget === budget.id && amountMicros !== budget.amountMicros)
            campaignsOf(call.state).put(String(campaign.id), { ...campaign, changed: call.now() });
      };
    },
  },
  adGroupCriteria: {
    fields: ["status", "cpcBidMicros"],
    plan(call, customer, id, fields) {
      const keyword = keywordsOf(call.state).get(id);
      if (!keyword || keyword.customer !== customer.id) return gone();
      const { status = keyword.status } = fields as Partial<Keyword>;
      if (status !== "ENABLED" && status !== "PAUSED") invalid("status");
      if (keyword.negative) bad("adGroupCriterionError", "CANNOT_UPDATE_NEGATIVE", "Negative ad group criteria cannot be updated");
      const bid = fields["cpcBidMicros"];
      if (bid !== undefined && !isMoney(bid)) return invalid("cpcBidMicros");
      const cpcBidMicros = bid === undefined ? keyword.cpcBidMicros : Number(bid);
      const same = status === keyword.status && cpcBidMicros === keyword.cpcBidMicros;
      const next = {
        ...keyword,
        status,
        ...(cpcBidMicros !== undefined && { cpcBidMicros }),
        changed: same ? keyword.changed : call.now(),
      };
      return () => keywordsOf(call.state).put(keyOf(keyword), next);
    },
  },
};

/** All operations or none, as without partial failure. */
export function mutate(call: Call, customer: Customer, collection: string): Reply {
  const { operations, validateOnly } = (call.json ?? {}) as {
    operations?: readonly { updateMask?: string; update?: Fields }[];
    validateOnly?: boolean;
  };
  const change = CHANGES[collection];
  if (!Array.isArray(operations) || operations.length === 0 || !change)
    return bad("requestError", "REQUIRED_FIELD_MISSING", "The required field was not present: operations");
  const plans = operations.map(({ updateMask, update }: { readonly updateMask?: string; readonly update?: Fields }) => {
    const { resourceName, ...given } = update ?? {};
    const [, id] = new RegExp(`^customers/${customer.id}/${collection}/([\\d~]+)$`).exec(String(resourceName)) ?? [];
    if (id === undefined) return bad("requestError", "BAD_RESOURCE_ID", `'${String(resourceName)}' is not a valid resource name`);
    const masked: readonly string[] = (updateMask ?? "").split(",").filter(Boolean);
    if (masked.length === 0) bad("fieldMaskError", "FIELD_MASK_MISSING", "The field mask must be provided for update operations");
    for (const name of masked)
      if (!change.fields.includes(name)) bad("fieldMaskError", "FIELD_NOT_FOUND", `The field ${name} is not found`);
    const fields = Object.fromEntries(masked.map((name) => [name, given[name]]));
    return { resourceName, write: change.plan(call, customer, id, fields) };
  });
  if (validateOnly) return json(200, { results: [] });
  for (const { write } of plans) write();
  return json(200, { results: plans.map(({ resourceName }) => ({ resourceName })) });
}
