/** Contracts that were prepared at Dropbox Sign. */
import { path } from "@junction/kit";
import { listContractTemplates } from "@junction/tools";
import * as z from "zod/mini";
import { dropboxSign } from "./manifest.ts";

const Named = z.object({ name: z.nullish(z.string()) });
const Page = z.object({
  templates: z.array(
    z.object({
      template_id: z.string(),
      title: z.nullish(z.string()),
      is_locked: z.nullish(z.boolean()),
      signer_roles: z.nullish(z.array(z.extend(Named, { order: z.nullish(z.number()) }))),
      documents: z.nullish(z.array(z.object({ custom_fields: z.nullish(z.array(Named)) }))),
    }),
  ),
  list_info: z.object({ page: z.int(), num_pages: z.int() }),
});
const names = (of: readonly z.output<typeof Named>[] | null | undefined) => (of ?? []).flatMap(({ name }) => name || []);

export const templates = dropboxSign.implement(listContractTemplates, {
  first: true,
  async run({ http, account, input }) {
    const reply = await http.get(path`/v3/template/list`, { query: { page: input.page ?? 1, page_size: 50 } });
    const { templates, list_info } = reply.json(Page);
    return {
      items: templates.map(({ template_id, title, is_locked, signer_roles, documents }) => {
        const usable = !is_locked || account.mode === "test";
        const roles = names([...(signer_roles ?? [])].sort((a, b) => (a.order ?? 0) - (b.order ?? 0)));
        const fields = [...new Set((documents ?? []).flatMap(({ custom_fields }) => names(custom_fields)))];
        const detail = usable ? undefined : "it is beyond the plan: it can be used in test mode alone";
        return { id: template_id, name: title || template_id, detail, usable, roles, fields };
      }),
      next_page: list_info.page < list_info.num_pages ? String(list_info.page + 1) : undefined,
    };
  },
});
