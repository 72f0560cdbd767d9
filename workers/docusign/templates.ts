/** Contracts that were prepared at Docusign. */
import { listContractTemplates } from "@junction/tools";
import * as z from "zod/mini";
import { Recipients } from "./envelope.ts";
import { docusign, envelopes } from "./manifest.ts";

export const Template = z.object({ recipients: Recipients });
const Page = z.object({
  envelopeTemplates: z.nullish(
    z.array(z.extend(Template, { templateId: z.string(), name: z.nullish(z.string()), description: z.nullish(z.string()) })),
  ),
  endPosition: z.nullish(z.string()),
  nextUri: z.nullish(z.string()),
});

export const templates = docusign.implement(listContractTemplates, {
  scopes: ["signature", "impersonation"],
  async run({ http, account, input }) {
    const { host, templates } = envelopes(http, account);
    const query = { count: 50, start_position: input.page ?? "0", include: "recipients", order_by: "name" };
    const { envelopeTemplates, endPosition, nextUri } = (await http.get(templates, { host, query })).json(Page);
    return {
      items: (envelopeTemplates ?? []).map(({ templateId, name, description, recipients }) => {
        const roles = recipients.flatMap(({ roleName }) => roleName || []);
        return { id: templateId, name: name || templateId, detail: description?.slice(0, 200) || undefined, usable: true, roles };
      }),
      next_page: nextUri ? String(Number(endPosition) + 1) : undefined,
    };
  },
});
