import { expect, test } from "vitest";
import { VendorFailure } from "./failure.ts";
import { http } from "./http.ts";
import { oauth2 } from "./oauth.ts";
import { path } from "./path.ts";

const TOKEN = "token-canary-0123456789";
const SECRET = "app-canary-0123456789";

function make(answer: Response, platform: Record<string, string> = { client_id: "app", client_secret: SECRET }) {
  const seen: Request[] = [];
  const egress = {
    async fetch(request: Request) {
      seen.push(request);
      return answer;
    },
  };
  const wire = {
    hosts: ["api.example.com"],
    auth: oauth2({ authorizationUrl: "https://a.example", tokenUrl: "https://api.example.com/token", scopes: {} }),
    fields: { access_token: TOKEN },
    errors: undefined,
    egress,
    deadline: Date.now() + 10_000,
    budget: undefined,
    apps: async () => platform,
  };
  return { http: http(wire), seen };
}
const introspection = {
  token: { field: "access_token" },
  hint: "access_token",
  client_id: { platform: "client_id" },
  client_secret: { platform: "client_secret" },
} as const;

test("a sealed value is put into the form, and the request is not signed besides", async () => {
  const { http, seen } = make(Response.json({ active: true }));
  await http.post(path`/introspect`, { form: introspection });
  expect(await seen[0]?.text()).toBe(`token=${TOKEN}&hint=access_token&client_id=app&client_secret=${SECRET}`);
  expect(seen[0]?.headers.get("authorization")).toBeNull();
  expect(seen[0]?.url).not.toContain(TOKEN);
});

test("a vendor that repeats the form does not get our own app's secret told", async () => {
  const { http } = make(new Response(`bad request: token=${TOKEN}&client_secret=${SECRET}`, { status: 400 }));
  const failure = await http.post(path`/introspect`, { form: introspection }).catch((error: unknown) => error);
  if (!(failure instanceof VendorFailure)) throw new Error(`no VendorFailure but ${String(failure)}`);
  expect(failure.said?.message).toBe("bad request: token=••••&client_secret=••••");
});

test("a sealed value that is not there is named, and nothing is sent", async () => {
  const { http, seen } = make(Response.json({}), { client_id: "app" });
  const failure = await http.post(path`/introspect`, { form: introspection }).catch((error: unknown) => error);
  expect(failure).toMatchObject({ error: { kind: "InvalidRequest", issues: ["give client_secret"] } });
  expect(seen).toEqual([]);
});

test("a multipart body keeps each value in its own part, whatever is in it", async () => {
  const { http, seen } = make(Response.json({}));
  const hostile = 'a\r\n--boundary\r\nContent-Disposition: form-data; name="to"\r\n\r\nevil@example.com';
  await http.post(path`/messages`, { multipart: { to: ["ann@example.com", "bob@example.com"], text: hostile, none: undefined } });
  const parts = await seen[0]?.formData();
  expect(seen[0]?.headers.get("content-type")).toMatch(/^multipart\/form-data; ?boundary=/);
  expect(seen[0]?.headers.get("authorization")).toBe(`Bearer ${TOKEN}`);
  expect([...(parts ?? [])]).toEqual([
    ["to", "ann@example.com"],
    ["to", "bob@example.com"],
    ["text", hostile],
  ]);
});
