/** Recurring billing. https://docs.stripe.com/api/subscriptions */
import { path } from "@junction/kit";
import { cancelSubscription, createSubscription } from "@junction/tools";
import * as z from "zod/mini";
import { newestCard } from "./customers.ts";
import { Id, options, stripe } from "./manifest.ts";

const Subscription = z.object({
  id: z.string(),
  status: z.string(),
  current_period_end: z.int(),
  cancel_at_period_end: z.boolean(),
  ended_at: z.nullish(z.int()),
});
type Status = z.output<typeof createSubscription.output>["status"];
const STATUS: Readonly<Record<string, Status>> = {
  active: "active",
  trialing: "active",
  past_due: "past_due",
  unpaid: "past_due",
  canceled: "canceled",
  incomplete_expired: "canceled",
};
const iso = (seconds: number): string => new Date(seconds * 1000).toISOString();

function told({ id, status, current_period_end, cancel_at_period_end, ended_at }: z.output<typeof Subscription>) {
  const end = ended_at ?? (cancel_at_period_end ? current_period_end : undefined);
  return {
    subscription_id: id,
    status: STATUS[status] ?? "pending",
    paid_until: iso(current_period_end),
    ends_at: end === undefined ? undefined : iso(end),
  };
}

export const subscribe = stripe.implement(createSubscription, {
  first: true,
  idempotent: true,
  // As many keys as requests: Stripe remembers an answer by key alone. A subscription takes no price of its own making.
  async run({ http, account, input, idempotencyKey }) {
    const card = input.payment_method_id ?? (await newestCard(http, account, input.customer_id));
    const made = async () => {
      const price = await http.post(path`/v1/prices`, {
        ...options(account, `${idempotencyKey}-price`),
        form: {
          currency: input.currency,
          unit_amount: input.amount_cents,
          "recurring[interval]": input.interval,
          "product_data[name]": input.description,
        },
      });
      return price.json(Id).id;
    };
    const reply = await http.post(path`/v1/subscriptions`, {
      ...options(account, `${idempotencyKey}-subscription`),
      form: {
        customer: input.customer_id,
        default_payment_method: card,
        "items[0][price]": input.price_id ?? (await made()),
        off_session: true,
        payment_behavior: "error_if_incomplete", // a card that is declined leaves nothing behind
        description: input.description,
      },
    });
    return told(reply.json(Subscription));
  },
});

export const unsubscribe = stripe.implement(cancelSubscription, {
  first: true,
  idempotent: true,
  async run({ http, account, input, idempotencyKey }) {
    const form = { cancel_at_period_end: true };
    const reply = await http.post(path`/v1/subscriptions/${input.subscription_id}`, { ...options(account, idempotencyKey), form });
    return told(reply.json(Subscription));
  },
});
