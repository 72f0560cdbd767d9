/** Square Terminals: devices, what is asked for on them, and whoever stands before them. https://developer.squareup.com/reference/square/terminal-api */
import { type Call, html, json, page, type Reply, refuse } from "@junction/sandbox";
import * as z from "zod/mini";
import { LOCATION_ID, paid } from "./payments.ts";
import { tell } from "./pushes.ts";
import { body, error, find, invalid, inWords, iso, Money, newId, ownMoney } from "./request.ts";

export interface Checkout {
  readonly id: string;
  readonly status: "PENDING" | "IN_PROGRESS" | "CANCELED" | "COMPLETED";
  readonly amount_money: Money;
  readonly note?: string | undefined;
  readonly created_at: string;
  readonly [more: string]: unknown;
}
export const checkoutsOf = (call: Pick<Call, "state">) => call.state.collection<Checkout>("checkouts");

const DEVICE = "9fa747a2-25ff-48ee-b078-04381f7c828f";
const CODES = [
  { id: "SBXCODE1", name: "Van 1", code: "EBCARJ", device_id: DEVICE, status: "PAIRED", paired_at: "2026-03-01T12:00:00.000Z" },
  { id: "SBXCODE2", name: "Van 2", code: "GVXNYN", status: "UNPAIRED", pair_by: "2030-01-01T12:00:00.000Z" },
].map((one) => ({ ...one, product_type: "TERMINAL_API", location_id: LOCATION_ID, created_at: "2026-03-01T11:55:00.000Z" }));

export function listCodes(call: Call): Reply {
  const [cursor, status, type] = [call.query.get("cursor"), call.query.get("status"), call.query.get("product_type")];
  const at = cursor === null ? 0 : Number(/^page-(\d)$/.exec(cursor)?.[1] ?? invalid("INVALID_CURSOR", "Invalid cursor.", "cursor"));
  const found = CODES.filter((one) => (status === null || one.status === status) && (type === null || one.product_type === type));
  return json(200, { device_codes: found.slice(at, at + 1), ...(at + 1 < found.length && { cursor: `page-${at + 1}` }) });
}

const Create = z.strictObject({
  idempotency_key: z.string().check(z.minLength(1), z.maxLength(64)),
  checkout: z.strictObject({
    amount_money: Money,
    device_options: z.strictObject({ device_id: z.string(), skip_receipt_screen: z.optional(z.boolean()) }),
    reference_id: z.optional(z.string().check(z.maxLength(40))),
    note: z.optional(z.string().check(z.maxLength(500))),
    deadline_duration: z.optional(z.string()),
    customer_id: z.optional(z.string()),
  }),
});

export function createCheckout(call: Call): Reply {
  const { checkout } = body(call, Create);
  const amount_money = ownMoney(checkout.amount_money, "checkout.amount_money", 100);
  if (checkout.device_options.device_id !== DEVICE) {
    const detail = "The device is not paired with this application.";
    return refuse(error(400, "INVALID_REQUEST_ERROR", "INVALID_VALUE", detail, "checkout.device_options.device_id"));
  }
  const made: Checkout = {
    ...{ deadline_duration: "PT5M", payment_type: "CARD_PRESENT", payment_options: { autocomplete: true }, ...checkout },
    ...{ id: newId(call, 24), status: "PENDING", amount_money, location_id: LOCATION_ID, app_id: "sandbox-sq0idb-junction" },
    ...{ created_at: iso(call), updated_at: iso(call) },
  };
  checkoutsOf(call).put(made.id, made);
  return json(200, { checkout: made });
}

const DEADLINE_MS = 300_000;
/** A checkout nobody took is called off after five minutes. */
function current(call: Call): Checkout {
  const known = find<Checkout>(call, "checkouts", call.param("checkout"), "checkout");
  if (known.status !== "PENDING" || call.now() < Date.parse(known.created_at) + DEADLINE_MS) return known;
  return become(call, known, { status: "CANCELED", cancel_reason: "TIMED_OUT" });
}

function become(call: Call, checkout: Checkout, change: Partial<Checkout>): Checkout {
  const changed = { ...checkout, ...change, updated_at: iso(call) };
  checkoutsOf(call).put(changed.id, changed);
  tell(call, "payment.failed", "checkout", "terminal.checkout", changed);
  return changed;
}

export const getCheckout = (call: Call): Reply => json(200, { checkout: current(call) });

export function cancelCheckout(call: Call): Reply {
  const known = current(call);
  if (known.status === "CANCELED" || known.status === "COMPLETED") return invalid("BAD_REQUEST", "This checkout is no longer pending.");
  return json(200, { checkout: become(call, known, { status: "CANCELED", cancel_reason: "SELLER_CANCELED" }) });
}

/** The terminal itself: what it shows, and the customer who taps a card or walks away. */
export function terminal(call: Call): Reply {
  const before = current(call);
  const decision = call.form.get("decision");
  const open = before.status === "PENDING" || before.status === "IN_PROGRESS";
  const now = open ? acted(call, before, decision) : before;
  const buttons = html`<p class="row"><button class="main" name="decision" value="tap">Tap a card</button><button name="decision" value="cancel">Cancel</button></p>`;
  const ended = now.status === "COMPLETED" || now.status === "CANCELED";
  const shown = html`<p><strong>${inWords(now.amount_money)}</strong> ${now.note ?? ""}</p>${ended ? html`<p>${now.status}</p>` : buttons}`;
  return page("Square Terminal (sandbox)", html`<h1>Square Terminal</h1><form class="card" method="post">${shown}</form>`);
}

function acted(call: Call, checkout: Checkout, decision: string | null): Checkout {
  if (decision === "cancel") return become(call, checkout, { status: "CANCELED", cancel_reason: "BUYER_CANCELED" });
  if (decision === "tap") {
    const { note, reference_id } = checkout;
    const card_details = { status: "CAPTURED", entry_method: "CONTACTLESS" };
    const payment = paid(call, checkout.amount_money, { note, reference_id, card_details, terminal_checkout_id: checkout.id });
    return become(call, checkout, { status: "COMPLETED", payment_ids: [payment.id] });
  }
  return become(call, checkout, { status: "IN_PROGRESS" });
}
