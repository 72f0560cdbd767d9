import type { Budget } from "@junction/core";
import { expect, test } from "vitest";
import * as z from "zod/mini";
import { basic, bearer } from "./auth.ts";
import { VendorFailure } from "./failure.ts";
import { type Http, http, type SignedWire } from "./http.ts";
import { path } from "./path.ts";

const KEY = "key-canary-0123456789";

interface Made {
  readonly http: Http;
  readonly seen: Request[];
  readonly budget: () => Budget | undefined;
}
function make(answer: (request: Request) => Response | Promise<Response>, over: Partial<SignedWire> = {}): Made {
  const seen: Request[] = [];
  const egress = {
    async fetch(request: Request) {
      seen.push(request.clone() as Request);
      return answer(request);
    },
  };
  const wire: SignedWire = {
    hosts: ["api.example.com", "files.example.com"],
    auth: basic("sid", "key"),
    fields: { sid: "AC1", key: KEY },
    errors: undefined,
    egress,
    deadline: Date.now() + 10_000,
    budget: undefined,
    ...over,
  };
  return { http: http(wire), seen, budget: () => wire.budget };
}
async function failure(run: Promise<unknown>): Promise<VendorFailure> {
  const raised = await run.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(raised instanceof VendorFailure)) throw new Error(`no VendorFailure but ${String(raised)}`);
  return raised;
}
const ok = () => Response.json({ id: "1" });

test("a request leaves for its host with its credential, parameters and body", async () => {
  const { http, seen } = make(ok);
  await http.post(path`/v1/${"a b"}`, { query: { q: "x&y", n: 1, none: undefined }, form: { To: "+1", Tag: ["a", "b"], Off: undefined } });
  await http.put(path`/v1`, {
    host: "files.example.com",
    json: { a: undefined, b: [1] },
    headers: { "X-Version": 2, "X-None": undefined },
  });
  const [first, second] = seen;
  expect(first?.method).toBe("POST");
  expect(first?.url).toBe("https://egress/api.example.com/v1/a%20b?q=x%26y&n=1");
  expect(first?.headers.get("authorization")).toBe(`Basic ${btoa(`AC1:${KEY}`)}`);
  expect(await first?.text()).toBe("To=%2B1&Tag=a&Tag=b");
  expect(second?.url).toBe("https://egress/files.example.com/v1");
  expect(second?.headers.get("content-type")).toBe("application/json");
  expect([second?.headers.get("x-version"), second?.headers.has("x-none")]).toEqual(["2", false]);
  expect(await second?.text()).toBe('{"b":[1]}');
});

test("nothing is sent to a host the manifest does not name, without a credential, or after the deadline", async () => {
  const { http, seen } = make(ok);
  await expect(http.get(path`/`, { host: "elsewhere.example" })).rejects.toThrow("does not name the host");
  const empty = make(ok, { fields: {} });
  expect((await failure(empty.http.get(path`/`))).error).toEqual({ kind: "InvalidRequest", issues: ["give sid and key"] });
  const late = make(ok, { deadline: Date.now() - 1 });
  expect((await failure(late.http.get(path`/`))).error).toEqual({ kind: "VendorUnavailable", sent: false });
  expect([...seen, ...empty.seen, ...late.seen]).toEqual([]);
});

test("a key or a header that no header can hold is refused, not a fault of ours", async () => {
  for (const key of ["line\nbreak", "SG.… copied from the form", "x\u0000"]) {
    const { http, seen } = make(ok, { auth: bearer("key"), fields: { key } });
    expect((await failure(http.get(path`/`))).error).toEqual({ kind: "CredentialError" });
    expect(seen).toEqual([]);
  }
  const { http } = make(ok);
  expect((await failure(http.get(path`/`, { headers: { "X-Note": "a\r\nX-Injected: 1" } }))).error.kind).toBe("InvalidRequest");
});

test("a read follows a redirect within its host, a few times", async () => {
  const moved = (request: Request) =>
    new URL(request.url).pathname.endsWith("/new") ? ok() : new Response(null, { status: 302, headers: { location: "/v1/new" } });
  const { http, seen } = make(moved);
  expect((await http.get(path`/v1/old`)).status).toBe(200);
  expect(seen.map(({ url }) => url)).toEqual(["https://egress/api.example.com/v1/old", "https://egress/api.example.com/v1/new"]);
  const circle = make(() => new Response(null, { status: 302, headers: { location: "/v1/old" } }));
  expect((await failure(circle.http.get(path`/v1/old`))).error).toEqual({ kind: "VendorUnavailable", sent: true });
  expect(circle.seen).toHaveLength(4);
});

test("a credential does not follow a redirect to another host, in the clear, or with a write", async () => {
  const to = (location: string) => () => new Response(null, { status: 307, headers: { location } });
  for (const [method, location] of [
    ["get", "https://elsewhere.example/take"],
    ["get", "http://api.example.com/take"],
    ["get", "https://files.example.com/take"],
    ["post", "/v1/take"],
  ] as const) {
    const { http, seen } = make(to(location));
    expect((await failure(http[method](path`/v1`))).error).toEqual({ kind: "VendorUnavailable", sent: true });
    expect(seen).toHaveLength(1);
  }
});

test("a read, whatever its method, follows a redirect to a host of the manifest's family, and its links lead on from there", async () => {
  const hosts = ["dav.example.com", "p*-dav.example.com"];
  const moved = (status: number) => (request: Request) =>
    request.url.includes("/p7-dav.")
      ? new Response("<all/>", { status: 207 })
      : new Response(null, { status, headers: { location: "https://p7-dav.example.com:443/here/" } });
  const { http, seen } = make(moved(301), { hosts });
  const reply = await http.request("PROPFIND", path`/`, { text: { type: "text/xml", body: "<ask/>" }, headers: { Depth: 0 } });
  expect(reply.text(z.string())).toBe("<all/>");
  expect(reply.link("../there/")).toEqual({ host: "p7-dav.example.com", path: "/there/" });
  expect(() => reply.link("https://elsewhere.example/")).toThrow(VendorFailure);
  expect(await Promise.all(seen.map(async (request) => [request.method, request.url, await request.text()]))).toEqual([
    ["PROPFIND", "https://egress/dav.example.com/", "<ask/>"],
    ["PROPFIND", "https://egress/p7-dav.example.com/here/", "<ask/>"],
  ]);
  expect(seen[1]?.headers.get("content-type")).toBe("text/xml");
  for (const [method, status] of [
    ["PROPFIND", 303],
    ["PUT", 301],
    ["MKCOL", 308],
  ] as const) {
    const write = make(moved(status), { hosts });
    expect((await failure(write.http.request(method, path`/`))).error).toEqual({ kind: "VendorUnavailable", sent: true });
    expect(write.seen).toHaveLength(1);
  }
});

test("a token in an answer authenticates what follows, within the same hosts and budget, and is blanked out where it is repeated", async () => {
  const { http, seen, budget } = make((request) =>
    request.headers.get("authorization") === "Bearer page-token-0123"
      ? new Response("no: page-token-0123", { status: 400, headers: { "x-ratelimit-remaining": "9", "x-ratelimit-reset": "60" } })
      : Response.json({ access_token: "page-token-0123", other: 1 }),
  );
  const reply = await http.get(path`/page`);
  expect([reply.delegate("token"), reply.delegate("other")]).toEqual([undefined, undefined]);
  const page = reply.delegate("access_token");
  const { said } = await failure(page?.post(path`/page/feed`, { form: { message: "Hi" } }) ?? Promise.resolve());
  expect(said?.message).toBe("no: ••••");
  expect(budget()).toEqual({ remaining: 9, resetMs: 60_000 });
  expect(seen.map(({ url }) => url)).toEqual(["https://egress/api.example.com/page", "https://egress/api.example.com/page/feed"]);
  await expect(page?.get(path`/`, { host: "elsewhere.example" })).rejects.toThrow("does not name the host");
});

test("a body that does not fit the schema of its text is the vendor's fault", async () => {
  const { http } = make(() => new Response("<cut"));
  const { error } = await failure(http.get(path`/`).then((reply) => reply.text(z.string().check(z.endsWith(">")))));
  expect(error).toEqual({ kind: "VendorUnavailable", sent: true });
});

test("a body is read to 2 MiB and no further, and then let go", async () => {
  let [pulled, cancelled] = [0, false];
  const endless = new ReadableStream({
    pull(controller) {
      pulled += 65_536;
      controller.enqueue(new Uint8Array(65_536));
    },
    cancel() {
      cancelled = true;
    },
  });
  const { http } = make(() => new Response(endless));
  expect((await failure(http.get(path`/`))).said?.message).toContain("larger than 2 MiB");
  expect(pulled).toBeLessThan(4 * 1024 * 1024);
  expect(cancelled).toBe(true);
});

test("an answer that never ends is given up at the deadline", async () => {
  const { http } = make(() => new Response(new ReadableStream({ pull: () => new Promise(() => undefined) })), {
    deadline: Date.now() + 50,
  });
  const { error, said } = await failure(http.get(path`/`));
  expect([error, said?.message]).toEqual([{ kind: "VendorUnavailable", sent: true }, "no answer in time"]);
});

test("a connection that breaks may have carried the request", async () => {
  const { http } = make(() => Promise.reject(new TypeError("network lost")));
  const { error, said } = await failure(http.get(path`/`));
  expect([error, said?.message]).toEqual([{ kind: "VendorUnavailable", sent: true }, "the connection broke"]);
});

test("an answer that does not fit its schema is the vendor's fault", async () => {
  const { http } = make(() => Response.json({ id: 1 }));
  const { error, said } = await failure(http.get(path`/`).then((reply) => reply.json(z.object({ id: z.string() }))));
  expect(error).toEqual({ kind: "VendorUnavailable", sent: true });
  expect(said).toEqual({ status: 200, message: 'an answer we cannot read: {"id":1}' });
});

test("an error code that is accepted is an answer, whatever its status; another code is an error still", async () => {
  const errors = { body: z.object({ code: z.string() }), codes: { TAKEN: "Conflict" }, success: ["FINE"] } as const;
  for (const status of [200, 400]) {
    const { http } = make(() => Response.json({ code: "TAKEN", of: "7" }, { status }), { errors });
    const reply = await http.post(path`/`, { accept: [404, "TAKEN"] });
    expect(reply.json(z.object({ of: z.string() }))).toEqual({ of: "7" });
    expect(await failure(http.post(path`/`, { accept: ["GONE"] }))).toMatchObject({ error: { kind: "Conflict" } });
  }
});

test("a status that is accepted is an answer, and its headers can be read", async () => {
  const { http } = make(() => new Response("gone", { status: 410, headers: { "x-id": "7" } }));
  const reply = await http.get(path`/`, { accept: [410] });
  expect([reply.status, reply.header("X-Id"), reply.header("x-none")]).toEqual([410, "7", undefined]);
});

test("what is left of a rate limit is kept, of failures too", async () => {
  const headers = { "x-ratelimit-remaining": "3", "x-ratelimit-reset": "60" };
  const { http, budget } = make(() => new Response("", { status: 500, headers }));
  expect((await failure(http.get(path`/`))).budget).toEqual({ remaining: 3, resetMs: 60_000 });
  expect(budget()).toEqual({ remaining: 3, resetMs: 60_000 });
});

test("a credential that a vendor repeats is blanked out before its words are cut", async () => {
  const pair = btoa(`AC1:${KEY}`);
  const echo = (text: string) => make(() => new Response(text, { status: 400 })).http.get(path`/`);
  for (const text of [`bad key ${KEY}`, `you sent Basic ${pair}`, `${"x".repeat(490)}${KEY}`, `url ?k=${encodeURIComponent(pair)}`]) {
    const message = (await failure(echo(text))).said?.message ?? "";
    expect(message).toContain("•");
    expect(message).not.toContain(KEY.slice(0, 9));
    expect(message).not.toContain(pair.slice(0, 9));
  }
});
