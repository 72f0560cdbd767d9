import * as z from "zod/mini";
import { tool } from "./tool.ts";
import { Cents, Currency, EmailAddress, PersonSought } from "./words.ts";

const CustomerId = z.string().check(z.minLength(1), z.maxLength(255), z.describe("the customer_id that crm/find_customer gave"));
const Card = z.optional(
  z
    .string()
    .check(
      z.minLength(1),
      z.maxLength(255),
      z.describe("which saved card, by the payment_method_id that crm/find_customer gave; left out, the customer's most recent one"),
    ),
);
const Memo = z
  .string()
  .check(z.minLength(1), z.maxLength(500), z.describe("what it is for, as the customer reads it, up to 500 characters"));

const Customer = z.object({
  customer_id: z.string().check(z.describe("give this to crm/charge_card or crm/create_subscription")),
  name: z.optional(z.string()),
  email: z.optional(z.string()),
  phone: z.optional(z.string()),
  cards: z
    .array(
      z.object({
        payment_method_id: z.string().check(z.describe("to charge this card and no other")),
        brand: z.optional(z.string().check(z.describe("such as visa"))),
        last4: z.optional(z.string().check(z.describe("the last four digits of its number"))),
        expires: z.optional(z.string().check(z.describe("the last month it is good for, such as 2030-12"))),
      }),
    )
    .check(z.describe("the cards the customer has saved, the newest first; without one, send a payment link")),
});

export const findCustomer = tool({
  id: "crm/find_customer",
  title: "Find a customer and their cards",
  description:
    "Looks up whose card it is: finds a customer at the contractor's payment integration by email address, phone number or name, with the cards on file there. Where several are found, ask which one is meant. Of several payment integrations the first that knows somebody answers. One added less than a minute ago may not be found by phone or name yet.",
  effect: "read",
  passesOn: true,
  input: z.strictObject({
    query: PersonSought,
  }),
  output: z.object({
    customers: z.array(Customer).check(z.maxLength(10), z.describe("best match first, at most 10")),
    complete: z.boolean().check(z.describe("false: there may be others; ask by the email address or the phone number")),
  }),
});

export const chargeCard = tool({
  id: "crm/charge_card",
  title: "Charge a saved card",
  description:
    "Charges a card on file, which the customer has saved with the contractor. Money moves at once. Use crm/find_customer for the customer_id. A charge that is declined says why: card_declined, insufficient_funds, expired_card, incorrect_cvc, or authentication_required, where the bank wants the customer's approval: send a payment link then.",
  effect: "spend",
  passesOn: true,
  input: z.strictObject({
    amount_cents: Cents,
    currency: Currency,
    customer_id: CustomerId,
    payment_method_id: Card,
    description: Memo,
    receipt_email: z.optional(
      EmailAddress.check(z.describe("where the receipt goes, such as ann@example.com; left out, no receipt is sent")),
    ),
  }),
  output: z.object({
    payment_id: z.string().check(z.describe("give this to crm/refund_payment")),
    status: z.enum(["succeeded", "processing"]).check(z.describe("processing: accepted, the bank has not answered yet")),
    amount_cents: z.int(),
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
    quantity: z._default(z.int().check(z.minimum(1), z.maximum(999), z.describe("how many of them, 1 to 999")), 1),
  }),
  output: z.object({ link_id: z.string(), url: z.url() }),
});

export const refundPayment = tool({
  id: "crm/refund_payment",
  title: "Refund a payment",
  description: "Gives a customer their money back: all or part of a payment, to the card it came from. It cannot be undone.",
  effect: "spend",
  passesOn: true,
  input: z.strictObject({
    payment_id: z
      .string()
      .check(
        z.minLength(1),
        z.maxLength(255),
        z.describe("the payment_id that crm/charge_card, crm/get_in_person_payment or an event gave"),
      ),
    amount_cents: z.optional(Cents.check(z.describe("how much to give back, in the currency's smallest unit; left out, all that is left"))),
    reason: z._default(z.enum(["duplicate", "fraudulent", "requested_by_customer"]).check(z.describe("why")), "requested_by_customer"),
  }),
  output: z.object({
    refund_id: z.string(),
    status: z.enum(["pending", "succeeded"]),
    amount_cents: z.int(),
    currency: z.string(),
  }),
});

const Subscription = z.object({
  subscription_id: z.string().check(z.describe("give this to crm/cancel_subscription")),
  status: z
    .enum(["pending", "active", "past_due", "canceled"])
    .check(z.describe("pending: it has not begun, or the first payment is on its way; past_due: a payment did not go through")),
  paid_until: z.optional(z.string().check(z.describe("until when the customer has paid, an ISO 8601 date or date and time"))),
  ends_at: z.optional(z.string().check(z.describe("when it ends, once it was canceled, an ISO 8601 date or date and time"))),
});

export const createSubscription = tool({
  id: "crm/create_subscription",
  title: "Start recurring billing",
  description:
    "Charges a customer's saved card the same amount again and again, such as every month for a maintenance plan, until it is canceled. The first payment is taken at once. Use crm/find_customer for the customer_id. Give amount_cents and interval, or the price_id of a plan the contractor has.",
  effect: "spend",
  passesOn: true,
  input: z
    .strictObject({
      customer_id: CustomerId,
      payment_method_id: Card,
      amount_cents: z.optional(Cents.check(z.describe("what is charged each time, in the currency's smallest unit; not beside price_id"))),
      currency: Currency,
      interval: z._default(
        z.enum(["day", "week", "month", "year"]).check(z.describe("how often it is charged; price_id has its own")),
        "month",
      ),
      description: Memo,
      price_id: z.optional(
        z
          .string()
          .check(
            z.minLength(1),
            z.maxLength(255),
            z.describe("a price or plan the contractor has at the payment integration, in place of amount_cents, currency and interval"),
          ),
      ),
    })
    .check(
      z.refine(({ amount_cents, price_id }) => (amount_cents === undefined) !== (price_id === undefined), {
        error: "give amount_cents or price_id, one of the two",
      }),
    ),
  output: Subscription,
});

export const cancelSubscription = tool({
  id: "crm/cancel_subscription",
  title: "Stop recurring billing",
  description:
    "Ends a customer's recurring billing once the time that is paid for is over. Nothing more is charged, and nothing is given back. It cannot be resumed.",
  effect: "destroy",
  passesOn: true,
  input: z.strictObject({
    subscription_id: z
      .string()
      .check(z.minLength(1), z.maxLength(255), z.describe("the subscription_id that crm/create_subscription gave")),
  }),
  output: Subscription,
});

const InPerson = z.object({
  checkout_id: z.string().check(z.describe("give this to crm/get_in_person_payment")),
  status: z
    .enum(["waiting", "in_progress", "paid", "canceled"])
    .check(z.describe("waiting: the terminal has not shown it yet; in_progress: the customer is paying; canceled: as reason says")),
  amount_cents: z.int(),
  currency: z.string(),
  payment_id: z.optional(z.string().check(z.describe("once it is paid; give this to crm/refund_payment"))),
  reason: z.optional(z.string().check(z.describe("why it was canceled, such as buyer_canceled or timed_out"))),
});

export const takePaymentInPerson = tool({
  id: "crm/take_payment_in_person",
  title: "Take a payment in person",
  description:
    "Shows an amount on the contractor's card terminal, where a customer who is there pays by card. It returns at once with a checkout_id; crm/get_in_person_payment tells whether it was paid. Use crm/list_payment_terminals for the terminal_id.",
  effect: "spend",
  input: z.strictObject({
    terminal_id: z
      .string()
      .check(z.minLength(1), z.maxLength(255), z.describe("the id of the terminal, as crm/list_payment_terminals gave it")),
    amount_cents: Cents,
    currency: Currency,
    description: Memo,
    reference: z.optional(
      z
        .string()
        .check(z.minLength(1), z.maxLength(40), z.describe("the contractor's own number for it, such as job-1042, up to 40 characters")),
    ),
  }),
  output: InPerson,
});

export const getInPersonPayment = tool({
  id: "crm/get_in_person_payment",
  title: "See whether a payment in person went through",
  description: "Tells whether the customer has paid on the card terminal, and the payment_id once they have.",
  effect: "read",
  input: z.strictObject({
    checkout_id: z.string().check(z.minLength(1), z.maxLength(255), z.describe("the checkout_id that crm/take_payment_in_person gave")),
  }),
  output: InPerson,
});
