/** Laws of vendors that do nothing wrong and are odd all the same: late, never at an end, or by another clock. */
import type { Law, Violation } from "../law.ts";
import type { Errand, Stage } from "../stage.ts";

/** Each answer comes late, and well within what an attempt may take. */
const LATE_MS = 120;
const CLOCK_SECONDS = 600;
/** A request's Worker may send 50: some are the vault's. */
const MOST_REQUESTS = 40;
const DEADLINE_MS = 5_000;

/** What keeps each errand from going on as if nothing were odd. */
async function each(stage: Stage, attempt: (errand: Errand) => Promise<string | undefined>): Promise<readonly Violation[]> {
  const violations: Violation[] = [];
  for (const errand of stage.errands) {
    const text = await attempt(errand);
    if (text !== undefined) violations.push({ tool: errand.name, text });
  }
  return violations;
}
const inputOf = async (stage: Stage, { action }: Errand) => action && { input: await stage.input(action) };

export const ODD_LAWS: readonly Law<Stage>[] = [
  {
    name: "a slow answer is an answer",
    check: (stage) =>
      each(stage, async (errand) => {
        const options = await inputOf(stage, errand);
        stage.misbehave({ odd: "late", ms: LATE_MS });
        const { outcome, threw } = await errand.attempt(options);
        stage.behave();
        return outcome?.ok ? undefined : `gave ${threw ?? JSON.stringify(outcome)}`;
      }),
  },
  {
    name: "a list without end is not followed without end",
    check: (stage) =>
      each(stage, async (errand) => {
        const { page: _, ...input } = (await inputOf(stage, errand))?.input ?? {};
        stage.misbehave({ odd: "without end" });
        const { outcome, threw, sent } = await errand.attempt({ ...(errand.action && { input }), deadlineMs: DEADLINE_MS });
        stage.behave();
        if (!outcome) return `threw ${threw}`;
        return sent.length > MOST_REQUESTS ? `sent ${sent.length} requests` : undefined;
      }),
  },
  {
    name: "a vendor whose clock is ten minutes ahead is a vendor like any other",
    async check(stage) {
      const { rig, subject } = stage;
      const clock = (clockAheadSeconds: number) => rig.sandbox("PUT", "/settings", { vendor: subject.id, clockAheadSeconds });
      await clock(CLOCK_SECONDS);
      try {
        return await each(stage, async (errand) => {
          const { outcome, threw } = await errand.attempt(await inputOf(stage, errand));
          return outcome?.ok ? undefined : `gave ${threw ?? JSON.stringify(outcome)}`;
        });
      } finally {
        await clock(0);
      }
    },
  },
];
