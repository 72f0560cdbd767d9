/** What Salesforce tells of leads and contacts. https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_om_outboundmessaging.htm */
import { below, path, same, textOf, type VendorEvent, type Webhook } from "@junction/kit";
import * as z from "zod/mini";
import { type credentials, homeOf, SCOPES } from "./manifest.ts";
import { readOutbound } from "./outbound.ts";

/** Under Salesforce's own names, as a message and as the API give them. */
const Known = z.object({
  Id: z.string().check(z.minLength(1), z.maxLength(40)),
  Name: z.nullish(z.string()),
  FirstName: z.nullish(z.string()),
  LastName: z.nullish(z.string()),
  Email: z.nullish(z.string()),
  Phone: z.nullish(z.string()),
  MobilePhone: z.nullish(z.string()),
});
const Record = z.extend(Known, { CreatedDate: z.nullish(z.iso.datetime()), LastModifiedDate: z.nullish(z.iso.datetime()) });
const FIELDS = Object.keys(Known.shape).join(",");
const OBJECTS = ["Lead", "Contact"];

const personOf = ({ Id, Name, FirstName, LastName, Email, Phone, MobilePhone }: z.output<typeof Known>) => ({
  id: Id,
  name: Name || [FirstName, LastName].filter(Boolean).join(" ") || undefined,
  email: Email || undefined,
  phone: (MobilePhone || Phone || undefined)?.slice(0, 40),
});

const ACK =
  '<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body><notificationsResponse xmlns="http://soap.sforce.com/2005/09/outbound"><Ack>true</Ack></notificationsResponse></soapenv:Body></soapenv:Envelope>';

export const webhook: Webhook<typeof credentials> = {
  events: ["contact.created", "contact.updated"],
  scopes: Object.keys(SCOPES),
  secret: {
    from: "own",
    label: "Token in the address",
    help: "Made here, and put after ?token= at the end of the address",
    generate: true,
  },
  setup:
    "In Salesforce under Setup, Outbound Messages: create one for Lead with this address, ?token= and the token as its endpoint URL, without the session ID, and with the fields Id, FirstName, LastName, Email, Phone, MobilePhone, CreatedDate and LastModifiedDate. Then, under Flows, let a record-triggered flow on Lead, run when a record is created or updated, send it. Do the same for Contact.",
  // Without this, Salesforce sends the message again for a day.
  acknowledgement: { status: 200, type: "text/xml; charset=utf-8", body: ACK },
  verify: ({ url }, secret) => same(new URL(url).searchParams.get("token") ?? undefined, secret),
  receive(delivery) {
    const { organization, notifications } = readOutbound(textOf(delivery));
    const told = notifications.filter(({ object }) => OBJECTS.includes(object));
    return told.map(({ id, fields }): VendorEvent => {
      const record = Record.parse(fields);
      const { Id, CreatedDate, LastModifiedDate } = record;
      const [created, changed] = [Date.parse(CreatedDate ?? ""), Date.parse(LastModifiedDate ?? "")];
      return {
        ...{ id, type: changed - created < 1000 ? "contact.created" : "contact.updated", entity: `contact:${Id}`, account: organization },
        ...{ occurredAt: Number.isNaN(changed) ? undefined : changed, person: personOf(record), data: { contact_id: Id } },
      };
    });
  },
  // A token says that it comes from Salesforce, and nothing of what it says: that is looked up.
  async confirm({ http, account, event }) {
    if (event.type !== "contact.created" && event.type !== "contact.updated") return null;
    const { host, root } = homeOf(http, account);
    const { contact_id } = event.data;
    const object = contact_id.startsWith("003") ? "Contact" : "Lead"; // every id begins with its object's own three letters
    const record = below(root, path`/sobjects/${object}/${contact_id}`);
    const reply = await http.get(record, { host, query: { fields: FIELDS }, accept: [400, 404] });
    return reply.status === 200 ? { ...event, person: personOf(reply.json(Known)) } : null;
  },
};
