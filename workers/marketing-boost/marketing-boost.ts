/**
 * Marketing Boost: certificates for stays, hotels and meals. Its documentation is for members alone; what stands here is what several
 * integrations that are public agree on, and needs confirmation by a member's account.
 */
import { defineVendor, field, header, path, type Reply, refuse, secret } from "@junction/kit";
import { listRewards, sendReward } from "@junction/tools";
import * as z from "zod/mini";

/** It says in words, often within a 200, that a key is not its own. */
const BAD_KEY =
  /\b(api[ -]?key|token)\b.*\b(invalid|wrong|missing|not (found|valid))\b|\binvalid\b.*\b(api[ -]?key|token)\b|unauthori[sz]ed|unauthenticated/i;

const Refusal = z.object({
  status: z.union([z.literal(false), z.literal("false")]),
  message: z.optional(z.string()),
  errors: z.optional(z.record(z.string(), z.unknown())),
});
/** A 200 may be a refusal: only what says nothing of the kind is an answer. */
function answered<S extends z.ZodMiniType>(reply: Reply, schema: S): z.output<S> {
  const { data: said } = Refusal.safeParse(reply.json(z.unknown()));
  if (!said) return reply.json(schema);
  if (BAD_KEY.test(said.message ?? "")) return refuse({ kind: "CredentialError" });
  const fields = Object.keys(said.errors ?? {}).filter((name) => /^[a-z_]{1,40}$/.test(name));
  if (fields.length > 0) return refuse({ kind: "InvalidRequest", issues: fields.map((name) => `the vendor refused the value of ${name}`) });
  return refuse({ kind: "Declined", code: "refused" });
}

const boost = defineVendor({
  id: "marketing-boost",
  name: "Marketing Boost",
  category: "rewards",
  powers: "Certificates for stays, hotels and meals, for reviews and referrals",
  docs: "https://members.marketingboost.com",
  unconfirmed:
    "Marketing Boost documents its API for members alone: the addresses, fields and refusals here are those of public integrations, and wait for a member's account to confirm them.",
  credentials: {
    api_key: secret({ label: "API key", help: "In the member portal, under API" }),
    business_id: field({ label: "Business number", help: "The number of your business in the member portal", placeholder: "12345" }),
    sender: field({ label: "Sender number", help: "The sender's number in the member portal, in two parts", placeholder: "12345-67890" }),
  },
  auth: header("X-Api-Key", "api_key"),
  hosts: ["members.marketingboost.com"],
  errors: { body: z.object({ message: z.optional(z.string()) }) },
  async test({ http, account: { business_id: business, sender } }) {
    answered(await http.get(path`/api/all-destination-list/${sender}`, { query: { business, sender } }), Destinations);
    return { id: sender, name: `Business ${business}` };
  },
});

const Destination = z.object({
  destination_name: z.string(),
  country_name: z.nullish(z.string()),
  status: z.nullish(z.string()),
  nights: z.nullish(z.coerce.number()),
});
/** By their ids; an account without any may be given an empty list. */
const Destinations = z.union([
  z.pipe(
    z.array(z.never()),
    z.transform(() => ({})),
  ),
  z.record(z.string(), Destination),
]);

/** What each kind of card comes in, as far as is known: a guide, since Marketing Boost itself decides. */
const CARDS = {
  hotel_card: { at: path`/api/hotel_saving_api/send`, name: "Hotel savings card", amounts: [100, 200, 300, 500] },
  dining_card: { at: path`/api/restaurants_api/send`, name: "Dining card", amounts: [25, 50, 100, 200] },
} as const;
const Sent = z.object({ status: z.union([z.literal(true), z.literal("true"), z.literal(1)]) });
type Input = z.output<typeof sendReward.input>;

/** Where it is asked for, and what in particular. */
function certificate({ reward_type, option_id, amount_cents, recipient_name }: Input) {
  switch (reward_type) {
    case "vacation": {
      if (option_id === undefined) return refuse({ kind: "InvalidRequest", issues: ["option_id: give a destination of crm/list_rewards"] });
      return { at: path`/api/vacation-incentives/send`, what: { destination: option_id, name: recipient_name } };
    }
    case "hotel_card":
    case "dining_card": {
      if (amount_cents === undefined)
        return refuse({
          kind: "InvalidRequest",
          issues: [`amount_cents: give what it is worth: ${CARDS[reward_type].amounts.join("00, ")}00`],
        });
      return { at: CARDS[reward_type].at, what: { full_name: recipient_name, amount: amount_cents / 100 } };
    }
    case "gift_card":
      return refuse({ kind: "NotFound" }); // another that is connected may have it
  }
}

// Neither a key for repeats nor a list of what was sent is known: after a lost answer a person is asked.
const send = boost.implement(sendReward, {
  async run({ http, account: { business_id: business, sender }, input }) {
    const { at, what } = certificate(input);
    const json = { sender, business, ...what, email: input.recipient_email, message: input.message };
    answered(await http.post(at, { json }), Sent);
    return { status: "sent" };
  },
});

const list = boost.implement(listRewards, {
  async run({ http, account: { business_id: business, sender } }) {
    const found = answered(await http.get(path`/api/all-destination-list/${sender}`, { query: { business, sender } }), Destinations);
    const stays = Object.entries(found).flatMap(([option_id, { destination_name, country_name, status, nights }]) => {
      if (status && !/^active$/i.test(status)) return [];
      const detail = [country_name, nights && `${nights} nights`].filter(Boolean).join(", ");
      return [{ option_id, reward_type: "vacation" as const, name: destination_name, detail: detail || undefined }];
    });
    const cards = (["hotel_card", "dining_card"] as const).map((type) => ({
      ...{ option_id: type, reward_type: type, name: CARDS[type].name, amounts_cents: CARDS[type].amounts.map((amount) => amount * 100) },
    }));
    return { rewards: [...stays, ...cards] };
  },
});

export default boost.provides({ actions: [send, list] });
