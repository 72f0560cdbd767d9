/** Subscriptions as a person makes, changes and ends them: the row in D1, the signing secret in the vault. */
import { type CredentialDescription, JUNCTION, newId } from "@junction/core";
import {
  addSubscription,
  changeSubscription,
  getSubscription,
  removeSubscription,
  type Subscription,
  type SubscriptionState,
  saveContractor,
} from "@junction/db";
import { newSecret, wake, wrongWith } from "@junction/outgoing";
import { contractorOf, type Env, outgoingOf } from "./env.ts";

/** While this long, what we send is signed with the secret before the newest too. */
export const OVERLAP_MS = 24 * 3_600_000;
export const MOST_SUBSCRIPTIONS = 20;

export interface Wanted {
  readonly url: string;
  readonly description: string;
  readonly types: readonly string[] | null;
}
/** What may be known of a signing secret. */
export interface SecretView {
  readonly secret_last_four: string | null;
  readonly previous_accepted_until: number | null;
}

/** What is wrong with an address, or null. */
export async function wrongTarget(env: Env, url: string): Promise<string | null> {
  try {
    return await wrongWith(url, outgoingOf(env).target);
  } catch (error) {
    console.warn(JSON.stringify({ at: "subscriptions", message: "a target could not be looked up", error: String(error) }));
    return "could not be looked up just now: try again in a minute";
  }
}

/** Makes one, and its secret, which is shown this once; null: the contractor has the most already. */
export async function subscribe(
  env: Env,
  contractor: string,
  wanted: Wanted,
): Promise<{ readonly subscription: Subscription; readonly secret: string } | null> {
  const now = Date.now();
  const id = newId("sub", now);
  const secret = await makeSecret(env, contractor, id); // first: a row without one could send nothing
  await saveContractor(env.DB, contractor, now);
  const subscription: Subscription = { id, contractor, ...wanted, state: "active", failingSince: null, createdAt: now, updatedAt: now };
  if (await addSubscription(env.DB, subscription, MOST_SUBSCRIPTIONS)) return { subscription, secret: secret.secret };
  await env.VAULT.revoke({ contractor, connection: id });
  return null;
}

/** Changes one; switched on again, it gets at once what waits for it. Null: there is none. */
export async function change(
  env: Env,
  contractor: string,
  id: string,
  changes: Partial<Wanted & { readonly state: Exclude<SubscriptionState, "disabled"> }>,
): Promise<Subscription | null> {
  const now = Date.now();
  const changed = await changeSubscription(env.DB, contractor, id, changes, now);
  if (changed && changes.state === "active") {
    await contractorOf(env, contractor).subscription({ contractor, subscription: id, stopped: false, now });
    await wake(env.DELIVERIES, { contractor, subscription: id });
  }
  return changed;
}

/** Ends one, and its secret. False: there is none. */
export async function unsubscribe(env: Env, contractor: string, id: string): Promise<boolean> {
  if (!(await removeSubscription(env.DB, contractor, id))) return false;
  await env.VAULT.revoke({ contractor, connection: id });
  await contractorOf(env, contractor).subscription({ contractor, subscription: id, stopped: false, now: Date.now() });
  return true;
}

/** A new secret; the one before it is signed with too, for a day. Null: there is no such subscription. */
export async function rotate(env: Env, contractor: string, id: string): Promise<(SecretView & { readonly secret: string }) | null> {
  return (await getSubscription(env.DB, contractor, id)) && makeSecret(env, contractor, id);
}

export async function secretOf(env: Env, { contractor, id }: Subscription): Promise<SecretView> {
  return secretView(await env.VAULT.describe({ contractor, connection: id }));
}

async function makeSecret(env: Env, contractor: string, id: string): Promise<SecretView & { readonly secret: string }> {
  const secret = newSecret();
  const described = await env.VAULT.rotate({ contractor, connection: id, vendor: JUNCTION, secret, overlapMs: OVERLAP_MS });
  return { secret, ...secretView(described) };
}

function secretView(described: CredentialDescription | null): SecretView {
  const until = Number(described?.shown.previous_until ?? 0);
  return {
    secret_last_four: described?.shown.secret?.slice(-4) ?? null,
    previous_accepted_until: until > Date.now() ? until : null,
  };
}
