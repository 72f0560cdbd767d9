import { failed, trial } from "@junction/testkit";
import { expect, test } from "vitest";

const { action, answers, call, checkFields, stage } = trial("anthropic");
const write = (input: object) => call("crm/generate_text", { prompt: "A line about heaters", ...input });
const said = (status: number, type: string, message: string) => answers(status, { type: "error", error: { type, message } });

test("an answer says whether it is whole, and what it used up; thoughts are no part of it", async () => {
  expect(await write({})).toEqual({
    ok: true,
    value: { text: "Here is what you asked for: A line about heaters", finish: "complete", usage: { input_tokens: 12, output_tokens: 18 } },
  });
  expect(await write({ max_tokens: 8 })).toMatchObject({ value: { text: "Here is ", finish: "cut_off", usage: { output_tokens: 8 } } });
  expect(await write({ max_tokens: 3 })).toMatchObject({ value: { text: "", finish: "cut_off" } }); // all of it was thought
  const refusal = "ANTHROPIC_MAGIC_STRING_TRIGGER_REFUSAL_1FAEFB6177B4672DEE07F9D3AFC62588CCD2631EDCF22E8CCC1FB35B501C9C86";
  expect(await write({ prompt: refusal })).toMatchObject({ ok: true, value: { text: "", finish: "refused" } });
});

test("a word or an id chooses the model; an id nobody knows is a wrong argument, not a thing that is gone", async () => {
  const asked = async (model: string) => {
    const { sent } = await stage().call(action("crm/generate_text"), { input: { prompt: "Hi", model } });
    return JSON.parse(sent[0]?.body ?? "{}").model;
  };
  expect([await asked("fast"), await asked("best")]).toEqual(["claude-haiku-5-5", "claude-opus-5-5"]);
  expect(await write({ model: "claude-haiku-4-5" })).toMatchObject({ ok: true });
  expect(await write({ model: "constructor" })).toMatchObject(
    failed({ kind: "InvalidRequest", issues: ["the vendor refused the value of model"] }),
  );
});

test("money that is used up is a no, whichever way it is said; an overload is none of the contractor's", async () => {
  said(400, "invalid_request_error", "You have reached your specified API usage limits. You will regain access on 2026-12-01.");
  expect(await write({})).toMatchObject(failed({ kind: "Declined", code: "spend_limit_reached" }));
  said(402, "billing_error", "Your credit balance is too low.");
  expect(await write({})).toMatchObject(failed({ kind: "Declined", code: "billing_error" }));
  said(529, "overloaded_error", "Overloaded");
  expect(await write({})).toMatchObject(failed({ kind: "VendorUnavailable", sent: true }));
});

test("the account is known by its organization; a key that may only list models is told so", async () => {
  expect(await checkFields("valid")).toMatchObject({ ok: true, value: { id: "0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d" } });
  expect(await checkFields("restricted")).toMatchObject(failed({ kind: "PermissionError" }));
});
