/** Events start workflows, and wake the runs that wait for them. */
import { type Consumer, type EventType, type StoredEvent, sha256 } from "@junction/core";
import { type ActiveWorkflow, getLead, leadOfEvent, listActiveWorkflows, waitingFor } from "@junction/db";
import { isPersonal, keysOf, personOf } from "@junction/leads";
import { Definition } from "./definition.ts";
import { holds } from "./flow.ts";
import type { RunRpc } from "./run.ts";
import { valuesOf } from "./scope.ts";
import { beginRun, runLead } from "./start.ts";

export interface Triggering {
  readonly db: D1Database;
  /** A run that was started before stays as it is. */
  run(contractor: string, run: string): Pick<RunRpc, "start" | "happened">;
}

/** Told after the leads' consumer, since a run is about a lead. A repeat of an event starts no second run. */
export const workflowsConsumer = (reach: Triggering, clock: () => number = Date.now): Consumer => ({
  name: "workflows",
  after: "leads",
  wants: () => true,
  take: (stored) => take(reach, stored, clock()),
});

/** These are often about nobody we could know, and worth a run all the same. */
const ABOUT_NOBODY: ReadonlySet<EventType> = new Set(["review.created", "reward.delivered", "reward.failed"]);

interface Triggered {
  /** Of the run, the same for each repeat. */
  readonly run: string;
  readonly workflow: ActiveWorkflow;
}

async function take(reach: Triggering, stored: StoredEvent, now: number): Promise<void> {
  const { id, contractor, vendor, event } = stored;
  const keys = isPersonal(event.type) ? keysOf(vendor, personOf(event)) : [];
  const [lead, workflows] = await Promise.all([
    leadOfEvent(reach.db, { contractor, event: id, keys }),
    listActiveWorkflows(reach.db, contractor, event.type),
  ]);
  const since = workflows.filter(({ activeSince }) => activeSince <= stored.receivedAt); // an event from before may be replayed
  const triggered = await Promise.all(
    since.map(async (workflow): Promise<Triggered> => ({ workflow, run: await runIdOf(workflow.id, id) })),
  );
  await wake(reach, stored, { lead, but: new Set(triggered.map(({ run }) => run)), now });
  const nobody = keys.length === 0 && (!isPersonal(event.type) || ABOUT_NOBODY.has(event.type));
  // What we wrote ourselves comes back as an event, too: it is about a lead, and leaves no trace in the timeline.
  if (lead !== null || nobody) await start(reach, stored, triggered, { lead, now });
}

/** Tells the runs that wait for such an event about the lead, or about the very thing it is about; not those it started itself. */
async function wake(
  reach: Triggering,
  { id, contractor, vendor, receivedAt, event }: StoredEvent,
  { lead, but, now }: { readonly lead: string | null; readonly but: ReadonlySet<string>; readonly now: number },
): Promise<void> {
  const waiting = await waitingFor(reach.db, {
    contractor,
    lead,
    entity: `${vendor}/${event.entity}`,
    type: event.type,
    until: receivedAt,
  });
  const told = await Promise.allSettled(
    waiting
      .filter((run) => !but.has(run))
      .map((run) => reach.run(contractor, run).happened({ type: event.type, event: id, data: event.data, now })),
  );
  for (const result of told) if (result.status === "rejected") throw result.reason;
}

async function start(
  reach: Triggering,
  { contractor, event }: StoredEvent,
  triggered: readonly Triggered[],
  { lead: about, now }: { readonly lead: string | null; readonly now: number },
): Promise<void> {
  if (triggered.length === 0) return;
  const found = about === null ? null : await getLead(reach.db, contractor, about);
  if (about !== null && !found) return; // deleted meanwhile
  for (const { run, workflow } of triggered) {
    const definition = Definition.parse(JSON.parse(workflow.definition));
    const { trigger } = definition;
    const values = valuesOf({ definition, lead: found && runLead(found), input: {}, event: event.data, steps: [], now });
    if (trigger.on !== "event" || !trigger.conditions.every((condition) => holds(condition, values))) continue;
    await beginRun(reach, workflow, found, { contractor, workflow: workflow.id, run, event: event.data, now });
  }
}

/** The id of the one run that a workflow gets for something: an event, a time of its schedule. */
export const runIdOf = async (workflow: string, cause: string): Promise<string> =>
  `run_${(await sha256(JSON.stringify([workflow, cause]))).slice(0, 32)}`;
