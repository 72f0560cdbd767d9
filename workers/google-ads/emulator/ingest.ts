/** The Data Manager API's events:ingest. https://developers.google.com/data-manager/api/reference/rest/v1/events/ingest */
import { type Call, googleError, json, type Reply, refuse, type State } from "@junction/sandbox";
import { CUSTOMERS, GOALS } from "./accounts.ts";

export interface Conversion {
  readonly transaction: string;
  readonly goal: string;
  readonly value: number | null;
  readonly at: number;
  readonly corrections: number;
}
export const conversionsOf = (state: State) => state.collection<Conversion>("conversions");
interface Ask {
  readonly destinations?: readonly {
    readonly operatingAccount?: { readonly accountType?: string; readonly accountId?: string };
    readonly loginAccount?: { readonly accountType?: string; readonly accountId?: string };
    readonly productDestinationId?: string;
  }[];
  readonly encoding?: string;
  readonly validateOnly?: boolean;
  readonly events?: readonly {
    readonly transactionId?: string;
    readonly eventTimestamp?: string;
    readonly conversionValue?: number;
    readonly currency?: string;
    readonly adIdentifiers?: { readonly gclid?: string };
    readonly userData?: { readonly userIdentifiers?: readonly { readonly emailAddress?: string; readonly phoneNumber?: string }[] };
  }[];
}
const invalid = (message: string, reason = "INVALID_ARGUMENT"): never => refuse(googleError(400, "INVALID_ARGUMENT", message, reason));

export function ingest(call: Call): Reply {
  const { destinations = [], events = [], encoding, validateOnly } = (call.json ?? {}) as Ask;
  if (destinations.length === 0 || events.length === 0) invalid("destinations and events are required", "REQUIRED_FIELD_MISSING");
  for (const { operatingAccount, loginAccount, productDestinationId } of destinations) {
    const customer = CUSTOMERS.find(({ id }) => String(id) === operatingAccount?.accountId);
    if (operatingAccount?.accountType !== "GOOGLE_ADS" || !customer)
      return invalid("The operating account is not valid", "INVALID_DESTINATION");
    if (customer.through !== undefined && loginAccount?.accountId !== String(customer.through))
      refuse(googleError(403, "PERMISSION_DENIED", "The caller does not have permission", "DESTINATION_ACCOUNT_ACCESS_DENIED"));
    const goal = GOALS.find(({ id, customer: of }) => String(id) === productDestinationId && of === customer.id);
    if (goal?.type !== "UPLOAD_CLICKS")
      invalid("The product destination is not a conversion action for uploads", "INVALID_CONVERSION_ACTION_TYPE");
  }
  for (const { transactionId, eventTimestamp = "", conversionValue, currency, adIdentifiers, userData } of events) {
    if (!transactionId) invalid("transaction_id is required", "REQUIRED_FIELD_MISSING");
    if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(eventTimestamp)) invalid("event_timestamp is not valid");
    if (Date.parse(eventTimestamp) > call.now()) invalid("The event is in the future", "EVENT_TIME_INVALID");
    if (conversionValue !== undefined && !/^[A-Z]{3}$/.test(currency ?? "")) invalid("currency is not valid", "INVALID_CURRENCY_CODE");
    const people = userData?.userIdentifiers ?? [];
    if (!adIdentifiers?.gclid && people.length === 0) invalid("No identifiers provided", "NO_IDENTIFIERS_PROVIDED");
    for (const one of people.flatMap((person) => Object.values(person) as readonly string[]))
      if (encoding !== "HEX" || !/^[0-9a-f]{64}$/.test(one)) invalid("The hash is not valid", "INVALID_HEX_ENCODING");
  }
  if (!validateOnly)
    for (const { transactionId = "", conversionValue = null } of events)
      for (const { productDestinationId: goal = "" } of destinations) {
        const known = conversionsOf(call.state).get(`${goal} ${transactionId}`);
        const one = known
          ? { ...known, value: conversionValue, corrections: known.corrections + 1 }
          : { transaction: transactionId, goal, value: conversionValue, at: call.now(), corrections: 0 };
        conversionsOf(call.state).put(`${goal} ${transactionId}`, one);
      }
  return json(200, { requestId: call.random(24) });
}
