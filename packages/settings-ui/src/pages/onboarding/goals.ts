/** What people want to do, and the tools each of it takes. Which integrations those need follows from the catalog. */
import type { Catalog, Integration, Vendor } from "../../api/queries.ts";

export interface Goal {
  readonly id: string;
  readonly title: string;
  readonly text: string;
  /** A tool of the catalog that belongs to it. */
  readonly takes: RegExp;
}

export const GOALS: readonly Goal[] = [
  { id: "text", title: "Text customers", text: "Reminders, on-our-way messages, answers", takes: /\/send_sms$/ },
  { id: "email", title: "Email estimates", text: "Estimates and follow-ups from your own address", takes: /\/send_email$/ },
  { id: "pay", title: "Take payments", text: "Payment links, cards on file, refunds", takes: /\/(create_payment_link|charge_card)$/ },
  { id: "leads", title: "Sync leads", text: "Leads and contacts, in your CRM without typing", takes: /\/(sync|fetch)_leads?$/ },
  { id: "book", title: "Book jobs", text: "On your calendar, where you are free", takes: /\/(create_event|check_availability)$/ },
  { id: "sign", title: "Get contracts signed", text: "Sent, signed online, and kept as a PDF", takes: /\/(send|download)_contract$/ },
  { id: "call", title: "Have an assistant call", text: "Leads called back at once, day and night", takes: /\/start_ai_call$/ },
  {
    id: "post",
    title: "Post to social media",
    text: "Finished jobs, where customers look",
    takes: /\/post_to_(facebook|instagram|google)$/,
  },
  {
    id: "reviews",
    title: "Answer reviews",
    text: "What customers say of you, and a reply to each",
    takes: /\/(list_reviews|reply_to_review)$/,
  },
  { id: "ads", title: "Watch your ads", text: "What each campaign costs and brings", takes: /\/(get_ad_performance|update_campaign)$/ },
  {
    id: "route",
    title: "Plan the day's drive",
    text: "Addresses, distances, the best order of stops",
    takes: /\/(optimize_route|geocode_address)$/,
  },
  { id: "reward", title: "Thank referrals", text: "A gift card for a review or a referral", takes: /\/send_reward$/ },
];

export interface Need {
  readonly goal: Goal;
  /** Every vendor that can do it; empty while none is on offer. */
  readonly vendors: readonly Vendor[];
  /** The one that does it now. */
  readonly served: Integration | undefined;
  /** Connected, and broken. */
  readonly broken: Integration | undefined;
}

/** What a goal needs, and what of it is there. */
export function needOf(goal: Goal, { tools, vendors }: Catalog, all: readonly Integration[]): Need {
  const wanted = tools.filter(({ id }) => goal.takes.test(id)).map(({ id }) => id);
  const able = vendors.filter(({ actions }) => wanted.length > 0 && wanted.every((id) => actions.some(({ tool }) => tool === id)));
  const some = able.length > 0 ? able : vendors.filter(({ actions }) => actions.some(({ tool }) => wanted.includes(tool)));
  const held = all.filter(({ vendor }) => some.some(({ id }) => id === vendor));
  return {
    goal,
    vendors: some,
    served: held.find(({ status }) => status === "connected" || status === "warning"),
    broken: held.find(({ status }) => status === "error"),
  };
}
