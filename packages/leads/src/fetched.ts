/** Records of a CRM taken in as leads: each found by its id there, phone or email, or made; what is new of someone known is merged. */
import { sha256 } from "@junction/core";
import { apart, type Intake, type Known, knownLeads, type Lead, type LeadKey, type TakenIn, takeIn } from "@junction/db";
import { e164, emailAddress } from "./reach.ts";
import { type CrmRecord, type SyncAsk, type SyncField, type SyncPlan, syncPlan } from "./sync.ts";

export interface FetchedAsk {
  readonly contractor: string;
  readonly vendor: string;
  /** As people know the CRM. */
  readonly vendorName: string;
  /** The lead's own field → the CRM's field it comes from. */
  readonly map: Readonly<Record<string, string>>;
  /** Of this fetch: taken in again for it, nothing is made twice, and what was made is said to have been. */
  readonly fetch: string;
  readonly now: number;
}

/** The keys of a record, the surest first; none where there is nothing to reach the person by. */
export function keysOfRecord(vendor: string, { crm_id, phones, emails }: Pick<CrmRecord, "crm_id" | "phones" | "emails">): LeadKey[] {
  const reached = [
    ...phones.flatMap((phone) => e164(phone) ?? []).map((value) => ({ kind: "phone", value })),
    ...emails.flatMap((email) => emailAddress(email) ?? []).map((value) => ({ kind: "email", value })),
  ];
  return reached.length === 0 ? [] : [{ kind: `vendor:${vendor}`, value: crm_id }, ...reached];
}

const NOBODY = { name: null, phones: [], emails: [], editedAt: 0 };

/** What a record says of a lead, or of someone new: what it takes, and what both then agree on. */
export function planIn(record: CrmRecord, lead: Lead | null, sync: SyncAsk["sync"], map: FetchedAsk["map"]): SyncPlan {
  const fields: Record<string, SyncField> = Object.fromEntries(
    Object.entries(map).map(([custom, field]) => [field, { value: lead?.custom[custom] ?? null, policy: "newest", custom }]),
  );
  return syncPlan({ lead: lead ?? NOBODY, sync, theirs: record, fields, sends: false });
}

/** Who is known of these records. */
export const knownOf = (
  db: D1Database,
  { contractor, vendor }: Pick<FetchedAsk, "contractor" | "vendor">,
  records: readonly CrmRecord[],
): Promise<Known> =>
  knownLeads(
    db,
    contractor,
    vendor,
    records.flatMap((record) => keysOfRecord(vendor, record)),
  );

/** Takes records in; the answer names each by its id at the CRM. Those with nothing to reach the person by are not among it. */
export async function takeRecords(db: D1Database, ask: FetchedAsk, records: readonly CrmRecord[]): Promise<TakenIn[]> {
  const reachable = records.map((record) => ({ record, keys: keysOfRecord(ask.vendor, record) })).filter(({ keys }) => keys.length > 0);
  return take(db, ask, reachable);
}

interface Reachable {
  readonly record: CrmRecord;
  readonly keys: readonly LeadKey[];
}
/** Of two that are one person, the later is looked at once the earlier is in. */
async function take(db: D1Database, ask: FetchedAsk, all: readonly Reachable[]): Promise<TakenIn[]> {
  const [first, later] = apart(all);
  if (first.length === 0) return [];
  const { contractor, vendor, now } = ask;
  const known = await knownLeads(
    db,
    contractor,
    vendor,
    first.flatMap(({ keys }) => keys),
  );
  const intakes = await Promise.all(first.map((one) => intakeOf(one, known, ask)));
  return [...(await takeIn(db, { contractor, intakes, now })), ...(await take(db, ask, later))];
}

async function intakeOf(
  { record, keys }: Reachable,
  known: Known,
  { contractor, vendor, fetch, vendorName, map }: FetchedAsk,
): Promise<Intake> {
  const lead = known.whose(keys);
  const sync = lead && known.sync(lead.id);
  const create = `lead_${(await sha256(JSON.stringify([contractor, fetch, vendor, record.crm_id]))).slice(0, 25)}`;
  const entry = { id: fetch, type: "lead.fetched", vendor, words: `Came in from ${vendorName}` };
  const told = { ref: record.crm_id, create, keys, source: vendor, editedAt: 0, entry };
  // A second record of someone who has one already: they are recognised by it too, and it says nothing of them.
  if (sync && sync.crmId !== "" && sync.crmId !== record.crm_id)
    return { ...told, name: null, phone: null, email: null, custom: {}, sync: null };
  const { toLead, base } = planIn(record, lead, sync, map);
  return {
    ...told,
    name: toLead?.name ?? null,
    phone: toLead?.phone ?? null,
    email: toLead?.email ?? null,
    custom: toLead?.custom ?? {},
    sync: { vendor, crmId: record.crm_id, base, url: record.url ?? null },
  };
}
