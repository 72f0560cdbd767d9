/** Pipedrive's persons: how they are found and read. https://developers.pipedrive.com/docs/api/v1/Persons */
import { bearing, type Http, nationalNumber, path } from "@junction/kit";
import * as z from "zod/mini";
import type { homeOf } from "./manifest.ts";

/** Where the company's requests go. */
export type At = ReturnType<typeof homeOf>;

const Reachable = z.nullish(
  z.array(z.object({ value: z.nullish(z.string()), primary: z.nullish(z.boolean()), label: z.nullish(z.string()) })),
);
export const Person = z.looseObject({
  id: z.number(),
  name: z.nullish(z.string()),
  org_id: z.nullish(z.number()),
  emails: Reachable,
  phones: Reachable,
  update_time: z.nullish(z.string()),
  is_deleted: z.nullish(z.boolean()),
  custom_fields: z.nullish(z.record(z.string(), z.unknown())),
});
export type Person = z.output<typeof Person>;
export const Listed = z.object({
  data: z.nullish(z.array(Person)),
  additional_data: z.nullish(z.object({ next_cursor: z.nullish(z.string()) })),
});
const Hits = z.object({ data: z.nullish(z.object({ items: z.array(z.object({ item: z.object({ id: z.number() }) })) })) });

export const valuesOf = (reachable: Person["emails"]): readonly string[] => reachable?.flatMap(({ value }) => (value ? [value] : [])) ?? [];
const hasEmail = (person: Person, email: string): boolean =>
  valuesOf(person.emails).some((stored) => stored.toLowerCase() === email.toLowerCase());
const withPhone = (persons: readonly Person[], phone: string) => bearing(persons, phone, ({ phones }) => valuesOf(phones));

/** Persons as they are now, which the search may not know yet; those that are gone are left out. */
async function byIds(http: Http, at: At, ids: readonly (string | number)[]): Promise<readonly Person[]> {
  if (ids.length === 0) return [];
  const { data } = (await http.get(path`/api/v2/persons`, { ...at, query: { ids: ids.join(",") } })).json(Listed);
  const live = data?.filter(({ is_deleted }) => !is_deleted) ?? [];
  return ids.flatMap((id) => live.find((person) => String(person.id) === String(id)) ?? []);
}

async function search(http: Http, at: At, term: string, fields: "phone" | "email", exact_match: boolean): Promise<readonly Person[]> {
  const query = { term, fields, exact_match, limit: 20 };
  const { data } = (await http.get(path`/api/v2/persons/search`, { ...at, query })).json(Hits);
  return byIds(http, at, data?.items.map(({ item }) => item.id) ?? []);
}

/** Pipedrive compares numbers as they were typed: in full, as dialled at home, and by their end; what it finds is compared here. */
async function byPhone(http: Http, at: At, phone: string): Promise<readonly Person[]> {
  const national = nationalNumber(phone);
  for (const [term, exact] of [[phone, true] as const, [national, true] as const, [national.slice(-7), false] as const]) {
    const found = withPhone(await search(http, at, term, "phone", exact), phone);
    if (found.length > 0) return found;
  }
  return [];
}

export interface Sought {
  readonly crm_id?: string | undefined;
  readonly phone?: string | undefined;
  readonly email?: string | undefined;
}
/** The person with the id, which may be a lead's; or else those with the phone, and after them those with the email. */
export async function* sought(http: Http, at: At, { crm_id, phone, email }: Sought): AsyncGenerator<Person> {
  const [known] = await byIds(http, at, crm_id === undefined ? [] : await personIds(http, at, crm_id));
  if (known) {
    yield known;
    return;
  }
  const seen = new Set<number>();
  const searches = [
    async () => (phone === undefined ? [] : byPhone(http, at, phone)),
    async () => (email === undefined ? [] : (await search(http, at, email, "email", true)).filter((person) => hasEmail(person, email))),
  ];
  for (const found of searches)
    for (const person of await found()) {
      if (!seen.has(person.id)) yield person;
      seen.add(person.id);
    }
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
async function personIds(http: Http, at: At, id: string): Promise<readonly (string | number)[]> {
  if (/^\d{1,15}$/.test(id)) return [id];
  if (!UUID.test(id)) return [];
  const reply = await http.get(path`/v1/leads/${id}`, { ...at, accept: [404] });
  const person =
    reply.status === 404 ? null : reply.json(z.object({ data: z.object({ person_id: z.nullish(z.number()) }) })).data.person_id;
  return person == null ? [] : [person];
}

/** As the API takes times: without fractions of a second. */
export const instant = (at: number): string => `${new Date(at).toISOString().slice(0, 19)}Z`;

const INDEXED_AFTER_MS = 300_000;
/** The person among those that changed lately: the search learns of them only after a while, the list at once. */
export async function justChanged(http: Http, at: At, { phone, email }: Sought): Promise<Person | undefined> {
  const query = { updated_since: instant(Date.now() - INDEXED_AFTER_MS), sort_by: "update_time", sort_direction: "desc", limit: 500 };
  const { data } = (await http.get(path`/api/v2/persons`, { ...at, query })).json(Listed);
  const live = data?.filter(({ is_deleted }) => !is_deleted) ?? [];
  return (phone ? withPhone(live, phone) : [])[0] ?? live.find((person) => email !== undefined && hasEmail(person, email));
}
