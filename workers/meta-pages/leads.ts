/** Leads from a page's forms come in once the page has taken our app. https://developers.facebook.com/docs/graph-api/webhooks/getting-started/webhooks-for-leadgen */
import { path } from "@junction/kit";
import { tool } from "@junction/tools";
import * as z from "zod/mini";
import { meta } from "./manifest.ts";
import { asPage, theOnly } from "./pages.ts";

const contract = tool({
  id: "meta-pages/receive_leads",
  title: "Receive leads from Facebook forms",
  description:
    "Has the leads that fill in a Facebook page's lead forms come in as the contractor's leads from now on. Once for each page is enough; again changes nothing.",
  effect: "write",
  input: z.strictObject({
    page_id: z.optional(
      z
        .string()
        .check(
          z.minLength(1),
          z.maxLength(200),
          z.describe("the page_id that crm/list_social_pages gave; it may be left out where there is only one Facebook page"),
        ),
    ),
  }),
  output: z.object({ page_id: z.string(), receiving: z.literal(true) }),
});

export const receiveLeads = meta.implement(contract, {
  scopes: ["pages_manage_metadata", "leads_retrieval"],
  idempotent: true,
  async run({ http, input }) {
    const page_id = input.page_id ?? (await theOnly(http, "facebook"));
    const page = await asPage(http, page_id);
    const reply = await page.post(path`/v26.0/${page_id}/subscribed_apps`, { form: { subscribed_fields: "leadgen" } });
    reply.json(z.object({ success: z.literal(true) }));
    return { page_id, receiving: true };
  },
});
