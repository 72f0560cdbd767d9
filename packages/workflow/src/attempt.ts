/** One attempt at a step, whatever its type. It writes to the journal what is about to happen, and says what came of it. */
import { getTemplate } from "@junction/db";
import { aiCall } from "./ai-call.ts";
import { call } from "./call.ts";
import type { Came, Work } from "./came.ts";
import { crmSync } from "./crm-sync.ts";
import type { Step } from "./definition.ts";
import { choose } from "./flow.ts";
import { note } from "./journal.ts";
import { BadValue } from "./step-values.ts";
import { callOf, type StepCall } from "./steps.ts";
import { MissingValue } from "./template.ts";
import { valuesAt } from "./values.ts";
import { approval, wait } from "./waits.ts";
import { webhook } from "./webhook.ts";

export async function perform(work: Work<Step>): Promise<Came> {
  const { live, step, row } = work;
  try {
    switch (step.type) {
      case "branch":
        note(live, row);
        return { came: "done", output: { case: choose(step, valuesAt(work)) } };
      case "wait":
        return await wait({ ...work, step });
      case "approval":
        return approval({ ...work, step });
      case "webhook":
        return await webhook({ ...work, step });
      case "crm_sync":
        return await crmSync({ ...work, step });
      case "ai_call":
        return await aiCall({ ...work, step }, () => filledIn(work));
      default:
        return await call(work, row.asked ?? (await filledIn(work)));
    }
  } catch (error) {
    if (!(error instanceof MissingValue || error instanceof BadValue)) throw error;
    note(live, row);
    return { came: "failed", reason: error.message };
  }
}

/** The step's call, with what it names loaded and its placeholders filled in. */
async function filledIn(work: Work<Step>): Promise<StepCall> {
  const { step, reach, ask } = work;
  if (ask.work) return ask.work; // what an agent wrote is no template
  const id = step.type === "email" ? step.template : undefined;
  const template = id === undefined ? undefined : ((await getTemplate(reach.db, ask.contractor, id)) ?? undefined);
  const made = callOf(step, valuesAt(work), { template });
  if (made === null) throw new Error(`a step of type ${step.type} makes no call`);
  return made;
}
