/** Stripe's charges and refunds. https://docs.stripe.com/api/refunds */
import { type Call, json, type Operation, type Reply, refuse } from "@junction/sandbox";
import { type Charge, type Intent, list } from "./payments.ts";
import { find, integerOf, invalid, money, newId, parameters, partOf, seconds, stripeError, textOf } from "./request.ts";
import { tell } from "./tell.ts";

export interface Refund {
  readonly id: string;
  readonly amount: number;
  readonly currency: string;
  readonly charge: string;
  readonly payment_intent: string;
  readonly created: number;
  readonly [more: string]: unknown;
}

const REASONS = ["duplicate", "fraudulent", "requested_by_customer"];

function refund(call: Call): Reply {
  const values = parameters(call, {
    optional: [
      "amount",
      "charge",
      "payment_intent",
      "reason",
      "currency",
      "customer",
      "instructions_email",
      "origin",
      "refund_application_fee",
      "reverse_transfer",
    ],
  });
  const reason = textOf(values, "reason") ?? null;
  if (reason !== null && !REASONS.includes(reason))
    invalid({ message: `Invalid reason: must be one of ${REASONS.join(", ")}`, param: "reason" });
  const charge = refunded(call, textOf(values, "payment_intent"), textOf(values, "charge"));
  const left = charge.amount - charge.amount_refunded;
  if (left === 0) invalid({ code: "charge_already_refunded", message: `Charge ${charge.id} has already been refunded.` });
  const amount = integerOf(values, "amount") ?? left;
  if (amount < 1)
    invalid({ code: "parameter_invalid_integer", message: "This value must be greater than or equal to 1.", param: "amount" });
  if (amount > left) {
    const message = `Refund amount (${money(amount, charge.currency)}) is greater than unrefunded amount on charge (${money(left, charge.currency)})`;
    invalid({ message, param: "amount" });
  }
  const made: Refund = {
    id: newId(call, "re"),
    object: "refund",
    amount,
    balance_transaction: newId(call, "txn"),
    charge: charge.id,
    created: seconds(call),
    currency: charge.currency,
    metadata: partOf(values, "metadata"),
    payment_intent: charge.payment_intent,
    reason,
    receipt_number: null,
    source_transfer_reversal: null,
    status: "succeeded",
    transfer_reversal: null,
  };
  call.state.collection<Refund>("refunds").put(made.id, made);
  const after: Charge = { ...charge, amount_refunded: charge.amount_refunded + amount, refunded: amount === left };
  call.state.collection<Charge>("charges").put(charge.id, after);
  tell(call, "charge.refunded", after, { amount_refunded: charge.amount_refunded });
  return json(200, made);
}

/** The charge to refund, named by itself or by its intent. */
function refunded(call: Call, intentId: string | undefined, chargeId: string | undefined): Charge {
  if (chargeId !== undefined) return find<Charge>(call, "charges", chargeId, "charge");
  if (intentId === undefined)
    invalid({
      code: "parameter_missing",
      message: "One of the following params should be provided for this request: payment_intent or charge.",
    });
  const intent = find<Intent>(call, "payment_intents", intentId, "payment_intent");
  if (intent.status === "succeeded" && intent.latest_charge !== null) return find<Charge>(call, "charges", intent.latest_charge);
  return refuse(
    stripeError(400, {
      message: `This PaymentIntent (${intent.id}) does not have a successful charge to refund.`,
      param: "payment_intent",
    }),
  );
}

export const refundOperations: readonly Operation[] = [
  { name: "list_charges", method: "GET", path: "/v1/charges", run: list<Charge>("charges", ["customer", "payment_intent"]) },
  { name: "create_refund", method: "POST", path: "/v1/refunds", takesMs: 20, run: refund },
  { name: "list_refunds", method: "GET", path: "/v1/refunds", run: list<Refund>("refunds", ["charge", "payment_intent"]) },
  {
    name: "get_charge",
    method: "GET",
    path: "/v1/charges/:charge",
    run: (call) => json(200, find<Charge>(call, "charges", call.param("charge"))),
  },
  {
    name: "get_refund",
    method: "GET",
    path: "/v1/refunds/:refund",
    run: (call) => json(200, find<Refund>(call, "refunds", call.param("refund"))),
  },
];
