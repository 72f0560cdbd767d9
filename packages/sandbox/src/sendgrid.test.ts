import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type Sandbox, startSandbox } from "./test-stack.ts";

let sandbox: Sandbox;
let sets: Record<"valid" | "wrong" | "restricted" | "unverified", { api_key: string; from_email: string }>;
beforeAll(async () => {
  sandbox = await startSandbox();
  sets = (await sandbox.api("GET", "/credentials")).body.credentials.sendgrid;
});
afterAll(() => sandbox.dispose());
beforeEach(() => sandbox.reset());

const mail = () => ({
  personalizations: [{ to: [{ email: "ann@example.com" }] }],
  from: { email: sets.valid.from_email },
  subject: "Tomorrow at nine",
  content: [{ type: "text/plain", value: "We come at nine." }],
});
async function call(method: string, path: string, body?: unknown, key = sets.valid.api_key, type = "application/json") {
  const headers = { authorization: `Bearer ${key}`, ...(body !== undefined && { "content-type": type }) };
  const reply = await sandbox.send(`/api.sendgrid.com${path}`, {
    method,
    headers,
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await reply.text();
  return { status: reply.status, headers: reply.headers, text, errors: text.includes("errors") ? JSON.parse(text).errors : [] };
}
const inbox = async () => (await sandbox.api("GET", "/inbox?vendor=sendgrid")).body.inbox;

test("an accepted email is a 202 without a body, its id in a header, and arrives", async () => {
  const sent = await call("POST", "/v3/mail/send", mail());
  expect([sent.status, sent.text]).toEqual([202, ""]);
  expect(sent.headers.get("x-message-id")).toMatch(/^[\w-]{22}$/);
  expect(sent.headers.get("x-ratelimit-remaining")).toBe("9999");
  expect(await inbox()).toMatchObject([{ title: expect.stringContaining("ann@example.com"), text: "We come at nine." }]);
});

test("sandbox mode validates, and sends nothing", async () => {
  expect((await call("POST", "/v3/mail/send", { ...mail(), mail_settings: { sandbox_mode: { enable: true } } })).status).toBe(200);
  expect(await inbox()).toEqual([]);
});

test.each([
  ["nobody to send to", { personalizations: [] }, "personalizations"],
  ["a personalization without a recipient", { personalizations: [{}] }, "personalizations.0.to"],
  ["a bad address", { personalizations: [{ to: [{ email: "ann" }] }] }, "personalizations.0.to.0.email"],
  ["one recipient twice", { personalizations: [{ to: [{ email: "a@b.co" }], cc: [{ email: "A@b.co" }] }] }, "personalizations.0"],
  ["no sender", { from: {} }, "from.email"],
  ["no subject", { subject: "" }, "subject"],
  ["no content", { content: [] }, "content"],
  [
    "HTML before plain text",
    {
      content: [
        { type: "text/html", value: "<p>x" },
        { type: "text/plain", value: "x" },
      ],
    },
    "content",
  ],
  ["empty content", { content: [{ type: "text/plain", value: "" }] }, "content.0.value"],
  ["a custom argument that is no text", { custom_args: { job: 1 } }, "custom_args.job"],
])("%s is refused, and the field is named", async (_, change, field) => {
  const { status, errors } = await call("POST", "/v3/mail/send", { ...mail(), ...change });
  expect({ status, errors }).toMatchObject({ status: 400, errors: [{ field, message: expect.any(String) }] });
  expect(await inbox()).toEqual([]);
});

test("who may send: a key with mail.send, from a verified address", async () => {
  expect(await call("POST", "/v3/mail/send", mail(), sets.wrong.api_key)).toMatchObject({ status: 401 });
  expect(await call("POST", "/v3/mail/send", mail(), sets.restricted.api_key)).toMatchObject({
    status: 403,
    errors: [{ message: "access forbidden" }],
  });
  expect(await call("POST", "/v3/mail/send", { ...mail(), from: { email: sets.unverified.from_email } })).toMatchObject({
    status: 403,
    errors: [{ field: "from" }],
  });
  expect(await call("POST", "/v3/mail/send", mail(), sets.valid.api_key, "text/plain")).toMatchObject({ status: 415 });
  const scopes = async (key: string) => JSON.parse((await call("GET", "/v3/scopes", undefined, key)).text).scopes;
  expect(await scopes(sets.valid.api_key)).toContain("mail.send");
  expect(await scopes(sets.restricted.api_key)).not.toContain("mail.send");
});

test("limits count down by the minute; a 429 says when it turns", async () => {
  const left = async () => Number((await call("GET", "/v3/scopes")).headers.get("x-ratelimit-remaining"));
  await sandbox.api("PUT", "/settings", { vendor: "sendgrid", clockAheadSeconds: 60 - (Math.floor(Date.now() / 1000) % 60) }); // a fresh minute
  expect([await left(), await left()]).toEqual([599, 598]);
  await sandbox.api("PUT", "/faults", { vendor: "sendgrid", fault: "429" });
  const { status, headers } = await call("GET", "/v3/scopes");
  expect([status, headers.get("x-ratelimit-remaining"), headers.get("retry-after")]).toEqual([429, "0", null]);
  expect(Number(headers.get("x-ratelimit-reset"))).toBeGreaterThan(Date.now() / 1000);
});

test("templates: page_size is required, and the default hides the dynamic ones", async () => {
  expect((await call("GET", "/v3/templates")).status).toBe(400);
  const names = async (query: string) =>
    JSON.parse((await call("GET", `/v3/templates?page_size=10${query}`)).text).result.map(
      ({ generation }: { generation: string }) => generation,
    );
  expect(await names("")).toEqual(["legacy"]);
  expect(await names("&generations=dynamic")).toEqual(["dynamic", "dynamic"]);
});
