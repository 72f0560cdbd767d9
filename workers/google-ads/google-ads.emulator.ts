/** Plays the Google Ads API, the Data Manager API, and Google's authorization server for one app. */
import {
  type Call,
  defineEmulator,
  googleGrant,
  googleLogin,
  type IssuedTokens,
  json,
  type Operation,
  type Reply,
  refuse,
  seedGrant,
} from "@junction/sandbox";
import { budgetsOf, CUSTOMERS, type Customer, campaignsOf, keywordsOf, MANAGER, OWN, seedAccounts } from "./emulator/accounts.ts";
import { adsError, denied, fault } from "./emulator/errors.ts";
import { conversionsOf, ingest } from "./emulator/ingest.ts";
import { mutate } from "./emulator/mutate.ts";
import { search } from "./emulator/query.ts";

const ADS = "https://www.googleapis.com/auth/adwords";
const DATA = "https://www.googleapis.com/auth/datamanager";
const SCOPES = { [ADS]: "See, edit, create and delete your Google Ads accounts and data", [DATA]: "Manage your data in Google products" };

// Put together here, so that no scanner takes them for somebody's.
const token = (prefix: string, tail: string): string => [prefix, tail].join("");
const APP = {
  client_id: "204729583047-adsjunctionapp0123456789abcd.apps.googleusercontent.com",
  client_secret: token("GOCSPX-", "sandboxAdsJunctionSecret01234"),
};
const tokens = (of: string): IssuedTokens => ({
  access: token("ya29.", `a0SandboxAds${of}AccessToken`),
  refresh: token("1//", `0SandboxAds${of}RefreshToken`),
});
const [OWNERS, DATA_ONLY] = [tokens("Owner"), tokens("DataOnly")];

/** The account of the path, if the request may reach it. */
function customerOf(call: Call): Customer {
  const id = call.param("customer");
  const login = call.headers.get("login-customer-id");
  if (!/^\d{10}$/.test(id))
    refuse(adsError(400, "INVALID_ARGUMENT", "requestError", "INVALID_CUSTOMER_ID", `Invalid customer ID '${id}'.`));
  const customer = CUSTOMERS.find((one) => String(one.id) === id) ?? denied();
  if (login !== null && login !== id && login !== String(customer.through)) denied();
  if (customer.through !== undefined && login !== String(customer.through)) denied();
  if (customer.status !== "ENABLED")
    refuse(
      adsError(403, "PERMISSION_DENIED", "authorizationError", "CUSTOMER_NOT_ENABLED", "The customer can't be used: it is not enabled."),
    );
  return customer;
}
const own = (run: (call: Call, customer: Customer) => Reply) => (call: Call) => run(call, customerOf(call));
const change = (collection: string, name: string): Operation => ({
  ...{ name, method: "POST", path: `/v25/customers/:customer/${collection}:mutate` },
  run: own((call, customer) => mutate(call, customer, collection)),
});

export default defineEmulator({
  vendor: "google-ads",
  hosts: ["googleads.googleapis.com", "datamanager.googleapis.com", "accounts.google.com", "oauth2.googleapis.com"],
  credentials: {
    valid: { access_token: OWNERS.access, refresh_token: OWNERS.refresh, customer: String(OWN) },
    wrong: { access_token: token("ya29.", "a0NobodyKnowsThisAdsToken"), refresh_token: token("1//", "0NobodyKnowsThisAdsToken") },
    /** The person unticked ads. */
    restricted: { access_token: DATA_ONLY.access, refresh_token: DATA_ONLY.refresh },
    platform: APP,
  },
  secrets: ["access_token", "refresh_token", "client_secret"],
  authenticate(call) {
    const grant = googleGrant(call, [call.operation === "ingest_events" ? DATA : ADS]);
    return "status" in grant ? grant : null;
  },
  seed(state, now) {
    seedGrant(state, OWNERS, [ADS, DATA], now + 3_600_000);
    seedGrant(state, DATA_ONLY, [DATA], now + 3_600_000);
    seedAccounts(state);
  },
  operations: [
    ...googleLogin({ app: APP, account: "office@sandbox-plumbing.example", scopes: SCOPES }),
    {
      ...{ name: "list_accessible_customers", method: "GET", path: "/v25/customers:listAccessibleCustomers" },
      run: () => json(200, { resourceNames: [OWN, MANAGER].map((id) => `customers/${id}`) }),
    },
    { name: "search", method: "POST", path: "/v25/customers/:customer/googleAds:search", run: own(search) },
    change("campaigns", "mutate_campaigns"),
    change("campaignBudgets", "mutate_campaign_budgets"),
    change("adGroupCriteria", "mutate_ad_group_criteria"),
    { name: "ingest_events", method: "POST", host: "datamanager.googleapis.com", path: "/v1/events:ingest", run: ingest },
  ],
  fault,
  inbox: (state) => [
    ...campaignsOf(state)
      .list()
      .filter(({ changed }) => changed > 0)
      .map(({ name, status, budget, changed }) => ({
        title: `Campaign ${name}`,
        text: `${status}, ${(budgetsOf(state).get(String(budget))?.amountMicros ?? 0) / 1e6} a day`,
        at: changed,
      })),
    ...keywordsOf(state)
      .list()
      .filter(({ changed }) => changed > 0)
      .map(({ text, status, changed }) => ({ title: `Keyword ${text}`, text: status, at: changed })),
    ...conversionsOf(state)
      .list()
      .map(({ transaction, value, at }) => ({ title: `Conversion ${transaction}`, text: value === null ? "no value" : String(value), at })),
  ],
});
