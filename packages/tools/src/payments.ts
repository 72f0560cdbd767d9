import * as z from "zod";
import { tool } from "./tool.ts";
import { Cents, Currency, EmailAddress } from "./words.ts";

const Memo = z.string().min(1).max(500).describe("what it is for, as the customer reads it, up to 500 characters");

export const chargeCard = tool({
  id: "crm/charge_card",
  title: "Charge a saved card",
  description:
    "Charges a card the customer has saved with the contractor. Money moves at once. If the card needs the customer's approval the charge is declined with authentication_required: send a payment link instead.",
  effect: "spend",
  input: z.strictObject({
    amount_cents: Cents,
    currency: Currency,
    customer_id: z.string().min(1).max(100).describe("the customer's id at the payment vendor"),
    payment_method_id: z.string().min(1).max(100).optional().describe("which saved card; left out, the customer's most recent one"),
    description: Memo,
    receipt_email: EmailAddress.optional().describe("where the receipt goes, such as ann@example.com; left out, no receipt is sent"),
  }),
  output: z.object({
    payment_id: z.string().describe("give this to crm/refund_payment"),
    status: z.enum(["succeeded", "processing"]).describe("processing: accepted, the bank has not answered yet"),
    amount_cents: z.number().int(),
    currency: z.string(),
  }),
});

export const createPaymentLink = tool({
  id: "crm/create_payment_link",
  title: "Create a payment link",
  description:
    "Makes a web page on which the customer pays the given amount. Nothing is charged until the customer pays. Send the url to the customer.",
  effect: "write",
  input: z.strictObject({
    amount_cents: Cents,
    currency: Currency,
    description: Memo,
    quantity: z.number().int().min(1).max(999).default(1).describe("how many of them, 1 to 999"),
  }),
  output: z.object({ link_id: z.string(), url: z.url() }),
});

export const refundPayment = tool({
  id: "crm/refund_payment",
  title: "Refund a payment",
  description: "Gives back all or part of a payment to the card it came from. It cannot be undone.",
  effect: "spend",
  input: z.strictObject({
    payment_id: z.string().min(1).max(100).describe("the payment_id that crm/charge_card gave"),
    amount_cents: Cents.optional().describe("how much to give back, in the currency's smallest unit; left out, all that is left"),
    reason: z.enum(["duplicate", "fraudulent", "requested_by_customer"]).default("requested_by_customer").describe("why"),
  }),
  output: z.object({
    refund_id: z.string(),
    status: z.enum(["pending", "succeeded"]),
    amount_cents: z.number().int(),
    currency: z.string(),
  }),
});
