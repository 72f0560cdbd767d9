/** What customers say on a profile, and what is answered. https://developers.google.com/my-business/content/review-data */
import { path, refuse } from "@junction/kit";
import { listReviews, replyToReview } from "@junction/tools";
import * as z from "zod/mini";
import { MANAGE, profile, V4 } from "./manifest.ts";
import { placeOf } from "./profiles.ts";

const STARS: Readonly<Record<string, number>> = { ONE: 1, TWO: 2, THREE: 3, FOUR: 4, FIVE: 5 };
const REVIEW = /^accounts\/([^/]+)\/locations\/([^/]+)\/reviews\/([^/]+)$/;
const LONGEST_REPLY_BYTES = 4096;

const Review = z.object({
  name: z.string(),
  reviewer: z._default(z.object({ displayName: z.optional(z.string()) }), {}),
  starRating: z.optional(z.string()),
  comment: z.optional(z.string()),
  createTime: z.string(),
  reviewReply: z.optional(z.object({ comment: z.optional(z.string()) })),
});
const Reviews = z.object({
  reviews: z._default(z.array(Review), []),
  averageRating: z.optional(z.number()),
  totalReviewCount: z.optional(z.int()),
  nextPageToken: z.optional(z.string()),
});

export const reviewsOf = profile.implement(listReviews, {
  scopes: [MANAGE],
  async run({ http, input: { profile: id, page } }) {
    const { account, location } = await placeOf(http, id);
    const query = { pageSize: 50, orderBy: "updateTime desc", pageToken: page };
    const reply = await http.get(path`/v4/accounts/${account}/locations/${location}/reviews`, { host: V4, query });
    const { reviews, averageRating, totalReviewCount, nextPageToken } = reply.json(Reviews);
    return {
      reviews: reviews.map(({ name, reviewer, starRating = "", comment, createTime, reviewReply }) => ({
        ...{ review_id: name, author: reviewer.displayName, stars: STARS[starRating], text: comment },
        ...{ created_at: createTime, reply: reviewReply?.comment },
      })),
      ...{ average_stars: averageRating, total: totalReviewCount, next_page: nextPageToken },
    };
  },
});

export const reply = profile.implement(replyToReview, {
  scopes: [MANAGE],
  idempotent: true, // there is one reply to a review, and the same words again change nothing
  async run({ http, input: { review_id, text } }) {
    const [, account, location, review] = REVIEW.exec(review_id) ?? [];
    if (account === undefined || location === undefined || review === undefined)
      refuse({ kind: "InvalidRequest", issues: ["review_id: must be given as crm/list_reviews lists it"] });
    if (new TextEncoder().encode(text).length > LONGEST_REPLY_BYTES)
      refuse({ kind: "InvalidRequest", issues: ["text: is too long for Google; give about 1,000 characters fewer"] });
    const to = path`/v4/accounts/${account}/locations/${location}/reviews/${review}/reply`;
    // Since 2026 Google looks at replies before it shows them.
    const { reviewReplyState: state = "" } = (await http.put(to, { host: V4, json: { comment: text } })).json(
      z.object({ reviewReplyState: z.optional(z.string()) }),
    );
    if (state === "REJECTED") refuse({ kind: "Declined", code: "reply_rejected" });
    return { review_id, status: /PENDING|REVIEW/.test(state) ? ("in_review" as const) : ("published" as const) };
  },
});
