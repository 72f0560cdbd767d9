/** The forms of lead ads. They belong to a page, and are read and made as that page. https://developers.facebook.com/docs/marketing-api/guides/lead-ads/create */
import { type Http, path, refuse } from "@junction/kit";
import { createLeadForm, listLeadForms } from "@junction/tools";
import * as z from "zod/mini";
import { meta } from "./manifest.ts";

const Pages = z.object({ data: z.array(z.object({ id: z.string(), tasks: z._default(z.array(z.string()), []) })) });

/** The page that was asked for, else the first one the contractor may advertise for; and how it acts. */
async function pageOf(http: Http, asked: string | undefined): Promise<{ readonly id: string; readonly as: Http }> {
  const id = asked ?? (await firstPage(http));
  const reply = await http.get(path`/v26.0/${id}`, { query: { fields: "access_token" } });
  return { id, as: reply.delegate("access_token") ?? refuse({ kind: "PermissionError", missing: ["ADVERTISE"] }) };
}
async function firstPage(http: Http): Promise<string> {
  const { data } = (await http.get(path`/v26.0/me/accounts`, { query: { fields: "id,tasks", limit: 100 } })).json(Pages);
  const page = data.find(({ tasks }) => tasks.includes("ADVERTISE"));
  return page?.id ?? refuse({ kind: "PermissionError", missing: ["ADVERTISE"] });
}

const Form = z.object({
  id: z.string(),
  name: z.string(),
  status: z._default(z.string(), "ACTIVE"),
  leads_count: z.optional(z.number()),
  created_time: z.optional(z.string()),
});
const Forms = z.object({
  data: z.array(Form),
  paging: z.optional(z.object({ cursors: z.optional(z.object({ after: z.string() })), next: z.optional(z.string()) })),
});
const LIMIT = 100;
const FIELDS = "id,name,status,leads_count,created_time";
const STATUS: Readonly<Record<string, "active" | "draft">> = { ACTIVE: "active", DRAFT: "draft" };

export const list = meta.implement(listLeadForms, {
  scopes: ["pages_show_list", "pages_manage_ads"],
  async run({ http, input: { page_id, page } }) {
    const { id, as } = await pageOf(http, page_id);
    const { data, paging } = (
      await as.get(path`/v26.0/${id}/leadgen_forms`, { query: { fields: FIELDS, limit: LIMIT, after: page } })
    ).json(Forms);
    return {
      page_id: id,
      forms: data.map((form) => ({
        form_id: form.id,
        name: form.name,
        status: STATUS[form.status] ?? "archived",
        leads: form.leads_count,
        created_at: form.created_time,
      })),
      next_page: paging?.next === undefined ? undefined : paging.cursors?.after,
    };
  },
});

/** `created_time` is cut to the second, and two clocks differ a little. */
const CLOCK_MS = 2_000;

export const create = meta.implement(createLeadForm, {
  scopes: ["pages_show_list", "pages_manage_ads"],
  async run({ http, input }) {
    const { id, as } = await pageOf(http, input.page_id);
    const own = input.own_questions.map((label, at) => ({ type: "CUSTOM", key: `question_${at + 1}`, label }));
    const form = {
      name: input.name,
      questions: JSON.stringify([...new Set(input.questions)].map((type): object => ({ type: type.toUpperCase() })).concat(own)),
      privacy_policy: JSON.stringify({ url: input.privacy_policy_url }),
      question_page_custom_headline: input.headline,
      follow_up_action_url: input.website_url,
    };
    const reply = await as.post(path`/v26.0/${id}/leadgen_forms`, { form });
    return { form_id: reply.json(z.object({ id: z.string() })).id, page_id: id };
  },
  // Meta has no idempotency key: after a lost answer, look for the form by its name.
  async probe({ http, input: { page_id, name }, sentAt }) {
    const { id, as } = await pageOf(http, page_id);
    const { data } = (await as.get(path`/v26.0/${id}/leadgen_forms`, { query: { fields: FIELDS, limit: LIMIT } })).json(Forms);
    const recent = data.filter(({ created_time }) => Date.parse(created_time ?? "") >= sentAt.getTime() - CLOCK_MS);
    const found = recent.find((form) => form.name === name);
    if (!found && recent.length >= LIMIT) refuse({ kind: "VendorUnavailable", sent: true }); // newer ones may hide it
    return found ? { form_id: found.id, page_id: id } : null;
  },
});
