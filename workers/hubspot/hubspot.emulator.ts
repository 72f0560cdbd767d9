/** Plays HubSpot: contacts, their search, and the authorization server for one app. */
import { defineEmulator } from "@junction/sandbox";
import { addPerson, contactOperations, contactsOf, put } from "./emulator/contacts.ts";
import { fault } from "./emulator/errors.ts";
import { ACCOUNT, type Issued, seed } from "./emulator/grants.ts";
import { type App, authorizationServer, authorize } from "./emulator/oauth.ts";
import { pushes } from "./emulator/pushes.ts";
import { search } from "./emulator/search.ts";

const READ = "crm.objects.contacts.read";
const WRITE = "crm.objects.contacts.write";
/** Scope → what it lets an app do, as the consent page says. */
const SCOPES: Readonly<Record<string, string>> = {
  oauth: "Basic account access",
  [READ]: "View properties and other details about contacts",
  [WRITE]: "View, create, delete and make changes to contacts",
  "crm.objects.owners.read": "View details about users assigned to a CRM record",
  "crm.schemas.contacts.read": "View details about property settings for contacts",
};
/** Operation → the scopes it needs. */
const NEEDED: Readonly<Record<string, readonly string[]>> = {
  create_contact: [WRITE],
  update_contact: [WRITE],
  list_contacts: [READ],
  get_contact: [READ],
  search_contacts: [READ],
  list_properties: [READ],
};

// Put together here, so that no scanner takes them for somebody's.
const access = (of: string): string => ["CMSandbox", of, "AccessToken".repeat(6)].join("-");
const refresh = (digit: string): string => ["na1", digit.repeat(8), ...Array<string>(3).fill(digit.repeat(4)), digit.repeat(12)].join("-");
const tokens = (of: string, digit: string): Issued => ({ access: access(of), refresh: refresh(digit) });
const OWNERS = tokens("Owner", "1");
const READER = tokens("Reader", "2");
const EXPIRED = tokens("Expired", "3");
const APP: App = {
  client_id: ["5a11d00c", "0000", "4000", "8000", "0".repeat(12)].join("-"),
  client_secret: ["5ec2e700", "0000", "4000", "8000", "1".repeat(12)].join("-"),
};

export default defineEmulator({
  vendor: "hubspot",
  hosts: ["api.hubapi.com", "app.hubspot.com"],
  credentials: {
    valid: { access_token: OWNERS.access, refresh_token: OWNERS.refresh, hub_id: String(ACCOUNT.hub_id) },
    wrong: { access_token: access("Unknown"), refresh_token: refresh("f") },
    /** May see contacts, and not change them. */
    restricted: { access_token: READER.access, refresh_token: READER.refresh },
    /** The access token is over, the refresh token works. */
    expired: { access_token: EXPIRED.access, refresh_token: EXPIRED.refresh },
    platform: { client_id: APP.client_id, client_secret: APP.client_secret },
  },
  secrets: ["access_token", "refresh_token", "client_secret"],
  authenticate: (call) => authorize(call, NEEDED[call.operation] ?? []),
  seed(state, now) {
    const hour = now + 3_600_000;
    seed(state, OWNERS, ["oauth", READ, WRITE], hour);
    seed(state, READER, ["oauth", READ], hour);
    seed(state, EXPIRED, ["oauth", READ, WRITE], now - 1);
    const old = now - 30 * 24 * 3_600_000;
    put(
      state,
      "9000000001",
      { email: "ada@example.com", firstname: "Ada", lastname: "Byron", phone: "(202) 555-0101", city: "Springfield" },
      old,
    );
    put(
      state,
      "9000000002",
      { email: "ben@example.com", firstname: "Ben", lastname: "O'Hara", mobilephone: "+1 202-555-0102", company: "O'Hara Roofing" },
      old,
    );
    put(state, "9000000003", { firstname: "Cleo", lastname: "Byron", phone: "+442071838750" }, old);
  },
  operations: [
    ...contactOperations,
    { name: "search_contacts", method: "POST", path: "/crm/v3/objects/contacts/search", run: search },
    ...authorizationServer(APP, SCOPES),
  ],
  fault,
  pushes,
  addPerson,
  inbox: (state) =>
    contactsOf(state)
      .list()
      .map(({ properties: { firstname, lastname, ...rest }, updatedAt }) => ({
        title: `Contact ${[firstname, lastname].filter(Boolean).join(" ") || rest["email"] || rest["phone"] || ""}`,
        text: Object.entries(rest)
          .map(([name, value]) => `${name}: ${value}`)
          .join("\n"),
        at: updatedAt,
      })),
});
