import { createHash } from "node:crypto";
import type { Delivery } from "@junction/core";
import { failed, trial } from "@junction/testkit";
import { expect, test } from "vitest";
import { webhook } from "./webhook.ts";

const { answers, stage } = trial("salesforce");
const HOME = "sandbox-plumbing.my.salesforce.com";
const REDIRECT = "https://junction.example/oauth/callback";
const VERIFIER = "v".repeat(43);
const HOOK = "https://junction.example/hooks/salesforce/x";
const worker = () => stage().rig.vendor("salesforce");
const sent = () => stage().rig.egress.take("salesforce");
const held = (connection: string, generation: number) => ({ contractor: "demo", connection, generation, call: "c" });

const delivery = (body: string, url = HOOK): Delivery => ({
  ...{ method: "POST", url, receivedAt: 1_700_000_000_000, headers: { "content-type": "text/xml; charset=utf-8" } },
  body: new TextEncoder().encode(body),
});
const notification = (id: string, object: string, fields: Readonly<Record<string, string>>) =>
  `<Notification><Id>${id}</Id><sObject xsi:type="sf:${object}" xmlns:sf="urn:sobject.enterprise.soap.sforce.com">${Object.entries(fields)
    .map(([name, value]) => `<sf:${name}>${value}</sf:${name}>`)
    .join("\n")}</sObject></Notification>`;
const message = (...notifications: readonly string[]) =>
  `<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope><soapenv:Body><notifications xmlns="http://soap.sforce.com/2005/09/outbound"><OrganizationId>00D5g000004SandEAI</OrganizationId><ActionId>04k000000000000AAA</ActionId><SessionId xsi:nil="true"/>${notifications.join("")}</notifications></soapenv:Body></soapenv:Envelope>`;

async function connect(connection: string) {
  const page = new URL("https://login.salesforce.com/services/oauth2/authorize");
  const { client_id = "" } = stage().subject.emulator.credentials.platform ?? {};
  page.search = String(
    new URLSearchParams({ client_id, response_type: "code", redirect_uri: REDIRECT, scope: "api refresh_token", state: "s" }),
  );
  page.searchParams.set("code_challenge", createHash("sha256").update(VERIFIER).digest("base64url"));
  page.searchParams.set("code_challenge_method", "S256");
  const { headers } = await stage().rig.visit(page, { decision: "approve" });
  const code = new URL(headers["location"] ?? "").searchParams.get("code") ?? "";
  sent();
  return worker().exchange({ contractor: "demo", connection, code, codeVerifier: VERIFIER, redirectUri: REDIRECT });
}

test("the token in the address is compared; an address without it, or with another, is forged", async () => {
  const verify = (query: string) => webhook.verify(delivery(message(), `${HOOK}${query}`), "made-here");
  expect(await verify("?token=made-here")).toBe(true);
  expect(await verify("?token=made-here&x=1")).toBe(true);
  for (const query of ["", "?", "?token=", "?token=made-her", "?Token=made-here", "?token=x&token=made-here", "#token=made-here"])
    expect(await verify(query), query).toBe(false);
});

test("a message of several notifications is an event each, with what is written in it read as it was meant", async () => {
  const ada = {
    ...{ Id: "00Q5g000000000001A", FirstName: "Ada", LastName: "O&apos;Hara &amp; Sons &#233;&#x2713;", Email: "ada@example.com" },
    ...{ Phone: "+12025550101", CreatedDate: "2026-11-21T10:00:00.000Z", LastModifiedDate: "2026-11-21T10:00:00.000Z" },
  };
  const ben = {
    Id: "0035g000000000002A",
    MobilePhone: "+12025550102",
    Phone: "+12025550103",
    LastModifiedDate: "2026-11-21T10:00:05.000Z",
  };
  const all = message(
    notification("04l000000000001AAA", "Lead", ada),
    notification("04l000000000002AAA", "Contact", { ...ben, CreatedDate: "2025-01-01T00:00:00.000Z" }),
    notification("04l000000000003AAA", "Opportunity", { Id: "0065g000000000003A" }),
  );
  expect(await webhook.receive(delivery(all))).toEqual([
    {
      ...{ id: "04l000000000001AAA", type: "contact.created", entity: "contact:00Q5g000000000001A", account: "00D5g000004SandEAI" },
      occurredAt: Date.parse("2026-11-21T10:00:00Z"),
      person: { id: "00Q5g000000000001A", name: "Ada O'Hara & Sons é✓", email: "ada@example.com", phone: "+12025550101" },
      data: { contact_id: "00Q5g000000000001A" },
    },
    {
      ...{ id: "04l000000000002AAA", type: "contact.updated", entity: "contact:0035g000000000002A", account: "00D5g000004SandEAI" },
      occurredAt: Date.parse("2026-11-21T10:00:05Z"),
      person: { id: "0035g000000000002A", phone: "+12025550102" },
      data: { contact_id: "0035g000000000002A" },
    },
  ]);
});

test("what Salesforce did not write cannot be read, however long it takes to say nothing", () => {
  const bomb = `<Notification>`.repeat(70_000);
  for (const body of ["", "{}", "<a/>", message(), message(notification("x y", "Lead", { Id: "1" })), bomb, `<${"a".repeat(1_000_000)}`]) {
    const began = performance.now();
    expect(() => webhook.receive(delivery(body)), body.slice(0, 40)).toThrow(expect.objectContaining({ name: "$ZodError" }));
    expect(performance.now() - began).toBeLessThan(2000);
  }
});

test("connecting finds the organization at its own address; a token is asked for anew only once the old one is refused", async () => {
  const outcome = await connect("con_home");
  expect(outcome).toMatchObject({
    ok: true,
    value: { identity: { id: "00D5g000004SandEAI", name: "sandbox-plumbing" }, scopes: ["api", "refresh_token"] },
  });
  expect(sent().map(({ host }) => host)).toEqual(["login.salesforce.com", HOME]);
  const generation = outcome.ok ? (outcome.value.generation ?? 0) : 0;
  expect(await worker().check(held("con_home", generation))).toMatchObject({ ok: true });
  expect(sent().map(({ host }) => host)).toEqual([HOME]);
  expect(await worker().revoke(held("con_home", generation))).toMatchObject({ ok: true });
  expect(await worker().check(held("con_home", generation))).toMatchObject(failed({ kind: "CredentialError" }));
});

test("a person who may only read leads is told what is lacking", async () => {
  const { credentials } = stage().subject.emulator;
  const { generation } = await stage().rig.admin.store({
    ...{ contractor: "demo", connection: "con_reader", vendor: "salesforce", type: "oauth_token" },
    ...{ fields: { ...credentials["restricted"] }, secrets: ["access_token", "refresh_token"] },
  });
  const missing = ["Lead:createable", "Lead:updateable"];
  expect(await worker().check(held("con_reader", generation))).toMatchObject(failed({ kind: "PermissionError", missing }));
});

test("an address that is not Salesforce's is never asked", async () => {
  stage().rig.egress.behave("salesforce", ({ path }) =>
    path === "/services/oauth2/token" ? (passed) => ({ ...passed, body: passed.body.replace(HOME, "acme.lightning.force.com") }) : "pass",
  );
  expect(await connect("con_evil")).toMatchObject(failed({ kind: "VendorUnavailable" }));
  expect(sent().map(({ host }) => host)).toEqual(["login.salesforce.com"]);
});

test("Salesforce's own codes go before its statuses", async () => {
  for (const [status, errorCode, text, kind] of [
    [401, "INVALID_SESSION_ID", "This session is not valid for use with the REST API", "PermissionError"],
    [403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.", "RateLimited"],
    [400, "UNABLE_TO_LOCK_ROW", "unable to obtain exclusive access to this record", "RateLimited"],
    [400, "DUPLICATES_DETECTED", "You're creating a duplicate record.", "Conflict"],
    [403, "API_DISABLED_FOR_ORG", "API is not enabled for this Organization or Partner", "PermissionError"],
  ] as const) {
    answers(status, [{ errorCode, message: text }]);
    expect((await stage().check("valid")).outcome, errorCode).toMatchObject(failed({ kind }));
  }
});
