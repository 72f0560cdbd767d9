import { failed, trial } from "@junction/testkit";
import { expect, test } from "vitest";

const { answers, call, checkFields } = trial("marketing-boost");
const person = { recipient_name: "Tom", recipient_email: "tom@example.com", reason: "referral" };

test("what can be given is what can be sent: a stay by its destination, a card by its amount", async () => {
  const listed = await call("crm/list_rewards", {});
  const { rewards } = (listed?.ok ? listed.value : {}) as {
    rewards: { option_id: string; reward_type: string; amounts_cents?: number[] }[];
  };
  expect(rewards.map(({ reward_type }) => reward_type)).toEqual(["vacation", "vacation", "hotel_card", "dining_card"]);
  for (const { option_id, reward_type, amounts_cents } of rewards) {
    const amount = amounts_cents?.[0] === undefined ? {} : { amount_cents: amounts_cents[0] };
    expect(await call("crm/send_reward", { ...person, reward_type, option_id, ...amount })).toEqual({
      ok: true,
      value: { status: "sent" },
    });
  }
  expect(await call("crm/send_reward", { ...person, reward_type: "gift_card" })).toMatchObject(failed({ kind: "NotFound" }));
  for (const reward_type of ["vacation", "dining_card"]) // to nowhere, of no amount
    expect(await call("crm/send_reward", { ...person, reward_type })).toMatchObject(failed({ kind: "InvalidRequest" }));
});

test("a refusal within a 200 is one, in its words", async () => {
  expect(await checkFields("mistaken")).toMatchObject(failed({ kind: "Declined" }));
  answers(200, { status: false, message: "The API key is invalid" });
  expect(await checkFields("valid")).toMatchObject(failed({ kind: "CredentialError" }));
  answers(200, []);
  expect(await checkFields("valid")).toMatchObject({ ok: true });
});
