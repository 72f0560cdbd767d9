import { afterEach, expect, test, vi } from "vitest";
import { publishedKeys } from "./keys.ts";
import { path } from "./path.ts";

afterEach(() => vi.useRealTimers());

test("keys are asked for once an hour, and for a name nobody knows once a minute at most", async () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  let asked = 0;
  const answer = { status: 200, keys: [{ kid: "1", kty: "RSA" }] };
  const egress = {
    async fetch() {
      asked++;
      return new Response(JSON.stringify(answer), { status: answer.status });
    },
  };
  const host = "keys.example.com";
  const wire = () => ({
    ...{ hosts: [host], fields: {}, errors: undefined, egress, deadline: Date.now() + 10_000, budget: undefined },
  });
  const key = publishedKeys({ host, path: path`/certs` }, wire);
  expect([await key("1"), await key("1"), asked]).toEqual([{ kid: "1", kty: "RSA" }, { kid: "1", kty: "RSA" }, 1]);
  expect([await key("2"), await key("3"), asked]).toEqual([null, null, 1]);
  answer.keys.push({ kid: "2", kty: "RSA" });
  vi.setSystemTime(Date.now() + 61_000);
  expect([(await key("2"))?.kty, asked]).toEqual(["RSA", 2]);
  vi.setSystemTime(Date.now() + 3_601_000);
  answer.status = 503;
  await expect(key("1")).rejects.toMatchObject({ error: { kind: "VendorUnavailable" } });
  expect(await publishedKeys(undefined, wire)("1")).toBeNull();
});
