/** Laws of what comes about at the vendor: once, found again, and only by whom it may. */
import type { Action } from "@junction/kit";
import type { Law, Violation } from "../law.ts";
import { inputSchema } from "../samples.ts";
import { type Attempted, freshKey, type Stage } from "../stage.ts";

const HOUR_MS = 3_600_000;

export const EFFECT_LAWS: readonly Law<Stage>[] = [
  {
    name: "the test call passes a good credential, refuses a wrong one, and changes nothing",
    async check(stage) {
      const before = await inbox(stage);
      const good = await stage.check("valid");
      const bad = await stage.check("wrong");
      const violations: Violation[] = [];
      const fail = (text: string) => violations.push({ tool: "test", text });
      if (!good.outcome?.ok) fail(`a good credential gave ${good.threw ?? JSON.stringify(good.outcome)}`);
      else if (!filled(good.outcome.value, "id") || !filled(good.outcome.value, "name")) fail("it does not say whose account it is");
      if (bad.outcome?.ok !== false || bad.outcome.error.kind !== "CredentialError")
        fail(`a wrong credential gave ${bad.threw ?? JSON.stringify(bad.outcome)}`);
      if ((await inbox(stage)).length !== before.length) fail("it had an effect");
      return violations;
    },
  },
  {
    name: "an idempotent action done twice under one key is done once",
    async check(stage) {
      const violations: Violation[] = [];
      for (const action of stage.subject.vendor.actions.values()) {
        if (!action.idempotent || action.tool.effect === "read") continue;
        const fail = (text: string) => violations.push({ tool: action.tool.id, text });
        for (const lost of [false, true]) {
          const options = { input: await stage.input(action), idempotencyKey: freshKey() };
          // The answer that is lost is the last request's: those before it only find out where the effect goes, or prepare it.
          if (lost) stage.misbehave("commit then drop", await lastOf(stage, action));
          const first = await stage.call(action, options);
          stage.behave();
          const once = await inbox(stage);
          const second = await stage.call(action, options);
          const twice = await inbox(stage);
          const how = lost ? "after a lost answer, the second attempt" : "the second attempt";
          if (!second.outcome?.ok) fail(`${how} gave ${second.threw ?? JSON.stringify(second.outcome)}`);
          else if (!lost && resultOf(first) !== resultOf(second))
            fail(`${how} gave ${JSON.stringify(second.outcome)} where the first gave ${JSON.stringify(first.outcome)}`);
          if (twice.length > once.length) fail(`${how} had an effect of its own`);
        }
      }
      return violations;
    },
  },
  {
    name: "a probe finds what was done, and nothing where nothing was",
    async check(stage) {
      const violations: Violation[] = [];
      for (const action of stage.subject.vendor.actions.values()) {
        if (!action.probe) continue;
        const fail = (text: string) => violations.push({ tool: action.tool.id, text });
        const pinned = Object.keys(stage.subject.contract.samples[action.tool.id] ?? {});
        const sample = await stage.input(action);
        const input = unheard(action.tool.input, sample, pinned);
        if (input !== sample) await stage.call(action, { input: sample }); // like it, and only just done: not to be taken for it
        const idempotencyKey = freshKey();
        const ask = { input: action.tool.input.parse(input), idempotencyKey };
        const early = await stage.probe(action, { ...ask, sentAt: Date.now() });
        if (!early.outcome || (early.outcome.ok && early.outcome.value !== null))
          fail(`before anything was sent it gave ${early.threw ?? JSON.stringify(early.outcome)}`);
        // Long enough ago that a vendor whose log lags behind can tell too.
        const before = await stage.probe(action, { ...ask, sentAt: Date.now() - HOUR_MS });
        if (!before.outcome?.ok || before.outcome.value !== null)
          fail(`of what was never sent it gave ${before.threw ?? JSON.stringify(before.outcome)}`);

        const sentAt = Date.now();
        stage.misbehave("commit then drop", await lastOf(stage, action));
        const lost = await stage.call(action, { input, idempotencyKey });
        stage.behave();
        if (lost.outcome?.ok !== false || lost.outcome.error.kind !== "VendorUnavailable" || !lost.outcome.error.sent)
          fail(`a lost answer gave ${lost.threw ?? JSON.stringify(lost.outcome)}`);
        const after = await stage.probe(action, { ...ask, sentAt });
        if (!after.outcome?.ok || after.outcome.value === null)
          fail(`after a lost answer it gave ${after.threw ?? JSON.stringify(after.outcome)}`);
        else if (!action.tool.output.safeParse(after.outcome.value).success)
          fail(`found ${JSON.stringify(after.outcome.value)}, no result`);

        const older = await stage.probe(action, { ...ask, sentAt: sentAt + HOUR_MS });
        if (older.outcome?.ok && older.outcome.value !== null) fail("it took an older one of the same content for this one");
      }
      return violations;
    },
  },
];

/** Which request of the action is its last, counted from 0. */
export async function lastOf(stage: Stage, action: Action): Promise<number> {
  const errand = stage.errands.find((one) => one.action === action);
  return errand ? (await stage.requests(errand)) - 1 : 0;
}

/** What it gave: how many requests that took is another matter. */
const resultOf = ({ outcome }: Attempted): string => JSON.stringify(outcome?.ok ? outcome.value : outcome);

/** A text nobody sent before, in the first field that takes any: one of the vendor's own ids does not. */
function unheard(
  schema: Parameters<typeof inputSchema>[0],
  input: Readonly<Record<string, unknown>>,
  pinned: readonly string[],
): Readonly<Record<string, unknown>> {
  const properties = (inputSchema(schema)["properties"] ?? {}) as Record<string, Record<string, unknown>>;
  const free = Object.entries(properties).find(
    ([name, of]) => of["type"] === "string" && !of["pattern"] && !of["format"] && !of["enum"] && !pinned.includes(name),
  );
  return free ? { ...input, [free[0]]: `sample ${freshKey()}`.slice(-Number(free[1]["maxLength"] ?? 100)) } : input;
}

async function inbox({ rig, subject }: Stage): Promise<readonly unknown[]> {
  const { inbox } = (await rig.sandbox("GET", `/inbox?vendor=${subject.id}`)) as { inbox: readonly unknown[] };
  return inbox;
}

const filled = (value: unknown, name: "id" | "name"): boolean =>
  typeof value === "object" &&
  value !== null &&
  name in value &&
  typeof (value as Record<string, unknown>)[name] === "string" &&
  (value as Record<string, unknown>)[name] !== "";
