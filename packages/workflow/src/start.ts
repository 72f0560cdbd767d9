/** How a run begins, whatever starts it: the active version and the lead as they are now, handed to the run's object. */
import { newId } from "@junction/core";
import { activeWorkflow, getLead, type Lead } from "@junction/db";
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
  readonly now: number;
}
/** `refused`: what there is not: an active workflow of this id, a lead. */
export type Started = RunView | { readonly refused: "workflow" | "lead" };

export async function startRun({ db, run: runOf }: Starting, ask: StartAsk): Promise<Started> {
  const { contractor, workflow, lead: leadId, input = {}, event, now } = ask;
  const [active, lead] = await Promise.all([
    activeWorkflow(db, contractor, workflow),
    leadId === null ? null : getLead(db, contractor, leadId),
  ]);
  if (!active) return { refused: "workflow" };
  if (leadId !== null && !lead) return { refused: "lead" };
  const run = ask.run ?? newId("run", now);
  return runOf(contractor, run).start({
    ...{ contractor, run, workflow, version: active.version, definition: Definition.parse(JSON.parse(active.definition)) },
    ...{ lead: lead && runLead(lead), input, event, now },
  });
}

/** So many runs are begun at once. */
const AT_ONCE = 20;

/** A run for each lead, in their order; null where there is no such active workflow. Leads that are not there have none. */
export async function startRuns(
  reach: Starting,
  { leads, ...ask }: Omit<StartAsk, "run" | "lead"> & { readonly leads: readonly string[] },
): Promise<{ readonly lead: string; readonly run: RunView | null }[] | null> {
  const begun: { lead: string; run: RunView | null }[] = [];
  for (let at = 0; at < leads.length; at += AT_ONCE) {
    const some = await Promise.all(
      leads.slice(at, at + AT_ONCE).map(async (lead) => ({ lead, started: await startRun(reach, { ...ask, lead }) })),
    );
    if (some.some(({ started }) => "refused" in started && started.refused === "workflow")) return begun.length > 0 ? begun : null;
    begun.push(...some.map(({ lead, started }) => ({ lead, run: "refused" in started ? null : started })));
  }
  return begun;
}

/** Whom a run is about, as of now. */
export const runLead = ({ id, name, phones, emails, custom }: Lead): RunLead => ({
  ...{ id, name, phone: phones[0] ?? null, email: emails[0] ?? null, custom },
});
