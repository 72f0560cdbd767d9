/** An authorization server as a vendor would run it (RFC 6749, 7009, 7636): for emulators whose vendor differs in words and places alone. */
import type { Call, Operation } from "./emulator.ts";
import { html, page } from "./html.ts";
import { empty, json, type Reply, refuse } from "./reply.ts";
import type { State } from "./state.ts";

/** One authorization by a person: the family of all its tokens. */
export interface Grant {
  readonly id: string;
  readonly scopes: readonly string[];
  readonly revoked: boolean;
  /** The token host that knows it, for vendors with one in each region. */
  readonly host?: string;
}
interface Access {
  readonly grant: string;
  readonly expiresAt: number;
}
interface Refresh {
  readonly grant: string;
  readonly spent: boolean;
}
interface Code {
  readonly redirectUri: string;
  readonly scopes: readonly string[];
  readonly challenge: string | null;
  readonly expiresAt: number;
  readonly host: string | undefined;
}
export interface IssuedTokens {
  readonly access: string;
  readonly refresh: string;
}

export interface AuthorizationServer {
  /** As people write it. */
  readonly vendor: string;
  /** Whose account the person grants access to. */
  readonly account: string;
  readonly app: { readonly client_id: string; readonly client_secret: string };
  /** Where the app authenticates: in the form, or by Basic alone. */
  readonly client: "form" | "basic";
  /** Scope → its words on the consent page. */
  readonly scopes: Readonly<Record<string, string>>;
  /** The app's own, for vendors that fix them there; absent: those the request asks for. */
  readonly fixed?: readonly string[];
  readonly authorizePath: string;
  readonly tokenPath: string;
  readonly revokePath: string;
  readonly authorizeHost: string;
  /** Several where each region has its own. */
  readonly tokenHosts: readonly string[];
  /** A refresh gives another refresh token and spends the one it was asked with; one that comes twice ends its family. */
  readonly rotates: boolean;
  readonly token: (call: Call, kind: "access" | "refresh") => string;
  /** What a token answer says beside the tokens. */
  readonly beside: (call: Call, grant: Grant) => Readonly<Record<string, unknown>>;
  /** Where the person's account may be, the usual first; each is known to its own token host alone, and sends the person back with its own words. */
  readonly regions?: readonly {
    readonly name: string;
    readonly host: string;
    readonly returned: Readonly<Record<string, string>>;
  }[];
  /** The vendor's way to refuse: RFC 6749's code, and what it is about. */
  readonly refusal: (error: "invalid_client" | "unsupported_grant_type" | "bad_code" | "bad_refresh_token") => Reply;
}

const grants = (state: State) => state.collection<Grant>("grants");
const accessTokens = (state: State) => state.collection<Access>("access_tokens");
const refreshTokens = (state: State) => state.collection<Refresh>("refresh_tokens");
const codes = (state: State) => state.collection<Code>("codes");
const CODE_LIFE_MS = 60_000;

/** A grant that is there from the beginning. */
export function seedGrant(
  state: State,
  { access, refresh }: IssuedTokens,
  scopes: readonly string[],
  expiresAt: number,
  host?: string,
): void {
  grants(state).put(refresh, { id: refresh, scopes, revoked: false, ...(host !== undefined && { host }) });
  accessTokens(state).put(access, { grant: refresh, expiresAt });
  refreshTokens(state).put(refresh, { grant: refresh, spent: false });
}

/** The grant of the access token that the header bears after this word; null where the vendor takes none such. */
export function grantOf(call: Call, word = "Bearer"): Grant | null {
  const header = call.headers.get("authorization") ?? "";
  const access = header.startsWith(`${word} `) ? accessTokens(call.state).get(header.slice(word.length + 1)) : undefined;
  const grant = access && grants(call.state).get(access.grant);
  return access && grant && !grant.revoked && access.expiresAt > call.now() ? grant : null;
}

function readAsk({ query }: Call, server: AuthorizationServer) {
  const stop = (message: string): never =>
    refuse(page("Authorization failed", html`<h1>Authorization failed</h1><p>${message}</p>`, [], 400));
  if (query.get("client_id") !== server.app.client_id) stop("The app is not known.");
  if (query.get("response_type") !== "code") stop("response_type must be code.");
  const uri = query.get("redirect_uri") ?? "";
  const redirect = URL.canParse(uri) ? new URL(uri) : stop("The redirect address is missing.");
  const loopback = redirect.protocol === "http:" && ["localhost", "127.0.0.1", "[::1]"].includes(redirect.hostname);
  if (!loopback && redirect.protocol !== "https:") stop("The redirect address is not one of the app's.");
  const scopes = server.fixed ?? (query.get("scope") ?? "").split(/[ ,+]+/).filter(Boolean);
  const unknown = scopes.filter((scope) => !Object.hasOwn(server.scopes, scope));
  if (unknown.length > 0) stop(`These scopes are not known: ${unknown.join(", ")}`);
  if (query.has("code_challenge") && query.get("code_challenge_method") !== "S256") stop("code_challenge_method must be S256.");
  return { redirect, scopes, state: query.get("state"), challenge: query.get("code_challenge") };
}

function ask(call: Call, server: AuthorizationServer): Reply {
  const { redirect, scopes } = readAsk(call, server);
  const options = (server.regions ?? []).map(({ name }) => html`<option>${name}</option>`);
  const regions = options.length > 0 ? html`<label>Where the account is<select name="region">${options}</select></label>` : "";
  const lines = scopes.map((scope) => html`<li>${server.scopes[scope] ?? scope} <code>${scope}</code></li>`);
  return page(
    `Connect an app to ${server.vendor} (sandbox)`,
    html`<h1>Connect Junction to ${server.vendor}</h1><p class="soft">The sandbox plays ${server.vendor} here: no account is asked for.</p>
<form class="card" method="post"><p><strong>Junction (sandbox)</strong> asks <strong>${server.account}</strong> for leave to:</p><ul>${lines}</ul>${regions}
<p class="row"><button class="main" name="decision" value="approve">Approve</button><button name="decision" value="deny">Deny</button></p></form>
<p class="soft">You will be sent back to ${redirect.origin}.</p>`,
    [redirect.origin],
  );
}

function decide(call: Call, server: AuthorizationServer): Reply {
  const { redirect, scopes, state, challenge } = readAsk(call, server);
  const back = (values: Readonly<Record<string, string>>): Reply => {
    for (const [name, value] of Object.entries({ ...values, ...(state !== null && { state }) })) redirect.searchParams.set(name, value);
    return empty(302, { location: redirect.href });
  };
  if (call.form.get("decision") !== "approve") return back({ error: "access_denied" });
  const code = call.random(40);
  const redirectUri = call.query.get("redirect_uri") ?? "";
  const region = server.regions?.find(({ name }) => name === call.form.get("region")) ?? server.regions?.[0];
  codes(call.state).put(code, { redirectUri, scopes, challenge, expiresAt: call.now() + CODE_LIFE_MS, host: region?.host });
  return back({ code, ...region?.returned });
}

function strange({ form, headers }: Call, { app, client, refusal }: AuthorizationServer): Reply | null {
  const known =
    client === "basic"
      ? headers.get("authorization") === `Basic ${btoa(`${app.client_id}:${app.client_secret}`)}`
      : form.get("client_id") === app.client_id && form.get("client_secret") === app.client_secret;
  return known ? null : refusal("invalid_client");
}

async function token(call: Call, server: AuthorizationServer): Promise<Reply> {
  const { form } = call;
  const verifier = form.get("code_verifier");
  const hashed = verifier === null ? null : await s256(verifier); // awaited first: what follows is atomic
  const refused = strange(call, server);
  if (refused) return refused;
  if (form.get("grant_type") === "authorization_code") return traded(call, server, hashed);
  if (form.get("grant_type") !== "refresh_token") return server.refusal("unsupported_grant_type");
  const given = form.get("refresh_token") ?? "";
  const held = refreshTokens(call.state).get(given);
  const grant = held && grants(call.state).get(held.grant);
  if (!held || !grant || grant.revoked || !isHere(call, grant)) return server.refusal("bad_refresh_token");
  if (held.spent) {
    grants(call.state).put(grant.id, { ...grant, revoked: true }); // one of the two who have it stole it: neither may go on
    return server.refusal("bad_refresh_token");
  }
  if (server.rotates) refreshTokens(call.state).put(given, { ...held, spent: true });
  return answered(call, server, grant, server.rotates);
}

const isHere = ({ url }: Call, { host }: { readonly host?: string | undefined }): boolean => host === undefined || host === url.host;

function traded(call: Call, server: AuthorizationServer, hashed: string | null): Reply {
  const given = call.form.get("code") ?? "";
  const code = codes(call.state).get(given);
  if (code && !isHere(call, code)) return server.refusal("bad_code"); // of another region: not known here
  codes(call.state).delete(given); // good once, whatever comes of it
  const good = code && code.expiresAt > call.now() && call.form.get("redirect_uri") === code.redirectUri && code.challenge === hashed;
  if (!good) return server.refusal("bad_code");
  const grant: Grant = { id: call.random(24), scopes: code.scopes, revoked: false, ...(code.host !== undefined && { host: code.host }) };
  grants(call.state).put(grant.id, grant);
  return answered(call, server, grant, true);
}

function answered(call: Call, server: AuthorizationServer, grant: Grant, withRefresh: boolean): Reply {
  const access = server.token(call, "access");
  accessTokens(call.state).put(access, { grant: grant.id, expiresAt: call.now() + call.settings.tokenLifetimeSeconds * 1000 });
  const refresh = withRefresh ? server.token(call, "refresh") : undefined;
  if (refresh !== undefined) refreshTokens(call.state).put(refresh, { grant: grant.id, spent: false });
  const body = { access_token: access, ...(refresh !== undefined && { refresh_token: refresh }), ...server.beside(call, grant) };
  return json(200, body, { "cache-control": "no-store" });
}

/** Ends the grant of either token. The same answer for one nobody knows (RFC 7009 §2.2). */
function withdraw(call: Call): Reply {
  const given = call.form.get("token") ?? "";
  const id = refreshTokens(call.state).get(given)?.grant ?? accessTokens(call.state).get(given)?.grant ?? "";
  const grant = grants(call.state).get(id);
  if (grant) grants(call.state).put(id, { ...grant, revoked: true });
  return json(200, {});
}

async function s256(text: string): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
  const base64 = btoa(String.fromCharCode(...digest));
  return base64.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/** Its consent page and its endpoints: `authorize`, `decide`, `token`, `revoke`; those of further regions end in the region's number. */
export function authorizationOperations(server: AuthorizationServer): readonly Operation[] {
  const site = { host: server.authorizeHost, path: server.authorizePath, authenticated: false, apart: true } as const;
  return [
    { ...site, name: "authorize", method: "GET", run: (call) => ask(call, server) },
    { ...site, name: "decide", method: "POST", run: (call) => decide(call, server) },
    ...server.tokenHosts.flatMap((host, at): readonly Operation[] => {
      const [end, endpoint] = [at === 0 ? "" : `_${at}`, { host, method: "POST", authenticated: false, apart: true } as const];
      return [
        { ...endpoint, name: `token${end}`, path: server.tokenPath, run: (call) => token(call, server) },
        { ...endpoint, name: `revoke${end}`, path: server.revokePath, run: withdraw },
      ];
    }),
  ];
}
