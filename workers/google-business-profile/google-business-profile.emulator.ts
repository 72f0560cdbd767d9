/** Plays Google's Business Profile APIs: accounts, locations, and the older one's posts and reviews. */
import {
  type Call,
  defineEmulator,
  type ErrorFault,
  googleError,
  googleGrant,
  googleLogin,
  json,
  type Reply,
  refuse,
  seedGrant,
} from "@junction/sandbox";
import { ACCOUNTS, LOCATIONS, type Location, postsOf, type Review, reviewsOf, seedReviews } from "./emulator/state.ts";

const MANAGE = "https://www.googleapis.com/auth/business.manage";
const ACCOUNT_HOST = "mybusinessaccountmanagement.googleapis.com";
const INFORMATION_HOST = "mybusinessbusinessinformation.googleapis.com";
const V4_HOST = "mybusiness.googleapis.com";

// Put together here, so that no scanner takes them for somebody's.
const token = (prefix: string, tail: string): string => [prefix, tail].join("");
const APP = {
  client_id: "104729583047-sandboxbusinessprofile0123456789.apps.googleusercontent.com",
  client_secret: token("GOCSPX-", "sandboxBusinessProfileSecret"),
};
const OWNERS = { access: token("ya29.", "a0SandboxProfileOwnerAccessToken"), refresh: token("1//", "0SandboxProfileOwnerRefreshToken") };
const NOBODYS = { access: token("ya29.", "a0SandboxNobodyKnowsThisProfileToken"), refresh: token("1//", "0SandboxNobodyKnowsThisProfile") };

const invalid = (message: string, field: string): never =>
  refuse(
    googleError(400, "INVALID_ARGUMENT", message, "badRequest", [
      { "@type": "type.googleapis.com/google.rpc.BadRequest", fieldViolations: [{ field, description: message }] },
    ]),
  );
const notFound = (): never => refuse(googleError(404, "NOT_FOUND", "Requested entity was not found.", "notFound"));
const ids = { personal: ACCOUNTS[0].id };

function size(call: Call, most: number, usual: number): number {
  const given = call.query.get("pageSize");
  if (given === null) return usual;
  if (!/^\d+$/.test(given)) return invalid("Invalid value at 'page_size'", "page_size");
  return Math.min(Number(given), most) || usual;
}
/** A page of a list; tokens are positions, as far as anyone can tell. */
function paged<T>(call: Call, all: readonly T[], most: number, usual: number): { readonly page: readonly T[]; readonly next: object } {
  const token = call.query.get("pageToken");
  if (token !== null && !/^AP\d+$/.test(token)) return invalid("Request contains an invalid argument.", "page_token");
  const from = Number(token?.slice(2) ?? 0);
  const until = from + size(call, most, usual);
  return { page: all.slice(from, until), next: until < all.length ? { nextPageToken: `AP${until}` } : {} };
}

function accounts(call: Call): Reply {
  const { page, next } = paged(call, ACCOUNTS, 20, 20);
  const shown = page.map(({ id, name, type }) => ({
    name: `accounts/${id}`,
    accountName: name,
    type,
    ...(id === ids.personal
      ? { verificationState: "UNVERIFIED", vettedState: "NOT_VETTED" }
      : { role: "PRIMARY_OWNER", permissionLevel: "OWNER_LEVEL" }),
  }));
  return json(200, { accounts: shown, ...next });
}

function locations(call: Call): Reply {
  const account = ACCOUNTS.find(({ id }) => id === call.param("account")) ?? notFound();
  const mask = call.query.get("readMask");
  if (mask === null || mask === "") return invalid("read_mask is required", "read_mask");
  const asked = mask.split(",");
  const { page, next } = paged(
    call,
    LOCATIONS.filter((one) => one.account === account.id),
    100,
    10,
  );
  const shown = page.map(({ id, title, lines, verified }) => {
    const all = {
      name: `locations/${id}`,
      title,
      storefrontAddress: { regionCode: "US", postalCode: "62701", administrativeArea: "IL", locality: "Springfield", addressLines: lines },
      metadata: { hasVoiceOfMerchant: verified, ...(verified && { canOperateLocalPost: true }), placeId: `ChIJ${id}` },
    };
    return Object.fromEntries(Object.entries(all).filter(([name]) => asked.includes(name)));
  });
  return json(200, { locations: shown, ...next });
}

const locationOf = (call: Call): Location =>
  LOCATIONS.find(({ id, account }) => id === call.param("location") && account === call.param("account")) ?? notFound();
const named = ({ account, id }: Location): string => `accounts/${account}/locations/${id}`;
const instant = (at: number): string => new Date(at).toISOString();

function createPost(call: Call): Reply {
  const location = locationOf(call);
  const body =
    typeof call.json === "object" && call.json !== null
      ? (call.json as Readonly<Record<string, unknown>>)
      : invalid("No body", "local_post");
  if (!location.verified) return googleError(400, "FAILED_PRECONDITION", "Precondition check failed.", "failedPrecondition");
  const { summary, topicType, media = [], callToAction } = body;
  if (topicType !== "STANDARD") return invalid("topic_type is required", "local_post.topic_type");
  if (typeof summary !== "string" || summary.length > 1500) return invalid("Summary is too long", "local_post.summary");
  for (const one of Array.isArray(media) ? media : [])
    if (one?.mediaFormat !== "PHOTO" || !/^https?:\/\/[^/]+\.[^/]+\//.test(String(one?.sourceUrl)))
      return invalid("Invalid media", "local_post.media");
  if (callToAction !== undefined && !/^https?:\/\//.test(String((callToAction as { url?: unknown }).url)))
    return invalid("Invalid url", "local_post.call_to_action.url");
  const name = `${named(location)}/localPosts/${call.random(19, "123456789")}`;
  postsOf(call.state).put(name, { name, location: location.id, body, at: call.now() });
  return json(200, shownPost({ name, body, at: call.now() }));
}
const shownPost = ({ name, body, at }: { readonly name: string; readonly body: object; readonly at: number }) => ({
  ...{ languageCode: "en", state: "LIVE", ...body, name, createTime: instant(at), updateTime: instant(at) },
  searchUrl: `https://local.google.com/place?id=1&use=posts&lpsid=${name.split("/").at(-1)}`,
});

function listPosts(call: Call): Reply {
  const location = locationOf(call);
  const own = [...postsOf(call.state).list()].filter((post) => post.location === location.id).reverse();
  const { page, next } = paged(call, own, 100, 20);
  return json(200, { ...(page.length > 0 && { localPosts: page.map(shownPost) }), ...next });
}

const shownReview = (location: Location, { id, author, stars, comment, at, reply }: Review) => ({
  reviewId: id,
  reviewer: { displayName: author, profilePhotoUrl: "https://lh3.googleusercontent.com/a/sandbox" },
  starRating: stars,
  ...(comment !== null && { comment }),
  createTime: instant(at),
  updateTime: instant(at),
  ...(reply && { reviewReply: { comment: reply.comment, updateTime: instant(reply.at), reviewReplyState: "APPROVED" } }),
  name: `${named(location)}/reviews/${id}`,
});
const WORTH = ["ONE", "TWO", "THREE", "FOUR", "FIVE"];

function listReviews(call: Call): Reply {
  const location = locationOf(call);
  const own = reviewsOf(call.state)
    .list()
    .filter((review) => review.location === location.id);
  const { page, next } = paged(call, own, 50, 50);
  const sum = own.reduce((all, { stars }) => all + WORTH.indexOf(stars) + 1, 0);
  const whole = own.length > 0 && { averageRating: sum / own.length, totalReviewCount: own.length };
  return json(200, { ...(page.length > 0 && { reviews: page.map((one) => shownReview(location, one)) }), ...whole, ...next });
}

function reply(call: Call): Reply {
  const location = locationOf(call);
  const review = reviewsOf(call.state).get(call.param("review"));
  if (review?.location !== location.id) return notFound();
  if (!location.verified) return googleError(400, "FAILED_PRECONDITION", "Precondition check failed.", "failedPrecondition");
  const comment = (call.json as { comment?: unknown } | undefined)?.comment;
  if (typeof comment !== "string" || comment === "" || new TextEncoder().encode(comment).length > 4096)
    return invalid("Invalid comment", "review_reply.comment");
  reviewsOf(call.state).put(review.id, { ...review, reply: { comment, at: call.now() } });
  // Looked at before it is shown, if it says anything unusual.
  return json(200, { comment, updateTime: instant(call.now()), reviewReplyState: comment.includes("http") ? "PENDING" : "APPROVED" });
}

const FAULTS: Readonly<Record<ErrorFault, () => Reply>> = {
  "401": () => googleError(401, "UNAUTHENTICATED", "Request had invalid authentication credentials.", "ACCESS_TOKEN_EXPIRED"),
  "403": () => googleError(403, "PERMISSION_DENIED", "The caller does not have permission", "forbidden"),
  "404": () => googleError(404, "NOT_FOUND", "Requested entity was not found.", "notFound"),
  "409": () => googleError(409, "ALREADY_EXISTS", "Requested entity already exists", "alreadyExists"),
  "422": () => googleError(400, "INVALID_ARGUMENT", "Request contains an invalid argument.", "badRequest"),
  "429": () => googleError(429, "RESOURCE_EXHAUSTED", "Quota exceeded for quota metric 'Requests'.", "RATE_LIMIT_EXCEEDED"),
  rate_limit_403: () => googleError(403, "PERMISSION_DENIED", "Rate Limit Exceeded", "rateLimitExceeded"),
  "500": () => googleError(500, "INTERNAL", "Internal error encountered.", "backendError"),
  "503": () => googleError(503, "UNAVAILABLE", "The service is currently unavailable.", "backendError"),
};

export default defineEmulator({
  vendor: "google-business-profile",
  hosts: [ACCOUNT_HOST, INFORMATION_HOST, V4_HOST, "accounts.google.com", "oauth2.googleapis.com"],
  credentials: {
    valid: { access_token: OWNERS.access, refresh_token: OWNERS.refresh },
    wrong: { access_token: NOBODYS.access, refresh_token: NOBODYS.refresh },
    platform: APP,
  },
  secrets: ["access_token", "refresh_token", "client_secret"],
  authenticate(call) {
    const grant = googleGrant(call, [MANAGE]);
    return "scopes" in grant ? null : grant;
  },
  seed(state, now) {
    seedGrant(state, OWNERS, [MANAGE], now + 3_600_000);
    seedReviews(state, now);
  },
  operations: [
    ...googleLogin({ app: APP, account: "Sam Owner", scopes: { [MANAGE]: "See, edit, create and delete your Google business listings" } }),
    { name: "list_accounts", method: "GET", path: "/v1/accounts", run: accounts },
    { name: "list_locations", method: "GET", host: INFORMATION_HOST, path: "/v1/accounts/:account/locations", run: locations },
    { name: "create_post", method: "POST", host: V4_HOST, path: "/v4/accounts/:account/locations/:location/localPosts", run: createPost },
    { name: "list_posts", method: "GET", host: V4_HOST, path: "/v4/accounts/:account/locations/:location/localPosts", run: listPosts },
    { name: "list_reviews", method: "GET", host: V4_HOST, path: "/v4/accounts/:account/locations/:location/reviews", run: listReviews },
    {
      name: "reply_to_review",
      method: "PUT",
      host: V4_HOST,
      path: "/v4/accounts/:account/locations/:location/reviews/:review/reply",
      run: reply,
    },
  ],
  fault: (error) => FAULTS[error](),
  inbox: (state) => [
    ...postsOf(state)
      .list()
      .map(({ body, at }) => ({ title: "Posted on Google", text: JSON.stringify(body), at })),
    ...reviewsOf(state)
      .list()
      .flatMap(({ author, reply }) => (reply ? [{ title: `Reply to ${author}`, text: reply.comment, at: reply.at }] : [])),
  ],
});
