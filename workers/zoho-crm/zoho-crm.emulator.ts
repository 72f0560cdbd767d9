/** Plays Zoho CRM in two of its data centres: leads, what it tells of them, and their authorization servers. */
import {
  type AuthorizationServer,
  authorizationOperations,
  type Call,
  defineEmulator,
  type ErrorFault,
  empty,
  grantOf,
  type IssuedTokens,
  json,
  type Operation,
  type Reply,
  type State,
  seedGrant,
} from "@junction/sandbox";

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
  "ZohoCRM.org.READ": "Read the organization",
  "ZohoCRM.notifications.ALL": "Manage notifications",
};
const NEEDED: Readonly<Record<string, string>> = {
  get_org: "ZohoCRM.org.READ",
  list_leads: "ZohoCRM.modules.leads.ALL",
  list_deleted: "ZohoCRM.modules.leads.ALL",
  get_lead: "ZohoCRM.modules.leads.ALL",
};

interface Lead {
  readonly id: string;
  readonly First_Name: string | null;
  readonly Last_Name: string;
  readonly Full_Name: string;
  readonly Email: string | null;
  readonly Phone: string | null;
  readonly Mobile: string | null;
  readonly deleted: boolean;
}
const leads = (state: State) => state.collection<Lead>("leads");
function keep(state: State, id: string, deleted = false): Lead {
  const number = id.slice(-4);
  const name = { First_Name: "Customer", Last_Name: number, Full_Name: `Customer ${number}` };
  const lead = { id, ...name, Email: `customer${number}@example.com`, Phone: `+1202555${number}`, Mobile: null, deleted };
  leads(state).put(id, lead);
  return lead;
}

const refusal = (status: number, code: string, message: string, details: object = {}): Reply =>
  json(status, { code, details, message, status: "error" });
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
  const needed = NEEDED[call.operation.replace(/_eu$/, "")];
  if (needed === undefined || grant.scopes.includes(needed)) return null;
  return refusal(401, "OAUTH_SCOPE_MISMATCH", "invalid oauth scope to access this URL");
}

function fieldsOf({ query }: Call, { deleted: _, ...lead }: Lead): object {
  const wanted = query.get("fields")?.split(",");
  return Object.fromEntries(Object.entries(lead).filter(([name]) => name === "id" || wanted === undefined || wanted.includes(name)));
}
const listed = (data: readonly object[], per_page: number): Reply =>
  data.length === 0
    ? empty(204)
    : json(200, {
        data: data.slice(0, per_page),
        info: { per_page, count: Math.min(data.length, per_page), page: 1, more_records: data.length > per_page },
      });

function list(call: Call, deleted: boolean): Reply {
  const per_page = Number(call.query.get("per_page") ?? 200);
  if (!Number.isInteger(per_page) || per_page < 1 || per_page > 200) return FAULTS["422"]();
  if (!deleted && !call.query.has("fields"))
    return refusal(400, "REQUIRED_PARAM_MISSING", "One of the expected parameter is missing", { param_name: "fields" });
  const all = leads(call.state)
    .list()
    .filter((lead) => lead.deleted === deleted);
  return listed(
    all.toReversed().map((lead) => (deleted ? { id: lead.id, display_name: lead.Full_Name, type: "recycle" } : fieldsOf(call, lead))),
    per_page,
  );
}
function get(call: Call): Reply {
  const lead = leads(call.state).get(call.param("id"));
  return lead && !lead.deleted ? json(200, { data: [fieldsOf(call, lead)] }) : empty(204);
}

const READS: readonly Operation[] = [
  { name: "get_org", method: "GET", path: "/crm/v8/org", run: ({ url }) => json(200, { org: [ORGS[url.host]] }) },
  { name: "list_leads", method: "GET", path: "/crm/v8/Leads", run: (call) => list(call, false) },
  { name: "list_deleted", method: "GET", path: "/crm/v8/Leads/deleted", run: (call) => list(call, true) },
  { name: "get_lead", method: "GET", path: "/crm/v8/Leads/:id", run: get },
];

const DAY_MS = 86_400_000;
/** When it changed: before it is told, and the same however often it is told. */
const changedAt = (id: string, now: number): number =>
  Math.floor(now / DAY_MS) * DAY_MS - ([...id].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % DAY_MS, 7) % DAY_MS);
function told(operation: string, record: string, id: string, now: number) {
  const body = {
    ...{ server_time: changedAt(id, now), query_params: {}, module: "Leads", resource_uri: `https://${US.api}/crm/v8/Leads` },
    ...{ ids: [record], operation, channel_id: "1000000068001", affected_fields: [{ [record]: ["Lead_Status"] }] },
  };
  return { type: "application/json", body: JSON.stringify(body) };
}
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
    keep(state, idOf(0));
  },
  operations: [...READS, ...READS.map((read) => ({ ...read, name: `${read.name}_eu`, host: EU.api })), ...authorizationOperations(server)],
  fault: (error) => FAULTS[error](),
  pushes: {
    kinds: {
      "contact.created": ({ id, entity, now, state }) => told("insert", keep(state, idOf(entity)).id, id, now),
      "contact.updated": ({ id, entity, now, state }) => told("update", keep(state, idOf(entity)).id, id, now),
      "contact.deleted": ({ id, entity, now, state }) => told("delete", keep(state, idOf(entity + 1_000_000), true).id, id, now),
    },
    /** The token goes along in the body. */
    sign({ type, body, secret }) {
      const message: unknown = JSON.parse(body);
      if (typeof message !== "object" || message === null || Array.isArray(message)) throw new Error("Zoho tells nothing but an object");
      return { headers: { "content-type": type }, body: JSON.stringify({ ...message, token: secret }) };
    },
  },
});
