/** A model of the effect ledger: random schedules of callers, vendors, lost answers and crashes, against the real Durable Object. */
import type { Outcome } from "@junction/core";
import { newId } from "@junction/core";
import type { ContractorRpc } from "@junction/dispatch";
import * as fc from "fast-check";
import { expect } from "vitest";
import type { Mesh } from "./mesh.ts";

/** What becomes of one attempt: whether the vendor acts, and what the gateway hears and reports. */
const FATES = {
  fine: { acts: true, says: "ok" },
  lost_after: { acts: true, says: "unavailable" },
  lost_before: { acts: false, says: "unavailable" },
  not_sent: { acts: false, says: "unsent" },
  slow_down: { acts: false, says: "limited" },
  declined: { acts: false, says: "declined" },
  broke_after: { acts: true, says: "fault" },
  broke_before: { acts: false, says: "fault" },
  crashed_after: { acts: true, says: "nothing" },
  crashed_before: { acts: false, says: "nothing" },
} as const;
type Fate = keyof typeof FATES;

export interface Step {
  readonly effect: number;
  readonly fate: Fate;
  readonly wait: number;
  /** Before it, the vendor's events tell of what was done. */
  readonly told: boolean;
}
const steps = fc.array(
  fc.record({
    effect: fc.integer({ min: 0, max: 2 }),
    fate: fc.constantFrom(...(Object.keys(FATES) as Fate[])),
    wait: fc.constantFrom(0, 10, 1_000, 30_000, 70_000),
    told: fc.constantFrom(false, false, false, true),
  }),
  { minLength: 1, maxLength: 14 },
);

const ACTOR = { kind: "user", id: "model", role: "owner" } as const;
/** A text (can be looked for), a charge (has a key at the vendor), an email (has neither: its events tell). */
const TOOLS = [
  { tool: "crm/send_sms", vendor: "twilio", idempotent: false },
  { tool: "crm/charge_card", vendor: "stripe", idempotent: true },
  { tool: "crm/send_email", vendor: "sendgrid", idempotent: false },
] as const;

/** Runs `runs` schedules; each effect must have happened at most once at the vendor, and exactly once where the ledger says so. */
export async function checkLedger(mesh: Mesh, runs: number, seed: number): Promise<void> {
  let made = 0;
  await fc.assert(
    fc.asyncProperty(steps, async (schedule) => {
      const contractor = `model-${seed}-${made++}`;
      await play(mesh.object<ContractorRpc>("CONTRACTOR", contractor), contractor, schedule);
    }),
    { numRuns: runs, seed },
  );
}

async function play(desk: ContractorRpc, contractor: string, schedule: readonly Step[]): Promise<void> {
  let now = Date.now();
  for (const { vendor } of TOOLS) {
    const connection = await desk.connectionId({ contractor, vendor, now });
    await desk.attach({
      contractor,
      vendor,
      connection,
      account: { id: "a", name: "a" },
      generation: 1,
      scopes: [],
      now,
      call: newId("call", now),
    });
  }
  /** What the vendors did: the ids of the things that exist, by effect; and by the vendor's own idempotency key. */
  const done = TOOLS.map((): string[] => []);
  const byKey = new Map<string, string>();
  /** What the email vendor's events can tell: the mark of the attempt, and what it made. */
  const marks = new Map<string, string>();
  const tell = async () => {
    for (const [key, message_id] of marks) {
      await desk.prove({ vendor: "twilio", proof: { key, result: { message_id: "another vendor's" } }, now });
      await desk.prove({ vendor: "sendgrid", proof: { key, result: { message_id } }, now });
    }
  };

  const step = async ({ effect, fate, wait, told }: Step): Promise<"confirmed" | "final" | "open"> => {
    now += wait;
    if (told) await tell();
    const { tool, vendor, idempotent } = TOOLS[effect] ?? TOOLS[0];
    const call = newId("call", now);
    const key = `${effect}`.padEnd(64, "e"); // its last two digits count attempts
    const ask = {
      contractor,
      call,
      actor: ACTOR,
      tool,
      now,
      deadline: now + 5,
      effect: { key, name: "m", inputHash: "h", input: "{}" },
    };
    const verdict = await desk.acquire(ask);
    if (verdict.verdict === "refused") return "open";
    if (verdict.verdict === "replay") {
      expect(verdict.outcome.ok ? done[effect]?.length : 0).toBe(verdict.outcome.ok ? 1 : 0);
      if (verdict.outcome.ok) expect(verdict.outcome.value).toEqual({ message_id: done[effect]?.[0] });
      return verdict.outcome.ok ? "confirmed" : "final";
    }
    const settle = (outcome: Outcome<unknown> | "fault", source: "call" | "probe") =>
      desk.settle({
        contractor,
        call,
        actor: ACTOR,
        tool,
        grant: { vendor, connection: verdict.connection, generation: 1 },
        startedAt: now,
        now,
        attempts: 1,
        source,
        key,
        outcome,
      });
    if (verdict.verdict === "probe") {
      const found = done[effect]?.[0];
      await settle({ ok: true, value: found === undefined ? null : { message_id: found } }, "probe");
      return "open";
    }
    const { acts, says } = FATES[fate];
    let id = idempotent ? byKey.get(verdict.idempotencyKey) : undefined;
    const repeated = id !== undefined; // such a vendor answers a known key as it answered it first, or not at all
    if (acts && id === undefined) {
      id = `thing-${effect}-${done[effect]?.length}`;
      done[effect]?.push(id);
      if (idempotent) byKey.set(verdict.idempotencyKey, id);
      if (tool === "crm/send_email") marks.set(verdict.idempotencyKey, id);
    }
    expect(done[effect]?.length, `effect ${effect} happened twice`).toBeLessThanOrEqual(1);
    const outcome = report(repeated && says === "declined" ? "ok" : says, id);
    if (outcome !== null) await settle(outcome, "call");
    // A crash reports nothing: to the object it is an attempt that never comes back, until its deadline has passed.
    else now += 5_000;
    return "open";
  };

  for (const one of schedule) await step(one);
  // Afterwards everyone asks again, patiently, of a vendor that works: each effect comes to an end, or waits for a person.
  for (const [effect, { idempotent }] of TOOLS.entries()) {
    let state: string = "open";
    const patiently = async (told: boolean) => {
      for (let round = 0; round < 6 && state === "open"; round++) state = await step({ effect, fate: "fine", wait: 70_000, told });
    };
    await patiently(false);
    if (state === "open" && done[effect]?.length === 1) await patiently(true);
    if (state === "confirmed") expect(done[effect]).toHaveLength(1);
    if (state === "final") expect(done[effect]).toHaveLength(0);
    if (state === "open") expect([effect, idempotent, done[effect]]).toEqual([2, false, []]); // an email that no event tells of, since there is none
  }
}

function report(says: (typeof FATES)[Fate]["says"], id: string | undefined): Outcome<unknown> | "fault" | null {
  switch (says) {
    case "ok":
      return { ok: true, value: { message_id: id } };
    case "unavailable":
      return { ok: false, error: { kind: "VendorUnavailable", sent: true } };
    case "unsent":
      return { ok: false, error: { kind: "VendorUnavailable", sent: false } };
    case "limited":
      return { ok: false, error: { kind: "RateLimited", retryAfterMs: 5 } };
    case "declined":
      return { ok: false, error: { kind: "Declined", code: "no" } };
    case "fault":
      return "fault";
    case "nothing":
      return null;
  }
}
