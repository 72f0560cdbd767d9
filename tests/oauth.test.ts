/** Every way back from a vendor's consent page: what happened is said, what was not asked for is not done. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Mesh, startMesh } from "./mesh.ts";

const VENDOR = "google-calendar";
const [OWNER, OFFICE] = ["owner@sandbox-plumbing.example", "office@sandbox-plumbing.example"];
const scope = (name: string) => `https://www.googleapis.com/auth/calendar.${name}`;
const [EVENTS, FREE_BUSY, LIST] = [scope("events"), scope("freebusy"), scope("calendarlist.readonly")];

let mesh: Mesh;
let secrets: string[] = [];
beforeAll(async () => {
  mesh = await startMesh({ vendors: ["google-calendar", "hubspot", "twilio"] });
  const { credentials } = (await mesh.sandbox("GET", "/sandbox/api/credentials")).body;
  for (const vendor of [VENDOR, "hubspot"]) {
    await mesh.api("PUT", `/operator/apps/${vendor}`, credentials[vendor].platform, { role: "operator" });
    secrets.push(credentials[vendor].platform.client_secret);
  }
});
afterAll(() => mesh.stop());
let tenants = 0;
let contractor = "";
beforeEach(async () => {
  contractor = `tenant-${++tenants}`; // nobody's connection stands in another test's way
  secrets = secrets.slice(0, 2);
  for (const vendor of [VENDOR, "hubspot"]) await mesh.sandbox("DELETE", `/sandbox/api/faults?vendor=${vendor}`);
});

interface Press {
  readonly decision?: "approve" | "approve_ticked" | "deny";
  readonly account?: string;
  readonly scopes?: readonly string[];
}

/** A browser: it keeps cookies by their paths, and follows nothing by itself. */
async function browser(subject = "ann", of = contractor) {
  const jar = new Map<string, { value: string; path: string }>();
  async function visit(url: string, init: RequestInit & { headers?: Record<string, string> } = {}) {
    const { pathname } = new URL(url, mesh.url);
    const cookie = [...jar].flatMap(([name, { value, path }]) => (pathname.startsWith(path) ? [`${name}=${value}`] : [])).join("; ");
    const response = await fetch(new URL(url, mesh.url), { redirect: "manual", ...init, headers: { ...init.headers, cookie } });
    for (const line of response.headers.getSetCookie()) {
      const [pair = "", ...marks] = line.split("; ");
      const [name = "", value = ""] = pair.split(/=(.*)/s);
      const path = marks.find((mark) => mark.startsWith("Path="))?.slice(5) ?? "/";
      if (marks.includes("Max-Age=0")) {
        jar.delete(name);
        continue;
      }
      jar.set(name, { value, path });
      expect(marks).toEqual(expect.arrayContaining(["HttpOnly", "SameSite=Lax"]));
      if (name.startsWith("junction_grant")) secrets.push(value);
    }
    return response;
  }
  const ask = { contractor: of, subject, role: "owner" };
  const token: string = (await mesh.sandbox("POST", "/sandbox/issuer/token", ask)).body.token;
  const signIn = await visit("/session", { method: "POST", body: new URLSearchParams({ token }) });
  expect(signIn.status).toBe(303);
  const api = async (method: string, path: string, body?: unknown) => {
    const headers = { "sec-fetch-site": "same-origin", ...(body !== undefined && { "content-type": "application/json" }) };
    const response = await visit(`/api${path}`, { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) });
    // biome-ignore lint/suspicious/noExplicitAny: as in mesh.ts
    return { status: response.status, body: (await response.json()) as any };
  };
  return {
    api,
    jar,
    visit,
    /** Asks to be sent to the vendor; gives the vendor's page. */
    async leave(vendor = VENDOR, body?: unknown): Promise<URL> {
      const begun = await api("POST", `/connections/${vendor}/authorize`, body);
      expect(begun.status).toBe(200);
      const page = new URL(begun.body.url);
      secrets.push(page.searchParams.get("state") ?? "");
      return page;
    },
    /** Comes back to the callback; gives where it is sent on to. */
    async comeBack(address: string): Promise<URL> {
      const back = await visit(address);
      expect(back.status).toBe(303);
      expect(back.headers.get("referrer-policy")).toBe("no-referrer");
      expect(back.headers.get("cache-control")).toBe("no-store");
      const where = back.headers.get("location") ?? "";
      for (const secret of [...secrets, new URL(address).searchParams.get("code") ?? ""])
        if (secret.length > 9) expect(where).not.toContain(secret);
      expect(new URL(where).origin).toBe(mesh.url); // nothing in the address sends anyone elsewhere
      return new URL(where);
    },
  };
}

/** Presses a button on the vendor's page; gives the address it sends the browser back to. */
async function press(page: URL, { decision = "approve", account = OWNER, scopes = [] }: Press = {}): Promise<string> {
  const form = new URLSearchParams({ decision, account });
  for (const scope of scopes) form.append("scope", scope);
  const answered = await fetch(page, { method: "POST", redirect: "manual", body: form });
  return answered.headers.get("location") ?? "";
}

type Browser = Awaited<ReturnType<typeof browser>>;
const connect = async (person: Browser, how: Press = {}, body?: unknown, vendor = VENDOR) =>
  said(await person.comeBack(await press(await person.leave(vendor, body), how)));
/** What the settings page is told. */
const said = ({ pathname, searchParams }: URL) => ({
  at: pathname.replace("/settings/integrations", ""),
  ...Object.fromEntries(searchParams),
});
const connection = async (person: Browser, vendor = VENDOR) => (await person.api("GET", `/connections/${vendor}`)).body;
const dials = async () => (await mesh.sandbox("GET", `/sandbox/api/counts?vendor=${VENDOR}`)).body.counts[VENDOR].token ?? 0;

describe("a person who comes back", () => {
  test("having approved is connected, with the scopes they granted", async () => {
    const ann = await browser();
    expect(await connect(ann)).toEqual({ at: `/${VENDOR}`, grant: "connected" });
    expect(await connection(ann)).toMatchObject({ status: "connected", account: { id: OWNER }, scopes: [EVENTS, FREE_BUSY, LIST] });
  });

  test("having denied is told so, and nothing is traded or stored", async () => {
    const ann = await browser();
    const before = await dials();
    expect(await connect(ann, { decision: "deny" })).toEqual({ at: `/${VENDOR}`, grant: "denied" });
    expect(await connection(ann)).toMatchObject({ status: "not_connected", credential: null });
    expect(await dials()).toBe(before);
  });

  test("to a vendor in trouble is told that it was the vendor", async () => {
    const ann = await browser();
    const page = await ann.leave();
    const address = new URL(page.searchParams.get("redirect_uri") ?? "");
    address.searchParams.set("state", page.searchParams.get("state") ?? "");
    address.searchParams.set("error", "server_error");
    expect(said(await ann.comeBack(address.href))).toEqual({ at: `/${VENDOR}`, grant: "refused", kind: "VendorUnavailable" });
  });

  test("having approved fewer scopes is connected with those, and told which are lacking; asking for what lacks mends it", async () => {
    const ann = await browser();
    const fewer = { decision: "approve_ticked", scopes: [EVENTS, LIST] } as const;
    expect(await connect(ann, fewer)).toEqual({ at: `/${VENDOR}`, grant: "missing_scope", missing: FREE_BUSY });
    expect(await connection(ann)).toMatchObject({ status: "connected", scopes: [EVENTS, LIST] });
    const words = [
      { scope: EVENTS, words: "See and change events on your calendars" },
      { scope: FREE_BUSY, words: "See when your calendars are free" },
      { scope: LIST, words: "See the list of your calendars" },
    ];
    expect((await ann.api("GET", `/connections/${VENDOR}/consent`)).body).toEqual({ scopes: words, lacking: [FREE_BUSY] });
    const page = await ann.leave(VENDOR, { scopes: "lacking" });
    expect(page.searchParams.get("scope")?.split(" ")).toEqual([EVENTS, FREE_BUSY, LIST]); // or those held would be lost
    expect(said(await ann.comeBack(await press(page)))).toEqual({ at: `/${VENDOR}`, grant: "connected" });
    expect((await ann.api("GET", `/connections/${VENDOR}/consent`)).body).toEqual({ scopes: words, lacking: [] });
  });

  test("having approved too little for the test call is refused, and what was connected stays", async () => {
    const ann = await browser();
    await connect(ann);
    const before = await connection(ann);
    const fewer = { decision: "approve_ticked", scopes: [FREE_BUSY] } as const;
    expect(await connect(ann, fewer)).toMatchObject({ at: `/${VENDOR}`, grant: "refused", kind: "PermissionError" });
    expect(await connection(ann)).toEqual(before);
  });

  test("with the same account again keeps the connection, its id and its routes", async () => {
    const ann = await browser();
    await connect(ann);
    const before = await connection(ann);
    await ann.api("PUT", "/routes/crm/create_event", { vendors: [VENDOR] });
    expect(await connect(ann)).toEqual({ at: `/${VENDOR}`, grant: "already_connected" });
    const after = await connection(ann);
    expect(after).toMatchObject({ status: "connected", account: before.account, connected_at: before.connected_at });
    expect(after.credential.fingerprint).not.toBe(before.credential.fingerprint);
    expect((await ann.api("GET", "/routes")).body).toMatchObject({ routes: [{ tool: "crm/create_event", vendors: [VENDOR] }] });
  });

  test("with another account is told so: the one connected stays, until a connect that says to replace it", async () => {
    const ann = await browser();
    await connect(ann);
    const before = await connection(ann);
    expect(await connect(ann, { account: OFFICE })).toEqual({ at: `/${VENDOR}`, grant: "wrong_account" });
    expect(await connection(ann)).toEqual(before);
    expect((await ann.api("POST", `/connections/${VENDOR}/test`)).body).toMatchObject({ status: "connected", account: { id: OWNER } });
    expect(await connect(ann, { account: OFFICE }, { replace: true })).toEqual({ at: `/${VENDOR}`, grant: "connected" });
    expect(await connection(ann)).toMatchObject({ status: "connected", account: { id: OFFICE } });
  });

  test("with another account after disconnecting replaces nothing, so it is connected", async () => {
    const ann = await browser();
    await connect(ann);
    await ann.api("DELETE", `/connections/${VENDOR}`);
    expect(await connect(ann, { account: OFFICE })).toEqual({ at: `/${VENDOR}`, grant: "connected" });
  });

  test("while the token endpoint fails is refused, with the kind, and may try again", async () => {
    const ann = await browser();
    await mesh.sandbox("PUT", "/sandbox/api/faults", { vendor: VENDOR, operation: "token", fault: "503", times: 1 });
    expect(await connect(ann)).toEqual({ at: `/${VENDOR}`, grant: "refused", kind: "VendorUnavailable" });
    expect(await connect(ann)).toEqual({ at: `/${VENDOR}`, grant: "connected" });
  });

  test("while our own app is refused there is told that it is ours", async () => {
    const ann = await browser();
    const { credentials } = (await mesh.sandbox("GET", "/sandbox/api/credentials")).body;
    const page = await ann.leave("hubspot");
    await mesh.api(
      "PUT",
      "/operator/apps/hubspot",
      { ...credentials.hubspot.platform, client_secret: "0ld-secret-0000" },
      { role: "operator" },
    );
    try {
      expect(said(await ann.comeBack(await press(page)))).toEqual({ at: "/hubspot", grant: "refused", kind: "Fault" });
    } finally {
      await mesh.api("PUT", "/operator/apps/hubspot", credentials.hubspot.platform, { role: "operator" });
    }
    expect(await connect(ann, {}, undefined, "hubspot")).toEqual({ at: "/hubspot", grant: "connected" });
  });

  test("from two vendors at once, in one browser, is connected to both", async () => {
    const ann = await browser();
    const [calendar, crm] = [await ann.leave(), await ann.leave("hubspot")];
    expect(said(await ann.comeBack(await press(calendar)))).toEqual({ at: `/${VENDOR}`, grant: "connected" });
    expect(said(await ann.comeBack(await press(crm)))).toEqual({ at: "/hubspot", grant: "connected" });
    expect([...ann.jar.keys()].filter((name) => name.startsWith("junction_grant"))).toEqual([]);
  });
});

describe("the way there", () => {
  test("carries PKCE by S256, an exact redirect, and a state that tells nobody anything", async () => {
    const ann = await browser();
    const [first, second] = [await ann.leave(), await ann.leave()];
    const { code_challenge_method, code_challenge = "", redirect_uri, state = "", response_type } = Object.fromEntries(first.searchParams);
    expect({ code_challenge_method, redirect_uri, response_type }).toEqual({
      ...{ code_challenge_method: "S256", redirect_uri: `${mesh.url}/oauth/callback`, response_type: "code" },
    });
    expect(code_challenge).toMatch(/^[\w-]{43}$/);
    expect(state).not.toBe(second.searchParams.get("state"));
    expect(code_challenge).not.toBe(second.searchParams.get("code_challenge"));
    for (const { value } of ann.jar.values()) expect(first.href).not.toContain(value);
  });

  test("shows a member nothing to leave by, and knows no vendor that has no page", async () => {
    expect((await mesh.api("POST", `/connections/${VENDOR}/authorize`, undefined, { contractor, role: "member" })).status).toBe(403);
    expect((await mesh.api("POST", "/connections/twilio/authorize", undefined, { contractor })).status).toBe(409);
    expect((await mesh.api("POST", "/connections/nobody/authorize", undefined, { contractor })).status).toBe(404);
    for (const body of [{ scopes: "some" }, { replace: "yes" }, { more: 1 }, []])
      expect((await mesh.api("POST", `/connections/${VENDOR}/authorize`, body, { contractor })).status).toBe(422);
  });
});

describe("nobody else", () => {
  const refused = { at: `/${VENDOR}`, grant: "expired" };

  // The attack (login CSRF): the attacker approves with an account of their own, and sends the victim the way back.
  test("can finish what another browser began", async () => {
    const [ann, mallory] = [await browser("ann"), await browser("mallory", `${contractor}-m`)];
    const address = await press(await mallory.leave());
    const before = await dials();
    expect(said(await ann.comeBack(address))).toEqual(refused);
    expect(await connection(ann)).toMatchObject({ status: "not_connected" });
    expect(said(await mallory.comeBack(address))).toEqual(refused); // and it is used up
    expect(await dials()).toBe(before);
  });

  // The attack: the attacker plants their own grant's cookie in the victim's browser as well.
  test("can finish it with the verifier planted in a browser that someone else is signed in with", async () => {
    const [ann, mallory] = [await browser("ann"), await browser("mallory", `${contractor}-m`)];
    const address = await press(await mallory.leave());
    for (const [name, cookie] of mallory.jar) if (name.startsWith("junction_grant")) ann.jar.set(name, cookie);
    expect(said(await ann.comeBack(address))).toEqual(refused);
    for (const person of [ann, mallory]) expect(await connection(person)).toMatchObject({ status: "not_connected" });
  });

  test("can finish it in the same browser, once they have signed in as another person, or after signing out", async () => {
    for (const change of ["another person", "signed out"]) {
      const ann = await browser("ann");
      const address = await press(await ann.leave());
      const bob = await browser("bob");
      const session = bob.jar.get("junction_session");
      if (change === "signed out" || !session) ann.jar.delete("junction_session");
      else ann.jar.set("junction_session", session);
      expect(said(await ann.comeBack(address))).toEqual(refused);
      expect(await connection(bob)).toMatchObject({ status: "not_connected" });
    }
  });

  test("can use a state twice, nor a code twice", async () => {
    const ann = await browser();
    const page = await ann.leave();
    const cookies = new Map(ann.jar);
    const address = await press(page);
    expect(said(await ann.comeBack(address))).toMatchObject({ grant: "connected" });
    const before = [await connection(ann), await dials()];
    for (const [name, cookie] of cookies) ann.jar.set(name, cookie);
    expect(said(await ann.comeBack(address))).toEqual(refused);
    // The same code, under a new state of the same person's: the vendor gives nothing for it.
    const next = await ann.leave();
    const again = new URL(address);
    again.searchParams.set("state", next.searchParams.get("state") ?? "");
    expect(said(await ann.comeBack(again.href))).toMatchObject({ grant: "refused", kind: "CredentialError" });
    expect([await connection(ann), (await dials()) - 1]).toEqual(before);
  });

  test.each([
    ["no state", {}],
    ["an empty one", { state: "" }],
    ["one made up", { state: `demo.${VENDOR}.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA`, code: "x" }],
    ["another contractor's", { state: `someone-else.${VENDOR}.AAAA`, code: "x" }],
    ["one that climbs out of its page", { state: "demo.../../evil.AAAA", code: "x" }],
    ["one of a vendor that does not exist", { state: "demo.evil.AAAA", code: "x" }],
    ["one that is an address", { state: "//evil.example/", code: "x" }],
    ["a huge one", { state: "x".repeat(5000), code: "x" }],
    ["a page to go to", { state: "x", redirect: "https://evil.example", return: "https://evil.example", next: "//evil.example" }],
    ["the mark of a consent, with an address", { state: "consent.//evil.example" }],
  ])("gets anywhere with %s", async (_, query) => {
    const ann = await browser();
    const { at, grant } = said(await ann.comeBack(`${mesh.url}/oauth/callback?${new URLSearchParams(query)}`)) as {
      at: string;
      grant?: string;
    };
    expect(grant).toBe("expired");
    expect(["", `/${VENDOR}`]).toContain(at);
  });

  test("can begin in a person's name from another site", async () => {
    const ann = await browser();
    const from = (site: string) =>
      ann.visit(`/api/connections/${VENDOR}/authorize`, {
        method: "POST",
        headers: { "sec-fetch-site": site, origin: "https://evil.example" },
      });
    for (const site of ["cross-site", "same-site"]) expect((await from(site)).status).toBe(401);
    expect([...ann.jar.keys()]).toEqual(["junction_session"]);
  });
});

test("who comes back from a consent that no grant waits for lands on its page", async () => {
  const ann = await browser();
  expect(said(await ann.comeBack(`${mesh.url}/oauth/callback?state=consent.${VENDOR}&code=x`))).toEqual({ at: `/${VENDOR}` });
});

describe("disconnecting", () => {
  const read = async (name: string) => (await mesh.sandbox("GET", `/sandbox/api/counts?vendor=${VENDOR}`)).body.counts[VENDOR][name] ?? 0;

  test("withdraws the grant at the vendor, and destroys what is kept", async () => {
    const ann = await browser();
    await connect(ann);
    const before = await read("revoke");
    expect((await ann.api("DELETE", `/connections/${VENDOR}`)).body).toMatchObject({ status: "not_connected" });
    expect(await read("revoke")).toBe(before + 1);
    expect(await connection(ann)).toMatchObject({ status: "not_connected", credential: null, account: null });
    expect((await ann.api("POST", `/connections/${VENDOR}/test`)).status).toBe(404);
  });

  test.each(["503", "drop"])("destroys it here though the vendor is down (%s)", async (fault) => {
    const ann = await browser();
    await connect(ann);
    await mesh.sandbox("PUT", "/sandbox/api/faults", { vendor: VENDOR, operation: "revoke", fault });
    expect((await ann.api("DELETE", `/connections/${VENDOR}`)).body).toMatchObject({ status: "not_connected" });
    expect(await connection(ann)).toMatchObject({ status: "not_connected", credential: null });
  });
});

describe("a service account, beside the grant", () => {
  const fields = async () => (await mesh.sandbox("GET", "/sandbox/api/credentials")).body.credentials[VENDOR].service_account;

  test("is a way of its own in the catalog, drawn with a field for the file", async () => {
    const { vendors } = (await mesh.api("GET", "/catalog")).body;
    expect(vendors.find(({ id }: { id: string }) => id === VENDOR)).toMatchObject({
      credentialType: "oauth_token",
      ways: [
        {
          credentialType: "service_account",
          label: "Service account",
          fields: [
            { name: "key_file", file: ".json", secret: true },
            { name: "user", secret: false },
          ],
        },
      ],
    });
  });

  test("is saved and tested like any form, and takes the grant's place under the same connection", async () => {
    const ann = await browser();
    await connect(ann);
    const saved = await ann.api("POST", `/connections/${VENDOR}`, { type: "service_account", fields: await fields() });
    expect(saved).toMatchObject({ status: 200, body: { status: "connected", account: { id: OWNER }, scopes: [EVENTS, FREE_BUSY, LIST] } });
    expect((await ann.api("POST", `/connections/${VENDOR}/test`)).body).toMatchObject({ status: "connected" });
    const { key } = (await ann.api("POST", "/keys", { name: "agent" })).body;
    const start = "2026-12-01T09:00:00-05:00";
    const made = await mesh.call(key, "crm_create_event", { title: "Gutters", start, end: "2026-12-01T10:00:00-05:00" });
    expect(made.body.structuredContent).toMatchObject({ event_id: expect.any(String) });
    expect(await connection(ann)).toMatchObject({ credential: { shown: { user: OWNER, key_file: "••••" } } });
  });

  test.each([
    ["a key that is none", { key_file: "{}" }, 422, "InvalidRequest"],
    ["a user outside the domain", { user: "ann@elsewhere.example" }, 422, "CredentialError"],
    ["no user", { user: "" }, 422, "InvalidRequest"],
    ["a field it does not have", { more: "x" }, 422, "InvalidRequest"],
  ])("with %s stores nothing, and what is connected stays", async (_, change, status, kind) => {
    const ann = await browser();
    await connect(ann);
    const before = await connection(ann);
    const answer = await ann.api("POST", `/connections/${VENDOR}`, { type: "service_account", fields: { ...(await fields()), ...change } });
    expect(answer).toMatchObject({ status, body: { error: { kind } } });
    expect(JSON.stringify(answer.body)).not.toContain("PRIVATE KEY");
    expect(await connection(ann)).toEqual(before);
  });

  test("a type the vendor does not take is refused", async () => {
    const ann = await browser();
    const answer = await ann.api("POST", `/connections/${VENDOR}`, { type: "api_key", fields: {} });
    expect(answer).toMatchObject({ status: 422, body: { error: { fields: { type: "one of oauth_token, service_account" } } } });
  });
});

test("a person who stays away too long is told that it took too long", async () => {
  const hasty = await startMesh({ vendors: ["google-calendar", "hubspot", "twilio"], vars: { "junction-gateway": { GRANT_MS: "0" } } });
  const patient = mesh;
  mesh = hasty;
  try {
    const { credentials } = (await mesh.sandbox("GET", "/sandbox/api/credentials")).body;
    await mesh.api("PUT", `/operator/apps/${VENDOR}`, credentials[VENDOR].platform, { role: "operator" });
    const ann = await browser();
    expect(await connect(ann)).toEqual({ at: `/${VENDOR}`, grant: "expired" });
    expect(await connection(ann)).toMatchObject({ status: "not_connected" });
  } finally {
    mesh = patient;
    await hasty.stop();
  }
});
