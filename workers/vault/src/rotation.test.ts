import { addKey, promoteKey, retireKey } from "@junction/vault";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { CANARY, copyInKv, DEMO, KEYRING, type Rig, startRig, TWILIO } from "./rig.ts";
import { readKey, replaceWraps } from "./store.ts";

const added = addKey(KEYRING).keyring;
const promoted = promoteKey(added, "k2");
const retired = retireKey(promoted, "k1");

let rig: Rig;
beforeAll(async () => {
  // One Worker a stage, over the same storage: a rollout has isolates of two stages at once.
  const stages = { start: KEYRING, added, promoted, retired };
  rig = await startRig({ vaults: Object.fromEntries(Object.entries(stages).map(([stage, ring]) => [stage, JSON.stringify(ring)])) });
});
afterAll(() => rig.dispose());

const refs = Array.from({ length: 7 }, (_, at) => ({ ...DEMO, contractor: `c-${at}` }));

test("the keyring rotates in three stages while opens go on, and after the old key is retired nothing fails", async () => {
  for (const ref of refs) await rig.adminOf("start").store({ ...TWILIO, ...ref });
  await rig.adminOf("start").storePlatform({ vendor: "twilio", fields: { client_id: "id", client_secret: CANARY } });
  for (const ref of refs) expect(await copyInKv(rig, 1, ref)).toContain('\\"kek\\":\\"k1\\"');

  // Opens go on all the while, through the isolates of every stage that is being rolled out.
  let serving: readonly string[] = ["start"];
  let going = true;
  let rounds = 0;
  const seen = new Set<string>();
  const failures: string[] = [];
  const background = (async () => {
    while (going) {
      const stages = serving;
      for (const ref of refs) {
        for (const stage of stages) {
          const answer = await rig
            .vendor("twilio", stage)
            .open({ ...ref, generation: 1, purpose: "call", call: `call_${rounds}` })
            .catch((error: Error) => error.message);
          seen.add(stage);
          if (typeof answer === "string" || !answer.ok || answer.fields.auth_token !== CANARY)
            failures.push(`${stage}: ${JSON.stringify(answer)}`);
        }
      }
      rounds++;
    }
  })();
  /** Until a round that began after this has ended. */
  const opened = async () => {
    const now = rounds;
    await vi.waitFor(() => expect(rounds).toBeGreaterThan(now + 1), { timeout: 10_000 });
  };

  try {
    serving = ["start", "added"];
    await opened();
    expect(await rig.adminOf("added").keyring()).toEqual({
      current: "k1",
      keys: [
        { id: "k1", wraps: 8 },
        { id: "k2", wraps: 0 },
      ],
    });
    expect(await rig.adminOf("added").rewrap({ limit: 100 })).toEqual({ left: 0 }); // nothing to do before k2 is current

    serving = ["added", "promoted"];
    await opened();
    const born = { ...DEMO, contractor: "born-meanwhile" };
    await rig.adminOf("promoted").store({ ...TWILIO, ...born });
    expect(await rig.vendor("twilio", "added").open({ ...born, generation: 1, purpose: "call", call: "c" })).toMatchObject({ ok: true });

    const left: number[] = [];
    do left.push((await rig.adminOf("promoted").rewrap({ limit: 3 })).left);
    while (left.at(-1));
    expect(left).toEqual([5, 2, 0]);
    expect(await rig.adminOf("promoted").rewrap({ limit: 3 })).toEqual({ left: 0 });
    expect((await rig.adminOf("promoted").keyring()).keys).toEqual([
      { id: "k1", wraps: 0 },
      { id: "k2", wraps: 9 },
    ]);

    await opened();
    // KV still holds copies under k1: an isolate without k1 has to pass them over.
    expect(await copyInKv(rig, 1, refs[0])).toContain('\\"kek\\":\\"k1\\"');
    serving = ["promoted", "retired"];
    await opened();
    for (const ref of refs) {
      expect(await rig.vendor("twilio", "retired").open({ ...ref, generation: 1, purpose: "call", call: "c" })).toMatchObject({ ok: true });
    }
    expect(await rig.vendor("twilio", "retired").platform()).toMatchObject({ client_secret: CANARY });
    expect(await rig.adminOf("retired").store({ ...TWILIO, ...refs[0] })).toMatchObject({ generation: 2 });
    const lease = await rig.vendor("twilio", "retired").lease({ ...(refs[1] ?? DEMO), generation: 1, call: "c" });
    expect(lease).toMatchObject({ state: "granted", fields: TWILIO.fields });
  } finally {
    going = false;
    await background;
  }
  expect(failures).toEqual([]);
  expect([...seen].sort()).toEqual(["added", "promoted", "retired", "start"]);
});

test("retiring too early is seen: the key is named, and re-wrapping does not run for ever", async () => {
  const ref = { ...DEMO, contractor: "left-behind" };
  await rig.adminOf("start").store({ ...TWILIO, ...ref });
  await expect(rig.vendor("twilio", "retired").open({ ...ref, generation: 1, purpose: "call", call: "c" })).rejects.toThrow(/lacks key k1/);
  expect((await rig.adminOf("retired").keyring()).keys).toContainEqual({ id: "k1", wraps: 1 });
  await expect(rig.adminOf("retired").rewrap({ limit: 10 })).rejects.toThrow(/wrapped by k1, which the keyring lacks/);
  expect(await rig.adminOf("promoted").rewrap({ limit: 10 })).toEqual({ left: 0 });
  expect(await rig.vendor("twilio", "retired").open({ ...ref, generation: 1, purpose: "call", call: "c" })).toMatchObject({ ok: true });
});

test("two re-wraps at once, and a shred in between, end well", async () => {
  const many = Array.from({ length: 10 }, (_, at) => ({ ...DEMO, contractor: `both-${at}` }));
  for (const ref of many) await rig.adminOf("start").store({ ...TWILIO, ...ref });
  await Promise.all([
    rig.adminOf("promoted").rewrap({ limit: 100 }),
    rig.adminOf("promoted").shred({ contractor: "both-3" }),
    rig.adminOf("promoted").rewrap({ limit: 100 }),
  ]);
  expect(await rig.adminOf("promoted").rewrap({ limit: 100 })).toEqual({ left: 0 });
  for (const ref of many) {
    const opened = await rig.vendor("twilio", "retired").open({ ...ref, generation: 1, purpose: "call", call: "c" });
    expect(`${ref.contractor} ${opened.ok}`).toBe(`${ref.contractor} ${ref.contractor !== "both-3"}`);
  }
});

// The race: a re-wrap has read a contractor's key, the contractor is shredded, and the re-wrap writes what it has.
test("a shred that overtakes a re-wrap stands", async () => {
  const ref = { ...DEMO, contractor: "overtaken" };
  await rig.adminOf("start").store({ ...TWILIO, ...ref });
  const from = (await readKey(rig.db, ref.contractor))?.wrapped;
  if (!from) throw new Error("not stored");
  await rig.adminOf("start").shred(ref);
  await replaceWraps(rig.db, [{ contractor: ref.contractor, from, to: from, kek: "k2" }]);
  expect(await readKey(rig.db, ref.contractor)).toMatchObject({ wrapped: null });
});
