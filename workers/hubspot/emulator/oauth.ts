/** Plays HubSpot's authorization server. https://developers.hubspot.com/docs/api-reference/auth-oauth-v3/guide */
import { type Call, empty, html, json, type Operation, page, type Reply, refuse, type State } from "@junction/sandbox";
import { badRefreshToken, badToken, expiredToken, lackingScopes, oauthError } from "./errors.ts";
import { ACCOUNT, begin, issue, lookUp, revoke, spend } from "./grants.ts";

export interface App {
  readonly client_id: string;
  readonly client_secret: string;
}
interface Code {
  readonly redirectUri: string;
  readonly scopes: readonly string[];
  readonly challenge: string | null;
  readonly expiresAt: number;
}
const codes = (state: State) => state.collection<Code>("codes");
const CODE_LIFE_MS = 60_000;
/** Every app has it, and must ask for it. */
const REQUIRED = "oauth";

/** Checks a bearer token, and that it has every one of the scopes. */
export function authorize(call: Call, needed: readonly string[]): Reply | null {
  const found = lookUp(call, /^Bearer (\S+)$/i.exec(call.headers.get("authorization") ?? "")?.[1] ?? "");
  if (found === "expired") return expiredToken();
  if (found === null || found.kind !== "access") return badToken();
  return needed.every((scope) => found.grant.scopes.includes(scope)) ? null : lackingScopes(needed);
}

interface Ask {
  readonly redirect: URL;
  readonly scopes: readonly string[];
  readonly state: string | null;
  readonly challenge: string | null;
}

function readAsk({ query }: Call, app: App, known: Readonly<Record<string, string>>): Ask {
  const stop = (message: string): never =>
    refuse(page("Authorization failed", html`<h1>Authorization failed</h1><p>${message}</p>`, [], 400));
  if (query.get("client_id") !== app.client_id) stop("Authorization failed because the app's client id is not known.");
  const uri = query.get("redirect_uri") ?? "";
  const redirect = URL.canParse(uri) ? new URL(uri) : stop("Authorization failed because the redirect URL is missing.");
  const loopback = redirect.protocol === "http:" && ["localhost", "127.0.0.1", "[::1]"].includes(redirect.hostname);
  if (!loopback && redirect.protocol !== "https:") stop("Authorization failed because the redirect URL is not one of the app's.");
  const listed = (name: string): readonly string[] => (query.get(name) ?? "").split(/[ +]/).filter(Boolean);
  const scopes = [...new Set([...listed("scope"), ...listed("optional_scope")])];
  const unknown = scopes.filter((scope) => !(scope in known));
  if (unknown.length > 0) stop(`Authorization failed because these scopes are not known: ${unknown.join(", ")}`);
  if (!listed("scope").includes(REQUIRED))
    stop("Authorization failed because there is a mismatch between the scopes in the install URL and the app's.");
  if (query.has("code_challenge") && query.get("code_challenge_method") !== "S256")
    stop("Authorization failed because code_challenge_method must be S256.");
  return { redirect, scopes, state: query.get("state"), challenge: query.get("code_challenge") };
}

function ask(call: Call, app: App, known: Readonly<Record<string, string>>): Reply {
  const { redirect, scopes } = readAsk(call, app, known);
  const boxes = scopes.map(
    (scope) =>
      html`<label class="tick"><input type="checkbox" name="scope" value="${scope}" checked><span>${known[scope] ?? scope}<code>${scope}</code></span></label>`,
  );
  return page(
    "Connect an app to HubSpot (sandbox)",
    html`<h1>Connect Junction to HubSpot</h1><p class="soft">The sandbox plays HubSpot here: no account is asked for.</p>
<form class="card" method="post"><p><strong>Junction (sandbox)</strong> asks <strong>${ACCOUNT.hub_domain}</strong> for leave to:</p>${boxes}
<p class="row"><button class="main" name="decision" value="approve">Approve</button><button name="decision" value="approve_ticked">Approve only what is ticked</button><button name="decision" value="deny">Deny</button></p></form>
<p class="soft">You will be sent back to ${redirect.origin}.</p>`,
    [redirect.origin],
  );
}

function decide(call: Call, app: App, known: Readonly<Record<string, string>>): Reply {
  const { redirect, scopes, state, challenge } = readAsk(call, app, known);
  const back = (values: Readonly<Record<string, string>>): Reply => {
    for (const [name, value] of Object.entries({ ...values, ...(state !== null && { state }) })) redirect.searchParams.set(name, value);
    return empty(302, { location: redirect.href });
  };
  const decision = call.form.get("decision");
  const given = decision === "approve" ? scopes : scopes.filter((scope) => call.form.getAll("scope").includes(scope));
  if ((decision !== "approve" && decision !== "approve_ticked") || given.length === 0)
    return back({ error: "access_denied", error_description: "The user denied the request" });
  const code = ["na1", ...[4, 4, 4, 12].map((length) => call.random(length))].join("-");
  const redirectUri = call.query.get("redirect_uri") ?? "";
  codes(call.state).put(code, { redirectUri, scopes: given, challenge, expiresAt: call.now() + CODE_LIFE_MS });
  return back({ code });
}

/** HubSpot takes the client's id and secret in the body alone. */
function strange({ form }: Call, app: App): Reply | null {
  const known = form.get("client_id") === app.client_id && form.get("client_secret") === app.client_secret;
  return known ? null : oauthError(401, "invalid_client", "missing or invalid client id or secret", "BAD_CLIENT_ID");
}

async function token(call: Call, app: App): Promise<Reply> {
  const { form } = call;
  const verifier = form.get("code_verifier");
  const hashed = verifier === null ? null : await s256(verifier); // awaited first: what follows is atomic
  const refusal = strange(call, app);
  if (refusal) return refusal;
  switch (form.get("grant_type")) {
    case "authorization_code":
      return traded(call, hashed);
    case "refresh_token": {
      const grant = spend(call.state, form.get("refresh_token") ?? "");
      return grant ? answered(call, grant) : badRefreshToken();
    }
    default:
      return oauthError(400, "unsupported_grant_type", "grant_type must be authorization_code or refresh_token", "BAD_GRANT_TYPE");
  }
}

function traded(call: Call, hashed: string | null): Reply {
  const given = call.form.get("code") ?? "";
  const code = codes(call.state).get(given);
  const dead = (why: string): Reply => oauthError(400, "invalid_grant", why, "BAD_AUTH_CODE");
  codes(call.state).delete(given); // good once, whatever comes of it
  if (!code || code.expiresAt <= call.now()) return dead("missing or unknown auth code");
  if (call.form.get("redirect_uri") !== code.redirectUri) return dead("redirect_uri does not match initial auth code URI");
  if (code.challenge !== hashed) return dead("code_verifier does not match the code_challenge");
  return answered(call, begin(call, code.scopes));
}

function answered(call: Call, grant: ReturnType<typeof begin>): Reply {
  const { access, refresh, expiresIn } = issue(call, grant);
  const { hub_id, user_id } = ACCOUNT;
  const body = {
    token_type: "bearer",
    access_token: access,
    refresh_token: refresh,
    expires_in: expiresIn,
    hub_id,
    user_id,
    scopes: grant.scopes,
  };
  return json(200, body, { "cache-control": "no-store" });
}

function introspect(call: Call, app: App): Reply {
  const refusal = strange(call, app);
  if (refusal) return refusal;
  const found = lookUp(call, call.form.get("token") ?? "");
  if (found === null || found === "expired") return json(200, { active: false });
  const about = {
    active: true,
    token_use: `${found.kind}_token`,
    client_id: app.client_id,
    app_id: 4_400_001,
    ...ACCOUNT,
    scopes: found.grant.scopes,
  };
  return json(
    200,
    found.kind === "access" ? { ...about, token_type: "bearer", expires_in: Math.floor((found.expiresAt - call.now()) / 1000) } : about,
  );
}

/** The same answer for a token nobody knows (RFC 7009 §2.2). */
function withdraw(call: Call, app: App): Reply {
  const refusal = strange(call, app);
  if (refusal) return refusal;
  revoke(call.state, call.form.get("token") ?? "");
  return json(200, {});
}

async function s256(text: string): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
  return btoa(String.fromCharCode(...digest))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replace(/=+$/, "");
}

/** The operations of app.hubspot.com and of the token endpoints, for one app; `known`: scope → its words on the consent page. */
export function authorizationServer(app: App, known: Readonly<Record<string, string>>): readonly Operation[] {
  const site = { host: "app.hubspot.com", path: "/oauth/authorize", authenticated: false, apart: true } as const;
  const tokens = { host: "api.hubapi.com", method: "POST", authenticated: false } as const;
  return [
    { ...site, name: "authorize", method: "GET", run: (call) => ask(call, app, known) },
    { ...site, name: "decide", method: "POST", run: (call) => decide(call, app, known) },
    { ...tokens, name: "token", path: "/oauth/2026-03/token", apart: true, run: (call) => token(call, app) },
    { ...tokens, name: "introspect", path: "/oauth/2026-03/token/introspect", run: (call) => introspect(call, app) },
    { ...tokens, name: "revoke", path: "/oauth/2026-03/token/revoke", apart: true, run: (call) => withdraw(call, app) },
  ];
}
