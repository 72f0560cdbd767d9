import type { Delivery } from "@junction/core";
import { failed, trial } from "@junction/testkit";
import { expect, test } from "vitest";
import { webhook } from "./webhook.ts";

const { answers, stage } = trial("zoho-crm");
const REDIRECT = "https://junction.example/oauth/callback";
const worker = () => stage().rig.vendor("zoho-crm");
const sent = () => stage().rig.egress.take("zoho-crm");
const hosts = () => [...new Set(sent().map(({ host }) => host))];
/** Tokens that live this long, so that the next call must refresh, or need not. */
const tokensLive = (tokenLifetimeSeconds: number) => stage().rig.sandbox("PUT", "/settings", { vendor: "zoho-crm", tokenLifetimeSeconds });

const delivery = (body: unknown): Delivery => ({
  ...{ method: "POST", url: "https://junction.example/hooks/zoho-crm/x", receivedAt: 1_700_000_000_000, headers: {} },
  body: new TextEncoder().encode(typeof body === "string" ? body : JSON.stringify(body)),
});

/** Approves as a person whose account is there, and comes back with what Zoho says, or with what somebody made of it. */
async function connect(connection: string, region: string, forge: Readonly<Record<string, string>> = {}) {
  const page = new URL("https://accounts.zoho.com/oauth/v2/auth");
  const { client_id = "" } = stage().subject.emulator.credentials.platform ?? {};
  const scope = "ZohoCRM.modules.leads.ALL,ZohoCRM.org.READ";
  page.search = String(new URLSearchParams({ client_id, response_type: "code", redirect_uri: REDIRECT, scope, state: "s" }));
  const { headers } = await stage().rig.visit(page, { decision: "approve", region });
  const { code = "", ...returned } = Object.fromEntries(new URL(headers["location"] ?? "").searchParams);
  sent();
  return worker().exchange({
    ...{ contractor: "demo", connection, code, codeVerifier: "v".repeat(43), redirectUri: REDIRECT },
    returned: { ...returned, ...forge },
  });
}
const held = (connection: string, generation: number) => ({ contractor: "demo", connection, generation, call: "c" });

test("an account in Europe is connected, asked, refreshed and withdrawn in Europe alone", async () => {
  await tokensLive(60); // so that each call is due for a refresh
  const outcome = await connect("con_eu", "Europe");
  await tokensLive(3600);
  expect(outcome).toMatchObject({
    ok: true,
    value: {
      identity: { id: "2000000000000067890", name: "Sandbox Plumbing Europe" },
      scopes: ["ZohoCRM.modules.leads.ALL", "ZohoCRM.org.READ"],
    },
  });
  expect(hosts()).toEqual(["accounts.zoho.eu", "www.zohoapis.eu"]);
  const generation = outcome.ok ? (outcome.value.generation ?? 0) : 0;
  const checked = await worker().check(held("con_eu", generation));
  expect(checked).toMatchObject({ ok: true, generation: generation + 1 });
  expect(hosts()).toEqual(["accounts.zoho.eu", "www.zohoapis.eu"]);
  expect(await worker().revoke(held("con_eu", generation + 1))).toMatchObject({ ok: true });
  expect(hosts()).toEqual(["accounts.zoho.eu"]);
  expect(await worker().check(held("con_eu", generation + 1))).toMatchObject(failed({ kind: "CredentialError" }));
});

test("an account where Zoho began is connected there", async () => {
  expect(await connect("con_us", "United States")).toMatchObject({ ok: true, value: { identity: { name: "Sandbox Plumbing" } } });
  expect(hosts()).toEqual(["accounts.zoho.com", "www.zohoapis.com"]);
});

test("a code of one data centre is worth nothing in another", async () => {
  const forge = { "accounts-server": "https://accounts.zoho.com" };
  expect(await connect("con_wrong", "Europe", forge)).toMatchObject(failed({ kind: "CredentialError" }));
});

test("an authorization server that is not Zoho's is never sent the code, nor our app's secret", async () => {
  for (const server of [
    "https://accounts.zoho.eu.evil.example",
    "http://accounts.zoho.eu",
    "https://u:p@accounts.zoho.eu",
    "accounts.zoho.eu",
  ]) {
    expect(await connect("con_evil", "Europe", { "accounts-server": server }), server).toMatchObject(failed({ kind: "VendorUnavailable" }));
    expect(sent(), server).toEqual([]);
  }
});

test("Zoho's own codes go before its statuses", async () => {
  for (const [status, code, kind] of [
    [401, "OAUTH_SCOPE_MISMATCH", "PermissionError"],
    [401, "AUTHENTICATION_FAILURE", "CredentialError"],
    [400, "LIMIT_EXCEEDED", "RateLimited"],
    [400, "INVALID_DATA", "InvalidRequest"],
  ] as const) {
    answers(status, { code, details: {}, message: "x", status: "error" });
    expect((await stage().check("valid")).outcome, code).toMatchObject(failed({ kind }));
  }
});

const told = {
  ...{ server_time: 1_700_000_000_123, module: "Leads", operation: "update", channel_id: "1000000068001", token: "made-here" },
  ids: ["6400000000000000001", "6400000000000000002"],
  affected_values: [{ record_id: "6400000000000000002", values: { Lead_Status: "Contacted" } }],
};

test("the token in the body is compared, in whatever body it comes", async () => {
  expect(await webhook.verify(delivery(told), "made-here")).toBe(true);
  for (const other of [
    { ...told, token: "made-her" },
    { ...told, token: ["made-here"] },
    { ...told, token: undefined },
    "made-here",
    "[]",
    "{",
  ])
    expect(await webhook.verify(delivery(other), "made-here"), JSON.stringify(other)).toBe(false);
});

test("each lead of a notification is an event of its own; another module's records are none", async () => {
  expect(await webhook.receive(delivery(told))).toEqual([
    {
      id: "1000000068001:1700000000123:update:6400000000000000001",
      ...{ type: "contact.updated", entity: "contact:6400000000000000001", occurredAt: 1_700_000_000_123 },
      person: { id: "6400000000000000001" },
      data: { contact_id: "6400000000000000001" },
    },
    expect.objectContaining({
      entity: "contact:6400000000000000002",
      data: { contact_id: "6400000000000000002", changed: { Lead_Status: "Contacted" } },
    }),
  ]);
  expect(await webhook.receive(delivery({ ...told, module: "Deals" }))).toEqual([]);
});

test("whose lead it is, and what is new of it, come from Zoho itself", async () => {
  const url = "https://junction.example/hooks/zoho-crm/x";
  const ask = { vendor: "zoho-crm", kind: "contact.updated", url, secret: "made-here", entity: 7, send: false };
  const { messages } = (await stage().rig.sandbox("POST", "/pushes", ask)) as { messages: { body: string }[] };
  const [event] = await webhook.receive(delivery(messages[0]?.body));
  if (event?.type !== "contact.updated") throw new Error("no event");
  const claimed = { ...event, data: { ...event.data, changed: { Email: "mallory@example.com", "x,y": 1 } } };
  expect(await worker().confirm({ ...stage().held("valid"), event: claimed })).toMatchObject({
    ok: true,
    value: {
      id: event.id,
      person: { name: "Customer 5007", email: "customer5007@example.com", phone: "+12025555007" },
      data: { changed: { Email: "customer5007@example.com" } },
    },
  });
});
