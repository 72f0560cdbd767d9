/** A grant at the vendor's own page: sending a person there, and what became of it when they come back (RFC 6749 §4.1, RFC 7636). */
import { vendorById } from "@junction/catalog";
import { type CatalogVendor, type ExchangeAsk, newId, sha256 } from "@junction/core";
import { saveAccounts, saveContractor } from "@junction/db";
import { type ConnectionView, type Trouble, vendorBinding } from "@junction/dispatch";
import { askRelease } from "@junction/ingest";
import type { Session } from "./auth/session.ts";
import { troubleOf, wayOf } from "./connect.ts";
import { contractorOf, type Env } from "./env.ts";

const GRANT_MS = 10 * 60_000;

export type Returned =
  | { readonly state: "connected" | "already_connected"; readonly vendor: string }
  /** Connected, with fewer scopes than were asked for. */
  | { readonly state: "missing_scope"; readonly vendor: string; readonly missing: readonly string[] }
  /** `wrong_account`: it is another account than the one that is connected, which stays. */
  | { readonly state: "denied" | "wrong_account"; readonly vendor: string }
  /** Too late, used before, begun by someone else, or made up. */
  | { readonly state: "expired"; readonly vendor?: string }
  | { readonly state: "refused"; readonly vendor: string; readonly trouble: Trouble };

/** Who sends a person to a vendor. `cookie`: signed in with this browser, which must be so when they come back too. */
export interface Begins {
  readonly session: Session;
  readonly cookie: boolean;
  /** Another account may take the place of the one that is connected. */
  readonly replace: boolean;
}

/** The cookie that keeps a grant's verifier in the browser that began it. One for each grant, so that two may be under way. */
export const grantCookie = async (state: string): Promise<string> => `junction_grant_${(await sha256(state)).slice(0, 16)}`;

/**
 * Where to send a person to grant access, and the verifier only their browser keeps; null if our app is not set up. All scopes are
 * asked for each time, those held too: what is granted takes the place of what was.
 */
export async function beginGrant(
  env: Env,
  vendor: CatalogVendor,
  { session: { contractor, sub }, cookie, replace }: Begins,
): Promise<{ readonly url: string; readonly state: string; readonly verifier: string } | null> {
  const oauth = wayOf(vendor, "oauth_token")?.oauth;
  const app = await env.VAULT.describePlatform({ vendor: vendor.id });
  if (!app || !oauth) return null;
  const [state, verifier] = [`${contractor}.${vendor.id}.${random()}`, random()];
  const [stateHash, verifierHash] = [await sha256(state), await sha256(verifier)];
  const expiresAt = Date.now() + (env.GRANT_MS === undefined ? GRANT_MS : Number(env.GRANT_MS));
  const grant = { stateHash, vendor: vendor.id, verifierHash, expiresAt, subject: cookie ? sub : null, replace };
  await contractorOf(env, contractor).beginGrant({ contractor, grant });
  const page = new URL(oauth.authorizationUrl);
  const url = env.VENDOR_PAGES === undefined ? page : new URL(`${env.VENDOR_PAGES}/${page.host}${page.pathname}${page.search}`);
  const challenge = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier)));
  const params = {
    ...oauth.params,
    ...{ response_type: "code", [oauth.clientIdParameter ?? "client_id"]: app.clientId, redirect_uri: redirectUri(env), state },
    ...(oauth.pkce !== false && { code_challenge: base64url(challenge), code_challenge_method: "S256" }),
  };
  for (const [name, value] of Object.entries(params)) url.searchParams.set(name, value);
  return { url: url.href, state, verifier };
}

/** A person comes back from a vendor's page, with the verifier and the session their browser has. */
export async function finishGrant(
  env: Env,
  query: { readonly state: string; readonly code?: string | undefined; readonly error?: string | undefined } & Pick<
    ExchangeAsk,
    "returned"
  >,
  verifier: string,
  session: Session | null,
): Promise<Returned> {
  const [, contractor = "", id = ""] = /^([A-Za-z0-9-]{1,64})\.([a-z0-9-]{1,64})\.[\w-]+$/.exec(query.state) ?? [];
  const known = vendorById(id);
  if (!known) return { state: "expired" };
  const vendor = known.id;
  const desk = contractorOf(env, contractor);
  const now = Date.now();
  const grant = await desk.takeGrant({ stateHash: await sha256(query.state), now });
  if (!grant || grant.vendor !== vendor) return { state: "expired", vendor };
  // Another browser, or another person in the same one: whoever began this is not who came back.
  const stranger = grant.subject !== null && (session?.contractor !== contractor || session.sub !== grant.subject);
  if (stranger || grant.verifierHash !== (await sha256(verifier))) return { state: "expired", vendor };
  if (query.code === undefined) {
    // RFC 6749 §4.1.2.1: any other word is the vendor's trouble, or our app's.
    const denied = query.error === undefined || query.error === "access_denied" || query.error === "user_denied";
    return denied ? { state: "denied", vendor } : { state: "refused", vendor, trouble: { kind: "VendorUnavailable", sent: false } };
  }
  const held = (await desk.connections({ now })).find((one) => one.vendor === vendor);
  const account = held && held.health.status !== "not_connected" && !grant.replace ? held.account?.id : undefined;
  return exchange(env, contractor, known, held, {
    ...{ contractor, code: query.code, codeVerifier: verifier, redirectUri: redirectUri(env), returned: query.returned ?? {} },
    ...{ connection: await desk.connectionId({ contractor, vendor, now }), ...(account !== undefined && { account }) },
  });
}

async function exchange(
  env: Env,
  contractor: string,
  { id: vendor, scopes: wanted }: CatalogVendor,
  held: ConnectionView | undefined,
  ask: Parameters<ReturnType<typeof vendorBinding>["exchange"]>[0],
): Promise<Returned> {
  let outcome: Awaited<ReturnType<ReturnType<typeof vendorBinding>["exchange"]>>;
  try {
    outcome = await vendorBinding(env, vendor).exchange(ask);
  } catch (error) {
    console.error(JSON.stringify({ at: "grant", contractor, vendor, error: String(error) }));
    return { state: "refused", vendor, trouble: { kind: "Fault" } };
  }
  if (!outcome.ok) return { state: "refused", vendor, trouble: outcome.ours ? { kind: "Fault" } : troubleOf(outcome) };
  const { identity, generation, scopes } = outcome.value;
  if (generation === null) return { state: "wrong_account", vendor };
  const now = Date.now();
  await saveContractor(env.DB, contractor, now);
  const { connection } = ask;
  const call = newId("call", now);
  const { accounts: _, ...account } = identity;
  await contractorOf(env, contractor).attach({ contractor, vendor, connection, account, generation, scopes, now, call });
  await saveAccounts(env.DB, { vendor, contractor, connection }, identity);
  await askRelease({ queue: env.EVENTS }, contractor, vendor, connection); // what came before could not be verified
  const missing = Object.keys(wanted).filter((scope) => !scopes.includes(scope));
  if (missing.length > 0) return { state: "missing_scope", vendor, missing };
  const well = held && (held.health.status === "connected" || held.health.status === "warning");
  const had = well && Object.keys(wanted).every((scope) => held.scopes.includes(scope));
  return { state: had && held.account?.id === identity.id ? "already_connected" : "connected", vendor };
}

/** The settings page a person lands on. It is made of our own words and ids alone: no code, no state, nothing of the vendor's. */
export function landing(env: Env, returned: Returned): string {
  const { vendor, state } = returned;
  const url = new URL(`${env.PUBLIC_URL}/settings/integrations${vendor === undefined ? "" : `/${vendor}`}`);
  url.searchParams.set("grant", state);
  if (state === "missing_scope") url.searchParams.set("missing", returned.missing.join(","));
  if (state === "refused") {
    const { trouble } = returned;
    url.searchParams.set("kind", trouble.kind);
    // A scope's name may come from the vendor here: only those that the catalog knows are passed on.
    const known = vendorById(returned.vendor)?.scopes ?? {};
    const missing = trouble.kind === "PermissionError" ? (trouble.missing ?? []).filter((scope) => Object.hasOwn(known, scope)) : [];
    if (missing.length > 0) url.searchParams.set("missing", missing.join(","));
  }
  return url.href;
}

/** Where vendors send people back to. */
export const redirectUri = (env: Pick<Env, "PUBLIC_URL">): string => `${env.PUBLIC_URL}/oauth/callback`;
const base64url = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .replace(/=+$/, "");
const random = (): string => base64url(crypto.getRandomValues(new Uint8Array(32)));
