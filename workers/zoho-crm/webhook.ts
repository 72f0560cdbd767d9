/** What Zoho CRM tells of leads. https://www.zoho.com/crm/developer/docs/api/v8/notifications/overview.html */
import { type EventOf, type Http, jsonOf, path, same, textOf, type VendorEvent, type Webhook } from "@junction/kit";
import * as z from "zod/mini";
import { type credentials, homeOf } from "./manifest.ts";

const Id = z.pipe(z.union([z.string().check(z.minLength(1)), z.number()]), z.transform(String));
const Told = z.object({
  module: z.string(),
  operation: z.string(),
  ids: z.array(Id).check(z.maxLength(100)),
  channel_id: z.nullish(Id),
  /** Epoch milliseconds; the same for every attempt at telling it. */
  server_time: z.coerce.number().check(z.int(), z.nonnegative()),
  affected_values: z.catch(z.nullish(z.array(z.object({ record_id: Id, values: z.record(z.string(), z.unknown()) }))), undefined),
});
const Lead = z.looseObject({
  id: z.string().check(z.minLength(1)),
  Full_Name: z.nullish(z.string()),
  Last_Name: z.nullish(z.string()),
  Email: z.nullish(z.string()),
  Phone: z.nullish(z.string()),
  Mobile: z.nullish(z.string()),
});
const FIELDS = Object.keys(Lead.shape);

const OPERATIONS = { insert: "contact.created", update: "contact.updated", delete: "contact.deleted" } as const;
const isOperation = (text: string): text is keyof typeof OPERATIONS => Object.hasOwn(OPERATIONS, text);
type Contact = EventOf<(typeof OPERATIONS)[keyof typeof OPERATIONS]>;
const isContact = (event: VendorEvent): event is Extract<VendorEvent, Contact> => Object.values<string>(OPERATIONS).includes(event.type);

/** The token stands in the body, which is read for it before anything in it is believed. */
function tokenIn(text: string): string | undefined {
  try {
    return z.object({ token: z.string() }).safeParse(JSON.parse(text)).data?.token;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

export const webhook: Webhook<typeof credentials> = {
  events: ["contact.created", "contact.updated", "contact.deleted"],
  scopes: ["ZohoCRM.modules.leads.ALL", "ZohoCRM.org.READ", "ZohoCRM.notifications.ALL"],
  secret: { from: "own", label: "Notification token", help: "Made here, and given to Zoho with the address", generate: true },
  setup:
    "Open a channel with POST /crm/v8/actions/watch of the Zoho CRM API: this address as notify_url, the token as token, the events Leads.all. A channel says in channel_expiry when it ends; extend it before that. Or, without the API: Setup, Automation, Actions, Webhooks, for each of the workflow rules that add, edit or delete a lead, by POST to this address, with a JSON body of token, module (Leads), operation (insert, update or delete), ids (a list of the lead's id) and server_time (milliseconds).",
  verify: (delivery, secret) => same(tokenIn(textOf(delivery)), secret),
  receive(delivery) {
    const { module, operation, ids, channel_id, server_time, affected_values } = jsonOf(delivery, Told);
    if (module !== "Leads" || !isOperation(operation)) return [];
    return ids.map((id): VendorEvent => {
      const changed = affected_values?.find(({ record_id }) => record_id === id)?.values;
      return {
        ...{ id: [channel_id ?? "workflow", server_time, operation, id].join(":"), type: OPERATIONS[operation], entity: `contact:${id}` },
        ...{ occurredAt: server_time, person: { id } },
        data: { contact_id: id, ...(changed && { changed }) },
      };
    });
  },
  // A token says that it comes from Zoho, and nothing of what it says; whose lead it is, it does not say at all.
  async confirm({ http, account, event }) {
    if (!isContact(event)) return null;
    const at = homeOf(http, account);
    const { contact_id, changed } = event.data;
    if (event.type === "contact.deleted") return (await isDeleted(http, at, contact_id)) ? event : null;
    const names = Object.keys(changed ?? {}).filter((name) => /^\w{1,100}$/.test(name));
    const reply = await http.get(path`/crm/v8/Leads/${contact_id}`, {
      ...at,
      query: { fields: [...FIELDS, ...names].join(",") },
      accept: [400, 404],
    });
    const [lead] = reply.status === 200 ? reply.json(z.object({ data: z.array(Lead) })).data : [];
    if (!lead) return null;
    const name = lead.Full_Name || lead.Last_Name || undefined;
    const phone = (lead.Mobile || lead.Phone || undefined)?.slice(0, 40);
    const now = changed && Object.fromEntries(names.map((field) => [field, lead[field] ?? null]));
    const person = { id: lead.id, name, phone, email: lead.Email || undefined };
    return { ...event, person, data: { contact_id, ...(now && { changed: now }) } };
  },
};

/** Among the newest that were deleted. */
async function isDeleted(http: Http, at: ReturnType<typeof homeOf>, id: string): Promise<boolean> {
  const reply = await http.get(path`/crm/v8/Leads/deleted`, { ...at, query: { type: "all", per_page: 200 } });
  return reply.status === 200 && reply.json(z.object({ data: z.array(z.object({ id: z.string() })) })).data.some((one) => one.id === id);
}
