/** Square's cards on file, each of which its bank answers for in one way. https://developer.squareup.com/docs/devtools/sandbox/payments */
import { type Call, json, type Reply, refuse, type State } from "@junction/sandbox";
import { error } from "./request.ts";

export interface Card {
  readonly id: string;
  readonly customer_id: string;
  readonly last_4: string;
  readonly enabled: boolean;
  readonly [more: string]: unknown;
}

/** What a bank says of a card that it refuses. */
const REFUSALS: Readonly<Record<string, readonly [code: string, detail: string]>> = {
  "0002": ["GENERIC_DECLINE", "Authorization error: 'GENERIC_DECLINE'"],
  "3184": ["CARD_DECLINED_VERIFICATION_REQUIRED", "Authorization error: 'CARD_DECLINED_VERIFICATION_REQUIRED'"],
  "9995": ["INSUFFICIENT_FUNDS", "Authorization error: 'INSUFFICIENT_FUNDS'"],
  "0069": ["CARD_EXPIRED", "The payment card is expired."],
};
/** Who has a card from the beginning: all but Emil. */
const SEEDS = [
  ["Ada", "5858"],
  ["Ben", "0002"],
  ["Cleo", "3184"],
  ["Dora", "9995"],
  ["Fay", "0069"],
] as const;

const cards = (state: State) => state.collection<Card>("cards");

/** `ccof:sandboxAda` of `SANDBOXADA` works, `ccof:sandboxBen` of `SANDBOXBEN` is declined, and so on. */
export function seedCards(state: State): void {
  for (const [name, last_4] of SEEDS) {
    const customer_id = `SANDBOX${name.toUpperCase()}`;
    const id = `ccof:sandbox${name}`;
    const card = { card_brand: "VISA", exp_month: 12, exp_year: 2030, card_type: "CREDIT", prepaid_type: "NOT_PREPAID", bin: "411111" };
    cards(state).put(id, { id, ...card, last_4, cardholder_name: name, customer_id, enabled: true, version: 1 });
  }
}

const notFound = (detail: string, field: string): never => refuse(error(404, "INVALID_REQUEST_ERROR", "NOT_FOUND", detail, field));

/** A card on file that is this customer's. */
export function ownCard(call: Call, id: string, customer: string | undefined, field: string): Card {
  const card = cards(call.state).get(id);
  if (!card) return notFound("Card nonce not found", field);
  const detail = "The customer_id is required, and must be of the customer who has this card on file.";
  if (card.customer_id !== customer) return refuse(error(400, "INVALID_REQUEST_ERROR", "BAD_REQUEST", detail, "customer_id"));
  return card;
}

/** The bank's no, if this card gets one. */
export function refusal({ last_4 }: Card): Reply | null {
  const [code, detail] = REFUSALS[last_4] ?? [];
  return code === undefined ? null : error(400, "PAYMENT_METHOD_ERROR", code, detail ?? "");
}

export function listCards(call: Call): Reply {
  const customer = call.query.get("customer_id");
  const all = cards(call.state)
    .list()
    .filter((card) => card.enabled && (customer === null || card.customer_id === customer));
  const found = call.query.get("sort_order") === "DESC" ? all.toReversed() : all;
  return json(200, found.length > 0 ? { cards: found } : {});
}
