/** Plays Docusign: the account servers of both environments, and the demo site with its envelopes. */
import { type Call, defineEmulator, type ErrorFault, type Reply, SERVICE_KEY, type State } from "@junction/sandbox";
import { ACCOUNTS, MAIN, NEWCOMER, OWNER, SITE, VIEWER } from "./emulator/accounts.ts";
import { docusignError, envelopeOperations, envelopesOf } from "./emulator/envelopes.ts";
import { accountServers, DEMO, giveConsent, oauthError, PRODUCTION, userOf } from "./emulator/oauth.ts";
import { pushes } from "./emulator/pushes.ts";
import { signingOperations } from "./emulator/signing.ts";
import { templateOperations } from "./emulator/templates.ts";

const INTEGRATION = "5f0f7a2e-1c4b-4d7e-9a53-0a1b2c3d4e5f";

const invalidToken = (): Reply =>
  docusignError(
    401,
    "AUTHORIZATION_INVALID_TOKEN",
    "The access token provided is expired, revoked or malformed. Authentication for System Application failed.",
  );
const lacking = (): Reply =>
  docusignError(403, "USER_LACKS_PERMISSIONS", "This user lacks sufficient permissions to access this resource.");

function authenticate(call: Call): Reply | null {
  const user = userOf(call);
  const onSite = call.url.host === SITE;
  if (user === null) return onSite ? invalidToken() : oauthError(401, "invalid_token");
  if (!onSite) return null;
  if (!ACCOUNTS.some(({ account_id }) => account_id === call.param("account")))
    return docusignError(400, "USER_DOES_NOT_BELONG_TO_SPECIFIED_ACCOUNT", "The specified User is not a member of the specified Account.");
  return user === VIEWER.id && call.method !== "GET" ? lacking() : null;
}

const MOST = 3000;
const HOUR = 3_600_000;
/** Docusign tells what is left of the hour with every answer. */
function finish(call: Call, reply: Reply): Reply {
  if (call.url.host !== SITE || !call.url.pathname.startsWith("/restapi/")) return reply;
  const hours = (state: State) => state.collection<number>("hours");
  const hour = Math.floor(call.now() / HOUR);
  const used = (hours(call.state).get(String(hour)) ?? 0) + 1;
  hours(call.state).put(String(hour), used);
  const limits = {
    "x-ratelimit-limit": String(MOST),
    "x-ratelimit-remaining": String(Math.max(MOST - used, 0)),
    "x-ratelimit-reset": String(((hour + 1) * HOUR) / 1000),
    "x-burstlimit-limit": "200",
    "x-burstlimit-remaining": "199",
  };
  return { ...reply, headers: { ...reply.headers, ...limits } };
}

const API: Readonly<Record<ErrorFault, () => Reply>> = {
  "401": invalidToken,
  "403": lacking,
  "404": () => docusignError(404, "ENVELOPE_DOES_NOT_EXIST", "The envelope specified either does not exist or you have no rights to it."),
  "409": () => docusignError(409, "EDIT_LOCK_ENVELOPE_ALREADY_LOCKED", "The envelope is already locked."),
  "422": () => docusignError(400, "INVALID_REQUEST_BODY", "The request body is missing or improperly formatted."),
  "429": () => docusignError(429, "BURST_APIINVOCATION_LIMIT_EXCEEDED", "The maximum number of burst API invocations has been exceeded."),
  rate_limit_403: () =>
    docusignError(400, "HOURLY_APIINVOCATION_LIMIT_EXCEEDED", "The maximum number of hourly API invocations has been exceeded."),
  "500": () => docusignError(500, "UNSPECIFIED_ERROR", "An unspecified error has occurred."),
  "503": () => docusignError(503, "SERVICE_UNAVAILABLE", "The service is temporarily unavailable."),
};
const ACCOUNT_SERVER: Readonly<Record<ErrorFault, () => Reply>> = {
  "401": () => oauthError(401, "invalid_token"),
  "403": () => oauthError(403, "access_denied"),
  "404": () => oauthError(404, "not_found"),
  "409": () => oauthError(409, "conflict"),
  "422": () => oauthError(400, "invalid_request"),
  "429": () => oauthError(429, "too_many_requests"),
  rate_limit_403: () =>
    docusignError(400, "HOURLY_APIINVOCATION_LIMIT_EXCEEDED", "The maximum number of hourly API invocations has been exceeded."),
  "500": () => oauthError(500, "server_error"),
  "503": () => oauthError(503, "temporarily_unavailable"),
};

const fields = { integration_key: INTEGRATION, rsa_private_key: SERVICE_KEY.pkcs1, environment: "demo" };
export default defineEmulator({
  vendor: "docusign",
  hosts: [SITE, DEMO.host, PRODUCTION.host],
  credentials: {
    valid: { ...fields, user_id: OWNER.id, account: MAIN, base: `https://${SITE}` },
    wrong: { ...fields, user_id: "00000000-0000-4000-8000-000000000000" },
    /** Has not consented yet. */
    newcomer: { ...fields, user_id: NEWCOMER.id },
    /** May look, and not send. */
    restricted: { ...fields, user_id: VIEWER.id },
  },
  secrets: ["rsa_private_key"],
  authenticate,
  finish,
  seed(state) {
    giveConsent(state, OWNER.id);
    giveConsent(state, VIEWER.id);
  },
  operations: [
    ...envelopeOperations,
    ...templateOperations,
    ...signingOperations,
    ...accountServers(INTEGRATION, [OWNER, NEWCOMER, VIEWER], ({ id, name }) => ({
      sub: id,
      name,
      email: `${name.split(" ")[0]?.toLowerCase()}@sandbox-plumbing.example`,
      accounts: ACCOUNTS.map((account) => ({ ...account, base_uri: `https://${SITE}` })),
    })),
  ],
  fault: (error, { url }) => (url.host === SITE ? API : ACCOUNT_SERVER)[error](),
  pushes,
  inbox: (state) =>
    envelopesOf(state)
      .list()
      .filter(({ status }) => status !== "created")
      .map(({ envelopeId, emailSubject, emailBlurb, signers, document, status, reminders, createdAt }) => ({
        title: `To ${signers.map(({ name, email }) => `${name} <${email}>`).join(", ")}: ${emailSubject}`,
        text: [
          emailBlurb,
          `${document.name} (${status})`,
          reminders > 0 && `Reminded: ${reminders}`,
          `Review and sign: /sandbox/${SITE}/Signing/${envelopeId}`,
        ]
          .filter(Boolean)
          .join("\n"),
        at: createdAt,
      })),
});
