/** Workflows as people make and change them: a draft is saved whole or not at all, and switched on only when nothing is missing. */
import { newId } from "@junction/core";
import {
  activateWorkflow,
  addWorkflow,
  countRuns,
  deactivateWorkflow,
  getWorkflow,
  leadsThere,
  listWorkflows,
  NO_RUNS,
  type RunCounts,
  removeWorkflow,
  saveContractor,
  saveDraft,
  type Workflow,
  workflowVersion,
} from "@junction/db";
import { Definition, MOST_BYTES, nextTime, type RunView, readDraft, STARTERS, startRun, startRuns } from "@junction/workflow";
import { type Issue, notFound, Refused } from "./api/problem.ts";
import type { Session } from "./auth/session.ts";
import { missing, missingOfOurs } from "./checklist.ts";
import type { Env } from "./env.ts";
import { startingOf } from "./runs.ts";

const MOST_WORKFLOWS = 100;

export interface Listed {
  readonly id: string;
  readonly name: string;
  readonly state: Workflow["state"];
  readonly trigger: string | null;
  readonly next_at: number | null;
  readonly revision: number;
  readonly active_version: number | null;
  readonly updated_at: number;
  readonly health: { readonly ready: boolean; readonly issues: number };
  readonly runs: RunCounts;
}
export interface Shown extends Listed {
  readonly definition: Readonly<Record<string, unknown>>;
  readonly issues: Issue[];
  /** The draft is not what new runs get. */
  readonly changed: boolean;
}
type Json = Readonly<Record<string, unknown>>;

const UNNAMED = "New workflow";
const EMPTY = { name: UNNAMED, trigger: { on: "manual" }, steps: [] };
const gone = () => notFound("workflow");
const draftOf = ({ draft }: Pick<Workflow, "draft">): Json => JSON.parse(draft) as Json; // written below alone

/** The definition that a draft is, with what is left out filled in; null where something is missing. */
function wholeOf(draft: Json): Definition | null {
  const read = readDraft(draft);
  return (read.ok && Definition.safeParse(read.draft).data) || null;
}

/** What starts it: `manual`, `schedule`, or an event's type. */
function triggerOf(definition: Json): string {
  const { trigger } = definition as { trigger?: { on?: string; event?: string } };
  return trigger?.event ?? trigger?.on ?? "manual";
}

function listed(workflow: Workflow, issues: number, runs: RunCounts = NO_RUNS): Listed {
  const { id, name, state, trigger, nextAt, revision, activeVersion, updatedAt } = workflow;
  return {
    ...{ id, name, state, revision, next_at: nextAt, active_version: activeVersion, updated_at: updatedAt },
    trigger: (state === "active" ? trigger : null) ?? triggerOf(draftOf(workflow)),
    health: { ready: issues === 0, issues },
    runs,
  };
}

/** The contractor's, with how their runs go, and what a new one may begin with. */
export async function list(env: Env, contractor: string) {
  const [all, counts, there] = await Promise.all([
    listWorkflows(env.DB, contractor),
    countRuns(env.DB, contractor, Date.now()),
    missingOfOurs(env, contractor),
  ]);
  return {
    workflows: all.map((one) => listed(one, there(draftOf(one)).length, counts.get(one.id))),
    templates: STARTERS.map(({ id, definition: { name, description = "" } }) => ({ id, name, description })),
  };
}

/** One of the contractor's; refused where there is none. */
export async function lookUp(env: Env, contractor: string, id: string): Promise<Shown> {
  const [workflow, counts, there] = await Promise.all([
    getWorkflow(env.DB, contractor, id),
    countRuns(env.DB, contractor, Date.now()),
    missingOfOurs(env, contractor),
  ]);
  if (!workflow) throw gone();
  const definition = draftOf(workflow);
  const issues = there(definition);
  const active = workflow.activeVersion === null ? null : await workflowVersion(env.DB, id, workflow.activeVersion);
  const changed = active !== JSON.stringify(wholeOf(definition));
  return { ...listed(workflow, issues.length, counts.get(id)), definition, issues, changed };
}

/** A draft's text, or a refusal that names each place. */
function draftText(definition: Json): { readonly name: string; readonly draft: string } {
  const draft = jsonOf(definition);
  if (draft !== null && new TextEncoder().encode(draft).length > MOST_BYTES)
    throw new Refused(413, {
      kind: "TooLarge",
      message: "A workflow may weigh at most 262,144 bytes as JSON. Shorten its texts, or keep emails as templates.",
    });
  const read = readDraft(definition);
  if (read.ok && draft !== null) return { name: read.draft.name ?? UNNAMED, draft };
  const issues = (read.ok ? [] : read.issues).map(({ at, message, near, remedy }) => ({
    ...{ at, message },
    ...(near !== undefined && near.length > 0 && { near: [...near] }),
    ...(remedy !== undefined && { remedy: { words: remedy, url: null } }),
  }));
  throw new Refused(422, { kind: "InvalidRequest", message: "The workflow was not saved: some of it is wrong.", issues });
}

/** Null where it is nested so deep that it cannot be written: why it is no draft is said then. */
function jsonOf(definition: Json): string | null {
  try {
    return JSON.stringify(definition);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return null;
  }
}

async function add(env: Env, contractor: string, definition: Json): Promise<Shown> {
  const now = Date.now();
  const id = newId("wf", now);
  const { name, draft } = draftText(definition);
  await saveContractor(env.DB, contractor, now);
  if (!(await addWorkflow(env.DB, { id, contractor, name, draft, now }, MOST_WORKFLOWS)))
    throw new Refused(409, {
      kind: "Conflict",
      message: `There may be ${MOST_WORKFLOWS} workflows at most. Delete one that nothing uses.`,
    });
  return lookUp(env, contractor, id);
}

/** Makes a draft: of a definition, of a template, or empty. */
export function create(
  env: Env,
  contractor: string,
  { definition, template }: { readonly definition?: Json | undefined; readonly template?: string | undefined },
): Promise<Shown> {
  if (template === undefined) return add(env, contractor, definition ?? EMPTY);
  const starter = STARTERS.find(({ id }) => id === template);
  if (starter) return add(env, contractor, starter.definition);
  const fields = { template: `one of ${STARTERS.map(({ id }) => id).join(", ")}` };
  throw new Refused(422, { kind: "InvalidRequest", message: "Some fields are wrong.", fields });
}

/** Saves the draft, if nobody saved since `revision` was read. */
export async function save(
  env: Env,
  contractor: string,
  id: string,
  { definition, revision }: { readonly definition: Json; readonly revision: number },
): Promise<{ readonly revision: number; readonly issues: Issue[] }> {
  const { name, draft } = draftText(definition);
  const saved = await saveDraft(env.DB, { id, contractor, name, draft, revision, now: Date.now() });
  if (saved !== null) return { revision: saved, issues: (await missingOfOurs(env, contractor))(definition) };
  throw await outdated(env, contractor, id);
}

async function outdated(env: Env, contractor: string, id: string): Promise<Refused> {
  const newest = await getWorkflow(env.DB, contractor, id);
  if (!newest) return gone();
  return new Refused(409, {
    kind: "Conflict",
    message: `It was changed meanwhile: the newest revision is ${newest.revision}. Read it again, and make your change to that.`,
  });
}

/** A copy of the draft, under a name of its own. */
export async function duplicate(env: Env, contractor: string, id: string): Promise<Shown> {
  const { definition, name } = await lookUp(env, contractor, id);
  return add(env, contractor, { ...definition, name: `${name.slice(0, 110)} (copy)` });
}

/** New runs get the draft as it is now. Refused with everything that is missing. */
export async function activate(env: Env, ctx: Pick<ExecutionContext, "waitUntil">, session: Session, id: string): Promise<Shown> {
  const { contractor } = session;
  const { definition: draft, revision } = await lookUp(env, contractor, id);
  const issues = await missing(env, ctx, session, draft);
  if (issues.length > 0)
    throw new Refused(422, { kind: "NotReady", message: "It cannot be switched on yet: something is missing.", issues });
  const definition = wholeOf(draft);
  if (!definition) throw new Error("a draft that lacks nothing is no definition");
  const { trigger } = definition;
  const now = Date.now();
  const version = await activateWorkflow(env.DB, {
    ...{ id, contractor, revision, now },
    definition: JSON.stringify(definition),
    trigger: triggerOf(definition),
    nextAt: trigger.on === "schedule" ? nextTime(trigger, now) : null,
  });
  if (version === null) throw await outdated(env, contractor, id);
  return lookUp(env, contractor, id);
}

/** It starts nothing any more; what runs goes on. Harmless when repeated. */
export async function deactivate(env: Env, contractor: string, id: string): Promise<Shown> {
  await deactivateWorkflow(env.DB, contractor, id, Date.now());
  return lookUp(env, contractor, id);
}

/** Deletes it, if no run of it goes on. */
export async function remove(env: Env, contractor: string, id: string): Promise<void> {
  if (await removeWorkflow(env.DB, contractor, id)) return;
  await lookUp(env, contractor, id);
  throw new Refused(409, {
    kind: "Conflict",
    message: "Runs of it still go on. Switch it off, and wait for them to end or cancel them; then delete it.",
  });
}

/** A run about each of these leads, or one about nobody. All of them, or a refusal. */
export async function startMany(
  env: Env,
  contractor: string,
  workflow: string,
  { leads, input }: { readonly leads?: readonly string[] | undefined; readonly input: Readonly<Record<string, string>> },
): Promise<{ readonly id: string; readonly lead: string | null; readonly state: RunView["state"] }[]> {
  const off = (): Refused =>
    new Refused(409, { kind: "NotActive", message: "It is not switched on, so it starts nothing. Switch it on, then start it." });
  const known = leads === undefined ? null : await leadsThere(env.DB, contractor, leads);
  const unknown = (leads ?? []).flatMap((lead, n) =>
    known?.has(lead) ? [] : [[`leads.${n}`, "is none of your leads: choose it from the list"]],
  );
  if (unknown.length > 0)
    throw new Refused(422, {
      kind: "InvalidRequest",
      message: "No run was started: some leads are not there.",
      fields: Object.fromEntries(unknown),
    });
  const { state } = await lookUp(env, contractor, workflow);
  if (state !== "active") throw off();
  const reach = startingOf(env);
  const ask = { contractor, workflow, input, now: Date.now() };
  if (leads === undefined) {
    const started = await startRun(reach, { ...ask, lead: null });
    if ("refused" in started) throw off();
    return [{ id: started.id, lead: null, state: started.state }];
  }
  const started = await startRuns(reach, { ...ask, leads: [...new Set(leads)] });
  if (started === null) throw off();
  return started.flatMap(({ lead, run }) => (run ? [{ id: run.id, lead, state: run.state }] : []));
}
