/** Every vendor of this folder keeps every law of the family. A new folder is held to them by being there. */
import { join } from "node:path";
import {
  describedLaw,
  type Law,
  loadSubject,
  membersOnDisk,
  openStage,
  RESTING_LAWS,
  type Rig,
  readDescription,
  type Stage,
  startRig,
  verdict,
  WORKING_LAWS,
} from "@junction/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const members = membersOnDisk();
const descriptions = join(import.meta.dirname, "../../shared/vendor-specs");

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
  describe(member.id, () => {
    let stage: Stage;
    beforeAll(async () => {
      stage = await openStage(rig, subject);
    });
    const holds = async <On>(law: Law<On>, on: On) => expect(verdict(law.name, await law.check(on), subject.contract)).toEqual([]);

    for (const law of RESTING_LAWS) test(law.name, () => holds(law, subject));
    for (const law of WORKING_LAWS) test(law.name, () => holds(law, stage));

    const path = join(descriptions, member.id, "openapi.json");
    const description = readDescription(path);
    const law = description && describedLaw(description);
    test.skipIf(!law)(law?.name ?? `requests are not held against a description: there is none at ${path}`, async () => {
      if (law) await holds(law, stage);
    });

    test("its exemptions name laws", () => {
      const names = [...RESTING_LAWS, ...WORKING_LAWS].map(({ name }) => name);
      expect(subject.contract.exempt.map((excuse) => excuse.law).filter((name) => !names.includes(name) && name !== law?.name)).toEqual([]);
    });
  });
}
