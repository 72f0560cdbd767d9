/** What Meta tells of pages, for every page that took our app, at one address. https://developers.facebook.com/docs/graph-api/webhooks/getting-started */
import { type Delivery, type HookReply, hmac, jsonOf, path, type Reply, same, type VendorEvent, type Webhook } from "@junction/kit";
import * as z from "zod/mini";
import { asPage } from "./pages.ts";

/** Meta writes ids as text, and sometimes as numbers. */
const Id = z.union([z.string(), z.pipe(z.int(), z.transform(String))]);
const Leadgen = z.object({ leadgen_id: Id, form_id: z.nullish(Id), created_time: z.nullish(z.int()) });
const Notice = z.object({
  object: z.string(),
  entry: z.array(z.object({ id: Id, changes: z.nullish(z.array(z.object({ field: z.string(), value: z.unknown() }))) })),
});

const Field = z.object({ name: z.string(), values: z._default(z.array(z.string()), []) });
const Lead = z.object({
  id: z.string(),
  form_id: z.optional(z.string()),
  campaign_id: z.optional(z.string()),
  field_data: z._default(z.array(Field), []),
});
/** A form's standard questions about who it is; all others are the contractor's own. */
const [FULL, PHONES, EMAILS] = [["full_name"], ["phone_number", "phone", "work_phone_number"], ["email", "work_email"]];
const Refusal = z.object({ error: z.object({ code: z.number(), error_subcode: z.optional(z.number()) }) });

/** Meta says by a 400 and two numbers of its own that it has no such thing. */
const isMissing = (reply: Reply): boolean => {
  if (reply.status < 400) return false;
  const { code, error_subcode } = reply.json(Refusal).error;
  return code === 803 || (code === 100 && error_subcode === 33);
};

/** The question whether the address is ours: by the word that our app was given along with it. */
function challenge({ url }: Delivery, app: Readonly<Record<string, string>>): HookReply | null {
  const asked = new URLSearchParams(url.slice(url.indexOf("?") + 1));
  const echo = asked.get("hub.challenge");
  const ours = asked.get("hub.mode") === "subscribe" && same(asked.get("hub.verify_token") ?? undefined, app["webhook_verify_token"] ?? "");
  return ours && echo ? { status: 200, type: "text/plain", body: echo } : null;
}

export const webhook: Webhook = {
  events: ["lead.created"],
  secret: { from: "app", field: "client_secret" },
  scopes: ["leads_retrieval"],
  setup:
    "In the app's dashboard at Meta under Webhooks, choose Page, enter this address and the app's verify token, and subscribe to leadgen. Then use the tool meta-pages/receive_leads once for each page.",
  challenge,
  verify: async ({ headers, body }, secret) => same(headers["x-hub-signature-256"], `sha256=${await hmac("SHA-256", secret, body, "hex")}`),
  // Meta signs no time and tries again for a day and a half; a lead has one id for ever.
  receive(delivery) {
    const { object, entry } = jsonOf(delivery, Notice);
    if (object !== "page") return [];
    const changes = entry.flatMap(({ id, changes }) => (changes ?? []).map((change) => ({ account: id, ...change })));
    return changes.flatMap(({ account, field, value }): readonly VendorEvent[] => {
      if (field !== "leadgen") return [];
      const { leadgen_id, form_id, created_time } = Leadgen.parse(value);
      return [
        {
          ...{ id: leadgen_id, type: "lead.created", entity: `lead:${leadgen_id}`, account },
          occurredAt: created_time == null ? undefined : created_time * 1000,
          data: { lead_id: leadgen_id, form_id: form_id ?? undefined },
        },
      ];
    });
  },
  // Only that there is a lead is told: who it is must be asked for, as the page.
  async confirm({ http, event }) {
    if (event.type !== "lead.created" || event.account === undefined) return null;
    const page = await asPage(http, event.account);
    const query = { fields: "form_id,campaign_id,field_data" };
    const reply = await page.get(path`/v26.0/${event.data.lead_id}`, { query, accept: [400, 404] });
    if (isMissing(reply)) return null;
    const { field_data, form_id, campaign_id } = reply.json(Lead);
    const given = Object.fromEntries(field_data.map(({ name, values }) => [name, values.join(", ").slice(0, 2000)]));
    const first = (...names: readonly string[]) => names.map((name) => given[name]?.slice(0, 500)).find(Boolean);
    const name = first(...FULL) ?? [first("first_name"), first("last_name")].filter(Boolean).join(" ");
    const person = { name: name || undefined, phone: first(...PHONES)?.slice(0, 40), email: first(...EMAILS) };
    const who = [...FULL, "first_name", "last_name", ...PHONES, ...EMAILS];
    const answers = Object.fromEntries(Object.entries(given).filter(([field]) => !who.includes(field)));
    return { ...event, person, data: { ...event.data, form_id: form_id ?? event.data.form_id, campaign_id, answers } };
  },
};
