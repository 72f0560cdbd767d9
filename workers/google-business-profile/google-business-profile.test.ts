import { failed, trial } from "@junction/testkit";
import { expect, test } from "vitest";

const { answers, call, stage } = trial("google-business-profile");
const PROFILE = "accounts/104729583047000000001/locations/5501047295830470001";

test("a project that Google has not let in is said to be so, whether by a quota of nothing or by an API that is off", async () => {
  const metadata = { quota_limit_value: "0", service: "mybusiness.googleapis.com" };
  answers(429, {
    error: { status: "RESOURCE_EXHAUSTED", message: "Quota exceeded", details: [{ reason: "RATE_LIMIT_EXCEEDED", metadata }] },
  });
  const shut = {
    error: { kind: "PermissionError", missing: ["Google_approval_of_the_project"] },
    said: { message: expect.stringContaining("Google's form") },
  };
  expect((await stage().check("valid")).outcome).toMatchObject(shut);
  answers(403, {
    error: { status: "PERMISSION_DENIED", message: "has not been used", details: [{ reason: "SERVICE_DISABLED", metadata: {} }] },
  });
  expect(await call("crm/list_reviews", { profile: PROFILE })).toMatchObject(shut);
  metadata.quota_limit_value = "300";
  answers(429, { error: { status: "RESOURCE_EXHAUSTED", details: [{ reason: "RATE_LIMIT_EXCEEDED", metadata }] } });
  expect(await call("crm/list_reviews", { profile: PROFILE })).toMatchObject(failed({ kind: "RateLimited" }));
});

test("profiles are listed account by account, and one that is not verified takes no post", async () => {
  const first = await call("crm/list_business_profiles", {});
  expect(first).toMatchObject({ value: { profiles: [{ page_id: PROFILE, address: "1 Main St, 62701 Springfield", can_post: true }] } });
  const page = first?.ok ? (first.value as { next_page: string }).next_page : "";
  const second = await call("crm/list_business_profiles", { page });
  expect(second).toMatchObject({ value: { profiles: [{ name: "Sandbox Plumbing East", can_post: false }] } });
  const page_id = second?.ok ? (second.value as { profiles: { page_id: string }[] }).profiles[0]?.page_id : "";
  expect(await call("crm/post_to_google", { text: "Hello", page_id })).toMatchObject(failed({ kind: "InvalidRequest" }));
});

test("a reply is seen beside its review, or is said to be looked at first", async () => {
  const read = async () =>
    (await call("crm/list_reviews", {})) as { value: { reviews: { review_id: string; stars: number; reply?: string }[] } };
  const { reviews } = (await read()).value;
  expect(reviews.map(({ stars }) => stars)).toEqual([5, 2, 4]);
  const review_id = reviews[1]?.review_id ?? "";
  expect(await call("crm/reply_to_review", { review_id, text: "We are sorry, Bob." })).toMatchObject({ value: { status: "published" } });
  expect((await read()).value.reviews[1]).toMatchObject({ reply: "We are sorry, Bob." });
  expect(await call("crm/reply_to_review", { review_id, text: "See http://example.com" })).toMatchObject({
    value: { status: "in_review" },
  });
  expect(await call("crm/reply_to_review", { review_id, text: "é".repeat(2100) })).toMatchObject(failed({ kind: "InvalidRequest" }));
});
