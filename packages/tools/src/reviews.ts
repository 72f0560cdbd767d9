/** What customers say of the contractor in public, and what it answers. */
import { NAMES_VENDOR } from "@junction/core";
import * as z from "zod/mini";
import { tool } from "./tool.ts";

const ProfileId = z
  .string()
  .check(
    z.minLength(1),
    z.maxLength(200),
    z.describe("whose reviews: the page_id that crm/list_business_profiles gave; it may be left out where there is only one profile"),
  );

export const listReviews = tool({
  id: "crm/list_reviews",
  title: "List reviews",
  description:
    "Lists what customers wrote about the contractor in public reviews, on Google or on its website, newest first, with stars and the contractor's reply. Give next_page back as page to see more.",
  effect: "read",
  input: z.strictObject({
    source: z.optional(
      z.enum(["google-business-profile", "contractor-website"]).check(
        z.meta({
          description:
            "google-business-profile: reviews on Google; contractor-website: on the contractor's own website; left out, where the contractor prefers",
          [NAMES_VENDOR]: true,
        }),
      ),
    ),
    profile: z.optional(ProfileId),
    page: z.optional(z.string().check(z.minLength(1), z.maxLength(2000), z.describe("the next_page of the answer before"))),
  }),
  output: z.object({
    reviews: z.array(
      z.object({
        review_id: z.string().check(z.describe("for crm/reply_to_review")),
        author: z.optional(z.string()),
        stars: z.optional(z.int().check(z.minimum(1), z.maximum(5))),
        text: z.optional(z.string()),
        created_at: z.string(),
        reply: z.optional(z.string().check(z.describe("what the contractor answered; absent: nothing yet"))),
        url: z.optional(z.url()),
      }),
    ),
    average_stars: z.optional(z.number()),
    total: z.optional(z.int().check(z.describe("how many reviews there are in all"))),
    next_page: z.optional(z.string()),
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
    review_id: z.string().check(z.minLength(1), z.maxLength(500), z.describe("the review_id that crm/list_reviews gave")),
    text: z.string().check(z.minLength(1), z.maxLength(4000), z.describe("the reply, as everyone will read it, 1 to 4,000 characters")),
  }),
  output: z.object({
    review_id: z.string(),
    status: z.enum(["published", "in_review"]).check(z.describe("in_review: it is looked at before it is shown")),
  }),
});
