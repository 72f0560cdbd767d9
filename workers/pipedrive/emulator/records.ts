/** What the company has in Pipedrive: persons, organizations, leads. */
import { type InboxEntry, noteChange, type Person as SomePerson, type State } from "@junction/sandbox";
import { told } from "./messages.ts";

export interface Reachable {
  readonly value: string;
  readonly primary: boolean;
  readonly label: string;
}
/** A person as it may be written. */
export interface Values {
  readonly name: string;
  readonly emails: readonly Reachable[];
  readonly phones: readonly Reachable[];
  readonly org_id?: number | null;
  readonly owner_id?: number;
  readonly is_deleted?: boolean;
  readonly custom_fields?: Readonly<Record<string, unknown>>;
}
export interface Person extends Required<Values> {
  readonly id: number;
  readonly add_time: string;
  readonly update_time: string;
}
export interface Organization {
  readonly id: number;
  readonly name: string;
}
export interface Lead {
  readonly id: string;
  readonly title: string;
  readonly person_id: number;
  readonly is_archived: false;
  readonly add_time: string;
}
/** Every state a person was in, the oldest first: the search index knows the one of some time ago. */
export interface History {
  readonly states: readonly { readonly at: number; readonly person: Person }[];
}
export const persons = (state: State) => state.collection<Person>("persons");
export const histories = (state: State) => state.collection<History>("histories");
export const organizations = (state: State) => state.collection<Organization>("organizations");
export const leads = (state: State) => state.collection<Lead>("leads");

/** Times have no fractions of a second. */
const timeOf = (now: number): string => `${new Date(now).toISOString().slice(0, 19)}Z`;

export function putPerson(state: State, { id, ...values }: Values & { readonly id: number }, now: number): Person {
  const before = persons(state).get(String(id));
  const at = timeOf(now);
  const kept: Person = {
    ...{ id, org_id: null, owner_id: 1, is_deleted: false, custom_fields: {} },
    ...values,
    ...{ add_time: before?.add_time ?? at, update_time: at },
  };
  persons(state).put(String(id), kept);
  histories(state).put(String(id), { states: [...(histories(state).get(String(id))?.states ?? []), { at: now, person: kept }] });
  return kept;
}
export function putLead(state: State, id: string, title: string, person_id: number, now: number): Lead {
  const kept: Lead = { id, title, person_id, is_archived: false, add_time: timeOf(now) };
  leads(state).put(id, kept);
  return kept;
}
export function putOrganization(state: State, name: string): Organization {
  const kept = { id: organizations(state).list().length + 1, name };
  organizations(state).put(String(kept.id), kept);
  return kept;
}
export const nextId = (state: State): number =>
  Math.max(
    100,
    ...persons(state)
      .list()
      .map(({ id }) => (id < 50_000 ? id : 100)),
  ) + 1;

/** Tells of a person, whoever changed it. */
export function tell(state: State, person: Person, before: Person | undefined, source: "app" | "api"): void {
  const about = { id: crypto.randomUUID(), now: Date.parse(person.update_time), source };
  if (!before) {
    noteChange(state, { kind: "contact.created", ...told("create", "person", person.id, about, person, null) });
    return;
  }
  const custom_fields = differing(before.custom_fields, person.custom_fields);
  const previous = { ...differing({ ...before, custom_fields: {} }, { ...person, custom_fields: {} }), custom_fields };
  noteChange(state, { kind: "contact.updated", ...told("change", "person", person.id, about, person, previous) });
}

/** What the old has that the new has not so. */
function differing(old: object, now: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const names = new Set([...Object.keys(old), ...Object.keys(now)]);
  const was = new Map<string, unknown>(Object.entries(old));
  const changed = [...names].filter((name) => JSON.stringify(was.get(name)) !== JSON.stringify(now[name]));
  return Object.fromEntries(changed.map((name) => [name, was.get(name) ?? null]));
}

const work = (value: string): readonly Reachable[] => [{ value, primary: true, label: "work" }];

/** What one of the company's own people enters. */
export function addPerson(
  { first, last, email, phone, company }: SomePerson,
  { state, now }: { readonly state: State; readonly now: number },
) {
  const known =
    company &&
    (organizations(state)
      .list()
      .find(({ name }) => name === company) ??
      putOrganization(state, company));
  const values = { name: `${first} ${last}`, emails: work(email), phones: work(phone), ...(known && { org_id: known.id }) };
  const person = putPerson(state, { id: nextId(state), ...values }, now);
  tell(state, person, undefined, "app");
  return String(person.id);
}

export function seedRecords(state: State, now: number): void {
  const old = now - 86_400_000;
  const { id: org_id } = putOrganization(state, "O'Neil & Daughters");
  const [ada, ben] = [
    { id: 1, name: "Ada Byron", emails: work("ada@example.com"), phones: work("+12025550101") },
    { id: 2, name: "Ben O'Hara", emails: work("ben@example.com"), phones: work("(202) 555-0102"), org_id },
  ];
  for (const person of [ada, ben]) putPerson(state, person, old);
  putLead(state, "b0000000-0000-4000-8000-000000000001", "Ada Byron lead", 1, old);
}

export const inbox = (state: State): readonly InboxEntry[] => [
  ...persons(state)
    .list()
    .map(({ name, emails, phones, custom_fields, update_time }) => ({
      title: `Person ${name}`,
      text:
        [...emails, ...phones].map(({ value }) => value).join("\n") + Object.entries(custom_fields).map((pair) => `\n${pair.join(": ")}`),
      at: Date.parse(update_time),
    })),
  ...leads(state)
    .list()
    .map(({ title, add_time }) => ({ title: `Lead ${title}`, text: "", at: Date.parse(add_time) })),
];
