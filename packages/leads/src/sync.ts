/** A lead and its record in a CRM made to agree: what is to be written to either side. It decides, and writes nothing. */
import type { Base, BaseField, Lead, LeadChange } from "@junction/db";
import { type Merged, merge, type Policy, textOf, type Value } from "./merge.ts";
import { e164, emailAddress } from "./reach.ts";

/** A record as `crm/find_lead` and `crm/fetch_leads` give it. */
export interface CrmRecord {
  readonly crm_id: string;
  readonly name?: string | undefined;
  readonly phones: readonly string[];
  readonly emails: readonly string[];
  readonly fields: Readonly<Record<string, string | number | boolean | null>>;
  readonly updated_at?: string | undefined;
  readonly url?: string | undefined;
}

export interface SyncField {
  /** What goes in, rendered; null where a placeholder of it is empty: the CRM's value stays. */
  readonly value: Value;
  readonly policy: Policy;
  /** The lead's own field that it is, and nothing besides: it takes the CRM's value where that stands. */
  readonly custom: string | null;
}
/** The CRM's field → what goes in, from a `crm_sync` step; `render` gives null for a text that lacks a value. */
export function syncFields(
  fields: Readonly<Record<string, { readonly value: string; readonly both_changed: Policy }>>,
  render: (template: string) => Value,
): Record<string, SyncField> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, { value, both_changed: policy }]) => [
      name,
      { value: textOf(render(value)), policy, custom: customOf(value) },
    ]),
  );
}
/** `roof` of `{{lead.custom.roof}}`; null for a text that is more, or something else. */
export const customOf = (template: string): string | null => /^\s*\{\{\s*lead\.custom\.([^{}|\s]+)\s*\}\}\s*$/.exec(template)?.[1] ?? null;

export interface SyncAsk {
  /** As it is now, not as it was when the run began. */
  readonly lead: Pick<Lead, "name" | "phones" | "emails" | "editedAt">;
  /** `leadSync(db, …)`; null: they never agreed on anything. */
  readonly sync: { readonly crmId: string; readonly base: Base } | null;
  /** The first that `crm/find_lead` gave; null: it found none. */
  readonly theirs: CrmRecord | null;
  readonly fields: Readonly<Record<string, SyncField>>;
  /** False where leads are only fetched from this CRM: then nothing is written there. */
  readonly sends: boolean;
}
export interface SyncPlan {
  /** The input of `crm/sync_lead`; null: there is nothing to write, and no call is to be made. */
  readonly toCrm: {
    readonly crm_id?: string;
    readonly name?: string;
    readonly phone?: string;
    readonly email?: string;
    readonly fields: Readonly<Record<string, string>>;
  } | null;
  /** For `saveSync`; null: nothing of the lead changes. */
  readonly toLead: LeadChange | null;
  /** For `beginSync`, before the call: what goes to the CRM, so that its echo is known. */
  readonly written: Readonly<Record<string, Value>>;
  /** For `saveSync`: what both sides have once both are written. */
  readonly base: Base;
  /** Where both sides had changed: field, both values, and whose stands. */
  readonly conflicts: readonly { readonly field: string; readonly ours: Value; readonly theirs: Value; readonly kept: "ours" | "theirs" }[];
  /** Field by field, for people to look at. */
  readonly fields: readonly SyncedField[];
}
export interface SyncedField extends Merged {
  readonly field: string;
  readonly ours: Value;
  readonly theirs: Value;
  readonly custom: string | null;
}

/** The names under which the person's own fields stand in a base: no CRM's field begins so. */
export const NAME = "@name";
export const PHONE = "@phone";
export const EMAIL = "@email";

/**
 * What is to be written where, so that the lead and its record agree. Followed and planned again, there is nothing left to write but texts
 * that are made of what the lead has just taken.
 */
export function syncPlan({ lead, sync, theirs, fields, sends }: SyncAsk): SyncPlan {
  const base: Base = theirs === null ? {} : (sync?.base ?? {});
  const newer = newerOf(lead, theirs);
  const sides = [
    { field: NAME, ours: lead.name, theirs: theirs?.name ?? null, policy: "newest" as const, custom: null },
    {
      field: PHONE,
      ours: lead.phones[0] ?? null,
      theirs: among(theirs?.phones ?? [], e164, lead.phones[0], base[PHONE]),
      policy: "newest" as const,
      custom: null,
    },
    {
      field: EMAIL,
      ours: lead.emails[0] ?? null,
      theirs: among(theirs?.emails ?? [], emailAddress, lead.emails[0], base[EMAIL]),
      policy: "newest" as const,
      custom: null,
    },
    ...Object.entries(fields).map(([field, { value, policy, custom }]) => ({
      ...{ field, ours: value, theirs: textOf(theirs?.fields[field]), policy, custom },
    })),
  ].map((side) => ({ ...side, ...merge({ ...side, base: base[side.field], newer }) }));

  const send = sends ? sides.filter(({ keep }) => keep === "ours") : [];
  const take = sides.filter(
    ({ keep, field, custom, theirs: value }) => keep === "theirs" && (field.startsWith("@") ? value !== null : custom !== null),
  );
  const sent = (field: string) => send.find((side) => side.field === field)?.ours ?? undefined;
  const [name, phone, email] = [sent(NAME)?.slice(0, 200), sent(PHONE), sent(EMAIL)];
  return {
    toCrm:
      send.length === 0
        ? null
        : {
            ...(theirs && { crm_id: theirs.crm_id }),
            ...(name !== undefined && { name }),
            ...(phone !== undefined && { phone }),
            ...(email !== undefined && { email }),
            fields: Object.fromEntries(send.flatMap(({ field, ours }) => (field.startsWith("@") || ours === null ? [] : [[field, ours]]))),
          },
    toLead: leadChange(take),
    written: Object.fromEntries(send.map(({ field, ours }) => [field, ours])),
    base: {
      ...base,
      ...Object.fromEntries(sides.flatMap((side) => baseField(side, send.includes(side), take.includes(side), base[side.field]))),
    },
    conflicts: sides.flatMap(({ conflict, keep, field, ours, theirs: value }) =>
      conflict && keep !== "both" ? [{ field, ours, theirs: value, kept: keep }] : [],
    ),
    fields: sides.map(({ field, ours, theirs: value, custom, keep, conflict }) => ({ field, ours, theirs: value, custom, keep, conflict })),
  };
}

type Side = SyncedField & { readonly policy: Policy };

/** What a field's base is afterwards: what each side then has. */
function baseField(
  { field, ours, theirs, custom, policy, keep }: Side,
  sent: boolean,
  taken: boolean,
  before: BaseField | undefined,
): [string, BaseField][] {
  const about = { custom, policy };
  if (sent) return [[field, { ours, theirs: ours, ...about }]];
  if (taken) return [[field, { ours: theirs, theirs, ...about }]];
  if (keep !== "ours") return [[field, { ours, theirs, ...about }]];
  return before === undefined ? [] : [[field, { ...before, theirs }]]; // ours has yet to go there
}

export function leadChange(taken: readonly Pick<SyncedField, "field" | "theirs" | "custom">[]): LeadChange | null {
  if (taken.length === 0) return null;
  const of = (field: string) => taken.find((side) => side.field === field)?.theirs ?? undefined;
  const [name, phone, email] = [of(NAME), of(PHONE), of(EMAIL)];
  const custom = Object.fromEntries(taken.flatMap(({ custom, theirs }) => (custom === null ? [] : [[custom, theirs]])));
  return {
    ...(name !== undefined && { name }),
    ...(phone !== undefined && { phone }),
    ...(email !== undefined && { email }),
    ...(Object.keys(custom).length > 0 && { custom }),
  };
}

/** Of several numbers or addresses, the one to compare with ours: ours if it is among them, else the one agreed on, else the first. */
function among(given: readonly string[], normal: (text: string) => Value, ours: string | undefined, base: BaseField | undefined): Value {
  const values = given.flatMap((text) => normal(text) ?? []);
  return [ours, base?.theirs].find((value) => typeof value === "string" && values.includes(value)) ?? values[0] ?? null;
}

function newerOf(lead: Pick<Lead, "editedAt">, theirs: Pick<CrmRecord, "updated_at"> | null): "ours" | "theirs" {
  const at = theirs?.updated_at === undefined ? Number.NaN : Date.parse(theirs.updated_at);
  return at > lead.editedAt ? "theirs" : "ours";
}
