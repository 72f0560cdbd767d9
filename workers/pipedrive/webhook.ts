/** What Pipedrive tells of persons and leads. https://pipedrive.readme.io/docs/guide-for-webhooks-v2 */
import { fromBase64, type Http, jsonOf, path, same, type VendorEvent, type Webhook } from "@junction/kit";
import * as z from "zod/mini";
import { fieldValue } from "./fields.ts";
import { type credentials, homeOf } from "./manifest.ts";

const Id = z.pipe(z.union([z.string().check(z.minLength(1)), z.number()]), z.transform(String));
const Reachable = z.nullish(z.array(z.object({ value: z.nullish(z.string()), primary: z.nullish(z.boolean()) })));
const Person = z.object({ id: Id, name: z.nullish(z.string()), emails: Reachable, phones: Reachable });
const Custom = z.nullish(z.record(z.string(), z.unknown()));
const Looked = z.looseObject({ ...Person.shape, is_deleted: z.nullish(z.boolean()), custom_fields: Custom });
const Meta = z.object({
  action: z.string(),
  entity: z.string(),
  entity_id: Id,
  company_id: z.nullish(Id),
  /** The same for every attempt at telling it. */
  correlation_id: z.nullish(z.string().check(z.minLength(1))),
  timestamp: z.nullish(z.iso.datetime({ offset: true })),
});
const Values = z.nullish(z.looseObject({ custom_fields: Custom }));
const Told = z.object({ meta: Meta, data: Values, previous: Values });
const Lead = z.object({ id: Id, person_id: z.nullish(Id) });

const ACTIONS = { create: "contact.created", change: "contact.updated", delete: "contact.deleted" } as const;
const isAction = (text: string): text is keyof typeof ACTIONS => Object.hasOwn(ACTIONS, text);

const first = (values: z.output<typeof Reachable>): string | undefined =>
  (values?.find(({ primary }) => primary) ?? values?.[0])?.value || undefined;
const personOf = ({ id, name, emails, phones }: z.output<typeof Person>) => ({
  id,
  name: name || undefined,
  email: first(emails),
  phone: first(phones)?.slice(0, 40),
});

/** What is new in a person, by the names of the fields: the company's own stand beneath one name. */
function news(names: Iterable<string>, person: z.output<typeof Values>): Readonly<Record<string, unknown>> {
  const own = person?.custom_fields ?? {};
  return Object.fromEntries(
    [...names].map((name) => [name, Object.hasOwn(own, name) ? fieldValue({ custom_fields: own }, name) : (person?.[name] ?? null)]),
  );
}
const namesOf = (previous: NonNullable<z.output<typeof Values>>): readonly string[] =>
  Object.keys(previous).flatMap((name) => (name === "custom_fields" ? Object.keys(previous.custom_fields ?? {}) : [name]));

/** Whoever the address was entered by chose the user; the password is what we made. */
function passwordIn(header: string | undefined): string | undefined {
  const [, encoded] = /^Basic +(\S+)$/i.exec(header ?? "") ?? [];
  const bytes = encoded === undefined ? null : fromBase64(encoded);
  const [, password] = /^[^:]*:(.*)$/s.exec(bytes ? new TextDecoder().decode(bytes) : "") ?? [];
  return password;
}

export const webhook: Webhook<typeof credentials> = {
  events: ["contact.created", "contact.updated", "contact.deleted", "lead.created"],
  scopes: ["base", "contacts:full", "leads:full"],
  secret: { from: "own", label: "HTTP Auth password", help: "Made here, and entered at Pipedrive with the address", generate: true },
  setup:
    "In Pipedrive under Tools and apps, Webhooks, create a webhook of version 2 with this address as the endpoint URL, junction as the HTTP Auth username and this password; event action *, event object person. Create another one for the event object lead.",
  verify: ({ headers }, secret) => same(passwordIn(headers["authorization"]), secret),
  receive(delivery) {
    const { meta, data, previous } = jsonOf(delivery, Told);
    const { action, entity, entity_id, company_id, correlation_id, timestamp } = meta;
    if (!isAction(action)) return [];
    const about = {
      id: `${correlation_id ?? timestamp}:${entity}:${entity_id}:${action}`,
      occurredAt: timestamp == null ? undefined : Date.parse(timestamp),
      account: company_id ?? undefined,
    };
    if (entity === "lead" && action === "create") {
      const { person_id } = Lead.parse(data);
      const data_ = { lead_id: entity_id };
      return [{ ...about, type: "lead.created", entity: `lead:${entity_id}`, person: { id: person_id ?? undefined }, data: data_ }];
    }
    if (entity !== "person") return []; // what else becomes of a lead says nothing of a person
    const known = Person.parse({ ...(action === "delete" ? previous : data), id: entity_id });
    const changed = action === "change" && previous ? news(namesOf(previous), data) : undefined;
    return [
      {
        ...{ ...about, type: ACTIONS[action], entity: `contact:${entity_id}`, person: personOf(known) },
        data: { contact_id: entity_id, ...(changed && { changed }) },
      },
    ];
  },
  // A password says that it comes from Pipedrive, and nothing of what it says: that is looked up.
  async confirm({ http, account, event }) {
    const at = homeOf(http, account);
    if (event.type === "lead.created") {
      const reply = await http.get(path`/v1/leads/${event.data.lead_id}`, { ...at, accept: [404] });
      if (reply.status === 404) return null;
      const { person_id } = reply.json(z.object({ data: Lead })).data;
      const person = person_id == null ? null : await look(http, at, person_id);
      return { ...event, person: person ? personOf(person) : { id: person_id ?? undefined } };
    }
    if (!isContact(event)) return null;
    const { contact_id, changed } = event.data;
    const person = await look(http, at, contact_id);
    if (!person || (event.type === "contact.deleted" && !person.is_deleted)) return null;
    const now = changed && news(Object.keys(changed), person);
    return { ...event, person: personOf(person), data: { contact_id, ...(now && { changed: now }) } };
  },
};

type Contact = Extract<VendorEvent, { type: (typeof ACTIONS)[keyof typeof ACTIONS] }>;
const isContact = (event: VendorEvent): event is Contact => Object.values<string>(ACTIONS).includes(event.type);

async function look(http: Http, at: ReturnType<typeof homeOf>, id: string) {
  const reply = await http.get(path`/api/v2/persons/${id}`, { ...at, accept: [404] });
  return reply.status === 404 ? null : reply.json(z.object({ data: Looked })).data;
}
