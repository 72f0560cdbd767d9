/** Orders, each of one reward, and the campaigns they choose from. https://developers.tremendous.com/reference/create-order */
import { type Call, json, type Reply, refuse, type State } from "@junction/sandbox";
import * as z from "zod/mini";

export interface Reward {
  readonly id: string;
  readonly order: string;
  readonly at: number;
  readonly delivery: "SUCCEEDED" | "FAILED" | "PENDING";
  readonly value: { readonly denomination: number; readonly currency_code: string };
  readonly recipient: { readonly name: string | null; readonly email: string };
  readonly message?: string | undefined;
}
export interface Order {
  readonly id: string;
  readonly external: string | null;
  readonly campaign: string | null;
  readonly reward: string;
  readonly at: number;
  readonly status: "EXECUTED" | "FAILED" | "CANCELED" | "PENDING APPROVAL";
}
export const rewardsOf = (state: State) => state.collection<Reward>("rewards");
export const ordersOf = (state: State) => state.collection<Order>("orders");
/** The cents spent so far, of the balance. */
const spentOf = (state: State) => state.collection<number>("spent");

export const BALANCE_CENTS = 1_000_000;
export const leftOf = (state: State): number => BALANCE_CENTS - (spentOf(state).get("all") ?? 0);
/** Above it someone has to approve an order. */
const MOST_UNASKED = 2000;

export const error = (status: number, message: string, payload?: object): Reply =>
  json(status, { errors: { message, ...(payload && { payload }) } });
const invalid = (payload: object): never => refuse(error(422, "Validation failed", payload));

const moment = (at: number): string => new Date(at).toISOString();
const shownReward = ({ id, order, at, delivery, value, recipient }: Reward) => ({
  ...{ id, order_id: order, created_at: moment(at), value, recipient, deliver_at: moment(at), custom_fields: [] },
  delivery: { method: "EMAIL", status: delivery },
});
function shownOrder(state: State, { id, external, campaign, reward, at, status }: Order) {
  const own = rewardsOf(state).get(reward);
  const amount = own?.value.denomination ?? 0;
  return {
    ...{ id, external_id: external, campaign_id: campaign, created_at: moment(at), status, channel: "API" },
    payment: { subtotal: amount, total: amount, fees: 0, discount: 0, currency_code: own?.value.currency_code ?? "USD" },
    rewards: own ? [shownReward(own)] : [],
  };
}

const CAMPAIGNS = [
  { id: "CAMPAIGN0001", name: "Thank you", description: "Any of 40 gift cards", products: ["PRODUCT00001", "PRODUCT00002"] },
  { id: "CAMPAIGN0002", name: "Coffee on us", description: null, products: ["PRODUCT00001"] },
];
export const listCampaigns = (): Reply => json(200, { campaigns: CAMPAIGNS });

const Asked = z.object({
  external_id: z.nullish(z.string().check(z.minLength(1))),
  payment: z.object({ funding_source_id: z.string() }),
  reward: z.object({
    campaign_id: z.nullish(z.string()),
    products: z.optional(z.array(z.string())),
    value: z.object({
      denomination: z.number().check(z.positive()),
      currency_code: z._default(z.string().check(z.regex(/^[A-Z]{3}$/)), "USD"),
    }),
    recipient: z.object({ name: z.nullish(z.string()), email: z.email() }),
    delivery: z.object({ method: z.literal("EMAIL"), meta: z.optional(z.object({ message: z.optional(z.string()) })) }),
  }),
});

/** 200: made; 201: one of this external_id is there already, and nothing new; 202: it waits for an approval. */
export function createOrder(call: Call, mayPay: boolean): Reply {
  const parsed = Asked.safeParse(call.json);
  if (!parsed.success) return error(400, "Validation failed", { path: parsed.error.issues[0]?.path.join(".") });
  const { external_id = null, payment, reward: asked } = parsed.data;
  const { state } = call;
  const known =
    external_id === null
      ? undefined
      : ordersOf(state)
          .list()
          .find(({ external }) => external === external_id);
  if (known) return json(201, { order: shownOrder(state, known) });
  if (payment.funding_source_id !== "balance" && payment.funding_source_id !== "BALANCE01")
    invalid({ payment: { funding_source_id: "does not exist" } });
  if (!mayPay) invalid({ payment: { funding_source_id: "may not be used for orders by the API" } });
  if (!asked.campaign_id && !asked.products?.length) invalid({ reward: { products: "must be given where there is no campaign_id" } });
  if (asked.campaign_id && !CAMPAIGNS.some(({ id }) => id === asked.campaign_id)) invalid({ reward: { campaign_id: "does not exist" } });
  const cents = Math.round(asked.value.denomination * 100);
  if (cents > leftOf(state)) return error(402, "Not enough funds in the funding source");
  const waits = asked.value.denomination > MOST_UNASKED;
  if (!waits) spentOf(state).put("all", (spentOf(state).get("all") ?? 0) + cents);
  const id = () => call.random(12, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ");
  const reward: Reward = {
    ...{ id: id(), order: id(), at: call.now(), delivery: "PENDING", value: asked.value, message: asked.delivery.meta?.message },
    recipient: { name: asked.recipient.name ?? null, email: asked.recipient.email },
  };
  const order: Order = {
    ...{ id: reward.order, external: external_id, campaign: asked.campaign_id ?? null, reward: reward.id, at: call.now() },
    status: waits ? "PENDING APPROVAL" : "EXECUTED",
  };
  rewardsOf(state).put(reward.id, reward);
  ordersOf(state).put(order.id, order);
  return json(waits ? 202 : 200, { order: shownOrder(state, order) });
}

export function listOrders({ state, query }: Call): Reply {
  const wanted = query.get("external_id");
  const all = ordersOf(state)
    .list()
    .filter(({ external, at }) => (wanted === null || external === wanted) && at >= Date.parse(query.get("created_at[gte]") ?? moment(0)));
  const [offset, limit] = [Number(query.get("offset") ?? 0), Math.min(Number(query.get("limit") ?? 10), 100)];
  return json(200, { orders: all.slice(offset, offset + limit).map((order) => shownOrder(state, order)), total_count: all.length });
}

export function getOrder({ state, param }: Call): Reply {
  const order = ordersOf(state).get(param("id"));
  return order ? json(200, { order: shownOrder(state, order) }) : error(404, "Could not find the order");
}
export function getReward({ state, param }: Call): Reply {
  const reward = rewardsOf(state).get(param("id"));
  return reward ? json(200, { reward: shownReward(reward) }) : error(404, "Could not find the reward");
}
