import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type Sandbox, startSandbox } from "./test-stack.ts";

let sandbox: Sandbox;
let sets: Record<"valid" | "wrong" | "expired" | "restricted", { access_token: string; refresh_token: string }> & {
  platform: { client_id: string; client_secret: string };
};
beforeAll(async () => {
  sandbox = await startSandbox();
  sets = (await sandbox.api("GET", "/credentials")).body.credentials["google-calendar"];
});
afterAll(() => sandbox.dispose());
beforeEach(() => sandbox.reset());

const EVENTS = "https://www.googleapis.com/auth/calendar.events";
const FREE = "https://www.googleapis.com/auth/calendar.freebusy";
const form = (fields: Record<string, string>): RequestInit => ({
  method: "POST",
  body: new URLSearchParams(fields).toString(),
  headers: { "content-type": "application/x-www-form-urlencoded" },
});
async function read(reply: { status: number; headers: unknown; text(): Promise<string> }) {
  const text = await reply.text();
  return { status: reply.status, headers: reply.headers as Headers, body: text === "" ? null : JSON.parse(text) };
}
async function api(method: string, path: string, body?: unknown, token = sets.valid.access_token, more: Record<string, string> = {}) {
  const headers = { authorization: `Bearer ${token}`, ...(body !== undefined && { "content-type": "application/json" }), ...more };
  const init = { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) };
  return read(await sandbox.send(`/www.googleapis.com/calendar/v3${path}`, init));
}
const token = async (fields: Record<string, string>) =>
  read(await sandbox.send("/oauth2.googleapis.com/token", form({ ...sets.platform, ...fields })));
const events = "/calendars/primary/events";
const job = { summary: "Boiler", start: { dateTime: "2026-12-01T10:00:00-05:00" }, end: { dateTime: "2026-12-01T11:00:00-05:00" } };

test("an event with our own id is made once; the second time its id is taken, after deletion too", async () => {
  const made = await api("POST", events, { ...job, id: "job12345", location: "1 Main St" });
  expect(made).toMatchObject({ status: 200, body: { id: "job12345", status: "confirmed", sequence: 0 } });
  const duplicate = { status: 409, body: { error: { code: 409, errors: [{ reason: "duplicate" }] } } };
  expect(await api("POST", events, { ...job, id: "job12345" })).toMatchObject(duplicate);
  expect((await api("DELETE", `${events}/job12345`)).status).toBe(204);
  expect(await api("DELETE", `${events}/job12345`)).toMatchObject({ status: 410, body: { error: { errors: [{ reason: "deleted" }] } } });
  expect((await api("GET", `${events}/job12345`)).body.status).toBe("cancelled");
  expect(await api("POST", events, { ...job, id: "job12345" })).toMatchObject(duplicate);
  expect((await api("PATCH", `${events}/job12345`, { status: "confirmed" })).body.status).toBe("confirmed");
  expect((await sandbox.api("GET", "/inbox?vendor=google-calendar")).body.inbox).toMatchObject([
    { title: expect.stringContaining("Boiler") },
  ]);
});

test("times come back in the calendar's zone, and a local time needs a zone", async () => {
  const utc = { ...job, start: { dateTime: "2026-07-01T14:00:00Z" }, end: { dateTime: "2026-07-01T15:00:00Z" } };
  expect((await api("POST", events, utc)).body.start).toEqual({ dateTime: "2026-07-01T10:00:00-04:00", timeZone: "America/New_York" });
  const local = { dateTime: "2026-12-01T10:00:00", timeZone: "America/Denver" };
  expect((await api("POST", events, { ...job, start: local, end: { ...local, dateTime: "2026-12-01T11:00:00" } })).body.start).toEqual({
    dateTime: "2026-12-01T12:00:00-05:00",
    timeZone: "America/Denver",
  });
  const bare = await api("POST", events, { ...job, start: { dateTime: "2026-12-01T10:00:00" } });
  expect(bare).toMatchObject({ status: 400, body: { error: { message: "Missing time zone definition for start time." } } });
});

test.each([
  ["no end", { end: undefined }, "Missing end time."],
  ["an end before its start", { end: { dateTime: "2026-12-01T09:00:00-05:00" } }, "The specified time range is empty."],
  ["a date with a time", { end: { date: "2026-12-02" } }, "Start and end times must either both be date or both be dateTime."],
  ["an id of letters past v", { id: "wxyz0" }, "Invalid resource id value."],
])("%s is refused in Google's envelope", async (_, change, message) => {
  expect(await api("POST", events, { ...job, ...change })).toMatchObject({ status: 400, body: { error: { code: 400, message } } });
});

test("a patch changes what it names, raises the sequence when the time moves, and heeds If-Match", async () => {
  const { body } = await api("POST", events, { ...job, extendedProperties: { private: { a: "1" } } });
  const patched = await api(
    "PATCH",
    `${events}/${body.id}`,
    { summary: "Furnace", extendedProperties: { private: { b: "2" } } },
    sets.valid.access_token,
    { "if-match": body.etag },
  );
  expect(patched.body).toMatchObject({
    summary: "Furnace",
    start: body.start,
    sequence: 0,
    extendedProperties: { private: { a: "1", b: "2" } },
  });
  const stale = await api("PATCH", `${events}/${body.id}`, { summary: "x" }, sets.valid.access_token, { "if-match": body.etag });
  expect(stale).toMatchObject({ status: 412, body: { error: { errors: [{ reason: "conditionNotMet" }] } } });
  expect((await api("PATCH", `${events}/${body.id}`, { end: { dateTime: "2026-12-01T12:00:00-05:00" } })).body.sequence).toBe(1);
  expect((await api("PUT", `${events}/${body.id}`, job)).body.extendedProperties).toBeUndefined();
});

test("a list is bounded, ordered and paged; its sync token then gives only what changed", async () => {
  for (const hour of ["12", "08", "10"]) {
    const at = (minute: string) => ({ dateTime: `2026-12-01T${hour}:${minute}:00-05:00` });
    await api("POST", events, { summary: hour, start: at("00"), end: at("30") });
  }
  const titles = (reply: { body: { items: { summary: string }[] } }) => reply.body.items.map(({ summary }) => summary);
  const ordered = `${events}?singleEvents=true&orderBy=startTime`;
  const first = await api("GET", `${ordered}&maxResults=2`);
  expect(titles(first)).toEqual(["08", "10"]);
  expect(titles(await api("GET", `${ordered}&maxResults=2&pageToken=${first.body.nextPageToken}`))).toEqual(["12"]);
  const window = `timeMin=${encodeURIComponent("2026-12-01T08:30:00-05:00")}&timeMax=${encodeURIComponent("2026-12-01T12:00:00-05:00")}`;
  expect(titles(await api("GET", `${ordered}&${window}`))).toEqual(["10"]);
  expect((await api("GET", `${events}?orderBy=startTime`)).status).toBe(400);
  expect((await api("GET", `${events}?timeMin=2026-12-01T08:30:00`)).status).toBe(400);
  const { nextSyncToken } = (await api("GET", events)).body;
  await sandbox.api("PUT", "/settings", { vendor: "google-calendar", clockAheadSeconds: 10 });
  await api("DELETE", `${events}/${first.body.items[0].id}`);
  expect((await api("GET", `${events}?syncToken=${nextSyncToken}`)).body.items).toMatchObject([{ summary: "08", status: "cancelled" }]);
  expect((await api("GET", `${events}?syncToken=gone`)).status).toBe(410);
});

test("free and busy: overlapping events are joined, an unknown calendar fails inside the 200", async () => {
  await api("POST", events, job);
  await api("POST", events, { ...job, start: { dateTime: "2026-12-01T10:30:00-05:00" }, end: { dateTime: "2026-12-01T11:30:00-05:00" } });
  const { status, body } = await api("POST", "/freeBusy", {
    timeMin: "2026-12-01T00:00:00-05:00",
    timeMax: "2026-12-02T00:00:00-05:00",
    items: [{ id: "primary" }, { id: "nobody@example.com" }],
  });
  expect(status).toBe(200);
  expect(body.calendars.primary.busy).toEqual([{ start: "2026-12-01T15:00:00Z", end: "2026-12-01T16:30:00Z" }]);
  expect(body.calendars["nobody@example.com"].errors).toEqual([{ domain: "global", reason: "notFound" }]);
});

test("a calendar one may only read is not written to; the list says who may write", async () => {
  const holidays = encodeURIComponent("en.usa#holiday@group.v.calendar.google.com");
  expect(await api("POST", `/calendars/${holidays}/events`, job)).toMatchObject({
    status: 403,
    body: { error: { errors: [{ reason: "requiredAccessLevel" }] } },
  });
  expect((await api("GET", "/users/me/calendarList?minAccessRole=writer")).body.items).toHaveLength(2);
});

test("no token, an unknown one, one without the scope: Google's three answers", async () => {
  expect(await read(await sandbox.send(`/www.googleapis.com/calendar/v3${events}`))).toMatchObject({
    status: 401,
    body: { error: { errors: [{ reason: "required" }] } },
  });
  expect(await api("GET", events, undefined, sets.wrong.access_token)).toMatchObject({
    status: 401,
    body: { error: { errors: [{ reason: "authError" }] } },
  });
  const lacking = await api("POST", events, job, sets.restricted.access_token);
  expect(lacking).toMatchObject({
    status: 403,
    body: { error: { errors: [{ reason: "insufficientPermissions" }], details: [{ reason: "ACCESS_TOKEN_SCOPE_INSUFFICIENT" }] } },
  });
});

test("faults: 403 that means rate limit; a switch for all leaves the token endpoint alone", async () => {
  await sandbox.api("PUT", "/faults", { vendor: "google-calendar", fault: "rate_limit_403" });
  expect(await api("GET", events)).toMatchObject({
    status: 403,
    body: { error: { errors: [{ domain: "usageLimits", reason: "rateLimitExceeded" }] } },
  });
  expect((await token({ grant_type: "refresh_token", refresh_token: sets.valid.refresh_token })).status).toBe(200);
  await sandbox.api("PUT", "/faults", { vendor: "google-calendar", operation: "token", fault: "422" });
  expect(await token({ grant_type: "refresh_token", refresh_token: sets.valid.refresh_token })).toMatchObject({
    status: 400,
    body: { error: "invalid_grant" },
  });
});

const verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"; // RFC 7636, appendix B
const redirect_uri = "http://localhost:8787/oauth/callback";
const question = (change: Record<string, string> = {}) =>
  new URLSearchParams({
    client_id: sets.platform.client_id,
    redirect_uri,
    response_type: "code",
    scope: `${EVENTS} ${FREE}`,
    state: "s&1",
    access_type: "offline",
    prompt: "consent",
    code_challenge: challenge,
    code_challenge_method: "S256",
    ...change,
  });
/** Decides on the page a browser sees under the gateway's origin; gives back where it is sent. */
async function decide(fields: Record<string, string>, change: Record<string, string> = {}) {
  const reply = await sandbox.send(`/sandbox/accounts.google.com/o/oauth2/v2/auth?${question(change)}`, form(fields));
  expect(reply.status).toBe(302);
  return new URL(reply.headers.get("location") ?? "").searchParams;
}
const trade = (code: string | null, more: Record<string, string> = {}) =>
  token({ grant_type: "authorization_code", code: code ?? "", redirect_uri, code_verifier: verifier, ...more });

test("consent: the page names the scopes; approval gives a code, the code gives tokens that work", async () => {
  const page = await sandbox.send(`/sandbox/accounts.google.com/o/oauth2/v2/auth?${question()}`);
  expect(page.headers.get("content-security-policy")).toContain("form-action 'self' http://localhost:8787");
  expect(await page.text()).toContain("View and edit events on all your calendars");
  const sent = await decide({ decision: "approve" });
  expect([sent.get("state"), sent.get("scope")]).toEqual(["s&1", `${EVENTS} ${FREE}`]);
  const { body } = await trade(sent.get("code"));
  expect(body).toMatchObject({
    token_type: "Bearer",
    expires_in: 3600,
    scope: `${EVENTS} ${FREE}`,
    refresh_token: expect.stringMatching(/^1\/\//),
  });
  expect((await api("GET", events, undefined, body.access_token)).status).toBe(200);
});

test("denied, or nothing ticked, is access_denied; fewer scopes are fewer scopes", async () => {
  expect((await decide({ decision: "deny" })).get("error")).toBe("access_denied");
  expect((await decide({ decision: "approve_ticked" })).get("error")).toBe("access_denied");
  const { body } = await trade((await decide({ decision: "approve_ticked", scope: FREE })).get("code"));
  expect(body.scope).toBe(FREE);
  expect((await api("GET", events, undefined, body.access_token)).status).toBe(403);
});

test("an intercepted code is worth nothing: without the verifier, with another, elsewhere, or twice", async () => {
  const code = (await decide({ decision: "approve" })).get("code");
  const error = async (more: Record<string, string>) => (await trade(code, more)).body;
  expect(await error({ code_verifier: "another" })).toMatchObject({ error: "invalid_grant", error_description: "Invalid code verifier." });
  expect(await error({ redirect_uri: "http://localhost:1/x" })).toMatchObject({ error: "redirect_uri_mismatch" });
  expect(await error({ client_secret: "wrong" })).toMatchObject({ error: "invalid_client" });
  const bare = await token({ grant_type: "authorization_code", code: code ?? "", redirect_uri });
  expect(bare.body).toMatchObject({ error: "invalid_grant", error_description: "Missing code verifier." });
  expect((await trade(code)).status).toBe(200);
  expect((await trade(code)).body.error).toBe("invalid_grant");
});

test("a second grant has no refresh token unless consent is asked for, or offline access is not", async () => {
  expect((await trade((await decide({ decision: "approve" }, { prompt: "" })).get("code"))).body.refresh_token).toBeUndefined();
  expect((await trade((await decide({ decision: "approve" }, { access_type: "online" })).get("code"))).body.refresh_token).toBeUndefined();
});

test("an open redirect would hand codes to anyone: a bad client or redirect gets Google's own page", async () => {
  for (const change of [{ redirect_uri: "http://evil.example/x" }, { client_id: "nobody" }, { redirect_uri: "javascript:alert(1)" }]) {
    const reply = await sandbox.send(`/accounts.google.com/o/oauth2/v2/auth?${question(change)}`, form({ decision: "approve" }));
    expect([400, 401]).toContain(reply.status);
    expect(reply.headers.get("location")).toBeNull();
  }
});

test("access tokens live as long as the switch says, refresh tokens until they are revoked", async () => {
  await sandbox.api("PUT", "/settings", { vendor: "google-calendar", tokenLifetimeSeconds: 60 });
  const first = await token({ grant_type: "refresh_token", refresh_token: sets.valid.refresh_token });
  expect(first.body).toMatchObject({ expires_in: 60 });
  expect(first.body).not.toHaveProperty("refresh_token");
  expect((await api("GET", events, undefined, first.body.access_token)).status).toBe(200);
  await sandbox.api("PUT", "/settings", { vendor: "google-calendar", clockAheadSeconds: 61 });
  expect((await api("GET", events, undefined, first.body.access_token)).status).toBe(401);
  const revoke = async () => (await sandbox.send("/oauth2.googleapis.com/revoke", form({ token: sets.valid.refresh_token }))).status;
  expect(await revoke()).toBe(200);
  expect(await token({ grant_type: "refresh_token", refresh_token: sets.valid.refresh_token })).toMatchObject({
    status: 400,
    body: { error: "invalid_grant" },
  });
  expect(await revoke()).toBe(400);
});

test("codes and tokens stay out of what the sandbox shows", async () => {
  const code = (await decide({ decision: "approve" })).get("code") ?? "";
  const { body } = await trade(code);
  await api("GET", events, undefined, body.access_token);
  const shown = (await (await sandbox.send("/sandbox")).text()) + (await (await sandbox.send("/sandbox/api/requests")).text());
  for (const secret of [code, body.access_token, verifier, sets.platform.client_secret]) {
    expect(shown).not.toContain(secret);
    expect(shown).not.toContain(encodeURIComponent(secret));
  }
});
