import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type Sandbox, startSandbox } from "./test-stack.ts";

let sandbox: Sandbox;
let sets: Record<"valid" | "wrong" | "sending" | "european", { api_key: string; domain: string; from_email: string }>;
beforeAll(async () => {
  sandbox = await startSandbox();
  sets = (await sandbox.api("GET", "/credentials")).body.credentials.mailgun;
});
afterAll(() => sandbox.dispose());
beforeEach(() => sandbox.reset());

const mail = {
  to: "ann@example.com",
  from: "Office <office@mg.sandbox-plumbing.example>",
  subject: "Tomorrow",
  text: "We come at nine.\nBye",
};
async function call(
  method: string,
  path: string,
  fields?: Record<string, string>,
  set: keyof typeof sets = "valid",
  host = "api.mailgun.net",
) {
  const parts = new FormData();
  for (const [name, value] of Object.entries(fields ?? {})) parts.append(name, value);
  const whole = new Response(parts); // its body and boundary
  const type = whole.headers.get("content-type") ?? "";
  const headers = { authorization: `Basic ${btoa(`api:${sets[set].api_key}`)}`, ...(fields && { "content-type": type }) };
  const reply = await sandbox.send(`/${host}${path}`, { method, headers, ...(fields && { body: await whole.text() }) });
  return { status: reply.status, body: JSON.parse(await reply.text()) };
}
const send = (change: Record<string, string> = {}, set: keyof typeof sets = "valid") =>
  call("POST", `/v3/${sets.valid.domain}/messages`, { ...mail, ...change }, set);
const events = (query: string) => call("GET", `/v3/${sets.valid.domain}/events?${query}`);
const inbox = async () => (await sandbox.api("GET", "/inbox?vendor=mailgun")).body.inbox;

test("a message is queued, arrives, and is in the log with its own variables, for each recipient", async () => {
  const { status, body } = await send({ to: '"Ann, of Springfield" <ann@example.com>, bob@example.com', "v:job": "7" });
  expect({ status, body }).toMatchObject({
    status: 200,
    body: { id: expect.stringMatching(/^<.+@mg\..+>$/), message: "Queued. Thank you." },
  });
  expect(await inbox()).toMatchObject([{ text: "We come at nine.\r\nBye" }]);
  const { items } = (await events("event=accepted&ascending=yes")).body;
  expect(items.map(({ recipient }: { recipient: string }) => recipient)).toEqual(["ann@example.com", "bob@example.com"]);
  expect(items[0]).toMatchObject({ "user-variables": { job: "7" }, message: { headers: { "message-id": body.id.slice(1, -1) } } });
});

test("test mode is accepted, and reaches nobody", async () => {
  expect((await send({ "o:testmode": "yes" })).status).toBe(200);
  expect(await inbox()).toEqual([]);
});

test.each([
  ["no sender", { from: "" }, "from parameter is missing"],
  ["nobody to send to", { to: "" }, "to parameter is missing"],
  ["a bad address", { to: "ann" }, "to parameter is not a valid address"],
  ["no subject", { subject: "" }, "subject parameter is missing"],
  ["nothing to say", { text: "" }, "Need at least one of"],
  ["options that are too long", { "v:long": "x".repeat(17_000) }, "limited to 16KB"],
])("%s is refused", async (_, change, message) => {
  expect(await send(change)).toMatchObject({ status: 400, body: { message: expect.stringContaining(message) } });
  expect(await inbox()).toEqual([]);
});

test("a sending key sends for its domain, and reads nothing; a key nobody knows does neither", async () => {
  expect((await send({}, "sending")).status).toBe(200);
  expect(await call("GET", `/v3/${sets.valid.domain}/events`, undefined, "sending")).toEqual({ status: 401, body: "Forbidden" });
  expect(await call("GET", `/v4/domains/${sets.valid.domain}`, undefined, "sending")).toEqual({
    status: 401,
    body: { message: "Invalid private key" },
  });
  expect(await call("POST", "/v3/mg.unverified.example/messages", mail, "sending")).toEqual({ status: 401, body: "Forbidden" });
  expect(await send({}, "wrong")).toEqual({ status: 401, body: "Forbidden" });
});

test("each region has its own domains", async () => {
  const names = async (host: string) =>
    (await call("GET", "/v4/domains", undefined, "valid", host)).body.items.map(({ name }: { name: string }) => name);
  expect(await names("api.mailgun.net")).toEqual(["mg.sandbox-plumbing.example", "mg.unverified.example"]);
  expect(await names("api.eu.mailgun.net")).toEqual([sets.european.domain]);
  expect((await call("GET", `/v4/domains/${sets.european.domain}`)).status).toBe(404);
});

test("the log lags where told, and needs a direction where its range has no end", async () => {
  await sandbox.api("PUT", "/settings", { vendor: "mailgun", indexLagSeconds: 60 });
  await send();
  expect((await events("ascending=yes")).body.items).toEqual([]);
  expect((await events("begin=1700000000")).status).toBe(400);
  expect((await events("limit=301")).status).toBe(400);
});
