/** The contract suite: every vendor of this folder keeps every law of the family. A new folder is held to them by being there. */
import { readdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import {
  DESCRIBED,
  describedLaw,
  type Hooks,
  type Law,
  loadSubject,
  type Member,
  openHooks,
  openStage,
  RESTING_LAWS,
  type Rig,
  readDescription,
  type Stage,
  startRig,
  verdict,
  WEBHOOK_LAWS,
  WORKING_LAWS,
} from "@junction/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const descriptions = join(import.meta.dirname, "../../shared/vendor-specs");

/** The size of what a vendor is, which its number of requests goes by. */
const weight = ({ file }: Member): number =>
  readdirSync(dirname(file))
    .filter((name) => name.endsWith(".ts") && !/[.](test|emulator|contract)[.]ts$/.test(name))
    .reduce((size, name) => size + statSync(join(dirname(file), name)).size, 0);

/** The vendors in two halves of about the same weight, for two files that run side by side: the heaviest first, each to the lighter half. */
export function halves(all: readonly Member[]): readonly [readonly Member[], readonly Member[]] {
  const [first, second] = [
    { weight: 0, members: [] as Member[] },
    { weight: 0, members: [] as Member[] },
  ];
  for (const member of all.toSorted((a, b) => weight(b) - weight(a))) {
    const half = first.weight <= second.weight ? first : second;
    half.members.push(member);
    half.weight += weight(member);
  }
  return [first.members, second.members];
}

/** Declares the tests of these vendors, on a rig of their own. */
export async function holdToTheLaws(members: readonly Member[]): Promise<void> {
  let rig: Rig;
  beforeAll(async () => {
    rig = await startRig(members);
  });
  afterAll(() => rig.dispose());

  for (const member of members) {
    if (member.emulator === undefined) {
      test(`${member.id} has an emulator`, () => expect.fail(`${member.id}.emulator.ts must stand beside ${member.file}`));
      continue;
    }
    const subject = await loadSubject(member);
    // The vendors side by side; each one's laws in turn, since they share its emulator.
    describe.concurrent(member.id, () => {
      const hooked = subject.vendor.webhook !== undefined && subject.emulator.pushes !== undefined;
      let stage: Stage;
      let hooks: Hooks;
      beforeAll(async () => {
        stage = await openStage(rig, subject);
        if (hooked) hooks = await openHooks(stage);
      });
      const held = <On>(law: Law<On>, on: () => On) =>
        // Once more, since a busy machine may stand still for longer than a vendor may take to answer; a broken law breaks again.
        test(law.name, { concurrent: false, timeout: 60_000, retry: 1 }, async () => {
          expect(verdict(law.name, await law.check(on()), subject.contract)).toEqual([]);
        });

      for (const law of RESTING_LAWS) held(law, () => subject);
      if (hooked) for (const law of WEBHOOK_LAWS) held(law, () => hooks);
      for (const law of WORKING_LAWS) held(law, () => stage);

      const path = join(descriptions, member.id, "openapi.json");
      const description = readDescription(path);
      if (description) held(describedLaw(description), () => stage);
      else test.skip(`${DESCRIBED}: there is no description at ${path}`);

      test("its exemptions name laws", { concurrent: false }, () => {
        const names = [...RESTING_LAWS, ...(hooked ? WEBHOOK_LAWS : []), ...WORKING_LAWS, { name: DESCRIBED }].map(({ name }) => name);
        expect(subject.contract.exempt.map(({ law }) => law).filter((name) => !names.includes(name))).toEqual([]);
      });
    });
  }
}
