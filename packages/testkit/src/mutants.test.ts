/** The proof that the webhook grid guards every vendor: each one's webhook, spoilt in its own Worker, is caught by the laws made for it. */
import { respaced } from "@junction/sandbox";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  loadSubject,
  type Mutants,
  membersOnDisk,
  openHooks,
  openStage,
  type Rig,
  type Stage,
  startRig,
  verdict,
  WEBHOOK_LAWS,
} from "./index.ts";
import { TAMPERING } from "./laws/forgery.ts";

const spoilt = (parts: string) => `{ ...vendor, webhook: { ...vendor.webhook, ${parts} } }`;
const MUTANTS = {
  Trusting: spoilt("verify: () => true, window: undefined"),
  Timeless: spoilt("window: undefined"),
  Rewriting: spoilt(`async verify(delivery, secret) {
    if (await vendor.webhook.verify(delivery, secret)) return true;
    for (const spaces of [0, 1, 2]) {
      try {
        const body = new TextEncoder().encode(JSON.stringify(JSON.parse(new TextDecoder().decode(delivery.body)), null, spaces));
        if (await vendor.webhook.verify({ ...delivery, body }, secret)) return true;
      } catch (error) {
        if (!(error instanceof SyntaxError)) throw error;
      }
    }
    return false;
  }`),
  Forgetful: spoilt(
    "receive: async (delivery) => (await vendor.webhook.receive(delivery)).map((event) => ({ ...event, id: crypto.randomUUID() }))",
  ),
  Credulous: spoilt("confirm: async (_, event) => event"),
} as const satisfies Mutants;

const LATE = "a delivery too old or from the future is forged, where the vendor signs the time";
const AGAIN = "an event delivered again is the same event, and another is another";
const LOOKED_UP = "an event it looks up is found at the vendor, and one that never was is not";
const SIGNED_BY_ANOTHER = "a delivery signed with another secret is forged";
const UNPROVED = "a delivery without its proof, or with a broken one, is forged";

const subjects = await Promise.all(
  membersOnDisk()
    .filter(({ emulator }) => emulator !== undefined)
    .map(async (member) => ({ member, subject: await loadSubject(member) })),
);
const hooked = subjects.filter(({ subject }) => subject.vendor.webhook && subject.emulator.pushes);

let rig: Rig;
beforeAll(async () => {
  rig = await startRig(
    hooked.map(({ member }) => member),
    MUTANTS,
  );
});
afterAll(() => rig.dispose());

describe.each(hooked)("$member.id", ({ subject }) => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage(rig, subject);
  });
  const { webhook } = subject.vendor;
  /** A law it is exempt from proves nothing of it: the contract file says why. */
  const bound = (law: string) => !subject.contract.exempt.some((excuse) => excuse.law === law);

  /** What the law says of the mutant, with the vendor's own exemptions. */
  async function said(mutant: keyof typeof MUTANTS, name: string): Promise<readonly string[]> {
    const law = WEBHOOK_LAWS.find((one) => one.name === name);
    if (!law) throw new Error(`there is no law: ${name}`);
    return verdict(name, await law.check(await openHooks(stage, mutant)), subject.contract);
  }

  test("that believes everyone is caught", async () => {
    expect(bound(SIGNED_BY_ANOTHER), "no vendor is exempt from this").toBe(true);
    const laws = [SIGNED_BY_ANOTHER, UNPROVED, TAMPERING, ...(webhook?.window ? [LATE] : [])];
    for (const name of laws.filter(bound)) expect.soft(await said("Trusting", name), name).not.toEqual([]);
  });
  test.runIf(webhook?.window && bound(LATE))("that does not look at the time is caught", async () => {
    expect(await said("Timeless", LATE)).not.toEqual([]);
  });
  test.runIf(bound(TAMPERING))("that checks a body it wrote again itself is caught", async (context) => {
    const { body } = await (await openHooks(stage)).one();
    const rewritten = respaced(body) === null ? [] : [0, 1, 2].map((spaces) => JSON.stringify(JSON.parse(body), null, spaces));
    context.skip(!rewritten.includes(body), "it writes no JSON as JSON.stringify would");
    expect((await said("Rewriting", TAMPERING)).join("\n")).toContain("its JSON written anew: verified");
  });
  test("that names an event anew each time is caught", async () => {
    expect((await said("Forgetful", AGAIN)).join("\n")).toContain("delivered twice");
  });
  test.runIf(webhook?.confirm && bound(LOOKED_UP))("that believes what it should look up is caught", async () => {
    expect((await said("Credulous", LOOKED_UP)).join("\n")).toContain("one that never was");
  });
});

test("there are vendors to prove it on", () => {
  expect(hooked.length).toBeGreaterThanOrEqual(2);
});
