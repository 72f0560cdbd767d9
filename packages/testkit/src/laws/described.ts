/** The law that holds a vendor's requests against its own published description. */
import type { Description } from "../description.ts";
import type { Law, Violation } from "../law.ts";
import { least } from "../samples.ts";
import { freshKey, type Stage } from "../stage.ts";

export const DESCRIBED = "each request is one the vendor's own description allows";

export const describedLaw = (description: Description): Law<Stage> => ({
  name: DESCRIBED,
  async check(stage) {
    const violations: Violation[] = [];
    for (const { name, action, attempt } of stage.errands) {
      const whole = action && (await stage.input(action));
      const attempts = [await attempt(whole && { input: whole })];
      if (action && whole) {
        attempts.push(await attempt({ input: least(action, whole) }));
        const ask = { input: action.tool.input.parse(whole), idempotencyKey: freshKey(), sentAt: Date.now() };
        if (action.probe) attempts.push(await stage.probe(action, ask));
      }
      const told = new Set(
        attempts.flatMap(({ sent }) => sent.flatMap((one) => description.judge(one).map((text) => `${one.method} ${one.path}: ${text}`))),
      );
      for (const text of told) violations.push({ tool: name, text });
    }
    return violations;
  },
});
