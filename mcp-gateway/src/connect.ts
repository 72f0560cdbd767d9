/** Connecting a vendor: by a form that is tested before anything is stored, or by a grant at the vendor's own page. */
import { vendorById } from "@junction/catalog";
import { type CatalogVendor, newId, type Outcome, sha256 } from "@junction/core";
import { saveContractor } from "@junction/db";
import { type ConnectionView, type Trouble, vendorBinding } from "@junction/dispatch";
import { contractorOf, type Env } from "./env.ts";

export type Connected =
  | { readonly state: "connected"; readonly connection: ConnectionView }
  | { readonly state: "wrong_fields"; readonly fields: Readonly<Record<string, string>> }
  | { readonly state: "refused"; readonly trouble: Trouble };

const GRANT_MS = 10 * 60_000;

/** What is wrong with the fields of a form, field → what is allowed; empty if nothing is. */
export function fieldIssues(vendor: CatalogVendor, given: Readonly<Record<string, string>>): Record<string, string> {
  const wrong: Record<string, string> = {};
  for (const { name, label, help, pattern, optional } of vendor.fields) {
    const value = given[name] ?? "";
    if (value === "" ? !optional : pattern !== undefined && !new RegExp(`^(?:${pattern})$`).test(value))
      wrong[name] = `${label}: ${help ?? "is required"}`;
  }
  for (const name of Object.keys(given))
    if (!vendor.fields.some((field) => field.name === name)) wrong[name.slice(0, 100)] = `not a field of ${vendor.name}`;
  return wrong;
}

/** Save & Test: nothing is stored unless the vendor accepts the fields. */
export async function connectByForm(
  env: Env,
  contractor: string,
  vendor: CatalogVendor,
  given: Readonly<Record<string, string>>,
): Promise<Connected> {
  const fields = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== ""));
  const wrong = fieldIssues(vendor, fields);
  if (Object.keys(wrong).length > 0) return { state: "wrong_fields", fields: wrong };
  const outcome = await vendorBinding(env, vendor.id).checkFields({ fields });
  if (!outcome.ok) return { state: "refused", trouble: troubleOf(outcome) };
  const now = Date.now();
  const desk = contractorOf(env, contractor);
  await saveContractor(env.DB, contractor, now);
  const connection = await desk.connectionId({ contractor, vendor: vendor.id, now });
  const secrets = vendor.fields.filter(({ secret }) => secret).map(({ name }) => name);
  const { generation } = await env.VAULT.store({ contractor, connection, vendor: vendor.id, type: vendor.credentialType, fields, secrets });
  return {
    state: "connected",
    connection: await desk.attach({
      contractor,
      vendor: vendor.id,
      connection,
      account: outcome.value,
      generation,
      scopes: [],
      now,
      call: newId("call", now),
    }),
  };
}

/** Where to send a person to grant access, and the verifier only their browser keeps (PKCE, RFC 7636); null if our app is not set up. */
export async function beginGrant(
  env: Env,
  contractor: string,
  vendor: CatalogVendor,
): Promise<{ readonly url: string; readonly verifier: string } | null> {
  const app = await env.VAULT.describePlatform({ vendor: vendor.id });
  if (!app || !vendor.oauth) return null;
  const [state, verifier] = [`${contractor}.${random()}`, random()];
  const now = Date.now();
  const grant = { stateHash: await sha256(state), vendor: vendor.id, verifierHash: await sha256(verifier), expiresAt: now + GRANT_MS };
  await contractorOf(env, contractor).beginGrant({ contractor, grant });
  const page = new URL(vendor.oauth.authorizationUrl);
  const url = env.VENDOR_PAGES === undefined ? page : new URL(`${env.VENDOR_PAGES}/${page.host}${page.pathname}${page.search}`);
  const challenge = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier)));
  const params = {
    ...vendor.oauth.params,
    ...{ response_type: "code", client_id: app.clientId, redirect_uri: redirectUri(env), state },
    ...{ code_challenge: base64url(challenge), code_challenge_method: "S256" },
  };
  for (const [name, value] of Object.entries(params)) url.searchParams.set(name, value);
  return { url: url.href, verifier };
}

export type Granted = Connected | { readonly state: "expired" } | { readonly state: "denied"; readonly vendor: string };

/** A person comes back from a vendor's consent page. */
export async function finishGrant(
  env: Env,
  query: { readonly state: string; readonly code?: string | undefined; readonly error?: string | undefined },
  verifier: string,
): Promise<Granted> {
  const contractor = /^([A-Za-z0-9-]{1,64})\./.exec(query.state)?.[1];
  if (contractor === undefined) return { state: "expired" };
  const desk = contractorOf(env, contractor);
  const now = Date.now();
  const grant = await desk.takeGrant({ stateHash: await sha256(query.state), now });
  // Another browser's verifier: whoever began this is not who came back.
  if (!grant || grant.verifierHash !== (await sha256(verifier))) return { state: "expired" };
  const { vendor } = grant;
  if (query.code === undefined) return { state: "denied", vendor };
  const connection = await desk.connectionId({ contractor, vendor, now });
  const outcome = await vendorBinding(env, vendor).exchange({
    contractor,
    connection,
    code: query.code,
    codeVerifier: verifier,
    redirectUri: redirectUri(env),
  });
  if (!outcome.ok) return { state: "refused", trouble: troubleOf(outcome) };
  const { identity, generation, scopes } = outcome.value;
  await saveContractor(env.DB, contractor, now);
  return {
    state: "connected",
    connection: await desk.attach({ contractor, vendor, connection, account: identity, generation, scopes, now, call: newId("call", now) }),
  };
}

/** The connection's test call, with what is stored. Null if the vendor is not connected. */
export async function retest(
  env: Env,
  contractor: string,
  vendor: string,
): Promise<{ readonly connection: ConnectionView; readonly trouble?: Trouble } | null> {
  const desk = contractorOf(env, contractor);
  const held = (await desk.connections({ now: Date.now() })).find((one) => one.vendor === vendor && one.health.status !== "not_connected");
  if (!held) return null;
  const call = newId("call");
  const outcome = await vendorBinding(env, vendor).check({ contractor, connection: held.id, generation: held.generation, call });
  const connection = await desk.tested({ vendor, call, outcome, now: Date.now() });
  return connection && { connection, ...(!outcome.ok && { trouble: troubleOf(outcome) }) };
}

/** Dead here first, so that no call uses it any more; then revoked at the vendor, where it can be; then destroyed in the vault. */
export async function disconnect(env: Env, contractor: string, vendor: string): Promise<ConnectionView | null> {
  const desk = contractorOf(env, contractor);
  const held = (await desk.connections({ now: Date.now() })).find((one) => one.vendor === vendor);
  const gone = await desk.detach({ vendor, now: Date.now() });
  if (!held || !gone) return null;
  if (vendorById(vendor)?.oauth) {
    const outcome = await vendorBinding(env, vendor).revoke({
      contractor,
      connection: held.id,
      generation: held.generation,
      call: newId("call"),
    });
    if (!outcome.ok) console.warn(JSON.stringify({ at: "disconnect", contractor, vendor, unrevoked: outcome.error.kind }));
  }
  await env.VAULT.revoke({ contractor, connection: held.id });
  return gone;
}

const redirectUri = (env: Env): string => `${env.PUBLIC_URL}/oauth/callback`;
const troubleOf = ({ error, said }: Outcome<unknown> & { ok: false }): Trouble => (said ? { ...error, said } : error);
const base64url = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .replace(/=+$/, "");
const random = (): string => base64url(crypto.getRandomValues(new Uint8Array(32)));
