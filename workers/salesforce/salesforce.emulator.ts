/** Plays Salesforce: leads and contacts, its outbound messages, and its authorization server. https://developer.salesforce.com/docs */
import {
  type AuthorizationServer,
  authorizationOperations,
  type Call,
  type Cell,
  defineEmulator,
  type ErrorFault,
  grantOf,
  type IssuedTokens,
  json,
  type Reply,
  type State,
  seedGrant,
} from "@junction/sandbox";
import { create, describeFields, errors, get, leadsOf, missing, newId, put, query, ROOT, search, update, write } from "./emulator/leads.ts";
import { HOME, messageOf, ORGANIZATION } from "./emulator/message.ts";

const LOGIN = "login.salesforce.com";
// Put together here, so that no scanner takes them for somebody's.
const tokens = (of: string): IssuedTokens => ({
  access: `${ORGANIZATION}!Sandbox${of}${"Access".repeat(8)}`,
  refresh: `5Aep8Sandbox${of}`,
});
const [OWNERS, READERS, EXPIRED, UNKNOWN] = [tokens("Owner"), tokens("Reader"), tokens("Expired"), tokens("Unknown")];
const SCOPES = {
  api: "Manage user data via APIs",
  refresh_token: "Perform requests at any time",
  web: "Manage user data via web browsers",
};
const IDENTITY = `https://${LOGIN}/id/${ORGANIZATION}/0055g00000SandUserAAA`;
/** The profile of the person who reads only, in place of a scope. */
const READ_ONLY = "web";

/** A person of whom a message tells, whom the organization is then asked about. */
function keep(state: State, object: "Lead" | "Contact", entity: number, created: number, changed: number): Record<string, Cell> {
  const number = String(1000 + (entity % 9000));
  const id = `${object === "Lead" ? "00Q" : "003"}5g${String(entity).padStart(10, "0")}EAA`;
  const values = {
    ...{ FirstName: "Customer", LastName: `O'Hara & ${number}`, Company: "O'Hara & Sons", Email: `customer${entity}@example.com` },
    ...{ Phone: `+1202555${number}`, CreatedDate: new Date(created).toISOString().replace("Z", "+0000") },
  };
  if (object === "Lead") return put(state, id, values, changed).values;
  const contact = {
    ...values,
    Id: id,
    Name: `Customer O'Hara & ${number}`,
    MobilePhone: null,
    LastModifiedDate: new Date(changed).toISOString(),
  };
  state.collection<Record<string, Cell>>("contacts").put(id, contact);
  return contact;
}

const FAULTS: Readonly<Record<ErrorFault, () => Reply>> = {
  "401": () => errors(401, "INVALID_SESSION_ID", "Session expired or invalid"),
  "403": () => errors(403, "INSUFFICIENT_ACCESS", "insufficient access rights on cross-reference id"),
  "404": missing,
  "409": () => errors(400, "DUPLICATES_DETECTED", "You're creating a duplicate record. We recommend you use an existing record instead."),
  "422": () => errors(400, "INVALID_FIELD", "No such column 'Wrong' on sobject of type Lead"),
  "429": () => errors(403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded."),
  rate_limit_403: () => errors(403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded."),
  "500": () => errors(500, "UNKNOWN_EXCEPTION", "An unexpected error occurred."),
  "503": () => errors(503, "SERVER_UNAVAILABLE", "server unavailable"),
};

const server: AuthorizationServer = {
  vendor: "Salesforce",
  account: "Sandbox Plumbing",
  app: { client_id: `3MVG9${"Sandbox".repeat(8)}`, client_secret: "5EC2E7".repeat(10) },
  client: "form",
  scopes: SCOPES,
  authorizeHost: LOGIN,
  authorizePath: "/services/oauth2/authorize",
  tokenHosts: [LOGIN],
  tokenPath: "/services/oauth2/token",
  revokePath: "/services/oauth2/revoke",
  rotates: false, // as an app is made; its owner may switch it on
  token: (call, kind) => (kind === "access" ? `${ORGANIZATION}!${call.random(80)}` : `5Aep8${call.random(76)}`),
  // No expires_in: how long a session lasts is not told.
  beside: (call, { scopes }) => ({
    ...{ signature: call.random(43), scope: scopes.join(" "), instance_url: `https://${HOME}`, id: IDENTITY },
    ...{ token_type: "Bearer", issued_at: String(call.now()) },
  }),
  refusal(error) {
    const said = (code: string, error_description: string) => json(400, { error: code, error_description });
    if (error === "invalid_client") return said("invalid_client", "invalid client credentials");
    if (error === "unsupported_grant_type") return said(error, "grant type not supported");
    return said("invalid_grant", error === "bad_code" ? "expired authorization code" : "expired access/refresh token");
  },
};

function describe(call: Call): Reply {
  const writes = !(grantOf(call)?.scopes.includes(READ_ONLY) ?? false);
  const rights = { createable: writes, updateable: writes, deletable: writes, queryable: true, searchable: true, retrieveable: true };
  return json(200, { objectDescribe: { name: "Lead", label: "Lead", keyPrefix: "00Q", custom: false, ...rights }, recentItems: [] });
}

function getContact({ state, param, query }: Call): Reply {
  const contact = state.collection<Record<string, Cell>>("contacts").get(param("id"));
  if (!contact) return missing();
  const wanted = query.get("fields")?.split(",") ?? Object.keys(contact);
  const fields = wanted.map((name) => [name, contact[name] ?? null]);
  return json(200, { attributes: { type: "Contact", url: `${ROOT}/sobjects/Contact/${contact["Id"]}` }, ...Object.fromEntries(fields) });
}

const sets = (of: IssuedTokens) => ({ access_token: of.access, refresh_token: of.refresh, instance_url: `https://${HOME}`, id: IDENTITY });
const HOUR_MS = 3_600_000;

export default defineEmulator({
  vendor: "salesforce",
  hosts: [LOGIN, HOME, "sandbox-dev-ed.develop.my.salesforce.com", "sandbox.trailblaze.my.salesforce.com"],
  credentials: {
    valid: sets(OWNERS),
    wrong: sets(UNKNOWN),
    /** May see leads, and not change them. */
    restricted: sets(READERS),
    /** The access token is over, the refresh token works. */
    expired: sets(EXPIRED),
    platform: { ...server.app },
  },
  secrets: ["access_token", "refresh_token", "client_secret"],
  authenticate(call) {
    const grant = grantOf(call);
    if (!grant) return FAULTS["401"]();
    return call.method !== "GET" && grant.scopes.includes(READ_ONLY) ? FAULTS["403"]() : null;
  },
  seed(state, now) {
    seedGrant(state, OWNERS, ["api", "refresh_token"], now + 2 * HOUR_MS);
    seedGrant(state, READERS, ["api", "refresh_token", READ_ONLY], now + 2 * HOUR_MS);
    seedGrant(state, EXPIRED, ["api", "refresh_token"], now - 1);
    keep(state, "Lead", 0, now - 48 * HOUR_MS, now - 24 * HOUR_MS);
  },
  operations: [
    { name: "describe_lead", method: "GET", host: HOME, path: `${ROOT}/sobjects/Lead`, run: describe },
    { name: "describe_fields", method: "GET", host: HOME, path: `${ROOT}/sobjects/Lead/describe`, run: describeFields },
    { name: "query", method: "GET", host: HOME, path: `${ROOT}/query`, run: query },
    { name: "search", method: "GET", host: HOME, path: `${ROOT}/parameterizedSearch`, run: search },
    { name: "create_lead", method: "POST", host: HOME, path: `${ROOT}/sobjects/Lead`, run: create },
    { name: "get_lead", method: "GET", host: HOME, path: `${ROOT}/sobjects/Lead/:id`, run: get },
    { name: "update_lead", method: "PATCH", host: HOME, path: `${ROOT}/sobjects/Lead/:id`, run: update },
    { name: "get_contact", method: "GET", host: HOME, path: `${ROOT}/sobjects/Contact/:id`, run: getContact },
    ...authorizationOperations(server),
  ],
  finish: ({ url }, reply) =>
    url.host === LOGIN ? reply : { ...reply, headers: { ...reply.headers, "sforce-limit-info": "api-usage=25/15000" } },
  fault: (error) => FAULTS[error](),
  addPerson({ first, last, email, phone, company = `${first} ${last}` }, { state, now }) {
    return write(state, newId(now), { FirstName: first, LastName: last, Email: email, Phone: phone, Company: company }, now).id;
  },
  inbox: (state) =>
    leadsOf(state)
      .list()
      .map(({ values, history }) => ({
        title: `Lead ${String(values["Name"])}`,
        text: ["Company", "Email", "Phone", "MobilePhone", "LeadSource"]
          .flatMap((name) => (values[name] == null ? [] : [`${name}: ${String(values[name])}`]))
          .join("\n"),
        at: history.at(-1)?.at ?? 0,
      })),
  pushes: {
    kinds: {
      "contact.created": ({ id, entity, now, state }) => messageOf("Lead", keep(state, "Lead", 5000 + entity, now, now), id),
      "contact.updated": ({ id, entity, now, state }) =>
        messageOf("Contact", keep(state, "Contact", 5000 + entity, now - HOUR_MS, now), id),
    },
    /** Nothing is signed: what is to be known stands in the address, as it was entered. */
    sign({ url, type, body, secret }) {
      const whole = new URL(url);
      whole.searchParams.set("token", secret);
      return { url: whole.href, headers: { "content-type": type, soapaction: '""' }, body };
    },
  },
});
