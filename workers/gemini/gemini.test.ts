import { failed, trial } from "@junction/testkit";
import { expect, test } from "vitest";

const { answers, call, checkFields } = trial("gemini");
const write = (input: object) => call("crm/generate_text", { prompt: "A line about heaters", ...input });

test("an answer says whether it is whole, and what it used up, thoughts among it; a blocked question is a no", async () => {
  expect(await write({})).toEqual({
    ok: true,
    value: { text: "As you asked: A line about heaters", finish: "complete", usage: { input_tokens: 5, output_tokens: 29 } },
  });
  expect(await write({ max_tokens: 21 })).toMatchObject({ value: { text: "As y", finish: "cut_off", usage: { output_tokens: 21 } } });
  expect(await write({ max_tokens: 5 })).toMatchObject({ value: { text: "", finish: "cut_off" } }); // a candidate without parts
  expect(await write({ prompt: "sandbox: answer unsafely" })).toMatchObject({ ok: true, value: { text: "", finish: "refused" } });
  expect(await write({ prompt: "sandbox: block this prompt" })).toMatchObject(failed({ kind: "Declined", code: "prompt_blocked" }));
});

test("a bad key comes as a 400, and one that may not use the models passes for listing them", async () => {
  expect(await checkFields("wrong")).toMatchObject(failed({ kind: "CredentialError" }));
  expect(await checkFields("restricted")).toMatchObject(failed({ kind: "PermissionError" }));
});

test("how long to wait stands in the body; a country or a bill that is in the way is a no; an unknown model a wrong argument", async () => {
  const error = (code: number, status: string, details: readonly object[]) =>
    answers(code, { error: { code, status, message: "…", details } });
  error(429, "RESOURCE_EXHAUSTED", [{ violations: [] }, { retryDelay: "12.5s" }]);
  expect(await write({})).toMatchObject(failed({ kind: "RateLimited", retryAfterMs: 12_500 }));
  error(400, "FAILED_PRECONDITION", []);
  expect(await write({})).toMatchObject(failed({ kind: "Declined", code: "FAILED_PRECONDITION" }));
  error(400, "INVALID_ARGUMENT", [{ fieldViolations: [{ field: "contents[0].parts", description: "…" }] }]);
  expect(await write({})).toMatchObject({ error: { issues: ["the vendor refused the value of contents[0].parts"] } });
});

test("a model nobody has, or one that writes nothing, is a wrong argument", async () => {
  for (const model of ["gemini-9", "gemini-embedding-001"])
    expect(await write({ model })).toMatchObject(failed({ kind: "InvalidRequest", issues: ["the vendor refused the value of model"] }));
});
