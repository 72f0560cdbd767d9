/** Looking before leaping at a CRM: whom a fetch would bring in, and what a step would change, with nothing written. */
import { vendorById } from "@junction/catalog";
import { newId } from "@junction/core";
import { getLead, getWorkflow, leadSync, listFetches, saveContractor } from "@junction/db";
import { dispatch } from "@junction/dispatch";
import { keysOfRecord, knownOf, type Policy, planIn, type SyncedField, syncFields, syncPlan } from "@junction/leads";
import {
  type Crm,
  type CrmField,
  CrmFields,
  CrmPage,
  type FetchOrder,
  type FetchView,
  type MappingIssue,
  mappingIssues,
  missingIn,
  pageInput,
  renderLoosely,
  runLead,
  valuesOf,
} from "@junction/workflow";
import { refusalOf } from "./api/answer.ts";
import { notFound, Refused } from "./api/problem.ts";
import type { Session } from "./auth/session.ts";
import { type Env, fetchOf, meshOf } from "./env.ts";

type Ctx = Pick<ExecutionContext, "waitUntil">;
const SHOWN = 10;

async function ask(env: Env, ctx: Ctx, { contractor, sub, role }: Session, vendor: Crm, tool: string, input: unknown): Promise<unknown> {
  if (role === "operator") throw new Refused(403, { kind: "NotAllowed", message: "An operator calls no tools for a contractor." });
  const answer = await dispatch(meshOf(env, ctx), { contractor, actor: { kind: "user", id: sub, role }, tool, vendor, input });
  if (!answer.ok) throw refusalOf(env, answer);
  return answer.value;
}
const nameOf = (vendor: string): string => vendorById(vendor)?.name ?? vendor;
const fieldsOf = async (env: Env, ctx: Ctx, session: Session, vendor: Crm): Promise<readonly CrmField[]> =>
  CrmFields.parse(await ask(env, ctx, session, vendor, "crm/list_crm_fields", {})).fields;

type Filter = Pick<FetchOrder, "map" | "where" | "updatedSince">;
/** Refuses what names a field that the CRM has not. */
async function checkFilter(env: Env, ctx: Ctx, session: Session, vendor: Crm, { map, where }: Filter): Promise<void> {
  const mapped = [
    ...Object.entries(map).map(([custom, field]) => ({ at: `map.${custom}`, field, value: null })),
    ...where.map(({ field }, index) => ({ at: `where.${index}.field`, field, value: null })),
  ];
  if (mapped.length === 0) return;
  const issues = mappingIssues(mapped, await fieldsOf(env, ctx, session, vendor), nameOf(vendor), true);
  const twice = Object.entries(map).find(([custom, field]) =>
    Object.entries(map).some(([other, same]) => other < custom && same === field),
  );
  if (twice) issues.push({ at: `map.${twice[0]}`, message: `“${twice[1]}” goes into another field already: each comes in once.` });
  if (issues.length > 0) throw wrongFields(issues);
}
const wrongFields = (issues: readonly MappingIssue[]): Refused =>
  new Refused(422, {
    kind: "InvalidRequest",
    message: "Some fields are wrong.",
    fields: Object.fromEntries(issues.map(({ at, message }) => [at, message])),
    issues: issues.map(({ at, message, near }) => ({ at, message, ...(near && { near: [...near] }) })),
  });

/** The first leads of a fetch as they would come in, and how many there are. */
export async function preview(env: Env, ctx: Ctx, session: Session, vendor: Crm, filter: Filter) {
  await checkFilter(env, ctx, session, vendor, filter);
  const page = CrmPage.parse(await ask(env, ctx, session, vendor, "crm/fetch_leads", pageInput(filter, null, SHOWN)));
  const known = await knownOf(env.DB, { contractor: session.contractor, vendor }, page.leads);
  const leads = page.leads.slice(0, SHOWN).map((record) => {
    const keys = keysOfRecord(vendor, record);
    const lead = known.whose(keys);
    const { toLead, conflicts } = planIn(record, lead, lead && known.sync(lead.id), filter.map);
    const fresh = (kind: string) => [...new Set(keys.flatMap((key) => (key.kind === kind ? [key.value] : [])))];
    const custom = Object.entries({ ...lead?.custom, ...toLead?.custom }).flatMap(([name, value]) =>
      value === null ? [] : [[name, value] as const],
    );
    return {
      crm_id: record.crm_id,
      url: record.url ?? null,
      /** The lead it is already; null: a new one. */
      lead: lead?.id ?? null,
      comes_in: keys.length > 0,
      name: toLead?.name ?? lead?.name ?? record.name ?? null,
      phones: [...new Set([...(toLead?.phone === undefined ? [] : [toLead.phone]), ...(lead?.phones ?? []), ...fresh("phone")])],
      emails: [...new Set([...(toLead?.email === undefined ? [] : [toLead.email]), ...(lead?.emails ?? []), ...fresh("email")])],
      custom: Object.fromEntries(custom),
      conflicts: conflicts.map(({ field }) => field.replace(/^@/, "")),
    };
  });
  return { total: page.total ?? (page.next_page === undefined ? page.leads.length : null), leads };
}

export interface FetchAsk extends Filter {
  readonly vendor: Crm;
  readonly workflow: string | undefined;
  readonly repeat: boolean;
}
/** Begins a fetch. */
export async function beginFetch(env: Env, ctx: Ctx, session: Session, { workflow: id, ...order }: FetchAsk): Promise<FetchView> {
  const { contractor, sub } = session;
  const workflow = id === undefined ? null : await getWorkflow(env.DB, contractor, id);
  if (id !== undefined && !workflow) throw notFound("workflow");
  if (workflow && workflow.state !== "active")
    throw new Refused(409, {
      kind: "Conflict",
      message: `${workflow.name} is not switched on. Activate it first, or fetch without a workflow.`,
    });
  await checkFilter(env, ctx, session, order.vendor, order);
  const now = Date.now();
  const fetch = newId("fetch", now);
  await saveContractor(env.DB, contractor, now);
  return fetchOf(env, contractor, fetch).start({
    ...order,
    contractor,
    fetch,
    by: sub,
    now,
    workflow: workflow && { id: workflow.id, name: workflow.name },
  });
}

/** Ends a contractor's fetches, and forgets them. */
export async function eraseFetches(env: Env, contractor: string): Promise<void> {
  for (const { id } of await listFetches(env.DB, contractor, 10_000)) await fetchOf(env, contractor, id).erase();
}

type Fields = Readonly<Record<string, { readonly value: string; readonly both_changed: Policy }>>;
/** What a `crm_sync` step would do for a lead, field by field. */
export async function dryRun(
  env: Env,
  ctx: Ctx,
  session: Session,
  vendor: Crm,
  { lead: id, fields }: { readonly lead: string; readonly fields: Fields },
) {
  const { contractor } = session;
  const lead = await getLead(env.DB, contractor, id);
  if (!lead) throw notFound("lead");
  const about = runLead(lead);
  const values = valuesOf({ definition: NOTHING, lead: about, input: {}, steps: [], now: Date.now() });
  const rendered = syncFields(fields, (template) => renderLoosely(template, values) || null);
  const [sync, known] = await Promise.all([leadSync(env.DB, contractor, lead.id, vendor), fieldsOf(env, ctx, session, vendor)]);
  const issues = mappingIssues(
    Object.entries(rendered).map(([field, { value }]) => ({ at: `fields.${field}`, field, value })),
    known,
    nameOf(vendor),
  );
  const wanted = Object.keys(fields).filter((field) => known.some(({ name }) => name === field));
  const crmId = sync?.crmId || lead.external[vendor];
  const { leads: found } = CrmPage.parse(
    crmId === undefined && about.phone === null && about.email === null
      ? { leads: [] }
      : await ask(env, ctx, session, vendor, "crm/find_lead", {
          ...(crmId !== undefined && { crm_id: crmId }),
          ...(about.phone !== null && { phone: about.phone }),
          ...(about.email !== null && { email: about.email }),
          fields: wanted,
        }),
  );
  const theirs = found[0] ?? null;
  const plan = syncPlan({ lead, sync, theirs, fields: rendered, sends: true });
  if (theirs === null)
    for (const { name, label, required } of known)
      if (required && !Object.hasOwn(fields, name) && !PERSON.test(name))
        issues.push({ at: "fields", message: `${nameOf(vendor)} asks for “${label}” (${name}) when a lead is made.`, near: [name] });
  return {
    /** Null: a new one would be made. */
    record: theirs && { crm_id: theirs.crm_id, name: theirs.name ?? null, url: theirs.url ?? null },
    ready: issues.length === 0,
    issues: issues.map(({ at, message, near }) => ({ at, message, ...(near && { near: [...near] }) })),
    fields: plan.fields.map((one) => shownField(one, known, missingIn(fields[one.field]?.value ?? "", values))),
  };
}
const NOTHING = { name: "-", description: "", trigger: { on: "manual" as const }, steps: [], concurrency: 1, expires_after: "P1D" };
/** What the person's own fields are called in CRMs: these go in by themselves, and a company that is asked for gets their name. */
const PERSON = /^(?:(?:first|last|full)?_?name|e?mail|phones?|emails|company)$/i;
const LABELS: Readonly<Record<string, string>> = { "@name": "Name", "@phone": "Phone", "@email": "Email" };

function shownField({ field, ours, theirs, keep, conflict, custom }: SyncedField, known: readonly CrmField[], lacks: string | null) {
  const writes =
    keep === "ours"
      ? ("crm" as const)
      : keep === "theirs" && (custom !== null || (field.startsWith("@") && theirs !== null))
        ? ("lead" as const)
        : null;
  return {
    field: field.replace(/^@/, ""),
    label: LABELS[field] ?? known.find(({ name }) => name === field)?.label ?? field,
    ours,
    theirs,
    /** What the CRM has afterwards. */
    after: keep === "ours" ? ours : theirs,
    /** Where something is written. */
    writes,
    conflict,
    /** A placeholder that has no value for this lead. */
    lacks,
  };
}
