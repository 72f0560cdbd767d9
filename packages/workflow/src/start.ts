/** How a run begins, whatever starts it: the active version and the lead as they are now, handed to the run's object. */
import { newId } from "@junction/core";
import { type ActiveWorkflow, activeWorkflow, getLead, type Lead } from "@junction/db";
import { Definition } from "./definition.ts";
import type { RunLead, RunRpc, RunView } from "./run.ts";

export interface Starting {
  readonly db: D1Database;
  run(contractor: string, run: string): Pick<RunRpc, "start">;
}
export interface StartAsk {
  readonly contractor: string;
  readonly workflow: string;
  /** The run's id, where a repeat must not start a second one. */
  readonly run?: string | undefined;
  /** Whom it is about; null: nobody. */
  readonly lead: string | null;
  readonly input?: Readonly<Record<string, string>> | undefined;
  readonly event?: Readonly<Record<string, unknown>> | undefined;
  readonly depth?: number | undefined;
  readonly now: number;
}
/** `refused`: what there is not: an active workflow of this id, a lead. */
export type Started = RunView | { readonly refused: "workflow" | "lead" };

export async function startRun(reach: Starting, ask: StartAsk): Promise<Started> {
  const { contractor, workflow, lead: id } = ask;
  const [active, lead] = await Promise.all([
    activeWorkflow(reach.db, contractor, workflow),
    id === null ? null : getLead(reach.db, contractor, id),
  ]);
  if (!active) return { refused: "workflow" };
  if (id !== null && !lead) return { refused: "lead" };
  return beginRun(reach, active, lead, ask);
}

/** A run of what is at hand: the workflow's version, and the lead it is about. */
export function beginRun(
  { run: runOf }: Starting,
  { version, definition }: ActiveWorkflow,
  lead: Lead | null,
  { contractor, workflow, input = {}, event, depth, now, run = newId("run", now) }: Omit<StartAsk, "lead">,
): Promise<RunView> {
  return runOf(contractor, run).start({
    ...{ contractor, run, workflow, version, definition: Definition.parse(JSON.parse(definition)) },
    ...{ lead: lead && runLead(lead), input, event, depth, now },
  });
}

/** So many runs are begun at once. */
const AT_ONCE = 20;

/** A run for each lead, in their order; null where there is no such active workflow. Leads that are not there have none. */
export async function startRuns(
  reach: Starting,
  { leads, ...ask }: Omit<StartAsk, "run" | "lead"> & { readonly leads: readonly string[] },
): Promise<{ readonly lead: string; readonly run: RunView | null }[] | null> {
  const active = await activeWorkflow(reach.db, ask.contractor, ask.workflow);
  if (!active) return null;
  const begin = async (id: string) => {
    const lead = await getLead(reach.db, ask.contractor, id);
    return { lead: id, run: lead && (await beginRun(reach, active, lead, ask)) };
  };
  const begun: { lead: string; run: RunView | null }[] = [];
  for (let at = 0; at < leads.length; at += AT_ONCE) begun.push(...(await Promise.all(leads.slice(at, at + AT_ONCE).map(begin))));
  return begun;
}

/** Whom a run is about, as of now. */
export const runLead = ({ id, name, phones, emails, custom }: Lead): RunLead => ({
  ...{ id, name, phone: phones[0] ?? null, email: emails[0] ?? null, custom },
});
