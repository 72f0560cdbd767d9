/** One vendor for the tests beside it, of what the laws cannot know: its own codes, and what its credentials may and may not. */
import type { Outcome, VendorError } from "@junction/core";
import type { Action } from "@junction/kit";
import { afterAll, afterEach, beforeAll } from "vitest";
import { membersOnDisk, type Rig, startRig } from "./rig.ts";
import { openStage, type Stage } from "./stage.ts";
import { loadSubject } from "./subject.ts";

type Input = Readonly<Record<string, unknown>>;

export interface Trial {
  stage(): Stage;
  action(tool: string): Action;
  /** What a tool gives for an input, with the emulator's valid credential. */
  call(tool: string, input: Input, idempotencyKey?: string): Promise<Outcome<unknown> | undefined>;
  /** The test call with a set of the emulator's credentials, or with any fields, that are not stored. */
  checkFields(fields: string | Readonly<Record<string, string>>): Promise<Outcome<unknown>>;
  /** The vendor answers so until the test ends. */
  answers(status: number, body?: unknown): void;
}

/** Starts the vendor's Worker, the vault and its emulator before the file's tests, and ends them after. */
export function trial(id: string): Trial {
  let rig: Rig;
  let stage: Stage;
  beforeAll(async () => {
    const [member, ...others] = membersOnDisk().filter((one) => one.id === id);
    if (!member || others.length > 0) throw new Error(`there is no vendor ${id}`);
    rig = await startRig([member]);
    stage = await openStage(rig, await loadSubject(member));
  });
  afterEach(() => stage.behave());
  afterAll(() => rig.dispose());

  const action = (tool: string): Action => {
    const found = stage.subject.vendor.actions.get(tool);
    if (!found) throw new Error(`${id} does not serve ${tool}`);
    return found;
  };
  return {
    stage: () => stage,
    action,
    call: async (tool, input, idempotencyKey) =>
      (await stage.call(action(tool), { input, ...(idempotencyKey !== undefined && { idempotencyKey }) })).outcome,
    checkFields(fields) {
      const set = typeof fields === "string" ? stage.subject.emulator.credentials[fields] : fields;
      if (!set) throw new Error(`the emulator of ${id} has no credentials ${String(fields)}`);
      return rig.vendor(id).checkFields({ fields: set });
    },
    answers(status, body) {
      const json = { headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
      stage.misbehave({ status, ...(body !== undefined && json) });
    },
  };
}

/** An outcome that failed in this way, for `toMatchObject`. */
export const failed = (error: VendorError | Pick<VendorError, "kind">) => ({ ok: false, error });
