/** Plays Zoho CRM in two of its data centres: leads, what it tells of them, and their authorization servers. */
import {
  type AuthorizationServer,
  authorizationOperations,
  type Call,
  defineEmulator,
  type ErrorFault,
  grantOf,
  happenedAt,
  type IssuedTokens,
  json,
  type Operation,
  type PushAbout,
  type Reply,
  type State,
  seedGrant,
} from "@junction/sandbox";
import {
  addPerson,
  create,
  get,
  leadsOf,
  list,
  listDeleted,
  listFields,
  message,
  put,
  query,
  refusal,
  search,
  update,
} from "./emulator/leads.ts";

const US = { accounts: "accounts.zoho.com", api: "www.zohoapis.com" };
const EU = { accounts: "accounts.zoho.eu", api: "www.zohoapis.eu" };
const OTHERS = ["in", "com.au", "jp", "com.cn", "sa"].flatMap((end) => [`www.zohoapis.${end}`, `accounts.zoho.${end}`]);
/** An organization is in one of them; the sandbox's person has one in each. */
const ORGS = {
  [US.api]: { id: "6400000000000012345", company_name: "Sandbox Plumbing" },
  [EU.api]: { id: "2000000000000067890", company_name: "Sandbox Plumbing Europe" },
};

// Put together here, so that no scanner takes them for somebody's.
const token = (digit: string): string => ["1000", digit.repeat(32), digit.repeat(32)].join(".");
const tokens = (a: string, r: string): IssuedTokens => ({ access: token(a), refresh: token(r) });
const [OWNERS, READERS, EXPIRED, UNKNOWN] = [tokens("1", "2"), tokens("3", "4"), tokens("5", "6"), tokens("e", "f")];
const SCOPES = {
  "ZohoCRM.modules.leads.ALL": "Create, read, update and delete leads",
  "ZohoSearch.securesearch.READ": "Search records",
  "ZohoCRM.coql.READ": "Query records",
  "ZohoCRM.settings.fields.READ": "Read the fields of modules",
  "ZohoCRM.org.READ": "Read the organization",
  "ZohoCRM.notifications.ALL": "Manage notifications",
};
const LEADS = "ZohoCRM.modules.leads.ALL";
const NEEDED: Readonly<Record<string, readonly string[]>> = {
  get_org: ["ZohoCRM.org.READ"],
  list_leads: [LEADS],
  list_deleted: [LEADS],
  get_lead: [LEADS],
  create_lead: [LEADS],
  update_lead: [LEADS],
  search_leads: [LEADS, "ZohoSearch.securesearch.READ"],
  query: [LEADS, "ZohoCRM.coql.READ"],
  list_fields: ["ZohoCRM.settings.fields.READ"],
};

/** A lead of which a message tells, and which Zoho is then asked about. */
function keep(state: State, id: string, now: number, deleted = false): string {
  const number = id.slice(-4);
  const name = { First_Name: "Customer", Last_Name: number, Company: `Customer ${number}` };
  put(state, id, { ...name, Email: `customer${number}@example.com`, Phone: `+1202555${number}` }, now, deleted);
  return id;
}

const FAULTS: Readonly<Record<ErrorFault, () => Reply>> = {
  "401": () => refusal(401, "INVALID_TOKEN", "invalid oauth token"),
  "403": () => refusal(403, "NO_PERMISSION", "permission denied", { permissions: ["Crm_Implied_View_Leads"] }),
  "404": () => refusal(404, "INVALID_URL_PATTERN", "Please check if the URL trying to access is a correct one"),
  "409": () => refusal(409, "CONFLICT", "the record was changed by another request"),
  "422": () => refusal(400, "INVALID_DATA", "the id given seems to be invalid", { api_name: "id" }),
  "429": () => refusal(429, "TOO_MANY_REQUESTS", "too many requests fired in concurrent. Try again after sometime"),
  rate_limit_403: () => refusal(403, "LIMIT_EXCEEDED", "the day's API credits are used up"),
  "500": () => refusal(500, "INTERNAL_ERROR", "Internal Server Error"),
  "503": () => refusal(503, "SERVICE_UNAVAILABLE", "Service Unavailable"),
};

const server: AuthorizationServer = {
  vendor: "Zoho CRM",
  account: "Sandbox Plumbing",
  app: { client_id: `1000.${"SANDBOX".repeat(4)}00`, client_secret: "5ec2e7".repeat(7) },
  client: "form",
  scopes: SCOPES,
  authorizeHost: US.accounts,
  authorizePath: "/oauth/v2/auth",
  tokenHosts: [US.accounts, EU.accounts],
  tokenPath: "/oauth/v2/token",
  revokePath: "/oauth/v2/token/revoke",
  rotates: false,
  regions: [
    { name: "United States", host: US.accounts, returned: { location: "us", "accounts-server": `https://${US.accounts}` } },
    { name: "Europe", host: EU.accounts, returned: { location: "eu", "accounts-server": `https://${EU.accounts}` } },
  ],
  token: (call) => ["1000", call.random(32), call.random(32)].join("."),
  beside: ({ settings, url }, { scopes }) => ({
    ...{ scope: scopes.join(" "), token_type: "Bearer", expires_in: settings.tokenLifetimeSeconds },
    api_domain: `https://${url.host === EU.accounts ? EU.api : US.api}`,
  }),
  // With a 200, as Zoho says everything of tokens.
  refusal: (error) => json(200, { error: error.startsWith("bad_") ? "invalid_code" : error }),
};

/** A token is known in the data centre of its grant alone. */
function authenticate(call: Call): Reply | null {
  const grant = grantOf(call, "Zoho-oauthtoken");
  if (!grant || grant.host !== (call.url.host === EU.api ? EU.accounts : US.accounts)) return FAULTS["401"]();
  const needed = NEEDED[call.operation.replace(/_eu$/, "")] ?? [];
  if (needed.every((scope) => grant.scopes.includes(scope))) return null;
  return refusal(401, "OAUTH_SCOPE_MISMATCH", "invalid oauth scope to access this URL");
}

const OPERATIONS: readonly Operation[] = [
  { name: "get_org", method: "GET", path: "/crm/v8/org", run: ({ url }) => json(200, { org: [ORGS[url.host]] }) },
  { name: "list_fields", method: "GET", path: "/crm/v8/settings/fields", run: listFields },
  { name: "query", method: "POST", path: "/crm/v8/coql", run: query },
  { name: "list_leads", method: "GET", path: "/crm/v8/Leads", run: list },
  { name: "create_lead", method: "POST", path: "/crm/v8/Leads", run: create },
  { name: "search_leads", method: "GET", path: "/crm/v8/Leads/search", run: search },
  { name: "list_deleted", method: "GET", path: "/crm/v8/Leads/deleted", run: listDeleted },
  { name: "get_lead", method: "GET", path: "/crm/v8/Leads/:id", run: get },
  { name: "update_lead", method: "PUT", path: "/crm/v8/Leads/:id", run: update },
];

/** A change that was made before it is told. */
const told = (operation: string, record: string, about: PushAbout) =>
  message(operation, record, happenedAt(about), { Lead_Status: "Contacted" });
const idOf = (entity: number): string => `64${String(entity + 5000).padStart(17, "0")}`;

export default defineEmulator({
  vendor: "zoho-crm",
  hosts: [US.api, EU.api, US.accounts, EU.accounts, ...OTHERS, "www.zohoapis.ca", "accounts.zohocloud.ca"],
  credentials: {
    valid: { access_token: OWNERS.access, refresh_token: OWNERS.refresh, api_domain: `https://${US.api}` },
    wrong: { access_token: UNKNOWN.access, refresh_token: UNKNOWN.refresh, api_domain: `https://${US.api}` },
    /** May see the organization, and no leads. */
    restricted: { access_token: READERS.access, refresh_token: READERS.refresh, api_domain: `https://${US.api}` },
    /** The access token is over, the refresh token works. */
    expired: { access_token: EXPIRED.access, refresh_token: EXPIRED.refresh, api_domain: `https://${US.api}` },
    platform: { ...server.app },
  },
  secrets: ["access_token", "refresh_token", "client_secret"],
  authenticate,
  seed(state, now) {
    seedGrant(state, OWNERS, Object.keys(SCOPES), now + 3_600_000, US.accounts);
    seedGrant(state, READERS, ["ZohoCRM.org.READ"], now + 3_600_000, US.accounts);
    seedGrant(state, EXPIRED, Object.keys(SCOPES), now - 1, US.accounts);
    keep(state, idOf(0), now - 86_400_000);
  },
  operations: [
    ...OPERATIONS,
    ...OPERATIONS.map((one) => ({ ...one, name: `${one.name}_eu`, host: EU.api })),
    ...authorizationOperations(server),
  ],
  fault: (error) => FAULTS[error](),
  addPerson,
  inbox: (state) =>
    leadsOf(state)
      .list()
      .map(({ values, history }) => ({
        title: `Lead ${String(values["Full_Name"])}`,
        text: ["Company", "Email", "Phone", "Mobile", "Lead_Source"]
          .flatMap((name) => (values[name] == null ? [] : [`${name}: ${String(values[name])}`]))
          .join("\n"),
        at: history.at(-1)?.at ?? 0,
      })),
  pushes: {
    kinds: {
      "contact.created": (about) => told("insert", keep(about.state, idOf(about.entity), about.now), about),
      "contact.updated": (about) => told("update", keep(about.state, idOf(about.entity), about.now), about),
      "contact.deleted": (about) => told("delete", keep(about.state, idOf(about.entity + 1_000_000), about.now, true), about),
    },
    /** The token goes along in the body. */
    sign({ type, body, secret }) {
      const message: unknown = JSON.parse(body);
      if (typeof message !== "object" || message === null || Array.isArray(message)) throw new Error("Zoho tells nothing but an object");
      return { headers: { "content-type": type }, body: JSON.stringify({ ...message, token: secret }) };
    },
  },
});
