import { failed, trial } from "@junction/testkit";
import { expect, test } from "vitest";
import { centsOf, gaql, microsOf } from "./gaql.ts";

const { call, checkFields, stage } = trial("google-ads");
const ROOFS = "9001002003~5552221110";
const said = (error: object, status = 400) =>
  stage().misbehave(() => ({ status, headers: { "content-type": "application/json" }, body: JSON.stringify({ error }) }));
const failure = (errorCode: object, more: object = {}) => ({
  code: 1,
  details: [{ "@type": "type.googleapis.com/google.ads.googleads.v25.errors.GoogleAdsFailure", errors: [{ errorCode, ...more }] }],
});

test("a query is made of numbers, days and words of capitals alone: nobody's text becomes part of it", () => {
  expect(gaql`SELECT campaign.id FROM campaign WHERE campaign.id = ${"20001"} AND segments.date >= ${"2026-11-01"}`).toBe(
    "SELECT campaign.id FROM campaign WHERE campaign.id = 20001 AND segments.date >= '2026-11-01'",
  );
  for (const text of ["1 OR 1 = 1", "1'", "'ENABLED'", "2026-11-01'", "enabled", "", "1\n2", "１"])
    expect(() => gaql`SELECT campaign.id FROM campaign WHERE campaign.id = ${text}`).toThrow();
});

test("money is counted in millionths there, and in the currency's smallest unit here", () => {
  expect([centsOf("25000000", "usd"), centsOf("3000000000", "jpy"), microsOf(2550, "usd"), microsOf(3000, "jpy")]).toEqual([
    2500,
    3000,
    "25500000",
    "3000000000",
  ]);
});

test("the account found is the login's own; those of its managers are listed with the manager they are reached through", async () => {
  expect((await stage().check("valid")).outcome).toMatchObject({
    ok: true,
    value: { name: "Sandbox Plumbing", found: { customer: "4471029583" } },
  });
  expect(await checkFields("restricted")).toMatchObject(failed({ kind: "PermissionError" }));
  const accounts = await call("crm/list_ad_accounts", {});
  expect(accounts).toMatchObject({
    value: {
      items: [
        { id: "4471029583", usable: true },
        { id: ROOFS, detail: "JPY", usable: true },
        { usable: false, detail: "suspended" },
      ],
    },
  });
  expect(await call("crm/list_campaigns", { account_id: ROOFS })).toMatchObject({
    value: { campaigns: [{ name: "Roofs", daily_budget_cents: 3000, currency: "jpy" }] },
  });
  expect(await call("crm/list_campaigns", { account_id: "5552221110" })).toMatchObject(failed({ kind: "PermissionError" }));
});

test("a campaign's budget, state and name change together; one that others share is left alone", async () => {
  const change = { campaign_id: "20001", status: "paused", daily_budget_cents: 3050, name: "Emergency plumber, night" };
  expect(await call("crm/update_campaign", change)).toMatchObject({
    value: { status: "paused", daily_budget_cents: 3050, name: "Emergency plumber, night" },
  });
  const listed = await call("crm/list_campaigns", { status: "paused" });
  expect(listed).toMatchObject({ value: { campaigns: [{ campaign_id: "20001", daily_budget_cents: 3050 }, { campaign_id: "20002" }] } });
  expect(await call("crm/update_campaign", { campaign_id: "20002", daily_budget_cents: 9900 })).toMatchObject({
    error: { kind: "InvalidRequest", issues: [expect.stringContaining("shared")] },
  });
  expect(await call("crm/update_campaign", { campaign_id: "20001", name: "Boiler service" })).toMatchObject(failed({ kind: "Conflict" }));
  expect(await call("crm/update_campaign", { campaign_id: "99999", status: "paused" })).toMatchObject(failed({ kind: "NotFound" }));
});

test("the same keyword in two ad groups is two keywords, and lists go on within a group", async () => {
  const all = await call("crm/list_keywords", {});
  expect(all).toMatchObject({
    value: { keywords: [{ keyword_id: "30001~501" }, {}, { excluded: true }, { keyword_id: "30002~501", match: "broad" }] },
  });
  const after = await call("crm/list_keywords", { page: "30001~502" });
  expect(after).toMatchObject({ value: { keywords: [{ keyword_id: "30001~503" }, { keyword_id: "30002~501" }] } });
});

test("a conversion goes to the one goal for uploads, with nothing of the person but what Google can compare", async () => {
  stage().rig.egress.take("google-ads");
  const job = { transaction_id: "JOB-7", happened_at: "2026-11-20T09:00:00-05:00", value_cents: 125_000 };
  expect(await call("crm/report_conversion", { ...job, email: "Ann.Oneil+x@Gmail.com", click_id: "abc" })).toMatchObject({ ok: true });
  const { outcome, sent } = await stage().call(stage().subject.vendor.actions.get("crm/report_conversion") ?? expect.fail(), {
    input: { ...job, email: "Ann.Oneil+x@Gmail.com" },
  });
  expect(outcome).toMatchObject({ ok: true });
  const [, ingested] = sent;
  // SHA-256 of annoneil@gmail.com
  const emailAddress = "d202403e9ee22dec5593a324f26064f3d715c8dab48805af270ee2dc49e7333b";
  expect(JSON.parse(String(ingested?.body))).toMatchObject({
    destinations: [{ productDestinationId: "700101" }],
    events: [{ userData: { userIdentifiers: [{ emailAddress }] }, conversionValue: 1250, currency: "USD" }],
  });
  expect(await call("crm/report_conversion", job)).toMatchObject(failed({ kind: "InvalidRequest" }));
  expect(await call("crm/report_conversion", { ...job, account_id: ROOFS, click_id: "abc" })).toMatchObject({
    error: { kind: "InvalidRequest", issues: [expect.stringContaining("700201, 700202")] },
  });
});

test("each of Google's own codes is what it means, whatever its status", async () => {
  const kinds = [
    [401, { authenticationError: "NOT_ADS_USER" }, "PermissionError"],
    [401, { authenticationError: "CUSTOMER_NOT_FOUND" }, "NotFound"],
    [401, { authenticationError: "OAUTH_TOKEN_REVOKED" }, "CredentialError"],
    [400, { databaseError: "CONCURRENT_MODIFICATION" }, "VendorUnavailable"],
    [403, { authorizationError: "CUSTOMER_NOT_ENABLED" }, "PermissionError"],
  ] as const;
  for (const [status, code, kind] of kinds) {
    said(failure(code), status);
    expect(await call("crm/list_ad_accounts", {})).toMatchObject(failed({ kind }));
  }
  said(failure({ quotaError: "RESOURCE_TEMPORARILY_EXHAUSTED" }, { details: { quotaErrorDetails: { retryDelay: "42s" } } }), 429);
  expect(await call("crm/list_ad_accounts", {})).toMatchObject(failed({ kind: "RateLimited", retryAfterMs: 42_000 }));
});
