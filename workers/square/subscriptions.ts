/** Recurring billing. https://developer.squareup.com/docs/subscriptions-api/overview */
import { path, refuse } from "@junction/kit";
import { cancelSubscription, createSubscription } from "@junction/tools";
import * as z from "zod/mini";
import { newestCard } from "./customers.ts";
import { keyOf, money, placeOf, site, square } from "./manifest.ts";

const Subscription = z.object({
  id: z.string(),
  status: z.string(),
  charged_through_date: z.nullish(z.string()),
  canceled_date: z.nullish(z.string()),
});
const Told = z.object({ subscription: Subscription });
type Result = z.output<typeof createSubscription.output>;
const STATUS: Readonly<Record<string, Result["status"]>> = {
  ACTIVE: "active",
  DEACTIVATED: "past_due",
  CANCELED: "canceled",
  COMPLETED: "canceled",
};
const told = ({ id, status, charged_through_date, canceled_date }: z.output<typeof Subscription>): Result => ({
  subscription_id: id,
  status: STATUS[status] ?? "pending",
  paid_until: charged_through_date ?? undefined,
  ends_at: canceled_date ?? undefined,
});
const CADENCE = { day: "DAILY", week: "WEEKLY", month: "MONTHLY", year: "ANNUAL" } as const;

export const subscribe = square.implement(createSubscription, {
  idempotent: true,
  // A price of one's own is a plan with one variation, in the catalog.
  async run({ http, account, input, idempotencyKey }) {
    const options = site(account);
    const card_id = input.payment_method_id ?? (await newestCard(http, account, input.customer_id));
    const planned = async (amount_cents: number) => {
      const phase = {
        ordinal: 0,
        cadence: CADENCE[input.interval],
        pricing: { type: "STATIC", price_money: money({ amount_cents, currency: input.currency }) },
      };
      const variation = { name: input.description, phases: [phase], subscription_plan_id: "#plan" };
      const objects = [
        { type: "SUBSCRIPTION_PLAN", id: "#plan", subscription_plan_data: { name: input.description } },
        { type: "SUBSCRIPTION_PLAN_VARIATION", id: "#variation", subscription_plan_variation_data: variation },
      ];
      const json = { idempotency_key: keyOf(idempotencyKey, "plan-"), batches: [{ objects }] };
      const { id_mappings } = (await http.post(path`/v2/catalog/batch-upsert`, { ...options, json })).json(Mappings);
      const made = id_mappings.find(({ client_object_id }) => client_object_id === "#variation");
      return made?.object_id ?? refuse({ kind: "VendorUnavailable", sent: true });
    };
    const json = {
      idempotency_key: keyOf(idempotencyKey),
      location_id: placeOf(account),
      plan_variation_id: input.price_id ?? (await planned(input.amount_cents ?? 0)),
      customer_id: input.customer_id,
      card_id,
    };
    return told((await http.post(path`/v2/subscriptions`, { ...options, json })).json(Told).subscription);
  },
});

const Mappings = z.object({ id_mappings: z._default(z.array(z.object({ client_object_id: z.string(), object_id: z.string() })), []) });

export const unsubscribe = square.implement(cancelSubscription, {
  idempotent: true, // by what it finds: this request takes no key, and Square refuses to end what is to end already
  async run({ http, account, input }) {
    const options = site(account);
    const { subscription } = (await http.get(path`/v2/subscriptions/${input.subscription_id}`, options)).json(Told);
    if (subscription.canceled_date || subscription.status === "CANCELED") return told(subscription);
    return told((await http.post(path`/v2/subscriptions/${input.subscription_id}/cancel`, options)).json(Told).subscription);
  },
});
