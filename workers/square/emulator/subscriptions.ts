/** Square's subscriptions, and the plans in its catalog that they are of. https://developer.squareup.com/reference/square/subscriptions-api */
import { type Call, json, type Reply } from "@junction/sandbox";
import * as z from "zod/mini";
import { ownCard } from "./cards.ts";
import { existing } from "./customers.ts";
import { LOCATION_ID } from "./payments.ts";
import { body, find, invalid, iso, Money, newId, ownMoney } from "./request.ts";

const DAYS = { DAILY: 1, WEEKLY: 7, MONTHLY: 30, ANNUAL: 365 } as const;
interface Variation {
  readonly id: string;
  readonly name: string;
  readonly cadence: keyof typeof DAYS;
  readonly price: Money;
}
export interface Subscription {
  readonly id: string;
  readonly status: "ACTIVE" | "CANCELED";
  readonly customer_id: string;
  readonly plan_variation_id: string;
  readonly charged_through_date: string;
  readonly canceled_date?: string;
  readonly created_at: string;
  readonly [more: string]: unknown;
}

const Phase = z.strictObject({
  cadence: z.enum(["DAILY", "WEEKLY", "MONTHLY", "ANNUAL"]),
  ordinal: z.optional(z.int()),
  periods: z.optional(z.int()),
  pricing: z.strictObject({ type: z.enum(["STATIC"]), price_money: Money }),
});
const Plan = z.strictObject({
  type: z.literal("SUBSCRIPTION_PLAN"),
  id: z.string().check(z.startsWith("#")),
  subscription_plan_data: z.strictObject({ name: z.string().check(z.minLength(1)), all_items: z.optional(z.boolean()) }),
});
const PlanVariation = z.strictObject({
  type: z.literal("SUBSCRIPTION_PLAN_VARIATION"),
  id: z.string().check(z.startsWith("#")),
  subscription_plan_variation_data: z.strictObject({
    name: z.string().check(z.minLength(1)),
    phases: z.array(Phase).check(z.minLength(1)),
    subscription_plan_id: z.string(),
  }),
});
const Upsert = z.strictObject({
  idempotency_key: z.string().check(z.minLength(1), z.maxLength(128)),
  batches: z.array(z.strictObject({ objects: z.array(z.discriminatedUnion("type", [Plan, PlanVariation])) })).check(z.minLength(1)),
});

export const variationsOf = (call: Pick<Call, "state">) => call.state.collection<Variation>("plan_variations");
export const subscriptionsOf = (call: Pick<Call, "state">) => call.state.collection<Subscription>("subscriptions");

export function upsert(call: Call): Reply {
  const objects = body(call, Upsert).batches.flatMap((batch) => batch.objects);
  const ids = new Map(objects.map(({ id }) => [id, newId(call, 24)]));
  for (const one of objects) {
    if (one.type === "SUBSCRIPTION_PLAN") continue;
    const { name, phases, subscription_plan_id } = one.subscription_plan_variation_data;
    if (!ids.has(subscription_plan_id)) invalid("INVALID_VALUE", "The plan of a plan variation must exist.", "subscription_plan_id");
    const [phase] = phases;
    if (!phase) return invalid("ARRAY_EMPTY", "A plan variation needs a phase.", "phases");
    const id = ids.get(one.id) ?? "";
    variationsOf(call).put(id, { id, name, cadence: phase.cadence, price: ownMoney(phase.pricing.price_money, "price_money") });
  }
  const made = objects.map((one) => ({ ...one, id: ids.get(one.id), version: call.now(), updated_at: iso(call), is_deleted: false }));
  return json(200, { objects: made, id_mappings: [...ids].map(([client_object_id, object_id]) => ({ client_object_id, object_id })) });
}

const Create = z.strictObject({
  idempotency_key: z.optional(z.string().check(z.minLength(1), z.maxLength(128))),
  location_id: z.string(),
  plan_variation_id: z.string(),
  customer_id: z.string(),
  card_id: z.optional(z.string()),
  start_date: z.optional(z.string()),
  timezone: z.optional(z.string()),
});

const DAY_MS = 86_400_000;
const day = (at: number): string => new Date(at).toISOString().slice(0, 10);

export function createSubscription(call: Call): Reply {
  const { location_id, plan_variation_id, customer_id, card_id } = body(call, Create);
  if (location_id !== LOCATION_ID) invalid("NOT_FOUND", "Location not found", "location_id");
  existing(call, customer_id);
  if (card_id !== undefined) ownCard(call, card_id, customer_id, "card_id");
  const { cadence } =
    variationsOf(call).get(plan_variation_id) ?? invalid("NOT_FOUND", "The plan variation was not found.", "plan_variation_id");
  const subscription: Subscription = {
    ...{ id: newId(call, 24), status: "ACTIVE", version: 1, location_id, plan_variation_id, customer_id, card_id },
    ...{ start_date: day(call.now()), charged_through_date: day(call.now() + DAYS[cadence] * DAY_MS) },
    ...{ created_at: iso(call), timezone: "America/New_York", source: { name: "Junction" } },
  };
  subscriptionsOf(call).put(subscription.id, subscription);
  return json(200, { subscription });
}

const named = (call: Call): Subscription => find<Subscription>(call, "subscriptions", call.param("subscription"), "subscription");
export const getSubscription = (call: Call): Reply => json(200, { subscription: named(call) });

export function cancelSubscription(call: Call): Reply {
  const before = named(call);
  if (before.canceled_date !== undefined || before.status === "CANCELED")
    return invalid("BAD_REQUEST", "This subscription already has a pending cancel date.");
  const subscription = { ...before, canceled_date: before.charged_through_date };
  subscriptionsOf(call).put(before.id, subscription);
  return json(200, { subscription, actions: [{ id: newId(call), type: "CANCEL", effective_date: before.charged_through_date }] });
}
