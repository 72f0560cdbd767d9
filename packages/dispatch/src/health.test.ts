import * as fc from "fast-check";
import { expect, test } from "vitest";
import { append, type Evidence, health as healthAt, RETEST_AFTER_MS } from "./health.ts";

const health = (all: readonly Evidence[], now = 1000) => healthAt(all, now);

type Seen = Omit<Evidence, "seq">;
const seen = (kind: Evidence["kind"], tool: string | null = "crm/send_sms", at = 1): Seen => ({
  at,
  source: "call",
  kind,
  call: `call_${kind}`,
  tool,
});
const log = (...all: readonly Seen[]) => all.reduce<readonly Evidence[]>(append, []);

const KINDS = [
  "ok",
  "CredentialError",
  "PermissionError",
  "RateLimited",
  "VendorUnavailable",
  "InvalidRequest",
  "NotFound",
  "Conflict",
  "Declined",
] as const;
const arbitrary = fc.record({
  at: fc.integer({ min: 0, max: 1000 }),
  source: fc.constantFrom("call" as const, "test" as const, "probe" as const),
  kind: fc.constantFrom(...KINDS),
  call: fc.string(),
  tool: fc.constantFrom("crm/send_sms", "crm/send_email", null),
});
const delivered = (at: number): Seen => ({ at, source: "webhook", kind: "ok", call: "", tool: null });
/** What is seen of a connection, deliveries that verified among it. */
const withDeliveries = fc.oneof(
  { weight: 3, arbitrary: arbitrary as fc.Arbitrary<Seen> },
  fc.integer({ min: 0, max: 1000 }).map(delivered),
);

test("nothing seen yet is connected, with no reason", () => {
  expect(health([])).toEqual({ status: "connected", because: null });
});

test("a rejected credential is an error until something succeeds, and says which call proved it", () => {
  expect(health(log(seen("ok"), seen("CredentialError")))).toMatchObject({ status: "error", because: { call: "call_CredentialError" } });
  expect(health(log(seen("CredentialError"), seen("ok")))).toMatchObject({ status: "connected", because: { kind: "ok" } });
});

test.each(["RateLimited", "VendorUnavailable"] as const)("%s is a warning until the next success", (kind) => {
  expect(health(log(seen("ok"), seen(kind))).status).toBe("warning");
  expect(health(log(seen(kind), seen("ok"))).status).toBe("connected");
});

test("a lacking permission stays a warning until the same tool succeeds", () => {
  expect(health(log(seen("PermissionError"), seen("ok", "crm/send_email"))).status).toBe("warning");
  expect(health(log(seen("PermissionError"), seen("ok", "crm/send_sms"))).status).toBe("connected");
});

test.each(["InvalidRequest", "NotFound", "Conflict", "Declined"] as const)("%s says nothing of the connection", (kind) => {
  const before = log(seen("ok"));
  expect(append(before, seen(kind))).toBe(before);
});

test("no sequence of events is green after a rejected credential without a later success", () => {
  fc.assert(
    fc.property(fc.array(withDeliveries, { maxLength: 40 }), (events) => {
      const status = health(events.reduce<readonly Evidence[]>(append, [])).status;
      const rejected = events.findLastIndex(({ kind }) => kind === "CredentialError");
      const succeeded = events.findLastIndex(({ kind, source }) => kind === "ok" && source !== "webhook");
      expect(status === "error").toBe(rejected > succeeded);
    }),
    { numRuns: 2000, seed: 20261121 },
  );
});

test("the folded log gives the status of the whole log, and stays small", () => {
  fc.assert(
    fc.property(fc.array(withDeliveries, { maxLength: 60 }), (events) => {
      const folded = events.reduce<readonly Evidence[]>(append, []);
      const whole = events.map((event, seq) => ({ ...event, seq }));
      expect(health(folded).status).toBe(health(whole).status);
      expect(folded.length).toBeLessThanOrEqual(5 * 3 + 1);
    }),
    { numRuns: 2000, seed: 20261121 },
  );
});

test("deliveries change no light: whatever is seen, it is the same with them as without", () => {
  fc.assert(
    fc.property(fc.array(withDeliveries, { maxLength: 40 }), (events) => {
      const lightOf = (all: readonly Seen[]) => health(all.reduce<readonly Evidence[]>(append, [])).status;
      expect(lightOf(events)).toBe(lightOf(events.filter(({ source }) => source !== "webhook")));
    }),
    { numRuns: 2000, seed: 20261121 },
  );
});

test("a delivery keeps a quiet connection from going yellow, and gives no reason of its own", () => {
  const [late, quiet] = [2 * RETEST_AFTER_MS, log(seen("ok", null, 0))];
  expect(health(append(quiet, delivered(late)), late)).toMatchObject({ status: "connected", because: { source: "call" } });
  expect(health(append(quiet, delivered(late)), 2 * late)).toMatchObject({ status: "warning", stale: true });
  expect(health(append(log(seen("CredentialError")), delivered(late)), late).status).toBe("error");
});

test("time alone turns green to yellow, and a success turns it back", () => {
  const quiet = log(seen("ok", null, 0));
  expect(health(quiet, RETEST_AFTER_MS)).toMatchObject({ status: "connected" });
  expect(health(quiet, 2 * RETEST_AFTER_MS)).toMatchObject({ status: "warning", stale: true });
  expect(health(append(quiet, seen("ok", null, 2 * RETEST_AFTER_MS)), 2 * RETEST_AFTER_MS)).toMatchObject({ status: "connected" });
});
