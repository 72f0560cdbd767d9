import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type Sandbox, startSandbox } from "./test-stack.ts";

let sandbox: Sandbox;
let account: string;
let valid: string;
beforeAll(async () => {
  sandbox = await startSandbox();
  const { body } = await sandbox.api("GET", "/credentials");
  account = body.credentials.twilio.valid.account_sid;
  valid = `Basic ${btoa(`${account}:${body.credentials.twilio.valid.auth_token}`)}`;
});
afterAll(() => sandbox.dispose());
beforeEach(() => sandbox.reset());

const messages = () => `/api.twilio.com/2010-04-01/Accounts/${account}/Messages.json`;
async function send(fields: Record<string, string>, authorization = valid) {
  const reply = await sandbox.send(messages(), { method: "POST", body: new URLSearchParams(fields), headers: { authorization } });
  return { status: reply.status, body: JSON.parse(await reply.text()) };
}
async function list(query: string) {
  const reply = await sandbox.send(`${messages()}?${query}`, { headers: { authorization: valid } });
  return JSON.parse(await reply.text());
}
const text = { To: "+12025550199", From: "+12025550123", Body: "The plumber is on the way" };

test("a sent text can be listed, read by its sid, and is in the inbox", async () => {
  const sent = await send(text);
  expect(sent).toMatchObject({ status: 201, body: { status: "queued", to: text.To, num_segments: "1" } });
  expect(sent.body.date_created).toMatch(/^\w{3}, \d{2} \w{3} \d{4} \d{2}:\d{2}:\d{2} \+0000$/);
  const today = new Date().toISOString().slice(0, 10);
  const listed = await list(`To=%2B12025550199&DateSent%3E=${today}&PageSize=50`);
  expect(listed.messages.map((message: { sid: string }) => message.sid)).toEqual([sent.body.sid]);
  expect((await list("To=%2B12025550100")).messages).toEqual([]);
  expect((await list(`DateSent%3C=${today}`)).messages).toEqual([]);
  const { body } = await sandbox.api("GET", "/inbox?vendor=twilio");
  expect(body.inbox).toMatchObject([{ vendor: "twilio", text: text.Body }]);
});

test("the list is paged by the address the page before names", async () => {
  for (const Body of ["1", "2", "3"]) await send({ ...text, Body });
  const first = await list("PageSize=2");
  expect(first.messages.map((message: { body: string }) => message.body)).toEqual(["3", "2"]);
  const second = await list(first.next_page_uri.split("?")[1]);
  expect(second.messages.map((message: { body: string }) => message.body)).toEqual(["1"]);
  expect(second.next_page_uri).toBeNull();
});

test.each([
  ["a wrong number", { ...text, To: "12" }, 21211],
  ["a number that said STOP", { ...text, To: "+15005550004" }, 21610],
  ["a sender that is not owned", { ...text, From: "+12025550111" }, 21606],
  ["no To", { From: text.From, Body: "x" }, 21604],
  ["no sender", { To: text.To, Body: "x" }, 21603],
  ["no text", { To: text.To, From: text.From }, 21619],
])("%s gets Twilio's own code, and sends nothing", async (_, fields, code) => {
  const { status, body } = await send(fields);
  expect({ status, body }).toMatchObject({ status: 400, body: { code, status: 400, more_info: expect.stringContaining(String(code)) } });
  expect((await sandbox.api("GET", "/inbox?vendor=twilio")).body.inbox).toEqual([]);
});

test("a JSON body is no form: Twilio misses To", async () => {
  const reply = await sandbox.send(messages(), {
    method: "POST",
    body: JSON.stringify(text),
    headers: { authorization: valid, "content-type": "application/json" },
  });
  expect(await reply.json()).toMatchObject({ code: 21604 });
});

test("a wrong token is 20003, a restricted key reads but may not send", async () => {
  expect(await send(text, `Basic ${btoa(`${account}:wrong`)}`)).toMatchObject({ status: 401, body: { code: 20003 } });
  const { body } = await sandbox.api("GET", "/credentials");
  const { api_key_sid, api_key_secret } = body.credentials.twilio.restricted;
  const authorization = `Basic ${btoa(`${api_key_sid}:${api_key_secret}`)}`;
  expect(await send(text, authorization)).toMatchObject({ status: 403, body: { code: 70051 } });
  expect((await sandbox.send(messages(), { headers: { authorization } })).status).toBe(200);
});
