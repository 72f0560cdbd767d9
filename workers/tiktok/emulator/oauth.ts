/** Plays TikTok's authorization server for one app. https://developers.tiktok.com/docs/en/login-kit-web */
import { type Call, empty, html, json, type Operation, page, type Reply, refuse, type State } from "@junction/sandbox";
import { badToken, lackingScope, oauthError } from "./errors.ts";

export interface App {
  /** TikTok calls it the client key. */
  readonly client_id: string;
  readonly client_secret: string;
}
export interface Issued {
  readonly access: string;
  readonly refresh: string;
}
interface Grant {
  readonly id: string;
  readonly scopes: readonly string[];
  readonly revoked: boolean;
}
interface Access {
  readonly grant: string;
  readonly expiresAt: number;
}
interface Code {
  readonly redirectUri: string;
  readonly scopes: readonly string[];
  readonly expiresAt: number;
}

/** The account's id, as this app sees it. */
export const OWNER = "-000sandboxOwnerOpenId0123456789";
const CODE_LIFE_MS = 600_000;
const REFRESH_SECONDS = 180 * 86_400;
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

const grants = (state: State) => state.collection<Grant>("grants");
const accessTokens = (state: State) => state.collection<Access>("access_tokens");
/** Refresh token → its grant. It works once. */
const refreshTokens = (state: State) => state.collection<string>("refresh_tokens");
const codes = (state: State) => state.collection<Code>("codes");

/** A grant that is there from the beginning. */
export function seed(state: State, tokens: Issued, scopes: readonly string[], expiresAt: number): void {
  grants(state).put(tokens.refresh, { id: tokens.refresh, scopes, revoked: false });
  accessTokens(state).put(tokens.access, { grant: tokens.refresh, expiresAt });
  refreshTokens(state).put(tokens.refresh, tokens.refresh);
}

function grantOf(call: Call, token: string): Grant | null {
  const access = accessTokens(call.state).get(token);
  const grant = access && grants(call.state).get(access.grant);
  return access && grant && !grant.revoked && access.expiresAt > call.now() ? grant : null;
}

/** Checks a bearer token, and that it has the scope. */
export function authorize(call: Call, scope: string): Reply | null {
  const grant = grantOf(call, /^Bearer (\S+)$/i.exec(call.headers.get("authorization") ?? "")?.[1] ?? "");
  if (!grant) return badToken();
  return grant.scopes.includes(scope) ? null : lackingScope(scope);
}

function readAsk({ query }: Call, app: App, known: Readonly<Record<string, string>>) {
  const stop = (message: string): never =>
    refuse(page("Something went wrong", html`<h1>Something went wrong</h1><p>${message}</p>`, [], 400));
  if (query.get("client_key") !== app.client_id) stop("We couldn't log in with TikTok: client_key");
  if (query.get("response_type") !== "code") stop("We couldn't log in with TikTok: response_type");
  const uri = query.get("redirect_uri") ?? "";
  const redirect = URL.canParse(uri) ? new URL(uri) : stop("We couldn't log in with TikTok: redirect_uri");
  const loopback = redirect.protocol === "http:" && ["localhost", "127.0.0.1", "[::1]"].includes(redirect.hostname);
  if (!loopback && redirect.protocol !== "https:") stop("We couldn't log in with TikTok: redirect_uri");
  const scopes = (query.get("scope") ?? "").split(",").filter(Boolean);
  if (scopes.length === 0 || scopes.some((scope) => !(scope in known))) stop("We couldn't log in with TikTok: scope");
  return { redirect, scopes };
}

function ask(call: Call, app: App, known: Readonly<Record<string, string>>): Reply {
  const { redirect, scopes } = readAsk(call, app, known);
  const boxes = scopes.map(
    (scope) =>
      html`<label class="tick"><input type="checkbox" name="scope" value="${scope}" checked><span>${known[scope] ?? scope}<code>${scope}</code></span></label>`,
  );
  return page(
    "Log in with TikTok (sandbox)",
    html`<h1>Log in with TikTok</h1><p class="soft">The sandbox plays TikTok here: no account is asked for.</p>
<form class="card" method="post"><p><strong>Junction (sandbox)</strong> would like to:</p>${boxes}
<p class="row"><button class="main" name="decision" value="approve">Approve</button><button name="decision" value="approve_ticked">Approve only what is ticked</button><button name="decision" value="deny">Deny</button></p></form>
<p class="soft">You will be sent back to ${redirect.origin}.</p>`,
    [redirect.origin],
  );
}

function decide(call: Call, app: App, known: Readonly<Record<string, string>>): Reply {
  const { redirect, scopes } = readAsk(call, app, known);
  const state = call.query.get("state");
  const back = (values: Readonly<Record<string, string>>): Reply => {
    for (const [name, value] of Object.entries({ ...values, ...(state !== null && { state }) })) redirect.searchParams.set(name, value);
    return empty(302, { location: redirect.href });
  };
  const decision = call.form.get("decision");
  const given = decision === "approve" ? scopes : scopes.filter((scope) => call.form.getAll("scope").includes(scope));
  if ((decision !== "approve" && decision !== "approve_ticked") || given.length === 0)
    return back({ error: "access_denied", error_description: "User cancelled the authorization", errCode: "-2" });
  const code = `${call.random(60, ALPHABET)}*v!5003.va`;
  codes(call.state).put(code, { redirectUri: call.query.get("redirect_uri") ?? "", scopes: given, expiresAt: call.now() + CODE_LIFE_MS });
  return back({ code, scopes: given.join(",") });
}

/** TikTok takes the client's key and secret in the body alone, and knows no client_id. */
function strange({ form }: Call, app: App): Reply | null {
  const known = form.get("client_key") === app.client_id && form.get("client_secret") === app.client_secret;
  return known ? null : oauthError(401, "invalid_client", "Client key or secret is incorrect.");
}

function token(call: Call, app: App): Reply {
  const { form } = call;
  const refusal = strange(call, app);
  if (refusal) return refusal;
  switch (form.get("grant_type")) {
    case "authorization_code":
      return traded(call);
    case "refresh_token": {
      const spent = form.get("refresh_token") ?? "";
      const grant = grants(call.state).get(refreshTokens(call.state).get(spent) ?? "");
      if (!grant || grant.revoked) return oauthError(400, "invalid_grant", "Refresh token is invalid or expired.");
      refreshTokens(call.state).delete(spent);
      return issued(call, grant);
    }
    default:
      return oauthError(400, "unsupported_grant_type", "Grant type is not supported.");
  }
}

function traded(call: Call): Reply {
  const given = call.form.get("code") ?? "";
  const code = codes(call.state).get(given);
  codes(call.state).delete(given);
  if (!code || code.expiresAt <= call.now()) return oauthError(400, "invalid_grant", "Authorization code is expired.");
  // The verifier is for mobile and desktop apps; a web app is known by its secret.
  if (call.form.get("redirect_uri") !== code.redirectUri)
    return oauthError(400, "invalid_request", "Redirect_uri is not matched with the uri when requesting code.");
  const grant: Grant = { id: call.random(24), scopes: code.scopes, revoked: false };
  grants(call.state).put(grant.id, grant);
  return issued(call, grant);
}

function issued(call: Call, { id, scopes }: Grant): Reply {
  const [access_token, refresh_token] = [`act.${call.random(60, ALPHABET)}!5001.va`, `rft.${call.random(60, ALPHABET)}!5002.va`];
  const expires_in = call.settings.tokenLifetimeSeconds;
  accessTokens(call.state).put(access_token, { grant: id, expiresAt: call.now() + expires_in * 1000 });
  refreshTokens(call.state).put(refresh_token, id);
  const lives = { expires_in, refresh_expires_in: REFRESH_SECONDS };
  const body = { access_token, refresh_token, ...lives, open_id: OWNER, scope: scopes.join(","), token_type: "Bearer" };
  return json(200, body, { "cache-control": "no-store" });
}

/** Takes an access token, and no other. */
function revoke(call: Call, app: App): Reply {
  const refusal = strange(call, app);
  if (refusal) return refusal;
  const grant = grantOf(call, call.form.get("token") ?? "");
  if (!grant) return oauthError(400, "invalid_request", "The access token is invalid or not found in the request.");
  grants(call.state).put(grant.id, { ...grant, revoked: true });
  return json(200, {});
}

/** The operations of www.tiktok.com and of the token endpoints, for one app; `known`: scope → its words on the consent page. */
export function authorizationServer(app: App, known: Readonly<Record<string, string>>): readonly Operation[] {
  const site = { host: "www.tiktok.com", path: "/v2/auth/authorize/", authenticated: false, apart: true } as const;
  const tokens = { method: "POST", authenticated: false, apart: true } as const;
  return [
    { ...site, name: "authorize", method: "GET", run: (call) => ask(call, app, known) },
    { ...site, name: "decide", method: "POST", run: (call) => decide(call, app, known) },
    { ...tokens, name: "token", path: "/v2/oauth/token/", run: (call) => token(call, app) },
    { ...tokens, name: "revoke", path: "/v2/oauth/revoke/", run: (call) => revoke(call, app) },
  ];
}
