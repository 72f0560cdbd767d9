/** What Tremendous tells of rewards and orders: ids alone, so who and why is read back. https://developers.tremendous.com/docs/webhooks */
import { hmac, jsonOf, path, same, type VendorEvent, type Webhook } from "@junction/kit";
import * as z from "zod/mini";
import { siteOf } from "./sites.ts";

const Notice = z.object({
  event: z.string(),
  uuid: z.string().check(z.minLength(1)),
  created_utc: z.string(),
  payload: z.object({ resource: z.object({ id: z.string().check(z.minLength(1)), type: z.string() }) }),
});

interface Meaning {
  readonly type: "reward.delivered" | "reward.failed";
  readonly about: "reward" | "order";
  readonly reason?: string;
}
const MEANINGS: Readonly<Record<string, Meaning>> = {
  "REWARDS.DELIVERY.SUCCEEDED": { type: "reward.delivered", about: "reward" },
  "REWARDS.DELIVERY.FAILED": { type: "reward.failed", about: "reward", reason: "it could not be delivered" },
  "REWARDS.CANCELED": { type: "reward.failed", about: "reward", reason: "it was canceled" },
  "ORDERS.FAILED": { type: "reward.failed", about: "order", reason: "its order failed" },
  "ORDERS.CANCELED": { type: "reward.failed", about: "order", reason: "its order was canceled" },
};

const Reward = z.object({
  id: z.string(),
  recipient: z.nullish(z.object({ name: z.nullish(z.string()), email: z.nullish(z.string()), phone: z.nullish(z.string()) })),
});
type Reward = z.output<typeof Reward>;

const personOf = ({ recipient }: Reward): VendorEvent["person"] =>
  recipient ? { name: recipient.name ?? undefined, email: recipient.email ?? undefined, phone: recipient.phone ?? undefined } : undefined;

export const webhook: Webhook<{ environment: z.ZodMiniOptional<z.ZodMiniString> }> = {
  events: ["reward.delivered", "reward.failed"],
  secret: {
    from: "own",
    label: "Private key",
    help: "Shown by Tremendous when the webhook is made, under Team settings, Developers, Webhooks",
  },
  setup:
    "In Tremendous under Team settings, Developers, Webhooks: add a webhook with the address. An organization has one webhook, which tells of everything.",
  // Tremendous signs no time: a repeat is known by its uuid.
  verify: async ({ headers, body }, secret) =>
    same(headers["tremendous-webhook-signature"], `sha256=${await hmac("SHA-256", secret, body, "hex")}`),
  receive(delivery) {
    const { event, uuid, created_utc, payload } = jsonOf(delivery, Notice);
    const meaning = Object.hasOwn(MEANINGS, event) ? MEANINGS[event] : undefined;
    if (!meaning) return [];
    const { type, about, reason } = meaning;
    const { id } = payload.resource;
    const told = { id: uuid, entity: `${about}:${id}`, occurredAt: Date.parse(created_utc) };
    return [{ ...told, type, data: { reward_id: id, reason } }];
  },
  async confirm({ http, account, event }) {
    const options = { host: siteOf(account), accept: [404] };
    const [, about, id = ""] = /^(reward|order):(.+)$/.exec(event.entity) ?? [];
    if (event.type !== "reward.delivered" && event.type !== "reward.failed") return null;
    const reply =
      about === "order" ? await http.get(path`/api/v2/orders/${id}`, options) : await http.get(path`/api/v2/rewards/${id}`, options);
    if (reply.status === 404) return null;
    const reward =
      about === "order"
        ? reply.json(z.object({ order: z.object({ rewards: z._default(z.array(Reward), []) }) })).order.rewards[0]
        : reply.json(z.object({ reward: Reward })).reward;
    return reward ? { ...event, person: personOf(reward), data: { ...event.data, reward_id: reward.id } } : event;
  },
};
