/** The contractor's WhatsApp Business account, and the numbers it sends from. */
import { path } from "@junction/kit";
import { listWhatsAppAccounts, listWhatsAppNumbers } from "@junction/tools";
import * as z from "zod/mini";
import { whatsapp } from "./manifest.ts";

const Account = z.object({ id: z.string(), name: z.nullish(z.string()) });

export const accounts = whatsapp.implement(listWhatsAppAccounts, {
  // A token of one business may reach several; the one that is connected is the one that counts.
  async run({ http, account }) {
    const { id, name } = (await http.get(path`/v23.0/${account.waba_id}`, { query: { fields: "id,name" } })).json(Account);
    return { items: [{ id, name: name ?? id, detail: "connected", usable: true }] };
  },
});

const Numbers = z.object({
  data: z.array(
    z.object({
      id: z.string(),
      display_phone_number: z.string(),
      verified_name: z.nullish(z.string()),
      status: z.nullish(z.string()),
      quality_rating: z.nullish(z.string()),
    }),
  ),
  paging: z.optional(z.object({ cursors: z.optional(z.object({ after: z.optional(z.string()) })), next: z.optional(z.string()) })),
});
/** States in which Meta lets a number send. */
const SENDS = ["CONNECTED", "FLAGGED"];

export const numbers = whatsapp.implement(listWhatsAppNumbers, {
  async run({ http, account, input: { page } }) {
    const query = { fields: "id,display_phone_number,verified_name,status,quality_rating", limit: 100, after: page };
    const { data, paging } = (await http.get(path`/v23.0/${account.waba_id}/phone_numbers`, { query })).json(Numbers);
    const items = data.map(({ id, display_phone_number, verified_name, status, quality_rating }) => {
      const usable = status == null || SENDS.includes(status);
      const said = [
        verified_name,
        id === account.phone_number_id && "default",
        !usable && `Meta says: ${status?.toLowerCase().replaceAll("_", " ")}`,
        quality_rating === "RED" && "rated poor by those who got messages",
      ];
      return { id, name: display_phone_number, detail: said.filter((part) => part).join(", ") || undefined, usable };
    });
    return { items, next_page: paging?.next === undefined ? undefined : paging.cursors?.after };
  },
});
