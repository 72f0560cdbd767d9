/** Payments by a customer who is there, on a Square Terminal. https://developer.squareup.com/docs/terminal-api/overview */
import { path } from "@junction/kit";
import { getInPersonPayment, listPaymentTerminals, takePaymentInPerson } from "@junction/tools";
import * as z from "zod/mini";
import { cents, Money, money, site, square } from "./manifest.ts";

const Checkout = z.object({
  checkout: z.object({
    id: z.string(),
    status: z.string(),
    amount_money: Money,
    payment_ids: z._default(z.array(z.string()), []),
    cancel_reason: z.nullish(z.string()),
  }),
});
const STATUS: Readonly<Record<string, z.output<typeof getInPersonPayment.output>["status"]>> = {
  PENDING: "waiting",
  COMPLETED: "paid",
  CANCELED: "canceled",
};
const told = ({ checkout }: z.output<typeof Checkout>) => ({
  checkout_id: checkout.id,
  status: STATUS[checkout.status] ?? "in_progress", // also while it is being called off: the customer may have paid just before
  ...cents(checkout.amount_money),
  payment_id: checkout.payment_ids[0],
  reason: checkout.cancel_reason?.toLowerCase(),
});

export const take = square.implement(takePaymentInPerson, {
  idempotent: true,
  async run({ http, account, input, idempotencyKey }) {
    const checkout = {
      amount_money: money(input),
      device_options: { device_id: input.terminal_id },
      note: input.description,
      reference_id: input.reference,
    };
    const reply = await http.post(path`/v2/terminals/checkouts`, {
      ...site(account),
      json: { idempotency_key: idempotencyKey, checkout }, // 64 characters are what it takes here
    });
    return told(reply.json(Checkout));
  },
});

export const taken = square.implement(getInPersonPayment, {
  run: async ({ http, account, input }) =>
    told((await http.get(path`/v2/terminals/checkouts/${input.checkout_id}`, site(account))).json(Checkout)),
});

const Codes = z.object({
  device_codes: z._default(
    z.array(
      z.object({
        id: z.string(),
        name: z.nullish(z.string()),
        code: z.nullish(z.string()),
        device_id: z.nullish(z.string()),
        status: z.nullish(z.string()),
      }),
    ),
    [],
  ),
  cursor: z.optional(z.string()),
});

export const terminals = square.implement(listPaymentTerminals, {
  async run({ http, account, input }) {
    const query = { product_type: "TERMINAL_API", cursor: input.page };
    const { device_codes, cursor } = (await http.get(path`/v2/devices/codes`, { ...site(account), query })).json(Codes);
    return {
      items: device_codes.map(({ id, name, code, device_id, status }) => {
        const usable = status === "PAIRED" && Boolean(device_id);
        const waits =
          status === "UNPAIRED" ? `not signed in yet: enter the device code ${code ?? ""} on it` : "its device code has expired";
        return { id: device_id || id, name: name || "Square Terminal", usable, ...(!usable && { detail: waits }) };
      }),
      next_page: cursor || undefined,
    };
  },
});
