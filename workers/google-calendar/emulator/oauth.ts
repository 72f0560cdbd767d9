/** Plays Google's authorization server. https://developers.google.com/identity/protocols/oauth2/web-server */
import { type Call, empty, html, json, type Operation, page, type Reply, readAssertion, refuse, type State } from "@junction/sandbox";
import { badToken, lackingScope, loginRequired, oauthError } from "./errors.ts";

export interface App {
  readonly client_id: string;
  readonly client_secret: string;
}
/** A service account, and what the domain's administrator lets it do in the name of the domain's users. */
export interface ServiceAccount {
  readonly email: string;
  readonly domain: string;
  readonly scopes: readonly string[];
}
interface Grant {
  readonly id: string;
  /** The person's address: their main calendar bears it. */
  readonly account: string;
  readonly scopes: readonly string[];
  readonly revoked: boolean;
}
interface Access {
  readonly grant: string;
  readonly expiresAt: number;
}
interface Code {
  readonly account: string;
  readonly redirectUri: string;
  readonly scopes: readonly string[];
  readonly challenge: { readonly value: string; readonly method: "S256" | "plain" } | null;
  readonly offline: boolean;
  readonly consented: boolean;
  readonly expiresAt: number;
}

const grants = (state: State) => state.collection<Grant>("grants");
const accessTokens = (state: State) => state.collection<Access>("access_tokens");
/** Refresh token → id of its grant. */
const refreshTokens = (state: State) => state.collection<string>("refresh_tokens");
const codes = (state: State) => state.collection<Code>("codes");

const CODE_LIFE = 600_000;
const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_";

/** A grant that is there from the beginning. */
export function seedGrant(
  state: State,
  tokens: { readonly access: string; readonly refresh: string },
  account: string,
  scopes: readonly string[],
  expiresAt: number,
): void {
  grants(state).put(tokens.refresh, { id: tokens.refresh, account, scopes, revoked: false });
  refreshTokens(state).put(tokens.refresh, tokens.refresh);
  accessTokens(state).put(tokens.access, { grant: tokens.refresh, expiresAt });
}

/** Checks a bearer token, and that it has one of the scopes. */
export function authorize(call: Call, oneOf: readonly string[]): Reply | null {
  const header = call.headers.get("authorization");
  if (header === null) return loginRequired();
  const access = accessTokens(call.state).get(/^Bearer (\S+)$/i.exec(header)?.[1] ?? "");
  const grant = access && grants(call.state).get(access.grant);
  if (!access || !grant || grant.revoked || access.expiresAt <= call.now()) return badToken();
  return grant.scopes.some((scope) => oneOf.includes(scope)) ? null : lackingScope(oneOf);
}

/** Whose token the request carries. */
export function accountOf(call: Call): string | undefined {
  const access = accessTokens(call.state).get(/^Bearer (\S+)$/i.exec(call.headers.get("authorization") ?? "")?.[1] ?? "");
  return access && grants(call.state).get(access.grant)?.account;
}

interface Ask {
  readonly redirect: URL;
  readonly scopes: readonly string[];
  readonly state: string | null;
  readonly challenge: Code["challenge"];
}

/** Loopback on any port, or HTTPS: what the app of the sandbox has registered. */
function registered(uri: string): URL | null {
  if (!URL.canParse(uri)) return null;
  const url = new URL(uri);
  const loopback = url.protocol === "http:" && ["localhost", "127.0.0.1", "[::1]"].includes(url.hostname);
  return (loopback || url.protocol === "https:") && url.hash === "" ? url : null;
}

/** The question put to the person. Google shows a bad one on a page of its own, and never redirects it. */
function readAsk({ query }: Call, app: App, known: Readonly<Record<string, string>>): Ask {
  const blocked = (status: number, code: string, message: string): never =>
    refuse(
      page(
        "Access blocked",
        html`<h1>Access blocked: this app’s request is invalid</h1><p>${message}</p><p class="soft">Error ${status}: ${code}</p>`,
        [],
        status,
      ),
    );
  const required = (name: string): string => query.get(name) || blocked(400, "invalid_request", `Missing required parameter: ${name}`);
  if (required("client_id") !== app.client_id) blocked(401, "invalid_client", "The OAuth client was not found.");
  const uri = required("redirect_uri");
  const redirect =
    registered(uri) ??
    blocked(
      400,
      "redirect_uri_mismatch",
      `The redirect URI in the request, ${uri}, does not match the ones authorized for the OAuth client.`,
    );
  if (required("response_type") !== "code") blocked(400, "unsupported_response_type", "Invalid response_type");
  const scopes = [...new Set(required("scope").split(" ").filter(Boolean))];
  const unknown = scopes.filter((scope) => !(scope in known));
  if (unknown.length > 0) blocked(400, "invalid_scope", `Some requested scopes were invalid: ${unknown.join(", ")}`);
  const value = query.get("code_challenge");
  const method = query.get("code_challenge_method") ?? "plain";
  if (method !== "S256" && method !== "plain") return blocked(400, "invalid_request", "Invalid code_challenge_method");
  return { redirect, scopes, state: query.get("state"), challenge: value === null ? null : { value, method } };
}

function ask(call: Call, app: App, known: Readonly<Record<string, string>>, people: readonly string[]): Reply {
  const { redirect, scopes } = readAsk(call, app, known);
  const boxes = scopes.map(
    (scope) =>
      html`<label class="tick"><input type="checkbox" name="scope" value="${scope}" checked><span>${known[scope] ?? scope}<code>${scope}</code></span></label>`,
  );
  const choices = people.map((person) => html`<option>${person}</option>`);
  return page(
    "Sign in with Google (sandbox)",
    html`<h1>Sign in with Google</h1><p class="soft">The sandbox plays Google here: no account is asked for.</p>
<form class="card" method="post"><p><strong>Junction (sandbox)</strong> wants access to <select name="account" aria-label="Account">${choices}</select>:</p>${boxes}
<p class="row"><button class="main" name="decision" value="approve">Approve</button><button name="decision" value="approve_ticked">Approve only what is ticked</button><button name="decision" value="deny">Deny</button></p></form>
<p class="soft">You will be sent back to ${redirect.origin}.</p>`,
    [redirect.origin],
  );
}

function decide(call: Call, app: App, known: Readonly<Record<string, string>>, people: readonly string[]): Reply {
  const { redirect, scopes, state, challenge } = readAsk(call, app, known);
  const back = (values: Readonly<Record<string, string>>): Reply => {
    for (const [name, value] of Object.entries({ ...(state !== null && { state }), ...values })) redirect.searchParams.set(name, value);
    return empty(302, { location: redirect.href });
  };
  const decision = call.form.get("decision");
  const given = decision === "approve" ? scopes : scopes.filter((scope) => call.form.getAll("scope").includes(scope));
  if ((decision !== "approve" && decision !== "approve_ticked") || given.length === 0) return back({ error: "access_denied" });
  const code = `4/0A${call.random(70, ALPHABET)}`;
  codes(call.state).put(code, {
    account: people.find((person) => person === call.form.get("account")) ?? people[0] ?? "",
    redirectUri: call.query.get("redirect_uri") ?? "",
    scopes: given,
    challenge,
    offline: call.query.get("access_type") === "offline",
    consented: (call.query.get("prompt") ?? "").split(" ").includes("consent"),
    expiresAt: call.now() + CODE_LIFE,
  });
  return back({ code, scope: given.join(" "), authuser: "0", prompt: "consent" });
}

function clientOf({ form, headers }: Call): readonly (string | null)[] {
  const encoded = /^Basic ([A-Za-z0-9+/]+={0,2})$/i.exec(headers.get("authorization") ?? "")?.[1];
  if (encoded === undefined || encoded.length % 4 !== 0) return [form.get("client_id"), form.get("client_secret")];
  return atob(encoded).split(":").map(decodeURIComponent);
}

async function token(call: Call, app: App, service: ServiceAccount): Promise<Reply> {
  if (call.form.get("grant_type") === JWT_BEARER) return asserted(call, service);
  const verifier = call.form.get("code_verifier");
  const hashed = verifier === null ? null : await s256(verifier); // awaited first: what follows is atomic
  const [id, secret] = clientOf(call);
  if (!id) return oauthError(400, "invalid_request", "Could not determine client ID from request.");
  if (id !== app.client_id) return oauthError(401, "invalid_client", "The OAuth client was not found.");
  if (secret !== app.client_secret) return oauthError(401, "invalid_client", "Unauthorized");
  const kind = call.form.get("grant_type");
  if (kind === "refresh_token") return refreshed(call);
  if (kind === "authorization_code") return traded(call, verifier, hashed);
  return kind === null
    ? oauthError(400, "invalid_request", "Missing required parameter: grant_type")
    : oauthError(400, "unsupported_grant_type", `Invalid grant_type: ${kind}`);
}

const JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer";

/** https://developers.google.com/identity/protocols/oauth2/service-account#error-codes */
async function asserted(call: Call, service: ServiceAccount): Promise<Reply> {
  const said = await readAssertion(call.form.get("assertion") ?? "", "https://oauth2.googleapis.com/token", call.now());
  if (!said) return oauthError(400, "invalid_grant", "Invalid JWT Signature.");
  if (said.iss !== service.email) return oauthError(400, "invalid_grant", "Invalid grant: account not found");
  if (said.scope.length === 0) return oauthError(400, "invalid_scope", "Invalid OAuth scope or ID token audience provided.");
  const { sub: user = service.email } = said;
  if (user !== service.email && !user.endsWith(`@${service.domain}`)) return oauthError(400, "invalid_grant", "Invalid email or User ID");
  if (said.scope.some((scope) => !service.scopes.includes(scope)))
    return oauthError(
      401,
      "unauthorized_client",
      "Client is unauthorized to retrieve access tokens using this method, or client not authorized for any of the scopes requested.",
    );
  const grant = call.random(24);
  grants(call.state).put(grant, { id: grant, account: user, scopes: said.scope, revoked: false });
  return issued(call, grant, said.scope, undefined);
}

async function s256(text: string): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
  return btoa(String.fromCharCode(...digest))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replace(/=+$/, "");
}

function traded(call: Call, verifier: string | null, hashed: string | null): Reply {
  const id = call.form.get("code");
  if (!id) return oauthError(400, "invalid_request", "Missing required parameter: code");
  const code = codes(call.state).get(id);
  if (!code || code.expiresAt <= call.now())
    return oauthError(400, "invalid_grant", id.startsWith("4/") ? "Bad Request" : "Malformed auth code.");
  if (call.form.get("redirect_uri") !== code.redirectUri) return oauthError(400, "redirect_uri_mismatch", "Bad Request");
  if (code.challenge !== null && verifier === null) return oauthError(400, "invalid_grant", "Missing code verifier.");
  if (code.challenge === null && verifier !== null) return oauthError(400, "invalid_grant", "code_verifier or verifier is not needed.");
  if (code.challenge !== null && code.challenge.value !== (code.challenge.method === "S256" ? hashed : verifier))
    return oauthError(400, "invalid_grant", "Invalid code verifier.");
  codes(call.state).delete(id);
  const first = !grants(call.state)
    .list()
    .some(({ revoked }) => !revoked);
  const grant = call.random(24);
  grants(call.state).put(grant, { id: grant, account: code.account, scopes: code.scopes, revoked: false });
  // A person who granted access before is given no second refresh token, unless asked for consent again.
  const refresh = code.offline && (code.consented || first) ? `1//0${call.random(60, ALPHABET)}` : undefined;
  if (refresh !== undefined) refreshTokens(call.state).put(refresh, grant);
  return issued(call, grant, code.scopes, refresh);
}

function refreshed(call: Call): Reply {
  const grant = grants(call.state).get(refreshTokens(call.state).get(call.form.get("refresh_token") ?? "") ?? "");
  if (!call.form.get("refresh_token")) return oauthError(400, "invalid_request", "Missing required parameter: refresh_token");
  if (!grant || grant.revoked) return oauthError(400, "invalid_grant", "Token has been expired or revoked.");
  return issued(call, grant.id, grant.scopes, undefined);
}

function issued(call: Call, grant: string, scopes: readonly string[], refresh_token: string | undefined): Reply {
  const access_token = `ya29.a0${call.random(80, ALPHABET)}`;
  const expires_in = call.settings.tokenLifetimeSeconds;
  accessTokens(call.state).put(access_token, { grant, expiresAt: call.now() + expires_in * 1000 });
  const body = {
    access_token,
    expires_in,
    ...(refresh_token !== undefined && { refresh_token }),
    scope: scopes.join(" "),
    token_type: "Bearer",
  };
  return json(200, body, { "cache-control": "no-store" });
}

/** Either token of a grant ends the whole grant. */
function revoke(call: Call): Reply {
  const given = call.form.get("token") ?? call.query.get("token") ?? "";
  const id = refreshTokens(call.state).get(given) ?? accessTokens(call.state).get(given)?.grant;
  const grant = id === undefined ? undefined : grants(call.state).get(id);
  if (!grant || grant.revoked) return oauthError(400, "invalid_token", "Token expired or revoked");
  grants(call.state).put(grant.id, { ...grant, revoked: true });
  return json(200, {});
}

function tokenInfo(call: Call, app: App): Reply {
  const access = accessTokens(call.state).get(call.query.get("access_token") ?? "");
  const grant = access && grants(call.state).get(access.grant);
  if (!access || !grant || grant.revoked || access.expiresAt <= call.now()) return oauthError(400, "invalid_token", "Invalid Value");
  const left = Math.floor((access.expiresAt - call.now()) / 1000);
  return json(200, {
    azp: app.client_id,
    aud: app.client_id,
    scope: grant.scopes.join(" "),
    exp: String(Math.floor(access.expiresAt / 1000)),
    expires_in: String(left),
    access_type: "offline",
  });
}

/**
 * The operations of accounts.google.com and oauth2.googleapis.com, for one app and one service account. `known`: scope → its words
 * on the consent page; `people`: who may be signed in there, the first unless another is chosen.
 */
export function authorizationServer(
  app: App,
  service: ServiceAccount,
  known: Readonly<Record<string, string>>,
  people: readonly string[],
): readonly Operation[] {
  const accounts = { host: "accounts.google.com", path: "/o/oauth2/v2/auth", authenticated: false, apart: true } as const;
  const tokens = { host: "oauth2.googleapis.com", authenticated: false, apart: true } as const;
  return [
    { ...accounts, name: "authorize", method: "GET", run: (call) => ask(call, app, known, people) },
    { ...accounts, name: "decide", method: "POST", run: (call) => decide(call, app, known, people) },
    { ...tokens, name: "token", method: "POST", path: "/token", run: (call) => token(call, app, service) },
    { ...tokens, name: "revoke", method: "POST", path: "/revoke", run: revoke },
    { ...tokens, name: "token_info", method: "GET", path: "/tokeninfo", run: (call) => tokenInfo(call, app) },
  ];
}
