import { type Http, path, refuse } from "@junction/kit";
import { getReward, listRewards, sendReward } from "@junction/tools";
import * as z from "zod/mini";
import { tremendous } from "./manifest.ts";
import { siteOf } from "./sites.ts";
import { webhook } from "./webhook.ts";

/** How many of a currency's smallest unit make one of it: none for the yen. */
const units = (currency: string): number =>
  10 ** (new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits ?? 2);

const Order = z.object({
  status: z.string(),
  rewards: z._default(z.array(z.object({ id: z.string(), delivery: z.nullish(z.object({ status: z.string() })) })), []),
});
type Order = z.output<typeof Order>;

function sent({ status, rewards: [reward] }: Order) {
  if (status === "FAILED" || status === "CANCELED") return refuse({ kind: "Declined", code: `order_${status.toLowerCase()}` });
  const known = reward && { reward_id: reward.id };
  if (status.startsWith("PENDING")) return { ...known, status: "needs_approval" as const };
  return { ...known, status: reward?.delivery?.status === "SUCCEEDED" ? ("sent" as const) : ("queued" as const) };
}

const Campaigns = z.object({
  campaigns: z.array(z.object({ id: z.optional(z.string()), name: z.string(), description: z.nullish(z.string()) })),
});
const campaignsOf = async (http: Http, host: string) => {
  const { campaigns } = (await http.get(path`/api/v2/campaigns`, { host })).json(Campaigns);
  return campaigns.flatMap(({ id, ...campaign }) => (id === undefined ? [] : [{ id, ...campaign }]));
};

/** As far as Tremendous' clock may be behind ours. */
const CLOCK_MS = 15 * 60_000;

const send = tremendous.implement(sendReward, {
  idempotent: true, // the same external_id again answers with the order that is there
  async run({ http, account, input, idempotencyKey }) {
    const { reward_type, option_id, amount_cents, currency, recipient_name, recipient_email, message } = input;
    if (reward_type !== "gift_card") return refuse({ kind: "NotFound" }); // another that is connected may have it
    if (amount_cents === undefined) return refuse({ kind: "InvalidRequest", issues: ["amount_cents: give what the gift card is worth"] });
    const host = siteOf(account);
    const campaign = option_id ?? (await campaignsOf(http, host))[0]?.id;
    if (campaign === undefined)
      return refuse({ kind: "InvalidRequest", issues: ["option_id: there is no campaign yet; make one in Tremendous under Campaigns"] });
    const json = {
      external_id: idempotencyKey,
      payment: { funding_source_id: account.funding ?? "balance" },
      reward: {
        campaign_id: campaign,
        value: { denomination: amount_cents / units(currency), currency_code: currency.toUpperCase() },
        recipient: { name: recipient_name, email: recipient_email },
        delivery: { method: "EMAIL", meta: message === undefined ? undefined : { message } },
      },
    };
    return sent((await http.post(path`/api/v2/orders`, { host, json })).json(z.object({ order: Order })).order);
  },
  async probe({ http, account, idempotencyKey, sentAt }) {
    const since = new Date(sentAt.getTime() - CLOCK_MS).toISOString();
    const query = { external_id: idempotencyKey, "created_at[gte]": since };
    const reply = await http.get(path`/api/v2/orders`, { host: siteOf(account), query });
    const [order] = reply.json(z.object({ orders: z.array(Order) })).orders;
    return order ? sent(order) : null;
  },
});

const Reward = z.object({
  id: z.string(),
  created_at: z.optional(z.string()),
  value: z.nullish(z.object({ denomination: z.number(), currency_code: z._default(z.string(), "USD") })),
  recipient: z.nullish(z.object({ name: z.nullish(z.string()), email: z.nullish(z.string()) })),
  delivery: z.nullish(z.object({ status: z.string() })),
});

const get = tremendous.implement(getReward, {
  async run({ http, account, input: { reward_id } }) {
    const reply = await http.get(path`/api/v2/rewards/${reward_id}`, { host: siteOf(account) });
    const { id, created_at, value, recipient, delivery } = reply.json(z.object({ reward: Reward })).reward;
    const status = delivery?.status === "SUCCEEDED" ? "delivered" : delivery?.status === "FAILED" ? "failed" : "queued";
    const amount_cents = value ? Math.round(value.denomination * units(value.currency_code)) : undefined;
    return {
      ...{ reward_id: id, status, amount_cents, currency: value?.currency_code.toLowerCase(), sent_at: created_at },
      ...{ recipient_name: recipient?.name ?? undefined, recipient_email: recipient?.email ?? undefined },
    };
  },
});

const list = tremendous.implement(listRewards, {
  async run({ http, account }) {
    const rewards = (await campaignsOf(http, siteOf(account))).map(({ id, name, description }) => ({
      ...{ option_id: id, reward_type: "gift_card" as const, name, detail: description ?? undefined },
    }));
    return { rewards };
  },
});

export default tremendous.provides({ actions: [send, get, list], webhook });
