/**
 * The step that saves a lead in a CRM: what the CRM has is read, compared with what both sides last agreed on, and only what differs is
 * written, to either side. What is written is noted first, so that the CRM's telling of it is known as our own echo.
 */
import { type Base, beginSync, getLead, type LeadChange, leadSync, saveSync } from "@junction/db";
import { type CrmRecord, syncFields, syncPlan } from "@junction/leads";
import { attempt, tried } from "./call.ts";
import type { Came, Work } from "./came.ts";
import type { Step } from "./definition.ts";
import { note } from "./journal.ts";
import { valuesOf } from "./scope.ts";
import { runLead } from "./start.ts";
import { renderLoosely } from "./template.ts";

type Sync = Work<Extract<Step, { type: "crm_sync" }>>;

/** What a sync must remember between its tries. */
interface Kept {
  /** Counts the plans: another plan is another effect. */
  readonly plan: number;
  /** No try of this plan can have changed anything, so that a later one plans anew. */
  readonly clean: boolean;
  readonly base: Base;
  readonly toLead: LeadChange | null;
}

export async function crmSync(work: Sync): Promise<Came> {
  const { row, ask } = work;
  if (ask.lead === null) return { came: "failed", reason: "It saves a lead, and this run is about none" };
  const kept = row.kept as Kept | null;
  return row.asked && kept && !kept.clean
    ? send({ ...work, row: tried(row) }, kept, ask.lead.id)
    : plan(work, (kept?.plan ?? -1) + 1, ask.lead.id);
}

/** Reads what the CRM has, and decides what is to be written where. */
async function plan(work: Sync, number: number, id: string): Promise<Came> {
  const { live, reach, ask, step, row } = work;
  const { contractor, definition } = ask;
  const { crm: vendor } = step;
  const [lead, sync] = await Promise.all([getLead(reach.db, contractor, id), leadSync(reach.db, contractor, id, vendor)]);
  if (!lead) return { came: "failed", reason: "The lead is not there any more" };
  const values = valuesOf({ ...ask, lead: runLead(lead), steps: live.steps.values(), now: row.startedAt });
  const fields = syncFields(step.fields, (text) => renderLoosely(text, values) || null);
  const [phone, email, crmId] = [lead.phones[0], lead.emails[0], sync?.crmId || lead.external[vendor]];
  const input = { ...(crmId && { crm_id: crmId }), ...(phone && { phone }), ...(email && { email }), fields: Object.keys(fields) };
  const begun = tried(row);
  note(live, begun);
  const found = crmId || phone || email ? await attempt(work, begun, { tool: "crm/find_lead", vendor, input }, ".find") : null;
  if (found && "trouble" in found) return found.trouble;
  const theirs = (found?.answer.value as { readonly leads: readonly CrmRecord[] } | undefined)?.leads[0] ?? null;
  const sends = !(definition.crm?.vendor === vendor && definition.crm.direction === "fetch");
  const { toCrm, toLead, written, base } = syncPlan({ lead, sync, theirs, fields, sends });
  if (toCrm === null) {
    const about = { crm_id: theirs?.crm_id, url: theirs?.url };
    if (theirs)
      await saveSync(reach.db, { contractor, lead: lead.id, vendor, crmId: theirs.crm_id, base, url: theirs.url, toLead, now: Date.now() });
    else if (sends) return { came: "failed", reason: "The lead has nothing to save: no name, phone or email" };
    return { came: "done", output: { ...about, outcome: "unchanged" }, call: found?.answer.call ?? "", vendor, url: theirs?.url };
  }
  await beginSync(reach.db, { contractor, lead: lead.id, vendor, written, now: Date.now() });
  const kept: Kept = { plan: number, clean: false, base, toLead };
  const next = { ...begun, asked: { tool: "crm/sync_lead", vendor, input: toCrm }, kept };
  return send({ ...work, row: next }, kept, lead.id, true);
}

/** Writes what was planned; a repeat writes the very same. */
async function send(work: Sync, kept: Kept, lead: string, first = false): Promise<Came> {
  const { live, reach, ask, step, row } = work;
  const { crm: vendor } = step;
  if (!row.asked) throw new Error("nothing was planned");
  const sent = await attempt(work, row, row.asked, `.${kept.plan}`);
  if ("trouble" in sent) {
    const now = live.steps.get(row.step);
    if (now && first && sent.refused) note(live, { ...now, kept: { ...kept, clean: true } });
    return sent.trouble;
  }
  const { call, value } = sent.answer;
  const saved = value as { readonly crm_id: string; readonly outcome: string; readonly url?: string } | null;
  if (saved === null) return { came: "done", output: {}, call, vendor }; // a person says that it happened
  const { base, toLead } = kept;
  await saveSync(reach.db, {
    contractor: ask.contractor,
    lead,
    vendor,
    crmId: saved.crm_id,
    base,
    url: saved.url,
    toLead,
    now: Date.now(),
  });
  return { came: "done", output: { ...saved }, call, vendor, url: saved.url };
}
