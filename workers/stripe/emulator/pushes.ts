/** What Stripe delivers, and how it signs. https://docs.stripe.com/webhooks#verify-manually */
import { mac, type PushAbout, type Pushes } from "@junction/sandbox";
import { event } from "./tell.ts";

const intentId = (entity: number): string => `pi_3Sandbox${String(entity).padStart(16, "0")}`;
const billing = { address: { country: "US", postal_code: "62701" }, email: "ada@example.com", name: "Ada Byron", phone: "+12025550101" };

const intent = ({ entity, now }: PushAbout, status: string, more: object) => ({
  id: intentId(entity),
  object: "payment_intent",
  amount: 12_500,
  amount_received: status === "succeeded" ? 12_500 : 0,
  capture_method: "automatic",
  created: Math.floor(now / 1000),
  currency: "usd",
  customer: "cus_SandboxAda",
  description: "Réparation of a water heater",
  last_payment_error: null,
  latest_charge: `ch_3Sandbox${String(entity).padStart(16, "0")}`,
  livemode: false,
  metadata: {},
  payment_method_types: ["card"],
  receipt_email: "ada@example.com",
  shipping: null,
  status,
  ...more,
});

export const pushes: Pushes = {
  secret: ["whsec", "5andb0xStripeEndpointSigningSecret00"].join("_"),
  kinds: {
    "payment.succeeded": (about) => event(about, "payment_intent.succeeded", intent(about, "succeeded", {})),
    "payment.failed": (about) =>
      event(
        about,
        "payment_intent.payment_failed",
        intent(about, "requires_payment_method", {
          last_payment_error: {
            charge: `ch_3Sandbox${String(about.entity).padStart(16, "0")}`,
            code: "card_declined",
            decline_code: "insufficient_funds",
            message: "Your card has insufficient funds.",
            payment_method: { id: "pm_SandboxVisa", object: "payment_method", billing_details: billing, type: "card" },
            type: "card_error",
          },
        }),
      ),
    "payment.refunded": (about) =>
      event(
        about,
        "charge.refunded",
        {
          id: `ch_3Sandbox${String(about.entity).padStart(16, "0")}`,
          object: "charge",
          amount: 12_500,
          amount_captured: 12_500,
          amount_refunded: 7_500,
          billing_details: billing,
          created: Math.floor(about.now / 1000) - 3600,
          currency: "usd",
          customer: "cus_SandboxAda",
          description: "Réparation of a water heater",
          metadata: {},
          paid: true,
          payment_intent: intentId(about.entity),
          receipt_email: null,
          refunded: false,
          status: "succeeded",
        },
        { amount_refunded: 5_000 },
      ),
  },
  async sign({ type, body, secret, now }) {
    const at = String(Math.floor(now / 1000));
    const v1 = await mac("SHA-256", secret, "hex", at, ".", body);
    // v0 is of test mode alone, made otherwise, and proves nothing.
    const v0 = await mac("SHA-256", `not-${secret}`, "hex", at, ".", body);
    return {
      headers: {
        "content-type": type,
        "user-agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
        "stripe-signature": `t=${at},v1=${v1},v0=${v0}`,
      },
      body,
    };
  },
};
