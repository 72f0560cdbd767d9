/** Schedules start workflows: looked for every minute, in all contractors' workflows. */
import { dueWorkflows, scheduleNext } from "@junction/db";
import { runIdOf } from "./consumer.ts";
import { Definition } from "./definition.ts";
import { nextTime } from "./schedule.ts";
import { beginRun, type Starting } from "./start.ts";

/** So many in one sweep; the next takes on the others. */
const MOST = 200;

/** Starts a run of each workflow that is due, once a time, even if it was due while nobody looked. */
export async function startDue(reach: Starting, now: number): Promise<void> {
  for (const due of await dueWorkflows(reach.db, now, MOST)) {
    const { id: workflow, contractor, definition, nextAt } = due;
    try {
      const { trigger } = Definition.parse(JSON.parse(definition));
      if (trigger.on !== "schedule" || nextAt === null) continue;
      await beginRun(reach, due, null, { contractor, workflow, run: await runIdOf(workflow, String(nextAt)), now });
      await scheduleNext(reach.db, workflow, nextAt, nextTime(trigger, now, nextAt));
    } catch (error) {
      // One contractor's trouble is not another's: the next sweep tries it again, under the same id.
      console.error(JSON.stringify({ at: "schedule", contractor, workflow, error: String(error) }));
    }
  }
}
