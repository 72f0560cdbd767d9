/** Thanking people: gift cards and certificates for a review or a referral. */
import * as z from "zod/mini";
import { tool } from "./tool.ts";
import { Cents, Currency, EmailAddress } from "./words.ts";

const RewardType = z
  .enum(["gift_card", "vacation", "hotel_card", "dining_card"])
  .check(
    z.describe(
      "gift_card, or a certificate: vacation, hotel_card (savings on hotels), dining_card; crm/list_rewards tells which the contractor has",
    ),
  );

export const sendReward = tool({
  id: "crm/send_reward",
  title: "Send a reward",
  description:
    "Emails a gift card or a certificate to a customer, to thank for a review or a referral. It costs the contractor money at once and cannot be taken back. Use crm/list_rewards to see what can be given.",
  effect: "spend",
  passesOn: true,
  input: z.strictObject({
    reward_type: RewardType,
    option_id: z.optional(
      z
        .string()
        .check(
          z.minLength(1),
          z.maxLength(100),
          z.describe("which one in particular: the id that crm/list_rewards gave; left out, the contractor's default of that type"),
        ),
    ),
    amount_cents: z.optional(
      Cents.check(
        z.describe(
          "what it is worth, in the currency's smallest unit, such as 2500 for $25.00; needed where a type has amounts, as gift_card has",
        ),
      ),
    ),
    currency: Currency,
    recipient_name: z.string().check(z.minLength(1), z.maxLength(120), z.describe("who gets it, up to 120 characters")),
    recipient_email: EmailAddress.check(z.describe("where it is sent, such as ann@example.com")),
    reason: z.enum(["review", "referral", "thank_you"]).check(z.describe("what it is for")),
    message: z.optional(
      z
        .string()
        .check(
          z.minLength(1),
          z.maxLength(500),
          z.describe("a line to the recipient, up to 500 characters, where the reward can carry one"),
        ),
    ),
  }),
  output: z.object({
    reward_id: z.optional(z.string().check(z.describe("give this to crm/get_reward; absent where nothing more can be asked of it"))),
    status: z
      .enum(["queued", "sent", "needs_approval"])
      .check(z.describe("queued: paid, on its way; needs_approval: the contractor has to approve it at the rewards integration")),
  }),
});

export const getReward = tool({
  id: "crm/get_reward",
  title: "See what became of a reward",
  description:
    "Tells whether somebody did receive the gift card or other reward that crm/send_reward sent: delivered or not, to whom, and what it was worth.",
  effect: "read",
  input: z.strictObject({
    reward_id: z.string().check(z.minLength(1), z.maxLength(100), z.describe("the reward_id that crm/send_reward gave")),
  }),
  output: z.object({
    reward_id: z.string(),
    status: z.enum(["queued", "delivered", "failed", "canceled"]),
    recipient_name: z.optional(z.string()),
    recipient_email: z.optional(z.string()),
    amount_cents: z.optional(z.int()),
    currency: z.optional(z.string()),
    sent_at: z.optional(z.string()),
  }),
});

export const listRewards = tool({
  id: "crm/list_rewards",
  title: "List rewards that can be given",
  description: "Lists the gift cards and certificates that crm/send_reward can give, with their amounts where they have any.",
  effect: "read",
  input: z.strictObject({
    page: z.optional(z.string().check(z.minLength(1), z.maxLength(200), z.describe("the next_page of the answer before"))),
  }),
  output: z.object({
    rewards: z.array(
      z.object({
        option_id: z.string(),
        reward_type: RewardType,
        name: z.string(),
        detail: z.optional(z.string()),
        amounts_cents: z.optional(z.array(z.int()).check(z.describe("the only amounts it comes in; absent: any, or none"))),
      }),
    ),
    next_page: z.optional(z.string().check(z.describe("absent: there are no more"))),
  }),
});
