import { describe, expect, test } from "vitest";
import { ask, holder, LEASE_MS, type LeaseRequest, release, settle, UNUSED } from "./lease.ts";

const request = (change: Partial<LeaseRequest> = {}): LeaseRequest => ({
  generation: 1,
  lease: "lease_1",
  call: "call_1",
  now: 1000,
  ...change,
});
const granted = ask(UNUSED, request()).state;

describe("a lease", () => {
  test("goes to the first who asks, for its whole time", () => {
    expect(ask(UNUSED, request()).answer).toEqual({ state: "granted", until: 1000 + LEASE_MS });
    expect(ask(granted, request({ lease: "lease_2" })).answer).toEqual({ state: "held", waitMs: 250 });
    expect(ask(granted, request({ lease: "lease_2", now: 1000 + LEASE_MS - 1 })).answer).toEqual({ state: "held", waitMs: 1 });
  });

  test("that ran out unreleased is granted again and counted, since its holder may have spent the refresh token", () => {
    const { state, answer } = ask(granted, request({ lease: "lease_2", now: 1000 + LEASE_MS }));
    expect(answer.state).toBe("granted");
    expect(state.unknownSpends).toBe(1);
    expect(holder(state, "lease_1")).toBeNull();
    expect(holder(state, "lease_2")).toEqual({ generation: 1, call: "call_1" });
    expect(ask(release(state, "lease_2", false), request({ lease: "lease_3" })).state.unknownSpends).toBe(1);
  });

  test("that ran out still counts until another is granted: its result is the newest there is", () => {
    expect(holder(granted, "lease_1")).toEqual({ generation: 1, call: "call_1" });
  });

  test("given back is free at once, and nothing is counted", () => {
    const { state, answer } = ask(release(granted, "lease_1", false), request({ lease: "lease_2" }));
    expect(answer.state).toBe("granted");
    expect(state.unknownSpends).toBe(0);
  });

  test("of an older generation does not hold up a newer credential, and is void", () => {
    const { state, answer } = ask(granted, request({ generation: 2, lease: "lease_2" }));
    expect(answer.state).toBe("granted");
    expect(holder(state, "lease_1")).toBeNull();
    expect(state.unknownSpends).toBe(0);
  });

  test("settled tells the others there is a newer generation", () => {
    const state = settle(granted, "lease_1", 2);
    expect(ask(state, request({ lease: "lease_2" })).answer).toEqual({ state: "newer" });
    expect(ask(state, request({ lease: "lease_2", generation: 2 })).answer.state).toBe("granted");
  });

  test("cannot be settled, released or rejected by who no longer holds it", () => {
    const next = ask(granted, request({ lease: "lease_2", now: 1000 + LEASE_MS })).state;
    expect(settle(next, "lease_1", 2)).toBe(next);
    expect(release(next, "lease_1", true)).toBe(next);
    expect(release(UNUSED, "lease_1", true)).toBe(UNUSED);
  });
});

test("a rejected grant stays rejected for its generation, and for no other", () => {
  const rejected = release(granted, "lease_1", true);
  expect(ask(rejected, request({ lease: "lease_2", now: 10 * LEASE_MS })).answer).toEqual({ state: "rejected" });
  expect(ask(rejected, request({ lease: "lease_2", generation: 2 })).answer.state).toBe("granted");
});
