/** Plays Salesforce: leads and contacts, its outbound messages, and its authorization server. https://developer.salesforce.com/docs */
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

const ORGANIZATION = "00D5g000004SandEAI";
const LOGIN = "login.salesforce.com";
const HOME = "sandbox-plumbing.my.salesforce.com";
const ROOT = "/services/data/v59.0";
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

interface Person {
  readonly Id: string;
  readonly FirstName: string;
  readonly LastName: string;
  readonly Name: string;
  readonly Email: string;
  readonly Phone: string | null;
  readonly MobilePhone: string | null;
  readonly CreatedDate: string;
  readonly LastModifiedDate: string;
}
const records = (state: State, object: string) => state.collection<Person>(object);
function keep(state: State, object: "Lead" | "Contact", entity: number, created: number, changed: number): Person {
  const number = String(1000 + (entity % 9000));
  const Id = `${object === "Lead" ? "00Q" : "003"}5g${String(entity).padStart(10, "0")}EAA`;
  const record: Person = {
    ...{
      Id,
      FirstName: "Customer",
      LastName: `O'Hara & ${number}`,
      Name: `Customer O'Hara & ${number}`,
      Email: `customer${entity}@example.com`,
    },
    ...{ Phone: `+1202555${number}`, MobilePhone: null },
    CreatedDate: new Date(created).toISOString(),
    LastModifiedDate: new Date(changed).toISOString(),
  };
  records(state, object).put(Id, record);
  return record;
}

const errors = (status: number, errorCode: string, message: string, more: object = {}): Reply =>
  json(status, [{ message, errorCode, ...more }]);
const FAULTS: Readonly<Record<ErrorFault, () => Reply>> = {
  "401": () => errors(401, "INVALID_SESSION_ID", "Session expired or invalid"),
  "403": () => errors(403, "INSUFFICIENT_ACCESS", "insufficient access rights on cross-reference id"),
  "404": () => errors(404, "NOT_FOUND", "The requested resource does not exist"),
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

function get(object: string): Operation["run"] {
  return ({ state, param, query }) => {
    const record = records(state, object).get(param("id"));
    if (!record) return FAULTS["404"]();
    const wanted = query.get("fields")?.split(",") ?? Object.keys(record);
    const unknown = wanted.find((name) => !(name in record));
    if (unknown !== undefined) return errors(400, "INVALID_FIELD", `No such column '${unknown}' on sobject of type ${object}`);
    const attributes = { type: object, url: `${ROOT}/sobjects/${object}/${record.Id}` };
    return json(200, {
      attributes,
      ...Object.fromEntries(Object.entries(record).filter(([name]) => name === "Id" || wanted.includes(name))),
    });
  };
}

const escaped = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
/** An outbound message of one notification; what is empty is left out. */
function told(object: string, { Name: _, ...record }: Person, id: string) {
  const fields = Object.entries(record).flatMap(([name, value]) => (value === null ? [] : [`<sf:${name}>${escaped(value)}</sf:${name}>`]));
  return {
    type: "text/xml; charset=utf-8",
    body: `<?xml version="1.0" encoding="UTF-8"?>
<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
 <soapenv:Body>
  <notifications xmlns="http://soap.sforce.com/2005/09/outbound">
   <OrganizationId>${ORGANIZATION}</OrganizationId>
   <ActionId>04k5g000000SandAAA</ActionId>
   <SessionId xsi:nil="true"/>
   <EnterpriseUrl>https://${HOME}/services/Soap/c/59.0/${ORGANIZATION}</EnterpriseUrl>
   <PartnerUrl>https://${HOME}/services/Soap/u/59.0/${ORGANIZATION}</PartnerUrl>
   <Notification>
    <Id>04l${id.slice(0, 15)}</Id>
    <sObject xsi:type="sf:${object}" xmlns:sf="urn:sobject.enterprise.soap.sforce.com">
     ${fields.join("\n     ")}
    </sObject>
   </Notification>
  </notifications>
 </soapenv:Body>
</soapenv:Envelope>`,
  };
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
  authenticate: (call) => (grantOf(call) ? null : FAULTS["401"]()),
  seed(state, now) {
    seedGrant(state, OWNERS, ["api", "refresh_token"], now + 2 * HOUR_MS);
    seedGrant(state, READERS, ["api", "refresh_token", READ_ONLY], now + 2 * HOUR_MS);
    seedGrant(state, EXPIRED, ["api", "refresh_token"], now - 1);
    keep(state, "Lead", 0, now - 48 * HOUR_MS, now - 24 * HOUR_MS);
  },
  operations: [
    { name: "describe_lead", method: "GET", host: HOME, path: `${ROOT}/sobjects/Lead`, run: describe },
    { name: "get_lead", method: "GET", host: HOME, path: `${ROOT}/sobjects/Lead/:id`, run: get("Lead") },
    { name: "get_contact", method: "GET", host: HOME, path: `${ROOT}/sobjects/Contact/:id`, run: get("Contact") },
    ...authorizationOperations(server),
  ],
  finish: ({ url }, reply) =>
    url.host === LOGIN ? reply : { ...reply, headers: { ...reply.headers, "sforce-limit-info": "api-usage=25/15000" } },
  fault: (error) => FAULTS[error](),
  pushes: {
    kinds: {
      "contact.created": ({ id, entity, now, state }) => told("Lead", keep(state, "Lead", 5000 + entity, now, now), id),
      "contact.updated": ({ id, entity, now, state }) => told("Contact", keep(state, "Contact", 5000 + entity, now - HOUR_MS, now), id),
    },
    /** Nothing is signed: what is to be known stands in the address, as it was entered. */
    sign({ url, type, body, secret }) {
      const whole = new URL(url);
      whole.searchParams.set("token", secret);
      return { url: whole.href, headers: { "content-type": type, soapaction: '""' }, body };
    },
  },
});
