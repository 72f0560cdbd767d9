import type { Delivery } from "@junction/core";
import { failed, trial } from "@junction/testkit";
import { expect, test } from "vitest";
import { webhook } from "./webhook.ts";

const { stage } = trial("pipedrive");
const HOME = "sandbox-plumbing.pipedrive.com";
const REDIRECT = "https://junction.example/oauth/callback";

const delivery = (body: unknown, headers: Readonly<Record<string, string>> = {}): Delivery => ({
  ...{ method: "POST", url: "https://junction.example/hooks/pipedrive/x", receivedAt: 1_700_000_000_000, headers },
  body: new TextEncoder().encode(JSON.stringify(body)),
});

/** What comes of a person's approval: a code, traded for tokens that are stored under `connection`. */
async function connect(connection: string) {
  const page = new URL("https://oauth.pipedrive.com/oauth/authorize");
  page.search = String(
    new URLSearchParams({
      ...{ client_id: stage().subject.emulator.credentials.platform?.["client_id"] ?? "", response_type: "code" },
      ...{ redirect_uri: REDIRECT, state: "s" },
    }),
  );
  const { headers } = await stage().rig.visit(page, { decision: "approve" });
  const code = new URL(headers["location"] ?? "").searchParams.get("code") ?? "";
  stage().rig.egress.take("pipedrive");
  return stage()
    .rig.vendor("pipedrive")
    .exchange({ contractor: "demo", connection, code, codeVerifier: "v".repeat(43), redirectUri: REDIRECT });
}

test("the password of Basic authentication is compared, whoever the user; anything else is forged", async () => {
  const given = (authorization: string) => webhook.verify(delivery({}, { authorization }), "pass");
  expect(await given("Basic dXNlcjpwYXNz")).toBe(true); // user:pass
  expect(await given(`Basic ${btoa("junction:pass")}`)).toBe(true);
  for (const wrong of [btoa("user:passe"), btoa("user:pas"), btoa("pass"), btoa("pass:user"), btoa(":"), "%%%", "pass"])
    expect(await given(`Basic ${wrong}`), wrong).toBe(false);
  expect(await given("Bearer pass")).toBe(false);
  expect(await webhook.verify(delivery({}), "pass")).toBe(false);
  expect(await webhook.verify(delivery({}, { authorization: `Basic ${btoa("user:a:b")}` }), "a:b")).toBe(true);
});

const meta = {
  ...{ action: "change", entity: "person", entity_id: "17", company_id: "7700123", correlation_id: "c-1", attempt: 1 },
  timestamp: "2026-11-21T10:00:00.000Z",
};
const data = {
  ...{ id: 17, name: "Ada Byron", label: "hot" },
  emails: [
    { value: "old@example.com", primary: false },
    { value: "ada@example.com", primary: true },
  ],
  phones: [{ value: "+12025550101", primary: true }],
};

test("a change of a person says who it is and what is new; every attempt at telling it is one event", async () => {
  const [event] = await webhook.receive(delivery({ meta, data, previous: { label: "cold" } }));
  expect(event).toEqual({
    id: "c-1:person:17:change",
    type: "contact.updated",
    entity: "contact:17",
    occurredAt: Date.parse("2026-11-21T10:00:00Z"),
    account: "7700123",
    person: { id: "17", name: "Ada Byron", email: "ada@example.com", phone: "+12025550101" },
    data: { contact_id: "17", changed: { label: "hot" } },
  });
  const again = await webhook.receive(delivery({ meta: { ...meta, attempt: 2 }, data, previous: { label: "cold" } }));
  expect(again[0]?.id).toBe(event?.id);
});

test("what becomes of a deal, or of a lead after its making, is no event", async () => {
  for (const other of [{ entity: "deal" }, { entity: "lead" }, { action: "merge" }])
    expect(await webhook.receive(delivery({ meta: { ...meta, ...other }, data, previous: null }))).toEqual([]);
});

test("connecting asks the company's own host, which comes with the tokens, and keeps it for what follows", async () => {
  const outcome = await connect("con_home");
  expect(outcome).toMatchObject({ ok: true, value: { identity: { id: "7700123", name: "Sandbox Plumbing" } } });
  const sent = stage().rig.egress.take("pipedrive");
  expect(sent.map(({ host }) => host)).toEqual(["oauth.pipedrive.com", HOME, HOME, HOME]);
  // Its authorization server knows no proof keys, and the app's secret is in no body.
  expect([sent[0]?.form?.has("code_verifier"), sent[0]?.form?.has("client_secret")]).toEqual([false, false]);
  const generation = outcome.ok ? (outcome.value.generation ?? 0) : 0;
  const held = { contractor: "demo", connection: "con_home", generation, call: "c" };
  expect(await stage().rig.vendor("pipedrive").check(held)).toMatchObject({ ok: true });
  expect(
    new Set(
      stage()
        .rig.egress.take("pipedrive")
        .map(({ host }) => host),
    ),
  ).toEqual(new Set([HOME]));

  expect(await stage().rig.vendor("pipedrive").revoke(held)).toMatchObject({ ok: true });
  expect(await stage().rig.vendor("pipedrive").check(held)).toMatchObject(failed({ kind: "CredentialError" }));
});

test("a token answer that names a host which is not Pipedrive's connects nothing, and no token reaches that host", async () => {
  stage().rig.egress.behave("pipedrive", ({ path }) =>
    path === "/oauth/token" ? (passed) => ({ ...passed, body: passed.body.replace(HOME, `${HOME}.evil.example`) }) : "pass",
  );
  expect(await connect("con_evil")).toMatchObject(failed({ kind: "VendorUnavailable" }));
  expect(
    stage()
      .rig.egress.take("pipedrive")
      .map(({ host }) => host),
  ).toEqual(["oauth.pipedrive.com"]);
});

test("a grant that lacks the scope for leads is told so", async () => {
  const { access_token = "", api_domain = "" } = stage().subject.emulator.credentials["restricted"] ?? {};
  const { generation } = await stage().rig.admin.store({
    ...{ contractor: "demo", connection: "con_reader", vendor: "pipedrive", type: "oauth_token" },
    ...{ fields: { access_token, api_domain }, secrets: ["access_token"] },
  });
  const held = { contractor: "demo", connection: "con_reader", generation, call: "c" };
  expect(await stage().rig.vendor("pipedrive").check(held)).toMatchObject(failed({ kind: "PermissionError" }));
});

test("who a person is, and what is new of them, come from Pipedrive itself", async () => {
  const url = "https://junction.example/hooks/pipedrive/x";
  const ask = { vendor: "pipedrive", kind: "contact.updated", url, secret: "made-here", entity: 7, send: false };
  const { messages } = (await stage().rig.sandbox("POST", "/pushes", ask)) as { messages: { body: string }[] };
  const [event] = await webhook.receive(delivery(JSON.parse(messages[0]?.body ?? "")));
  if (event?.type !== "contact.updated") throw new Error("no event");
  const claimed = { ...event, person: { id: "1" }, data: { ...event.data, changed: { name: "Mallory" } } };
  expect(
    await stage()
      .rig.vendor("pipedrive")
      .confirm({ ...stage().held("valid"), event: claimed }),
  ).toMatchObject({
    ok: true,
    value: { person: { id: "50007", name: "Customer 50007" }, data: { contact_id: "50007", changed: { name: "Customer 50007" } } },
  });
});
