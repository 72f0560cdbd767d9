/** Square's payment links, and the page at which a customer pays. https://developer.squareup.com/reference/square/checkout-api */
import { type Call, html, json, page, type Reply } from "@junction/sandbox";
import * as z from "zod/mini";
import { LOCATION_ID, paid } from "./payments.ts";
import { body, invalid, inWords, iso, Money, newId, ownMoney } from "./request.ts";

export interface PaymentLink {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly total: Money;
  readonly at: number;
  readonly paid: boolean;
}
export const SHOP = "square.link";
export const linksOf = (call: Pick<Call, "state">) => call.state.collection<PaymentLink>("payment_links");

const Item = z.strictObject({
  name: z.string().check(z.maxLength(512)),
  quantity: z.string().check(z.regex(/^[1-9]\d{0,11}$/)),
  base_price_money: Money,
  note: z.optional(z.string().check(z.maxLength(2000))),
});
const Quick = z.strictObject({ name: z.string().check(z.maxLength(255)), price_money: Money, location_id: z.string() });
const Create = z.strictObject({
  idempotency_key: z.optional(z.string().check(z.maxLength(192))),
  description: z.optional(z.string().check(z.maxLength(4096))),
  quick_pay: z.optional(Quick),
  order: z.optional(
    z.strictObject({
      location_id: z.string(),
      line_items: z.array(Item).check(z.minLength(1)),
      reference_id: z.optional(z.string().check(z.maxLength(40))),
    }),
  ),
  payment_note: z.optional(z.string().check(z.maxLength(500))),
});

export function createLink(call: Call): Reply {
  const { quick_pay, order } = body(call, Create);
  if ((quick_pay === undefined) === (order === undefined))
    return invalid("CONFLICTING_PARAMETERS", "Exactly one of `quick_pay` and `order` must be set.");
  if ((quick_pay ?? order)?.location_id !== LOCATION_ID) invalid("NOT_FOUND", "Location not found", "location_id");
  const items = order?.line_items ?? [];
  for (const { base_price_money } of items) ownMoney(base_price_money, "order.line_items.base_price_money");
  const sum = items.reduce((all, { quantity, base_price_money }) => all + Number(quantity) * base_price_money.amount, 0);
  const total = quick_pay ? ownMoney(quick_pay.price_money, "quick_pay.price_money") : { amount: sum, currency: "USD" };
  const [id, slug] = [newId(call, 16), newId(call, 8)];
  linksOf(call).put(slug, { id, slug, name: quick_pay?.name ?? items[0]?.name ?? "", total, at: call.now(), paid: false });
  const url = `https://${SHOP}/u/${slug}`;
  return json(200, { payment_link: { id, version: 1, order_id: newId(call), url, long_url: url, created_at: iso(call) } });
}

/** What the link leads to: here the customer pays, with a card that works. */
export function checkout(call: Call): Reply {
  const link = linksOf(call).get(call.param("slug"));
  if (!link) return page("Square", html`<h1>This page is not available</h1>`, [], 404);
  const pays = call.form.get("decision") === "pay" && !link.paid;
  if (pays) {
    paid(call, link.total, { note: link.name, card_details: { status: "CAPTURED", entry_method: "KEYED" } });
    linksOf(call).put(link.slug, { ...link, paid: true });
  }
  const done = pays || link.paid;
  const button = html`<p class="row"><button class="main" name="decision" value="pay">Pay ${inWords(link.total)}</button></p>`;
  const body = html`<h1>${link.name}</h1><form class="card" method="post">${done ? html`<p>Paid: ${inWords(link.total)}. Thank you!</p>` : button}</form>`;
  return page("Pay (sandbox)", body);
}
