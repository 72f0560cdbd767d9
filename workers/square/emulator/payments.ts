/** Square's payments, and what is given back of them. https://developer.squareup.com/reference/square/payments-api */
import { type Call, json, type Reply } from "@junction/sandbox";
import * as z from "zod/mini";
import { ownCard, refusal } from "./cards.ts";
import { existing } from "./customers.ts";
import { tell } from "./pushes.ts";
import { body, error, find, invalid, iso, Money, newId, ownMoney } from "./request.ts";

export interface Payment {
  readonly id: string;
  readonly status: "COMPLETED" | "APPROVED" | "CANCELED";
  readonly amount_money: Money;
  readonly total_money: Money;
  readonly refunded_money?: Money;
  readonly refund_ids?: readonly string[];
  readonly note?: string | undefined;
  readonly customer_id?: string | undefined;
  readonly created_at: string;
  readonly [more: string]: unknown;
}
export interface Refund {
  readonly id: string;
  readonly payment_id: string;
  readonly amount_money: Money;
  readonly reason: string | undefined;
  readonly created_at: string;
  readonly [more: string]: unknown;
}
export const LOCATION_ID = "LSANDBOXMAIN1";
const Key = z.string().check(z.minLength(1), z.maxLength(45));

const Create = z.strictObject({
  source_id: z.string(),
  idempotency_key: Key,
  amount_money: z.optional(Money),
  autocomplete: z._default(z.boolean(), true),
  customer_id: z.optional(z.string()),
  location_id: z._default(z.string(), LOCATION_ID),
  reference_id: z.optional(z.string().check(z.maxLength(40))),
  note: z.optional(z.string().check(z.maxLength(500))),
  buyer_email_address: z.optional(z.string().check(z.maxLength(255))),
  verification_token: z.optional(z.string()),
});

/** Keeps a payment that went through, and tells of it. */
export function paid(call: Call, amount_money: Money, more: Partial<Payment>): Payment {
  const id = newId(call);
  const payment: Payment = {
    ...{ id, created_at: iso(call), updated_at: iso(call), status: "COMPLETED", version: 1 },
    ...{ amount_money, total_money: amount_money, approved_money: amount_money },
    ...{ source_type: "CARD", delay_action: "CANCEL", location_id: LOCATION_ID, order_id: newId(call) },
    ...{ receipt_number: id.slice(0, 4), receipt_url: `https://squareup.com/receipt/preview/${id}`, version_token: newId(call) },
    ...more,
  };
  call.state.collection<Payment>("payments").put(id, payment);
  if (payment.status === "COMPLETED") tell(call, "payment.succeeded", "payment", "payment", payment);
  return payment;
}

export function createPayment(call: Call): Reply {
  const asked = body(call, Create);
  if (!asked.amount_money) return invalid("MISSING_REQUIRED_PARAMETER", "Field must be set", "amount_money");
  const amount = ownMoney(asked.amount_money, "amount_money");
  if (asked.location_id !== LOCATION_ID) invalid("NOT_FOUND", "Location not found", "location_id");
  if (asked.customer_id !== undefined) existing(call, asked.customer_id);
  const card = ownCard(call, asked.source_id, asked.customer_id, "source_id");
  const no = refusal(card);
  if (no) return no;
  const { customer_id, reference_id, note, buyer_email_address } = asked;
  const status = asked.autocomplete ? ("COMPLETED" as const) : ("APPROVED" as const);
  const card_details = {
    status: asked.autocomplete ? "CAPTURED" : "AUTHORIZED",
    card,
    entry_method: "ON_FILE",
    cvv_status: "CVV_ACCEPTED",
  };
  return json(200, { payment: paid(call, amount, { status, customer_id, reference_id, note, buyer_email_address, card_details }) });
}

export const getPayment = (call: Call): Reply => json(200, { payment: find<Payment>(call, "payments", call.param("payment"), "payment") });

const Back = z.strictObject({
  idempotency_key: Key,
  payment_id: z.string(),
  amount_money: Money,
  reason: z.optional(z.string().check(z.maxLength(192))),
});

export function refundPayment(call: Call): Reply {
  const { payment_id, amount_money, reason } = body(call, Back);
  const amount = ownMoney(amount_money, "amount_money");
  const payment = find<Payment>(call, "payments", payment_id, "payment");
  if (payment.status !== "COMPLETED") {
    const detail = "The requested payment must be completed before it can be refunded.";
    return error(400, "REFUND_ERROR", "REFUND_ERROR_PAYMENT_NEEDS_COMPLETION", detail);
  }
  const before = payment.refunded_money?.amount ?? 0;
  if (before === payment.total_money.amount)
    return error(400, "REFUND_ERROR", "PAYMENT_NOT_REFUNDABLE", "The payment has already been refunded in full.", "payment_id");
  if (amount.amount > payment.total_money.amount - before) {
    const detail = "The requested refund amount exceeds the amount available to refund.";
    return error(400, "REFUND_ERROR", "REFUND_AMOUNT_INVALID", detail, "amount_money");
  }
  const id = `${payment_id}_${newId(call, 43)}`;
  const refund: Refund = {
    ...{ id, status: "PENDING", amount_money: amount, payment_id, order_id: newId(call), reason, location_id: LOCATION_ID },
    ...{ created_at: iso(call), updated_at: iso(call) },
  };
  // The answer says that it is on its way; by the time anyone asks, it has arrived.
  const arrived: Refund = { ...refund, status: "COMPLETED" };
  call.state.collection<Refund>("refunds").put(id, arrived);
  call.state.collection<Payment>("payments").put(payment_id, {
    ...payment,
    refunded_money: { ...amount, amount: before + amount.amount },
    refund_ids: [...(payment.refund_ids ?? []), id],
  });
  tell(call, "payment.refunded", "refund", "refund", arrived);
  return json(200, { refund });
}

export const getRefund = (call: Call): Reply => json(200, { refund: find<Refund>(call, "refunds", call.param("refund"), "refund") });
