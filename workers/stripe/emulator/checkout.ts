/** What a payment link leads to: here a customer pays, with a card that works. */
import { type Call, html, page, type Reply } from "@junction/sandbox";
import { BUY, type PaymentLink } from "./links.ts";
import { createIntent } from "./payments.ts";
import { money } from "./request.ts";

export function checkout(call: Call): Reply {
  const links = call.state.collection<PaymentLink>("payment_links");
  const link = links.list().find(({ url, active }) => active && url === `https://${BUY}/${call.param("slug")}`);
  if (!link) return page("Stripe", html`<h1>This page is not available</h1>`, [], 404);
  const { name_in_sandbox: name, total_in_sandbox: total, paid_in_sandbox: before, currency } = link;
  const pays = call.form.get("decision") === "pay" && !before;
  if (pays) {
    const card = { payment_method: "pm_card_visa", "payment_method_types[0]": "card", confirm: "true" };
    createIntent({ ...call, form: new URLSearchParams({ amount: String(total), currency, description: name, ...card }) });
    links.put(link.id, { ...link, paid_in_sandbox: true });
  }
  const button = html`<p class="row"><button class="main" name="decision" value="pay">Pay ${money(total, currency)}</button></p>`;
  const shown = pays || before ? html`<p>Paid: ${money(total, currency)}. Thank you!</p>` : button;
  return page("Pay (sandbox)", html`<h1>${name}</h1><form class="card" method="post">${shown}</form>`);
}
