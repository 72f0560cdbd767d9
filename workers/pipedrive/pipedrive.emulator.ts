/** Plays Pipedrive: persons, leads, what it tells of them, and its authorization server. https://developers.pipedrive.com/docs/api/v1 */
import {
  type AuthorizationServer,
  authorizationOperations,
  type Call,
  defineEmulator,
  grantOf,
  type IssuedTokens,
  json,
  type Reply,
  seedGrant,
} from "@junction/sandbox";
import { COMPANY, HOME } from "./emulator/company.ts";
import { FAULTS } from "./emulator/errors.ts";
import { told } from "./emulator/messages.ts";
import { OPERATIONS } from "./emulator/operations.ts";
import { addPerson, inbox, persons, putLead, putPerson, seedRecords } from "./emulator/records.ts";

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
  create_person: "contacts:full",
  update_person: "contacts:full",
  search_persons: "contacts:full",
  list_person_fields: "contacts:full",
  search_organizations: "contacts:full",
  create_organization: "contacts:full",
  list_leads: "leads:full",
  get_lead: "leads:full",
  create_lead: "leads:full",
};

const idOf = (entity: number): number => 50_000 + entity;
const customer = (id: number) => ({
  ...{ id, name: `Customer ${id}` },
  emails: [{ value: `customer${id}@example.com`, primary: true, label: "work" }],
  phones: [{ value: `+1202555${1000 + (id % 9000)}`, primary: true, label: "work" }],
});

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
    seedRecords(state, now);
  },
  operations: [
    ...OPERATIONS.map((operation) => ({ ...operation, host: HOME })),
    ...OPERATIONS.map((operation) => ({ ...operation, name: `${operation.name}_general` })),
    ...authorizationOperations(server),
  ],
  fault: (error, { url }) => (url.pathname.startsWith("/oauth/") && error === "401" ? server.refusal("invalid_client") : FAULTS[error]()),
  addPerson,
  inbox,
  pushes: {
    kinds: {
      "contact.created": ({ id, entity, now, state }) =>
        told("create", "person", idOf(entity), { id, now }, putPerson(state, customer(idOf(entity)), now), null),
      "contact.updated": ({ id, entity, now, state }) => {
        const kept = putPerson(state, customer(idOf(entity)), now);
        return told("change", "person", kept.id, { id, now }, kept, { name: "Before", update_time: kept.add_time });
      },
      "contact.deleted": ({ id, entity, now, state }) => {
        const gone = putPerson(state, { ...customer(900_000 + entity), is_deleted: true }, now);
        return told("delete", "person", gone.id, { id, now }, null, { ...gone, is_deleted: false });
      },
      "lead.created": ({ id, entity, now, state }) => {
        const of = persons(state).get(String(idOf(entity))) ?? putPerson(state, customer(idOf(entity)), now);
        const made = putLead(state, `a0000000-0000-4000-8000-${String(of.id).padStart(12, "0")}`, `${of.name} lead`, of.id, now);
        return told("create", "lead", made.id, { id, now }, made, null);
      },
    },
    sign: ({ type, body, secret }) => ({
      headers: { "content-type": type, authorization: `Basic ${btoa(`junction:${secret}`)}`, "user-agent": "Pipedrive Webhooks" },
      body,
    }),
  },
});
