/** Schedules start workflows: looked for every minute, in all contractors' workflows. */
import { dueWorkflows, scheduleNext } from "@junction/db";
import { runIdOf, type Triggering } from "./consumer.ts";
import { Definition } from "./definition.ts";
import { nextTime } from "./schedule.ts";

/** So many in one sweep; the next takes on the others. */
const MOST = 200;

/** Starts a run of each workflow that is due, once a time, even if it was due while nobody looked. */
export async function startDue(reach: Pick<Triggering, "db" | "start">, now: number): Promise<void> {
  for (const { id: workflow, contractor, definition, nextAt } of await dueWorkflows(reach.db, now, MOST)) {
    try {
      const { trigger } = Definition.parse(JSON.parse(definition));
      if (trigger.on !== "schedule" || nextAt === null) continue;
      await reach.start({ contractor, workflow, run: await runIdOf(workflow, String(nextAt)), lead: null, now });
      await scheduleNext(reach.db, workflow, nextAt, nextTime(trigger, now, nextAt));
    } catch (error) {
      // One contractor's trouble is not another's: the next sweep tries it again, under the same id.
      console.error(JSON.stringify({ at: "schedule", contractor, workflow, error: String(error) }));
    }
  }
}
