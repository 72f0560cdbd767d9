/** What customers say of the contractor in public, and what it answers. */
import { NAMES_VENDOR } from "@junction/core";
import * as z from "zod";
import { tool } from "./tool.ts";

const ProfileId = z
  .string()
  .min(1)
  .max(200)
  .describe("whose reviews: the page_id that crm/list_business_profiles gave; it may be left out where there is only one profile");

export const listReviews = tool({
  id: "crm/list_reviews",
  title: "List reviews",
  description:
    "Lists what customers wrote about the contractor in public reviews, on Google or on its website, newest first, with stars and the contractor's reply. Give next_page back as page to see more.",
  effect: "read",
  input: z.strictObject({
    source: z
      .enum(["google-business-profile", "contractor-website"])
      .optional()
      .meta({
        description:
          "google-business-profile: reviews on Google; contractor-website: on the contractor's own website; left out, where the contractor prefers",
        [NAMES_VENDOR]: true,
      }),
    profile: ProfileId.optional(),
    page: z.string().min(1).max(2000).optional().describe("the next_page of the answer before"),
  }),
  output: z.object({
    reviews: z.array(
      z.object({
        review_id: z.string().describe("for crm/reply_to_review"),
        author: z.string().optional(),
        stars: z.number().int().min(1).max(5).optional(),
        text: z.string().optional(),
        created_at: z.string(),
        reply: z.string().optional().describe("what the contractor answered; absent: nothing yet"),
        url: z.url().optional(),
      }),
    ),
    average_stars: z.number().optional(),
    total: z.number().int().optional().describe("how many reviews there are in all"),
    next_page: z.string().optional(),
  }),
});

export const replyToReview = tool({
  id: "crm/reply_to_review",
  title: "Reply to a review",
  description:
    "Answers a customer's public review in the contractor's name, for everyone to read. A reply that is there already is replaced. Reviews on Google alone can be answered. Use crm/list_reviews for the review_id.",
  effect: "write",
  approval: true,
  input: z.strictObject({
    review_id: z.string().min(1).max(500).describe("the review_id that crm/list_reviews gave"),
    text: z.string().min(1).max(4000).describe("the reply, as everyone will read it, 1 to 4,000 characters"),
  }),
  output: z.object({
    review_id: z.string(),
    status: z.enum(["published", "in_review"]).describe("in_review: it is looked at before it is shown"),
  }),
});
