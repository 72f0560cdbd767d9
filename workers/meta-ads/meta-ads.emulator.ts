/** Plays the Marketing API: ad accounts, campaigns, insights and lead forms, and Facebook Login for one app. */
import {
  type Call,
  defineEmulator,
  type Grant,
  type IssuedTokens,
  json,
  type Reply,
  refuse,
  type State,
  seedGrant,
} from "@junction/sandbox";
import {
  ACCOUNTS,
  accountOf,
  campaigns,
  fieldsOf,
  insights,
  listCampaigns,
  paged,
  seedCampaigns,
  shown,
  updateCampaign,
} from "./emulator/ads.ts";
import { bad, deadToken, fault, graphError, lacking, missing } from "./emulator/errors.ts";
import { grantBehind, loginOperations, revoke } from "./emulator/login.ts";

const SCOPES: Readonly<Record<string, string>> = {
  ads_read: "Access your ads and their statistics",
  ads_management: "Manage your ads",
  pages_show_list: "Show a list of the Pages you manage",
  pages_manage_ads: "Create and manage ads for your Page",
};
// Put together here, so that no scanner takes them for somebody's.
const token = (tail: string): string => ["EAA", tail].join("");
const APP = {
  client_id: "2047295830471234",
  client_secret: ["2123456789abcdef", "adsappsecret0123".replaceAll(/[^0-9a-f]/g, "e")].join(""),
};
const OWNER = { id: "10229583047000123", name: "Sam Owner" };
const people = (of: string): IssuedTokens => ({
  access: token(`AdsSandbox${of}LongLivedUserToken0123456789`),
  refresh: `ads-sandbox-${of}`,
});
const [OWNERS, READERS, EXPIRED] = [people("Owner"), people("Reader"), people("Expired")];
const PAGES = [
  { id: "104729583047001", name: "Sandbox Plumbing", tasks: ["ADVERTISE", "ANALYZE", "CREATE_CONTENT", "MANAGE"] },
  { id: "104729583047002", name: "Springfield Trades", tasks: ["ANALYZE"] },
];
interface Form {
  readonly id: string;
  readonly page: string;
  readonly name: string;
  readonly status: "ACTIVE" | "ARCHIVED";
  readonly leads_count: number;
  readonly questions: readonly unknown[];
  readonly at: number;
}
const forms = (state: State) => state.collection<Form>("forms");
const pageTokens = (state: State) => state.collection<{ readonly page: string; readonly user: string }>("page_tokens");
const bearer = ({ headers }: Call): string => /^(?:Bearer|OAuth) (\S+)$/i.exec(headers.get("authorization") ?? "")?.[1] ?? "";
const grantOf = (call: Call): Grant | undefined => grantBehind(call, pageTokens(call.state).get(bearer(call))?.user ?? bearer(call));

function authenticate(call: Call): Reply | null {
  if (bearer(call) === "") return graphError(400, 104, "An access token is required to request this resource.");
  return grantOf(call) ? null : deadToken();
}
/** Refuses whoever lacks all of these permissions. */
function may(call: Call, ...oneOf: readonly string[]): void {
  const scopes = grantOf(call)?.scopes ?? [];
  if (!oneOf.some((scope) => scopes.includes(scope))) lacking(oneOf.join(" or "));
}

function me(call: Call): Reply {
  const granted = grantOf(call)?.scopes ?? [];
  const permissions = {
    data: Object.keys(SCOPES).map((permission) => ({ permission, status: granted.includes(permission) ? "granted" : "declined" })),
  };
  return json(200, fieldsOf(call, { ...OWNER, permissions }));
}
function adAccounts(call: Call): Reply {
  may(call, "ads_read", "ads_management");
  return paged(call, ACCOUNTS, (one: (typeof ACCOUNTS)[number]) => fieldsOf(call, { ...one }));
}
function accounts(call: Call): Reply {
  const all = grantOf(call)?.scopes.includes("pages_show_list") ? PAGES : [];
  return paged(call, all, (one: (typeof PAGES)[number]) => fieldsOf(call, one));
}

function getObject(call: Call): Reply {
  const id = call.param("id");
  const page = PAGES.find((one) => one.id === id);
  if (page) return getPage(call, page);
  may(call, "ads_read", "ads_management");
  const campaign = campaigns(call.state).get(id);
  return json(200, campaign ? shown(call, campaign) : fieldsOf(call, { ...accountOf(id) }));
}
function getPage(call: Call, { id, name, tasks }: (typeof PAGES)[number]): Reply {
  const own = tasks.includes("ADVERTISE") && grantOf(call)?.scopes.includes("pages_show_list");
  const access_token = own ? token(`AdsPage${btoa(`${bearer(call).slice(-20)}${id}`).replaceAll(/[^A-Za-z0-9]/g, "")}`) : undefined;
  if (access_token)
    pageTokens(call.state).put(access_token, { page: id, user: pageTokens(call.state).get(bearer(call))?.user ?? bearer(call) });
  return json(200, fieldsOf(call, { id, name, access_token }));
}
function update(call: Call): Reply {
  may(call, "ads_management");
  const campaign = campaigns(call.state).get(call.param("id"));
  return campaign ? updateCampaign(call, campaign) : missing(call.param("id"));
}

/** Refuses whoever is not the page, or may not. */
function actAs(call: Call): string {
  const id = call.param("id");
  if (!PAGES.some((page) => page.id === id)) missing(id);
  if (pageTokens(call.state).get(bearer(call))?.page !== id)
    refuse(graphError(403, 190, "(#190) This method must be called with a Page Access Token"));
  may(call, "pages_manage_ads");
  return id;
}
const time = (at: number): string => `${new Date(at).toISOString().slice(0, 19)}+0000`;
function listForms(call: Call): Reply {
  const page = actAs(call);
  const all = [...forms(call.state).list()].filter((form) => form.page === page).reverse();
  return paged(call, all, ({ at, ...form }: Form) => fieldsOf(call, { ...form, created_time: time(at) }));
}
const QUESTIONS = ["FULL_NAME", "EMAIL", "PHONE", "STREET_ADDRESS", "CITY", "STATE", "ZIP", "POST_CODE", "CUSTOM"];
function createForm(call: Call): Reply {
  const page = actAs(call);
  const read = (name: string): unknown => {
    try {
      return JSON.parse(call.form.get(name) ?? "null");
    } catch (error) {
      if (error instanceof SyntaxError) return bad(`param ${name} must be valid JSON`);
      throw error;
    }
  };
  const name = call.form.get("name") || bad("The parameter name is required");
  const questions = read("questions") as readonly { type?: string; label?: string }[] | null;
  if (!Array.isArray(questions) || questions.length === 0) return bad("The parameter questions is required");
  for (const { type = "", label } of questions) {
    if (!QUESTIONS.includes(type)) bad(`Param questions[0][type] must be one of {${QUESTIONS.join(", ")}}`);
    if (type === "CUSTOM" && !label) bad("A custom question needs a label");
  }
  const policy = read("privacy_policy") as { url?: string } | null;
  if (!policy?.url?.startsWith("https://")) bad("Privacy policy is required");
  const id = `3392472${call.random(8, "123456789")}`;
  forms(call.state).put(id, { id, page, name, status: "ACTIVE", leads_count: 0, questions, at: call.now() });
  return json(200, { id });
}

export default defineEmulator({
  vendor: "meta-ads",
  hosts: ["graph.facebook.com", "www.facebook.com"],
  credentials: {
    valid: { access_token: OWNERS.access, ad_account: "act_1047295830470001" },
    wrong: { access_token: token("AdsNobodyKnowsThisUserToken0123456789") },
    expired: { access_token: EXPIRED.access },
    /** The person unticked changing ads. */
    restricted: { access_token: READERS.access },
    platform: APP,
  },
  secrets: ["access_token", "client_secret"],
  authenticate,
  seed(state, now) {
    const month = now + 30 * 86_400_000;
    seedGrant(state, OWNERS, Object.keys(SCOPES), month);
    seedGrant(state, READERS, ["ads_read", "pages_show_list"], month);
    seedGrant(state, EXPIRED, Object.keys(SCOPES), now - 1);
    seedCampaigns(state);
    const form = {
      id: "339247250000123",
      page: "104729583047001",
      name: "Free estimate",
      status: "ACTIVE",
      leads_count: 12,
      questions: [],
    } as const;
    forms(state).put(form.id, { ...form, at: now - 30 * 86_400_000 });
  },
  operations: [
    ...loginOperations(APP, OWNER.name, SCOPES),
    { name: "get_me", method: "GET", path: "/v26.0/me", run: me },
    { name: "list_ad_accounts", method: "GET", path: "/v26.0/me/adaccounts", run: adAccounts },
    { name: "list_accounts", method: "GET", path: "/v26.0/me/accounts", run: accounts },
    {
      ...{ name: "revoke", method: "DELETE", path: "/v26.0/me/permissions", apart: true },
      run: (call) => revoke(call, grantOf(call) ?? refuse(deadToken())),
    },
    { name: "get_object", method: "GET", path: "/v26.0/:id", run: getObject },
    { name: "update_campaign", method: "POST", path: "/v26.0/:id", run: update },
    { name: "list_campaigns", method: "GET", path: "/v26.0/:id/campaigns", run: (call) => ads(call, listCampaigns) },
    { name: "get_insights", method: "GET", path: "/v26.0/:id/insights", run: (call) => ads(call, insights) },
    { name: "list_lead_forms", method: "GET", path: "/v26.0/:id/leadgen_forms", run: listForms },
    { name: "create_lead_form", method: "POST", path: "/v26.0/:id/leadgen_forms", run: createForm },
  ],
  finish: (_, reply) => ({
    ...reply,
    headers: {
      ...reply.headers,
      "x-ad-account-usage": JSON.stringify({ acc_id_util_pct: 9.67, reset_time_duration: 0, ads_api_access_tier: "standard_access" }),
    },
  }),
  fault,
  inbox: (state) => [
    ...forms(state)
      .list()
      .map(({ name, at }) => ({ title: `Lead form ${name}`, text: "Ready to be used in a lead ad", at })),
    ...campaigns(state)
      .list()
      .filter(({ changed }) => changed > 0)
      .map(({ name, status, daily_budget, changed }) => ({
        title: `Campaign ${name}`,
        text: `${status}, ${daily_budget ?? "no"} a day`,
        at: changed,
      })),
  ],
});

function ads(call: Call, run: (call: Call, account: (typeof ACCOUNTS)[number]) => Reply): Reply {
  may(call, "ads_read", "ads_management");
  return run(call, accountOf(call.param("id")));
}
