/** Booked jobs, told to Google by its Data Manager API. https://developers.google.com/data-manager/api/devguides/events/google-ads/offline */
import { digest, type Http, path, refuse } from "@junction/kit";
import { reportConversion } from "@junction/tools";
import * as z from "zod/mini";
import { accountOf } from "./account.ts";
import { type Customer, gaql, search, unitsOf } from "./gaql.ts";
import { ADS, DATA, google } from "./manifest.ts";

const Goal = z.object({ conversionAction: z.object({ id: z.string(), name: z.string() }) });

/** The account's one goal for uploads; where there are several, only the contractor can know which. */
async function goalOf(http: Http, of: Customer): Promise<string> {
  const query = gaql`SELECT conversion_action.id, conversion_action.name FROM conversion_action
    WHERE conversion_action.status = ${"ENABLED"} AND conversion_action.type = ${"UPLOAD_CLICKS"} ORDER BY conversion_action.id LIMIT 20`;
  const [first, ...others] = await search(http, of, query, Goal);
  if (!first)
    refuse({ kind: "InvalidRequest", issues: ["the ad account has no conversion goal for imports from clicks: add one in Google Ads"] });
  if (others.length === 0) return first.conversionAction.id;
  const ids = [first, ...others].map(({ conversionAction }) => conversionAction.id).join(", ");
  return refuse({ kind: "InvalidRequest", issues: [`give goal_id: the account has several goals for imports, ${ids}`] });
}

/** As Google knows a person: in lower case, and without what Gmail ignores. https://developers.google.com/data-manager/api/devguides/concepts/formatting */
function plainEmail(email: string): string {
  const [name = "", host = ""] = email.trim().toLowerCase().split("@");
  return /^(gmail|googlemail)\.com$/.test(host) ? `${name.replaceAll(".", "").replace(/\+.*$/, "")}@${host}` : `${name}@${host}`;
}
const adsAccount = (accountId: string) => ({ accountType: "GOOGLE_ADS", accountId });

export const report = google.implement(reportConversion, {
  scopes: [DATA, ADS],
  idempotent: true, // Google counts a transaction once, and takes a second report of it for a correction
  async run({ http, account, input }) {
    const { click_id, email, phone, value_cents, currency } = input;
    if (click_id === undefined && email === undefined && phone === undefined)
      refuse({ kind: "InvalidRequest", issues: ["give click_id, or the customer's email or phone"] });
    const of = accountOf(input.account_id, account);
    const goal = input.goal_id ?? (await goalOf(http, of));
    const people = [
      ...(email === undefined ? [] : [{ emailAddress: await digest("SHA-256", plainEmail(email)) }]),
      ...(phone === undefined ? [] : [{ phoneNumber: await digest("SHA-256", phone) }]),
    ];
    const destination = {
      operatingAccount: adsAccount(of.customer),
      ...(of.manager !== undefined && { loginAccount: adsAccount(of.manager) }),
      productDestinationId: goal,
    };
    const event = {
      transactionId: input.transaction_id,
      eventTimestamp: input.happened_at,
      ...(click_id !== undefined && { adIdentifiers: { gclid: click_id } }),
      ...(people.length > 0 && { userData: { userIdentifiers: people } }),
      ...(value_cents !== undefined && { conversionValue: unitsOf(value_cents, currency), currency: currency.toUpperCase() }),
    };
    const json = { destinations: [destination], encoding: "HEX", events: [event] };
    const reply = await http.post(path`/v1/events:ingest`, { host: "datamanager.googleapis.com", json });
    reply.json(z.object({ requestId: z.string() }));
    return { transaction_id: input.transaction_id, status: "accepted" };
  },
});
