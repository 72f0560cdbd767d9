import fc from "fast-check";
import { expect, test } from "vitest";
import { Definition, type Step, stepsOf } from "./definition.ts";
import { choose, holds, type Journaled, next } from "./flow.ts";

/** Any tree of steps, each id once; what a step does is no matter here. */
const anyTree = fc
  .letrec<{ steps: readonly object[]; step: object }>((tie) => ({
    steps: fc.array(tie("step"), { maxLength: 4 }),
    step: fc.oneof(
      { maxDepth: 3 },
      fc.record({ type: fc.constant("sms"), body: fc.constant("x"), on_failure: fc.constantFrom("stop", "continue") }),
      fc.record({
        type: fc.constant("branch"),
        cases: fc.array(fc.record({ when: fc.constant({ left: "x", is: "empty" }), steps: tie("steps") }), { minLength: 1, maxLength: 3 }),
        otherwise: tie("steps"),
      }),
    ),
  }))
  .steps.map((steps) => {
    let count = 0;
    const numbered = JSON.parse(JSON.stringify(steps), (_, value) =>
      typeof value?.type === "string" ? { ...value, id: `s${count++}` } : value,
    );
    return Definition.parse({ name: "x", steps: numbered });
  });

const record = (step: string, more: Partial<Journaled> = {}): Journaled => ({
  ...{ step, state: "completed", output: null, reason: null, again: 0 },
  ...more,
});

test("any workflow ends, each step is done once at most, in the order of the list, and a journal cut off anywhere leads the same way on", () => {
  fc.assert(
    fc.property(anyTree, fc.infiniteStream(fc.nat(9)), (definition, dice) => {
      const journal: Journaled[] = [];
      const order = [...stepsOf(definition.steps)].map(({ step }) => step.id);
      for (;;) {
        const to = next(definition, journal);
        if (to.ended !== undefined) {
          const last = journal.at(-1);
          const stopped = last?.state === "failed" && step(definition, last.step).on_failure === "stop";
          expect(to.ended).toBe(stopped ? "failed" : "completed");
          break;
        }
        expect(journal.some((one) => one.step === to.do.id)).toBe(false);
        expect(order.indexOf(to.do.id)).toBeGreaterThan(order.indexOf(journal.at(-1)?.step ?? ""));
        // Cut off in the middle of it: it is the same step that goes on.
        for (const state of ["started", "waiting", "unknown"] as const)
          expect(next(definition, [...journal, record(to.do.id, { state, again: 2 })])).toEqual({ do: to.do, again: 2 });
        const roll = dice.next().value;
        if (to.do.type === "branch") {
          const [lanes, taken] = [to.do.cases.length, roll % (to.do.cases.length + 1)];
          journal.push(record(to.do.id, { output: { case: taken === lanes ? null : taken } }));
          const lane = taken === lanes ? to.do.otherwise : to.do.cases[taken]?.steps;
          const [first] = lane ?? [];
          if (first) expect(next(definition, journal)).toMatchObject({ do: first });
        } else journal.push(record(to.do.id, { state: roll === 0 ? "failed" : roll === 1 ? "skipped" : "completed" }));
      }
    }),
  );
});
const step = (definition: Definition, id: string): Step => {
  const found = [...stepsOf(definition.steps)].find((one) => one.step.id === id);
  if (!found) throw new Error(id);
  return found.step;
};

test("a failed step says why the run failed; a branch that is skipped is passed by whole", () => {
  const inner = { id: "inner", type: "sms", body: "x" };
  const definition = Definition.parse({
    name: "x",
    steps: [
      { id: "fork", type: "branch", cases: [{ when: { left: "{{name}}", is: "not_empty" }, steps: [inner] }] },
      { id: "end", type: "sms", body: "x" },
    ],
  });
  expect(next(definition, [record("fork", { state: "skipped" })])).toMatchObject({ do: { id: "end" } });
  const failed = [record("fork", { output: { case: null } }), record("end", { state: "failed", reason: "No number" })];
  expect(next(definition, failed)).toEqual({ ended: "failed", step: "end", reason: "No number" });
  const [fork] = definition.steps;
  if (fork?.type !== "branch") throw new Error("no branch");
  expect([choose(fork, () => "Ann"), choose(fork, () => undefined)]).toEqual([0, null]);
});

test.each<[string, string, string | undefined, boolean]>([
  ["No-Answer ", "equal", "no-answer", true],
  ["5", "equal", "5.0", true],
  ["", "equal", undefined, true],
  ["busy", "not_equal", "completed", true],
  ["Leaking heater", "contains", "LEAK", true],
  ["Leaking heater", "contains", "", false],
  ["", "empty", undefined, true],
  ["x", "not_empty", undefined, true],
  ["10", "greater", "9", true],
  ["9", "less", "10", true],
  ["2026-11-21T10:00:00+02:00", "less", "2026-11-21T09:00:00Z", true],
  ["ten", "greater", "9", false],
  ["", "less", "9", false],
])("“%s” is %s “%s”: %s", (value, is, right, expected) => {
  expect(holds({ left: "{{x}}", is: is as "equal", right }, () => value)).toBe(expected);
});
