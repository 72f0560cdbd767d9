/** Plays Facebook Login: the dialog, short-lived tokens, and long-lived ones. https://developers.facebook.com/docs/facebook-login/guides/access-tokens */
import { type Call, empty, html, json, type Operation, page, type Reply, refuse, type State } from "@junction/sandbox";
import { badParameter, deadToken, graphError } from "./errors.ts";

export interface App {
  readonly client_id: string;
  readonly client_secret: string;
}
interface Grant {
  readonly granted: readonly string[];
  readonly declined: readonly string[];
  readonly revoked: boolean;
}
interface Token {
  readonly grant: string;
  readonly expiresAt: number;
}
interface Code {
  readonly redirect: string;
  readonly granted: readonly string[];
  readonly declined: readonly string[];
  readonly expiresAt: number;
}

const grants = (state: State) => state.collection<Grant>("grants");
const tokens = (state: State) => state.collection<Token>("tokens");
const codes = (state: State) => state.collection<Code>("codes");
const CODE_LIFE = 600_000;
/** An hour's token is traded for one of sixty days; the sandbox's switch sets the hour. */
const LONGER = 1440;
const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

export function seedGrant(state: State, token: string, granted: readonly string[], declined: readonly string[], expiresAt: number): void {
  grants(state).put(token, { granted, declined, revoked: false });
  tokens(state).put(token, { grant: token, expiresAt });
}

/** Graph's refusal of a person's token, or null if it is good. */
export function refusalOf(call: Call, token: string): Reply | null {
  const known = tokens(call.state).get(token);
  const grant = known && grants(call.state).get(known.grant);
  if (!known || !grant) return deadToken(467);
  return grant.revoked ? deadToken(458) : known.expiresAt <= call.now() ? deadToken(463) : null;
}

/** The grant behind a person's token; a dead one ends the request. */
export function grantOf(call: Call, token: string): Grant {
  const refusal = refusalOf(call, token);
  const grant = grants(call.state).get(tokens(call.state).get(token)?.grant ?? "");
  return refusal === null && grant ? grant : refuse(refusal ?? deadToken(467));
}

export function revoke(call: Call, token: string): Reply {
  const grant = grantOf(call, token);
  grants(call.state).put(tokens(call.state).get(token)?.grant ?? "", { ...grant, revoked: true });
  return json(200, { success: true });
}

function readAsk({ query }: Call, app: App, known: Readonly<Record<string, string>>) {
  const refused = (message: string): never =>
    refuse(page("Facebook", html`<h1>Sorry, something went wrong</h1><p>${message}</p>`, [], 400));
  if (query.get("client_id") !== app.client_id) return refused("Invalid App ID: The provided app ID does not look like a valid app ID.");
  const uri = query.get("redirect_uri") ?? "";
  const redirect = URL.canParse(uri) ? new URL(uri) : refused("The redirect_uri URL must be absolute.");
  const loopback = ["localhost", "127.0.0.1", "[::1]"].includes(redirect.hostname);
  if (redirect.protocol !== "https:" && !loopback) return refused("URL Blocked: This redirect failed because it is not allowed.");
  const scopes = [...new Set((query.get("scope") ?? "").split(/[ ,]+/).filter(Boolean))];
  const unknown = scopes.filter((scope) => !(scope in known));
  if (unknown.length > 0) return refused(`Invalid Scopes: ${unknown.join(", ")}.`);
  return { uri, redirect, scopes, state: query.get("state") };
}

function ask(call: Call, app: App, known: Readonly<Record<string, string>>): Reply {
  const { redirect, scopes } = readAsk(call, app, known);
  const boxes = scopes.map(
    (scope) =>
      html`<label class="tick"><input type="checkbox" name="scope" value="${scope}" checked><span>${known[scope] ?? scope}<code>${scope}</code></span></label>`,
  );
  return page(
    "Log in with Facebook (sandbox)",
    html`<h1>Log in with Facebook</h1><p class="soft">The sandbox plays Facebook here: no account is asked for.</p>
<form class="card" method="post"><p><strong>Junction (sandbox)</strong> asks <strong>Sam Owner</strong> to be allowed to:</p>${boxes}
<p class="row"><button class="main" name="decision" value="approve">Approve</button><button name="decision" value="approve_ticked">Approve only what is ticked</button><button name="decision" value="deny">Deny</button></p></form>
<p class="soft">You will be sent back to ${redirect.origin}.</p>`,
    [redirect.origin],
  );
}

function decide(call: Call, app: App, known: Readonly<Record<string, string>>): Reply {
  const { uri, redirect, scopes, state } = readAsk(call, app, known);
  const back = (values: Readonly<Record<string, string>>): Reply => {
    for (const [name, value] of Object.entries({ ...values, ...(state !== null && { state }) })) redirect.searchParams.set(name, value);
    return empty(302, { location: `${redirect.href}#_=_` });
  };
  const decision = call.form.get("decision");
  if (decision !== "approve" && decision !== "approve_ticked")
    return back({ error: "access_denied", error_code: "200", error_description: "Permissions error", error_reason: "user_denied" });
  const granted = decision === "approve" ? scopes : scopes.filter((scope) => call.form.getAll("scope").includes(scope));
  const code = `AQ${call.random(120, ALPHABET)}`;
  const declined = scopes.filter((scope) => !granted.includes(scope));
  codes(call.state).put(code, { redirect: uri, granted: ["public_profile", ...granted], declined, expiresAt: call.now() + CODE_LIFE });
  return back({ code });
}

function token(call: Call, app: App): Reply {
  const given = (name: string): string => call.form.get(name) ?? call.query.get(name) ?? "";
  if (given("client_id") !== app.client_id)
    return graphError(400, { message: "Error validating application. Cannot get application info due to a system error.", code: 101 });
  if (given("client_secret") !== app.client_secret) return graphError(400, { message: "Error validating client secret.", code: 1 });
  if (given("grant_type") === "fb_exchange_token") {
    const spent = given("fb_exchange_token");
    if (spent === "") return badParameter("The parameter fb_exchange_token is required");
    grantOf(call, spent);
    return issued(call, tokens(call.state).get(spent)?.grant ?? "", LONGER);
  }
  const id = given("code");
  if (id === "") return badParameter("Missing authorization code");
  const code = codes(call.state).get(id);
  codes(call.state).delete(id);
  if (!code) return graphError(400, { message: "Invalid verification code format.", code: 100 });
  if (code.expiresAt <= call.now()) return graphError(400, { message: "This authorization code has expired.", code: 100, subcode: 36007 });
  if (given("redirect_uri") !== code.redirect)
    return graphError(400, {
      message: "Error validating verification code. Please make sure your redirect_uri is identical to the one you used.",
      code: 100,
      subcode: 36008,
    });
  const grant = call.random(20);
  grants(call.state).put(grant, { granted: code.granted, declined: code.declined, revoked: false });
  return issued(call, grant, 1);
}

function issued(call: Call, grant: string, times: number): Reply {
  const access_token = `EAAO3${call.random(160, ALPHABET)}`;
  const expires_in = call.settings.tokenLifetimeSeconds * times;
  tokens(call.state).put(access_token, { grant, expiresAt: call.now() + expires_in * 1000 });
  return json(200, { access_token, token_type: "bearer", expires_in });
}

/** The operations of the dialog and of the token endpoint, for one app; `known`: permission → its words in the dialog. */
export function loginServer(app: App, known: Readonly<Record<string, string>>): readonly Operation[] {
  const dialog = { host: "www.facebook.com", path: "/v26.0/dialog/oauth", authenticated: false, apart: true } as const;
  const endpoint = { path: "/v26.0/oauth/access_token", authenticated: false, apart: true } as const;
  return [
    { ...dialog, name: "authorize", method: "GET", run: (call) => ask(call, app, known) },
    { ...dialog, name: "decide", method: "POST", run: (call) => decide(call, app, known) },
    { ...endpoint, name: "token", method: "GET", run: (call) => token(call, app) },
    { ...endpoint, name: "token_by_post", method: "POST", run: (call) => token(call, app) },
  ];
}
