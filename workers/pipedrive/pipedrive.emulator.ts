/** Plays Pipedrive: persons, leads, what it tells of them, and its authorization server. https://developers.pipedrive.com/docs/api/v1 */
import {
  type AuthorizationServer,
  authorizationOperations,
  type Call,
  defineEmulator,
  type ErrorFault,
  grantOf,
  type IssuedTokens,
  json,
  type Operation,
  type Reply,
  type State,
  seedGrant,
} from "@junction/sandbox";

const COMPANY = { company_id: 7_700_123, company_name: "Sandbox Plumbing", company_domain: "sandbox-plumbing" };
const HOME = `${COMPANY.company_domain}.pipedrive.com`;
// Put together here, so that no scanner takes them for somebody's.
const tokens = (of: string): IssuedTokens => ({ access: `v1u:Sandbox${of}${"Access".repeat(6)}`, refresh: `7700123:Sandbox${of}` });
const [OWNERS, READERS, EXPIRED, UNKNOWN] = [tokens("Owner"), tokens("Reader"), tokens("Expired"), tokens("Unknown")];
const SCOPES = {
  base: "Read settings of the authorized user and currencies in an account",
  "contacts:full": "Create, read, update and delete persons and organizations",
  "leads:full": "Create, read, update and delete leads and lead labels",
  "search:read": "Search across the account for deals, persons, organizations, files and products",
};
/** Operation → the scope it needs. */
const NEEDED: Readonly<Record<string, string>> = {
  get_user: "base",
  list_persons: "contacts:full",
  get_person: "contacts:full",
  list_leads: "leads:full",
  get_lead: "leads:full",
};

interface Reachable {
  readonly value: string;
  readonly primary: boolean;
  readonly label: string;
}
interface Person {
  readonly id: number;
  readonly name: string;
  readonly emails: readonly Reachable[];
  readonly phones: readonly Reachable[];
  readonly is_deleted: boolean;
  readonly add_time: string;
  readonly update_time: string;
}
interface Lead {
  readonly id: string;
  readonly title: string;
  readonly person_id: number;
  readonly add_time: string;
}
const persons = (state: State) => state.collection<Person>("persons");
const leads = (state: State) => state.collection<Lead>("leads");

const work = (value: string): readonly Reachable[] => [{ value, primary: true, label: "work" }];
function person(state: State, id: number, now: number, is_deleted = false): Person {
  const at = new Date(now).toISOString();
  const number = String(1000 + (id % 9000));
  const reach = { emails: work(`customer${id}@example.com`), phones: work(`+1202555${number}`) };
  const kept = { id, name: `Customer ${id}`, ...reach, is_deleted, add_time: at, update_time: at };
  persons(state).put(String(id), kept);
  return kept;
}
function lead(state: State, of: Person, now: number): Lead {
  const id = `a0000000-0000-4000-8000-${String(of.id).padStart(12, "0")}`;
  const kept = { id, title: `${of.name} lead`, person_id: of.id, add_time: new Date(now).toISOString() };
  leads(state).put(id, kept);
  return kept;
}

const failure = (status: number, error: string, more: object = {}, headers: Readonly<Record<string, string>> = {}): Reply =>
  json(
    status,
    { success: false, error, error_info: "Please check developers.pipedrive.com for more information about Pipedrive API.", ...more },
    headers,
  );
const SPENT = { "x-ratelimit-limit": "80", "x-ratelimit-remaining": "0", "x-ratelimit-reset": "2" };
const FAULTS: Readonly<Record<ErrorFault, () => Reply>> = {
  "401": () => failure(401, "unauthorized access", { errorCode: 401 }),
  "403": () => failure(403, "Scope and URL mismatch", { errorCode: 403 }),
  "404": () => failure(404, "Person not found", { data: null, additional_data: null }),
  "409": () => failure(409, "Conflict", { data: null }),
  "422": () => failure(400, "Bad request", { code: "ERR_SCHEMA_VALIDATION_FAILED", data: null }),
  "429": () => failure(429, "request over limit", { errorCode: 429 }, SPENT),
  rate_limit_403: () => failure(429, "daily token budget exceeded", { errorCode: 429 }, { ...SPENT, "x-ratelimit-reset": "3600" }),
  "500": () => failure(500, "Internal server error", { data: null }),
  "503": () => failure(503, "Service unavailable", { data: null }),
};

const server: AuthorizationServer = {
  vendor: "Pipedrive",
  account: COMPANY.company_name,
  app: { client_id: "5a11d00cb1b1d001", client_secret: "5ec2e7".repeat(6) },
  client: "basic",
  scopes: SCOPES,
  fixed: Object.keys(SCOPES),
  authorizeHost: "oauth.pipedrive.com",
  authorizePath: "/oauth/authorize",
  tokenHosts: ["oauth.pipedrive.com"],
  tokenPath: "/oauth/token",
  revokePath: "/oauth/revoke",
  rotates: true,
  token: (call, kind) => (kind === "access" ? `v1u:${call.random(60)}` : `${COMPANY.company_id}:${call.random(40)}`),
  beside: ({ settings }, { scopes }) => ({
    ...{ token_type: "Bearer", expires_in: settings.tokenLifetimeSeconds, scope: scopes.join(",") },
    api_domain: `https://${HOME}`,
  }),
  refusal: (error) =>
    error === "invalid_client"
      ? json(401, { success: false, message: "Invalid client: client is invalid", error: "invalid_client" })
      : error === "unsupported_grant_type"
        ? json(400, { success: false, message: "Unsupported grant type", error })
        : json(400, { success: false, message: "Invalid grant: the token or code is invalid", error: "invalid_grant" }),
};

function authenticate(call: Call): Reply | null {
  const grant = grantOf(call);
  if (!grant) return FAULTS["401"]();
  const needed = NEEDED[call.operation.replace(/_general$/, "")];
  return needed === undefined || grant.scopes.includes(needed) ? null : FAULTS["403"]();
}

function listed<T>({ query }: Call, all: readonly T[]): Reply {
  const limit = Number(query.get("limit") ?? 100);
  if (!Number.isInteger(limit) || limit < 1 || limit > 500) return FAULTS["422"]();
  return json(200, { success: true, data: all.slice(0, limit), additional_data: { next_cursor: null } });
}
const one = (what: unknown): Reply => (what === undefined ? FAULTS["404"]() : json(200, { success: true, data: what }));

const READS: readonly Operation[] = [
  {
    name: "get_user",
    method: "GET",
    path: "/v1/users/me",
    run: () => one({ id: 1, name: "Olive Owner", email: "owner@example.com", ...COMPANY }),
  },
  {
    ...{ name: "list_persons", method: "GET", path: "/api/v2/persons" },
    run: (call) =>
      listed(
        call,
        persons(call.state)
          .list()
          .filter(({ is_deleted }) => !is_deleted),
      ),
  },
  { name: "get_person", method: "GET", path: "/api/v2/persons/:id", run: ({ state, param }) => one(persons(state).get(param("id"))) },
  { name: "list_leads", method: "GET", path: "/v1/leads", run: (call) => listed(call, leads(call.state).list()) },
  { name: "get_lead", method: "GET", path: "/v1/leads/:id", run: ({ state, param }) => one(leads(state).get(param("id"))) },
];

/** A message of version 2; ids are texts in its `meta`. */
function told(
  action: string,
  entity: string,
  entity_id: string,
  about: { id: string; now: number },
  data: object | null,
  previous: object | null,
) {
  const meta = {
    ...{ action, entity, entity_id, id: crypto.randomUUID(), company_id: String(COMPANY.company_id), correlation_id: about.id },
    ...{ user_id: "1", permitted_user_ids: ["1"], change_source: "app", is_bulk_edit: false, attempt: 1, host: HOME, type: "general" },
    ...{ timestamp: new Date(about.now).toISOString(), version: "2.0", webhook_id: "42", webhook_owner_id: "1" },
  };
  return { type: "application/json", body: JSON.stringify({ meta, data, previous }) };
}
const idOf = (entity: number): number => 50_000 + entity;

export default defineEmulator({
  vendor: "pipedrive",
  hosts: ["api.pipedrive.com", "oauth.pipedrive.com", HOME],
  credentials: {
    valid: { access_token: OWNERS.access, refresh_token: OWNERS.refresh, api_domain: `https://${HOME}` },
    wrong: { access_token: UNKNOWN.access, refresh_token: UNKNOWN.refresh, api_domain: `https://${HOME}` },
    /** Of an app that was given no scope for leads. */
    restricted: { access_token: READERS.access, refresh_token: READERS.refresh, api_domain: `https://${HOME}` },
    /** The access token is over, the refresh token works. */
    expired: { access_token: EXPIRED.access, refresh_token: EXPIRED.refresh, api_domain: `https://${HOME}` },
    platform: { ...server.app },
  },
  secrets: ["access_token", "refresh_token", "client_secret"],
  authenticate,
  seed(state, now) {
    seedGrant(state, OWNERS, Object.keys(SCOPES), now + 3_600_000);
    seedGrant(state, READERS, ["base", "contacts:full", "search:read"], now + 3_600_000);
    seedGrant(state, EXPIRED, Object.keys(SCOPES), now - 1);
    const ada = { id: 1, name: "Ada Byron", emails: work("ada@example.com"), phones: work("+12025550101") };
    const at = new Date(now - 86_400_000).toISOString();
    persons(state).put("1", { ...ada, is_deleted: false, add_time: at, update_time: at });
  },
  operations: [
    ...READS.map((read) => ({ ...read, host: HOME })),
    ...READS.map((read) => ({ ...read, name: `${read.name}_general` })),
    ...authorizationOperations(server),
  ],
  fault: (error, { url }) => (url.pathname.startsWith("/oauth/") && error === "401" ? server.refusal("invalid_client") : FAULTS[error]()),
  pushes: {
    kinds: {
      "contact.created": ({ id, entity, now, state }) =>
        told("create", "person", String(idOf(entity)), { id, now }, person(state, idOf(entity), now), null),
      "contact.updated": ({ id, entity, now, state }) => {
        const kept = person(state, idOf(entity), now);
        return told("change", "person", String(kept.id), { id, now }, kept, { name: "Before", update_time: kept.add_time });
      },
      "contact.deleted": ({ id, entity, now, state }) => {
        const gone = person(state, 900_000 + entity, now, true);
        return told("delete", "person", String(gone.id), { id, now }, null, { ...gone, is_deleted: false });
      },
      "lead.created": ({ id, entity, now, state }) => {
        const made = lead(state, person(state, idOf(entity), now), now);
        return told("create", "lead", made.id, { id, now }, made, null);
      },
    },
    sign: ({ type, body, secret }) => ({
      headers: { "content-type": type, authorization: `Basic ${btoa(`junction:${secret}`)}`, "user-agent": "Pipedrive Webhooks" },
      body,
    }),
  },
});
