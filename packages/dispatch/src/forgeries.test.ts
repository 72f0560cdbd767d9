import { expect, test } from "vitest";
import { ATTACK_FORGED, ATTACK_MINUTES, type Forgeries, NONE_FORGED, noted, suspicion, WRONG_SECRET_FORGED } from "./forgeries.ts";

const MINUTE = 60_000;
const forged = (count: number, at = 0, before: Forgeries = NONE_FORGED, secret = 1) =>
  Array.from({ length: count }).reduce<Forgeries>((log) => noted(log, secret, { verified: 0, forged: 1 }, at), before);
const verified = (before: Forgeries = NONE_FORGED, at = 0, secret = 1) => noted(before, secret, { verified: 1, forged: 0 }, at);

test("some forged in a row, and none ever verified: the secret is wrong", () => {
  expect(suspicion(forged(WRONG_SECRET_FORGED - 1), 0)).toBeNull();
  expect(suspicion(forged(WRONG_SECRET_FORGED), 0)).toBe("WrongWebhookSecret");
  expect(suspicion(forged(WRONG_SECRET_FORGED, 0, verified()), 0)).toBeNull();
  expect(suspicion(verified(forged(WRONG_SECRET_FORGED)), 0)).toBeNull();
});

test("another secret starts anew: what was proved with the one before it proves nothing of this one", () => {
  const proven = verified();
  expect(suspicion(forged(WRONG_SECRET_FORGED - 1, 0, proven, 2), 0)).toBeNull();
  expect(suspicion(forged(WRONG_SECRET_FORGED, 0, proven, 2), 0)).toBe("WrongWebhookSecret");
});

test("many in ten minutes where others verify: an attack, however many verify between", () => {
  let log = verified();
  for (let i = 0; i < ATTACK_FORGED - 1; i++) log = verified(forged(1, i * 1000, log), i * 1000);
  expect(suspicion(log, 0)).toBeNull();
  expect(suspicion(forged(1, 20_000, log), 20_000)).toBe("ForgedDeliveries");
});

test("the same number over a longer time is none", () => {
  let log = verified();
  for (let i = 0; i < 3 * ATTACK_FORGED; i++) {
    const at = i * MINUTE;
    log = forged(1, at, log);
    expect(suspicion(log, at)).toBeNull();
    expect(log.minutes.length).toBeLessThanOrEqual(ATTACK_MINUTES);
  }
  const burst = forged(ATTACK_FORGED, 0, verified());
  expect(suspicion(burst, ATTACK_MINUTES * MINUTE - 1)).toBe("ForgedDeliveries");
  expect(suspicion(burst, ATTACK_MINUTES * MINUTE)).toBeNull();
});
