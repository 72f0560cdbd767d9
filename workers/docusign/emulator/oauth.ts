/** Plays Docusign's account server: JWT grants, consent, userinfo. https://developers.docusign.com/platform/auth/jwt/ */
import { type Call, empty, html, json, type Operation, page, type Reply, readAssertion, refuse, type State } from "@junction/sandbox";

export interface User {
  readonly id: string;
  readonly name: string;
}
export interface Environment {
  readonly host: string;
  readonly suffix: "demo" | "production";
}
export const DEMO: Environment = { host: "account-d.docusign.com", suffix: "demo" };
export const PRODUCTION: Environment = { host: "account.docusign.com", suffix: "production" };

interface Access {
  readonly user: string;
  readonly expiresAt: number;
}
const tokens = (state: State) => state.collection<Access>("tokens");
const consents = (state: State) => state.collection<true>("consents");
const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_";
const NEEDED = ["signature", "impersonation"];

export const giveConsent = (state: State, user: string): void => consents(state).put(user, true);

export const oauthError = (status: number, error: string, error_description?: string): Reply =>
  json(status, { error, ...(error_description !== undefined && { error_description }) });

/** The person a bearer token stands for; null if it is dead or never was. */
export function userOf(call: Call): string | null {
  const [, given = ""] = /^Bearer (\S+)$/i.exec(call.headers.get("authorization") ?? "") ?? [];
  const access = tokens(call.state).get(given);
  return access && access.expiresAt > call.now() && consents(call.state).get(access.user) ? access.user : null;
}

async function token(call: Call, environment: Environment, integration: string, users: readonly User[]): Promise<Reply> {
  const kind = call.form.get("grant_type");
  if (kind !== "urn:ietf:params:oauth:grant-type:jwt-bearer") return oauthError(400, "invalid_grant", "unsupported_grant_type");
  const said = await readAssertion(call.form.get("assertion") ?? "", environment.host, call.now());
  if (said === null) return oauthError(400, "invalid_grant", "no_valid_keys_or_signatures");
  if (said.iss !== integration || environment.suffix !== "demo") return oauthError(400, "invalid_grant", "issuer_not_found");
  const user = users.find(({ id }) => id === said.sub);
  if (!user) return oauthError(400, "invalid_grant", "user_not_found");
  if (!NEEDED.every((scope) => said.scope.includes(scope))) return oauthError(400, "invalid_grant", "invalid_scope");
  if (!consents(call.state).get(user.id)) return oauthError(400, "consent_required");
  const access_token = `eyJ0eXAiOiJNVCIsImFsZyI6IlJTMjU2In0.${call.random(180, ALPHABET)}`;
  const expires_in = call.settings.tokenLifetimeSeconds;
  tokens(call.state).put(access_token, { user: user.id, expiresAt: call.now() + expires_in * 1000 });
  return json(200, { access_token, token_type: "Bearer", expires_in, scope: NEEDED.join(" ") });
}

function redirectOf({ query }: Call, integration: string): URL {
  const refused = (message: string): never => refuse(page("Docusign", html`<h1>An error occurred</h1><p>${message}</p>`, [], 400));
  if (query.get("client_id") !== integration) return refused("The client id provided is not registered with Docusign.");
  if (query.get("response_type") !== "code") return refused("The response type is not supported.");
  const uri = query.get("redirect_uri") ?? "";
  return URL.canParse(uri) ? new URL(uri) : refused("The redirect URI is not registered properly with Docusign.");
}

function ask(call: Call, integration: string): Reply {
  const redirect = redirectOf(call, integration);
  return page(
    "Docusign (sandbox)",
    html`<h1>Docusign</h1><p class="soft">The sandbox plays Docusign here: no account is asked for.</p>
<form class="card" method="post"><p><strong>Junction (sandbox)</strong> asks to send documents in your name, and to do so while you are away.</p>
<p class="row"><button class="main" name="decision" value="approve">Allow access</button><button name="decision" value="deny">Cancel</button></p></form>
<p class="soft">You will be sent back to ${redirect.origin}.</p>`,
    [redirect.origin],
  );
}

function decide(call: Call, integration: string, users: readonly User[]): Reply {
  const redirect = redirectOf(call, integration);
  const approved = call.form.get("decision") === "approve";
  // Whoever is signed in consents for themself; nobody signs in here, so it counts for all.
  if (approved) for (const { id } of users) giveConsent(call.state, id);
  const state = call.query.get("state");
  const said = approved ? { code: call.random(120, ALPHABET) } : { error: "access_denied" };
  for (const [name, value] of Object.entries({ ...said, ...(state !== null && { state }) })) redirect.searchParams.set(name, value);
  return empty(302, { location: redirect.href });
}

/** The operations of both environments' account servers. */
export function accountServers(integration: string, users: readonly User[], userinfo: (user: User) => unknown): readonly Operation[] {
  return [DEMO, PRODUCTION].flatMap((environment): Operation[] => {
    const { host, suffix } = environment;
    const open = { host, authenticated: false, apart: true } as const;
    return [
      {
        ...open,
        name: `token_${suffix}`,
        method: "POST",
        path: "/oauth/token",
        run: (call) => token(call, environment, integration, users),
      },
      { ...open, name: `authorize_${suffix}`, method: "GET", path: "/oauth/auth", run: (call) => ask(call, integration) },
      { ...open, name: `consent_${suffix}`, method: "POST", path: "/oauth/auth", run: (call) => decide(call, integration, users) },
      {
        name: `userinfo_${suffix}`,
        method: "GET",
        host,
        path: "/oauth/userinfo",
        run(call) {
          const user = users.find(({ id }) => id === userOf(call));
          return user ? json(200, userinfo(user)) : oauthError(401, "invalid_token");
        },
      },
    ];
  });
}
