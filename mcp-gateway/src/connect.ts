/** Connecting a vendor by a form that is tested before anything is stored; testing and ending a connection, however it was made. */
import { vendorById } from "@junction/catalog";
import { type CatalogVendor, type CatalogWay, type CredentialType, newId, type Outcome } from "@junction/core";
import { deleteAccount, saveAccounts, saveContractor } from "@junction/db";
import { type ConnectionView, type Trouble, vendorBinding } from "@junction/dispatch";
import { askRelease } from "@junction/ingest";
import { contractorOf, type Env } from "./env.ts";
import { wrongTarget } from "./subscribe.ts";
import { hasWebhook, withdrawHookSecret } from "./webhook.ts";

export type Connected =
  | { readonly state: "connected"; readonly connection: ConnectionView }
  /** The vendor accepts the fields, for another account than the one that is connected; their names at the vendor. */
  | { readonly state: "other_account"; readonly given: string; readonly held: string }
  | { readonly state: "wrong_fields"; readonly fields: Readonly<Record<string, string>> }
  | { readonly state: "refused"; readonly trouble: Trouble };

/** The vendor's way to connect by this type of credential; its first, where none is named. */
export const wayOf = (vendor: CatalogVendor, type: CredentialType | undefined): Omit<CatalogWay, "label"> | undefined =>
  [vendor, ...vendor.ways].find(({ credentialType }) => type === undefined || credentialType === type);

/** What is wrong with the fields of a form, field → what is allowed; empty if nothing is. */
export function fieldIssues(
  vendor: CatalogVendor,
  { fields }: Pick<CatalogWay, "fields">,
  given: Readonly<Record<string, string>>,
): Record<string, string> {
  const wrong: Record<string, string> = {};
  for (const { name, label, help, pattern, optional } of fields) {
    const value = given[name] ?? "";
    if (value === "" ? !optional : pattern !== undefined && !new RegExp(`^(?:${pattern})$`).test(value))
      wrong[name] = `${label}: ${help ?? "is required"}`;
  }
  for (const name of Object.keys(given))
    if (!fields.some((field) => field.name === name)) wrong[name.slice(0, 100)] = `not a field of ${vendor.name}`;
  return wrong;
}

/** What is wrong with an address of the contractor's own that requests would go to: it is looked up before anything is sent there. */
async function addressIssues(env: Env, { hosts }: CatalogVendor, given: Readonly<Record<string, string>>): Promise<Record<string, string>> {
  const named = hosts.flatMap((host) => /^\{(\w+)\}$/.exec(host)?.[1] ?? []).filter((name) => given[name] !== undefined);
  const looked = await Promise.all(named.map(async (name) => [name, await wrongTarget(env, given[name] ?? "")] as const));
  return Object.fromEntries(looked.flatMap(([name, wrong]) => (wrong === null ? [] : [[name, wrong]])));
}

/** Save & Test: nothing is stored unless the vendor accepts the fields; another account takes a connected one's place only with `replace`. */
export async function connectByForm(
  env: Env,
  contractor: string,
  vendor: CatalogVendor,
  way: Omit<CatalogWay, "label">,
  given: Readonly<Record<string, string>>,
  replace: boolean,
): Promise<Connected> {
  const fields = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== ""));
  const wrong = fieldIssues(vendor, way, fields);
  if (Object.keys(wrong).length > 0) return { state: "wrong_fields", fields: wrong };
  const away = await addressIssues(env, vendor, fields);
  if (Object.keys(away).length > 0) return { state: "wrong_fields", fields: away };
  const outcome = await vendorBinding(env, vendor.id).checkFields({ fields, type: way.credentialType });
  if (!outcome.ok) return { state: "refused", trouble: troubleOf(outcome) };
  const now = Date.now();
  const desk = contractorOf(env, contractor);
  const held = (await desk.connections({ now })).find((one) => one.vendor === vendor.id && one.health.status !== "not_connected");
  const { found, accounts: _, ...account } = outcome.value;
  if (!replace && held?.account && held.account.id !== account.id)
    return { state: "other_account", given: account.name, held: held.account.name };
  await saveContractor(env.DB, contractor, now);
  const connection = await desk.connectionId({ contractor, vendor: vendor.id, now });
  const type = way.credentialType;
  const secrets = way.fields.filter(({ secret }) => secret).map(({ name }) => name);
  const kept = { ...found, ...fields };
  const { generation } = await env.VAULT.store({ contractor, connection, vendor: vendor.id, type, fields: kept, secrets });
  const attached = await desk.attach({
    contractor,
    vendor: vendor.id,
    connection,
    account,
    generation,
    // A service account's token is asked for with all scopes, and is had with all or not at all.
    scopes: type === "service_account" ? Object.keys(vendor.scopes) : [],
    now,
    call: newId("call", now),
  });
  await saveAccounts(env.DB, { vendor: vendor.id, contractor, connection }, outcome.value);
  await askRelease({ queue: env.EVENTS }, contractor, vendor.id, connection); // what came before could not be verified
  return { state: "connected", connection: attached };
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
  if (outcome.ok) await saveAccounts(env.DB, { vendor, contractor, connection: held.id }, outcome.value);
  return connection && { connection, ...(!outcome.ok && { trouble: troubleOf(outcome) }) };
}

/** Dead here first, so that no call uses it any more; then revoked at the vendor, where it can be; then destroyed in the vault. */
export async function disconnect(env: Env, contractor: string, vendor: string): Promise<ConnectionView | null> {
  const desk = contractorOf(env, contractor);
  const held = (await desk.connections({ now: Date.now() })).find((one) => one.vendor === vendor);
  if (!held || held.generation === 0) return null; // never connected: it has an address at most
  const gone = await desk.detach({ vendor, now: Date.now() });
  if (!gone) return null;
  const { id: connection, generation } = held;
  const known = vendorById(vendor);
  try {
    if (known && [known, ...known.ways].some(({ oauth }) => oauth)) {
      const outcome = await vendorBinding(env, vendor).revoke({ contractor, connection, generation, call: newId("call") });
      if (!outcome.ok) console.warn(JSON.stringify({ at: "disconnect", contractor, vendor, unrevoked: outcome.error.kind }));
    }
  } finally {
    await Promise.all([
      env.VAULT.revoke({ contractor, connection }),
      deleteAccount(env.DB, { vendor, contractor }),
      known && hasWebhook(known) && withdrawHookSecret(env, contractor, known, connection),
    ]);
  }
  return gone;
}

export const troubleOf = ({ error, said }: Outcome<unknown> & { ok: false }): Trouble => (said ? { ...error, said } : error);
