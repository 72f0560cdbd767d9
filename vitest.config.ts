import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

const storm = process.env["STORM"] !== undefined;

/** The long ones, and those that mostly wait: begun first, none of them is alone at the end. */
const FIRST =
  /(workers\/contract([.]rest)?|tests\/crm-model|scripts\/start|-crash|tests\/crash|tests\/ledger|tests\/vendors-deliver|tests\/calendar-sync|browser\/(pages|workflows|events))[.]test[.]ts$/;
class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const long = ({ moduleId }: TestSpecification) => FIRST.test(moduleId);
    return [...sorted.filter(long), ...sorted.filter((file) => !long(file))];
  }
}

export default defineConfig({
  test: {
    include: [storm ? "**/*.storm.ts" : "**/*.test.ts"],
    exclude: ["**/node_modules/**", ".junction/**"],
    environment: "node",
    // Each file may start a runtime of its own; many wait for what takes its time, so two cores have room for five.
    pool: "forks",
    maxWorkers: 5,
    // A process takes file after file: what they import is loaded once. So no file may leave anything behind in it.
    isolate: false,
    maxConcurrency: 5,
    sequence: { sequencer: LongFirst },
    testTimeout: storm ? 600_000 : 60_000,
    hookTimeout: 60_000,
    // A condition is awaited for as long as a busy machine may need, not for the one second that is usual.
    expect: { poll: { timeout: 10_000 } },
  },
});
