import { failed, trial } from "@junction/testkit";
import { expect, test } from "vitest";
import { accountId, budgetOf, centsOfAmount, centsOfBudget, digits } from "./account.ts";

const { answers, call, checkFields, stage } = trial("meta-ads");
const US = "act_1047295830470001";

test("amounts are in the currency's smallest unit, whatever unit Meta counts in", () => {
  expect([centsOfBudget("2500", "usd"), centsOfBudget("3000", "jpy"), centsOfBudget("300", "twd")]).toEqual([2500, 3000, 30_000]);
  expect([budgetOf(2500, "usd"), budgetOf(3000, "jpy"), budgetOf(30_000, "twd")]).toEqual([2500, 3000, 300]);
  expect(() => budgetOf(30_050, "twd")).toThrow();
  expect([centsOfAmount("12.34", "usd"), centsOfAmount("0.29", "usd"), centsOfAmount("1507", "jpy")]).toEqual([1234, 29, 1507]);
});

test("an id that is no number reaches nothing: it could name another thing of the Graph's", () => {
  expect(digits("120210000000000456", "campaign_id")).toBe("120210000000000456");
  for (const other of ["me", "act_1", "", "1/2"]) expect(() => digits(other, "campaign_id")).toThrow();
  expect(accountId("1047", undefined)).toBe("act_1047");
  expect(accountId(undefined, "act_1047")).toBe("act_1047");
});

test("the account found when it was connected is one that can be used", async () => {
  expect((await stage().check("valid")).outcome).toMatchObject({ ok: true, value: { found: { ad_account: US } } });
  expect(await checkFields("restricted")).toMatchObject(failed({ kind: "PermissionError", missing: ["ads_management"] }));
  const accounts = await call("crm/list_ad_accounts", {});
  expect(accounts).toMatchObject({ value: { items: [{ usable: false, detail: "closed" }, { id: US, usable: true }, { detail: "JPY" }] } });
});

test("a campaign is paused, and its budget and name change; what was not given stays", async () => {
  const campaign_id = "120210000000000457";
  const changed = await call("crm/update_campaign", { campaign_id, status: "active", daily_budget_cents: 1500 });
  expect(changed).toMatchObject({ value: { name: "Drain cleaning", status: "active", daily_budget_cents: 1500, currency: "usd" } });
  const { value } = (await call("crm/list_campaigns", { status: "active" })) as { value: { campaigns: { campaign_id: string }[] } };
  expect(value.campaigns.map((one) => one.campaign_id)).toContain(campaign_id);
  await call("crm/update_campaign", { campaign_id, status: "paused", daily_budget_cents: 1200 });
});

test("a budget that is not a campaign's own for a day is refused with the remedy, and nothing is sent", async () => {
  for (const campaign_id of ["120210000000000458", "120210000000000459"])
    expect(await call("crm/update_campaign", { campaign_id, daily_budget_cents: 5000 })).toMatchObject({
      ok: false,
      error: { kind: "InvalidRequest", issues: [expect.stringContaining("Ads Manager")] },
    });
});

test("performance adds up what each campaign cost and brought; leads that there were none of have no price", async () => {
  const seen = await call("crm/get_ad_performance", { from: "2026-11-01", until: "2026-11-07" });
  expect(seen).toMatchObject({
    value: { currency: "usd", campaigns: [{ campaign_id: "120210000000000456", leads: expect.any(Number) }, {}] },
  });
  expect(await call("crm/get_ad_performance", { from: "2026-11-07", until: "2026-11-01" })).toMatchObject(
    failed({ kind: "InvalidRequest" }),
  );
});

test("too many calls wait for as long as Meta's own headers say", async () => {
  const limited = (headers: Readonly<Record<string, string>>) => {
    stage().misbehave(() => ({
      status: 400,
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify({ error: { code: 80004, message: "x" } }),
    }));
    return call("crm/list_ad_accounts", {});
  };
  const minutes = { "1": [{ type: "ads_management", estimated_time_to_regain_access: 3 }] };
  const wait = (retryAfterMs: number) => failed({ kind: "RateLimited", retryAfterMs });
  expect(await limited({ "x-business-use-case-usage": JSON.stringify(minutes) })).toMatchObject(wait(180_000));
  expect(await limited({ "x-ad-account-usage": '{"acc_id_util_pct":100,"reset_time_duration":42}' })).toMatchObject(wait(42_000));
  expect(await limited({ "x-ad-account-usage": "no JSON" })).toMatchObject(wait(300_000));
  answers(400, { error: { code: 190, error_subcode: 460, message: "x" } });
  expect(await call("crm/list_ad_accounts", {})).toMatchObject(failed({ kind: "CredentialError" }));
});
