import { describe, expect, test } from "vitest";
import { ask, holder, LEASE_MS, type LeaseRequest, type LeaseState, probed, release, settle, UNUSED } from "./lease.ts";

const request = (change: Partial<LeaseRequest> = {}): LeaseRequest => ({
  generation: 1,
  lease: "lease_1",
  call: "call_1",
  now: 1000,
  stable: false,
  leaseMs: LEASE_MS,
  ...change,
});
const granted = ask(UNUSED, request()).state;
const RAN_OUT = 1000 + LEASE_MS;

describe("a lease", () => {
  test("goes to the first who asks, for its whole time", () => {
    expect(ask(UNUSED, request()).answer).toEqual({ state: "granted", until: RAN_OUT });
    expect(ask(granted, request({ lease: "lease_2" })).answer).toEqual({ state: "held", waitMs: 250 });
    expect(ask(granted, request({ lease: "lease_2", now: RAN_OUT - 1 })).answer).toEqual({ state: "held", waitMs: 1 });
  });

  test("given back is free at once", () => {
    expect(ask(release(granted, "lease_1", "unspent"), request({ lease: "lease_2" })).answer.state).toBe("granted");
  });

  test("of an older generation does not hold up a newer credential, and is void", () => {
    const { state, answer } = ask(granted, request({ generation: 2, lease: "lease_2" }));
    expect(answer.state).toBe("granted");
    expect(holder(state, "lease_1")).toBeNull();
  });

  test("settled tells the others there is a newer generation", () => {
    const state = settle(granted, "lease_1", 2);
    expect(ask(state, request({ lease: "lease_2" })).answer).toEqual({ state: "newer" });
    expect(ask(state, request({ lease: "lease_2", generation: 2 })).answer.state).toBe("granted");
  });

  test("cannot be settled, released or rejected by who never held it", () => {
    expect(settle(granted, "lease_2", 2)).toBe(granted);
    expect(release(granted, "lease_2", "rejected")).toBe(granted);
    expect(release(UNUSED, "lease_1", "rejected")).toBe(UNUSED);
  });
});

describe("a lease that ran out unreleased", () => {
  test("is not granted again where its holder may have spent the refresh token", () => {
    const { state, answer } = ask(granted, request({ lease: "lease_2", now: RAN_OUT }));
    expect(answer).toEqual({ state: "unknown", probe: "lease_2" });
    expect(holder(state, "lease_2")).toBeNull();
  });

  test("is granted again where a refresh spends nothing; whichever holder answers first is stored", () => {
    const { state, answer } = ask(granted, request({ lease: "lease_2", now: RAN_OUT, stable: true }));
    expect(answer.state).toBe("granted");
    for (const lease of ["lease_1", "lease_2"]) {
      expect(holder(state, lease)).toEqual({ generation: 1, call: "call_1" });
      expect(ask(settle(state, lease, 2), request({ lease: "lease_3" })).answer).toEqual({ state: "newer" });
    }
    expect(holder(settle(state, "lease_1", 2), "lease_2")).toBeNull();
  });

  test("still counts, should its holder live after all: its tokens end the doubt", () => {
    const unknown = ask(granted, request({ lease: "lease_2", now: RAN_OUT })).state;
    // Even where a probe found the access token dead: the refresh token it was given up with is as good as ever.
    for (const state of [unknown, probed(unknown, "lease_2", true), probed(unknown, "lease_2", false)]) {
      expect(holder(state, "lease_1")).toEqual({ generation: 1, call: "call_1" });
      expect(ask(settle(state, "lease_1", 2), request({ lease: "lease_3", generation: 2 })).answer.state).toBe("granted");
      expect(ask(release(state, "lease_1", "unspent"), request({ lease: "lease_3", now: RAN_OUT })).answer.state).toBe("granted");
      expect(ask(release(state, "lease_1", "rejected"), request({ lease: "lease_3" })).answer.state).toBe("rejected");
    }
  });
});

describe("where the refresh token may be spent", () => {
  const unknown = release(granted, "lease_1", "unknown");
  const probing = ask(unknown, request({ lease: "lease_2" }));
  const next = (state: LeaseState, change: Partial<LeaseRequest> = {}) => ask(state, request({ lease: "lease_3", ...change }));

  test("one tries the access token, and the others wait", () => {
    expect(probing.answer).toEqual({ state: "unknown", probe: "lease_2" });
    expect(next(probing.state).answer).toEqual({ state: "held", waitMs: 250 });
  });

  test("an access token that works is everyone's, and is not tried again", () => {
    const works = probed(probing.state, "lease_2", true);
    expect(next(works).answer).toEqual({ state: "unknown" });
    expect(next(works, { now: 100 * LEASE_MS }).answer).toEqual({ state: "unknown" });
  });

  test("one that is dead too leaves nothing: the credential is rejected", () => {
    expect(next(probed(probing.state, "lease_2", false)).answer).toEqual({ state: "rejected" });
  });

  test("a probe that found nothing out, or whose prober is lost, is made again", () => {
    expect(next(probed(probing.state, "lease_2", null)).answer).toEqual({ state: "unknown", probe: "lease_3" });
    expect(next(probing.state, { now: RAN_OUT }).answer).toEqual({ state: "unknown", probe: "lease_3" });
  });

  test("a probe reports once, and only who was asked", () => {
    expect(probed(probing.state, "lease_1", false)).toBe(probing.state);
    const works = probed(probing.state, "lease_2", true);
    expect(probed(works, "lease_2", false)).toBe(works);
  });

  test("a newer credential starts afresh", () => {
    expect(next(probing.state, { generation: 2 }).answer.state).toBe("granted");
  });
});

test("a rejected grant stays rejected for its generation, and for no other", () => {
  const rejected = release(granted, "lease_1", "rejected");
  expect(ask(rejected, request({ lease: "lease_2", now: 10 * LEASE_MS })).answer).toEqual({ state: "rejected" });
  expect(ask(rejected, request({ lease: "lease_2", generation: 2 })).answer.state).toBe("granted");
});
