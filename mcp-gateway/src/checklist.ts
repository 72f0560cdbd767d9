/** What keeps a workflow from being switched on: what a definition needs, held against what the contractor has. */
import { listSubscriptions, listTemplates } from "@junction/db";
import { activationIssues, type Has, needsOf, readDraft, scheduleIssue } from "@junction/workflow";
import type { Issue } from "./api/problem.ts";
import type { Session } from "./auth/session.ts";
import { contractorOf, type Env } from "./env.ts";
import { resourcesThere } from "./resources.ts";

type Json = Readonly<Record<string, unknown>>;

/** What can be told without asking an integration. */
async function ours(env: Env, contractor: string): Promise<Has> {
  const [connections, templates, subscriptions] = await Promise.all([
    contractorOf(env, contractor).connections({ now: Date.now() }),
    listTemplates(env.DB, contractor),
    listSubscriptions(env.DB, contractor),
  ]);
  const kept = { email_template: new Set(templates.map(({ id }) => id)), subscription: new Set(subscriptions.map(({ id }) => id)) };
  return {
    connections: connections.map(({ vendor, health }) => ({ vendor, status: health.status })),
    resources: (type, id) => (type === "email_template" || type === "subscription" ? kept[type].has(id) : null),
    template: (wanted) => templates.find(({ id }) => id === wanted),
  };
}

/** Everything that is missing. Asks the integrations whether what its steps name is there. */
export async function missing(env: Env, ctx: Pick<ExecutionContext, "waitUntil">, session: Session, definition: Json): Promise<Issue[]> {
  const read = readDraft(definition);
  const wanted = read.ok ? needsOf(read.draft).resources : [];
  const [has, there] = await Promise.all([ours(env, session.contractor), resourcesThere(env, ctx, session, wanted)]);
  return issuesOf(definition, { ...has, resources: (...one) => has.resources(...one) ?? there(...one) });
}

/** The same for any number of drafts, without asking an integration: what one of them lists is taken to be there. */
export async function missingOfOurs(env: Env, contractor: string): Promise<(definition: Json) => Issue[]> {
  const has = await ours(env, contractor);
  return (definition) => issuesOf(definition, has);
}

function issuesOf(definition: Json, has: Has): Issue[] {
  const issues: Issue[] = activationIssues(definition, has).map(({ at, step, message, remedy }) => ({ at, step, message, remedy }));
  const read = readDraft(definition);
  const wrong = read.ok && read.draft.trigger?.on === "schedule" ? scheduleIssue(read.draft.trigger) : null;
  if (wrong) issues.unshift({ at: wrong.at, step: null, message: wrong.message, remedy: { words: "Change when it starts.", url: null } });
  return issues;
}
