/** Junction as a vendor of its own tools: a contractor's workflows, started and looked after by agents through the same pipeline as all else. */
import { toolById } from "@junction/catalog";
import { type CallAsk, JUNCTION, type Outcome, type VendorRpc, WORK } from "@junction/core";
import { findWorkflows, getLead, knownLeads, type Lead, type ListedRun, listActiveWorkflows, listRuns } from "@junction/db";
import { e164, emailAddress } from "@junction/leads";
import * as z from "zod";
import { Definition } from "./definition.ts";
import type { RunRpc, RunState, RunView } from "./run.ts";
import { startRun } from "./start.ts";
import { cancelWork, getWork, startWork } from "./work.ts";

export interface JunctionReach {
  readonly db: D1Database;
  run(contractor: string, run: string): Pick<RunRpc, "start" | "view" | "order">;
}

const Start = z.object({ workflow: z.string(), lead: z.string().optional(), input: z.record(z.string(), z.string()).default({}) });
const One = z.object({ run_id: z.string() });
const List = z.object({ workflow: z.string().optional(), state: z.custom<RunState>().optional(), limit: z.number().default(20) });

type Served = (reach: JunctionReach, ask: CallAsk) => Promise<Outcome<unknown>>;
const served: Readonly<Record<string, Served>> = {
  "crm/start_workflow": start,
  "crm/get_workflow_run": get,
  "crm/list_workflow_runs": list,
  "crm/cancel_workflow_run": cancel,
  "crm/get_work": getWork,
  "crm/cancel_work": cancelWork,
};

/**
 * What dispatch calls for Junction's own tools. It has no account, no credential and no deliveries, so nothing else is ever asked of it.
 * `others`: those of its tools that are no workflow's business.
 */
export function junctionVendor(
  reach: JunctionReach,
  others: Readonly<Record<string, (ask: CallAsk) => Promise<Outcome<unknown>>>> = {},
): VendorRpc {
  const never = async (): Promise<never> => {
    throw new Error("Junction's own tools need no connection");
  };
  return {
    async call(ask) {
      const other = others[ask.tool];
      if (other) return other(ask);
      const serve = served[ask.tool] ?? (toolById(ask.tool)?.background ? startWork : undefined);
      if (!serve) throw new Error(`Junction does not serve ${ask.tool}`);
      return serve(reach, ask);
    },
    ...{ probe: never, check: never, checkFields: never, exchange: never, revoke: never, receive: never, answer: never, confirm: never },
  };
}

const ok = (value: unknown): Outcome<unknown> => ({ ok: true, value });
const wrong = (...issues: string[]): Outcome<unknown> => ({ ok: false, error: { kind: "InvalidRequest", issues } });
const NOT_FOUND: Outcome<unknown> = { ok: false, error: { kind: "NotFound" } };

/** So many runs may have started one another. Workflows that start each other in a circle would never come to an end. */
const MOST_DEPTH = 5;

/** The effect's key names the run: whoever repeats the call finds the run that it began. */
async function start(reach: JunctionReach, { contractor, input, idempotencyKey, run: starter }: CallAsk): Promise<Outcome<unknown>> {
  const { workflow: wanted, lead: whom, input: values } = Start.parse(input);
  const found = await findWorkflows(reach.db, contractor, wanted);
  const active = found.filter(({ state }) => state === "active");
  const [workflow, another] = active.some(({ id }) => id === wanted) ? active.filter(({ id }) => id === wanted) : active;
  if (another)
    return wrong(`workflow: ${active.length} active workflows have this name; give the id: ${active.map(({ id }) => id).join(", ")}`);
  if (!workflow) return wrong(await lacking(reach, contractor, found.length > 0));
  const lead = whom === undefined ? null : await leadBy(reach, contractor, whom);
  if (whom !== undefined && !lead)
    return wrong("lead: nobody is known by this; give the id, the phone number or the email address of a lead, or leave it out");
  const depth = starter === undefined ? 0 : ((await reach.run(contractor, starter).view())?.depth ?? 0) + 1;
  if (depth > MOST_DEPTH)
    return wrong(`workflow: ${MOST_DEPTH} runs in a row have started one another, which looks like a circle; end it by a branch`);
  const run = `run_${idempotencyKey}`;
  const started = await startRun(reach, {
    contractor,
    workflow: workflow.id,
    run,
    lead: lead?.id ?? null,
    input: values,
    depth,
    now: Date.now(),
  });
  if (!("refused" in started)) return ok({ run_id: started.id, state: started.state });
  return wrong(started.refused === "lead" ? "lead: was removed just now" : "workflow: was switched off just now");
}

async function lacking(reach: JunctionReach, contractor: string, off: boolean): Promise<string> {
  const active = await listActiveWorkflows(reach.db, contractor);
  const names = active.slice(0, 20).map(({ id, definition }) => `${Definition.parse(JSON.parse(definition)).name} (${id})`);
  const others = names.length > 0 ? `; these can be started: ${names.join(", ")}` : "; none can be started now";
  return `workflow: ${off ? "is not active: the contractor activates it" : "there is none of this id or name"}${others}`;
}

async function leadBy(reach: JunctionReach, contractor: string, whom: string): Promise<Lead | null> {
  const [phone, email] = [e164(whom), emailAddress(whom)];
  const key = phone !== null ? { kind: "phone", value: phone } : email !== null ? { kind: "email", value: email } : null;
  if (key === null) return getLead(reach.db, contractor, whom);
  return (await knownLeads(reach.db, contractor, JUNCTION, [key])).whose([key]);
}

async function get(reach: JunctionReach, { contractor, input }: CallAsk): Promise<Outcome<unknown>> {
  const view = await reach.run(contractor, One.parse(input).run_id).view();
  if (!view || view.workflow === WORK) return NOT_FOUND;
  const steps = view.steps.map(({ step, state, reason }) => ({ step, state, ...(reason !== null && { reason }) }));
  return ok({ ...shown(view), steps });
}

async function list(reach: JunctionReach, { contractor, input }: CallAsk): Promise<Outcome<unknown>> {
  const { workflow: wanted, state, limit } = List.parse(input);
  const [workflow] = wanted === undefined ? [] : await findWorkflows(reach.db, contractor, wanted);
  if (wanted !== undefined && !workflow) return wrong(await lacking(reach, contractor, false));
  const runs = await listRuns(reach.db, { contractor, workflow: workflow?.id, state, limit });
  return ok({ runs: runs.map(shown) });
}

async function cancel(reach: JunctionReach, { contractor, input }: CallAsk): Promise<Outcome<unknown>> {
  const run = reach.run(contractor, One.parse(input).run_id);
  if ((await run.view())?.workflow === WORK) return NOT_FOUND; // it has a tool of its own
  const done = await run.order({ order: "cancel", by: "an agent", now: Date.now() });
  if (done === null) return NOT_FOUND;
  if (!("refused" in done)) return ok({ run_id: done.id, state: done.state });
  const view = await run.view();
  return view?.state === "cancelled" ? ok({ run_id: view.id, state: view.state }) : wrong(`run_id: ${done.refused}`);
}

/** A run as agents see it. */
const shown = ({ id, name, state, reason, step, startedAt, updatedAt }: RunView | ListedRun) => ({
  ...{ run_id: id, workflow: name, state, ...(reason !== null && { reason }), ...(step !== null && { step }) },
  ...{ started_at: new Date(startedAt).toISOString(), updated_at: new Date(updatedAt).toISOString() },
});
