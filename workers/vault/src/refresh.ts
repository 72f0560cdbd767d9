/**
 * Fenced refresh: the lease says who dials the token endpoint, D1's generation decides what is stored. D1 is read before the
 * lease is asked, so a lease is only ever granted for a credential that is there, is this vendor's, and is current.
 */
import { type CredentialRef, type Lease, newId, type Opened } from "@junction/core";
import type * as z from "zod";
import type { LeaseAsk, ProbedAsk, ReleaseAsk, RenewAsk } from "./border.ts";
import { copyOf } from "./cache.ts";
import { openCopy, openCurrent, writeGeneration } from "./credentials.ts";
import type { RefreshLease } from "./refresh-lease.ts";
import { isLive, readCredential, readKey } from "./store.ts";
import type { Vault } from "./vault.ts";

export async function lease(vault: Vault, vendor: string, ask: z.output<typeof LeaseAsk>): Promise<Lease> {
  const opening = { vendor, purpose: "refresh", call: ask.call };
  const row = await readCredential(vault.db, ask);
  if (!isLive(row) || row.vendor !== vendor || row.generation < ask.generation) return { state: "rejected" };
  if (row.generation > ask.generation) return { state: "newer", opened: await openCopy(vault, ask, copyOf(row), opening) };

  const id = newId("lease");
  const { generation } = row;
  const answer = await leaseOf(vault, vendor, ask).ask({ generation, lease: id, call: ask.call, stable: ask.stable });
  switch (answer.state) {
    case "granted":
      try {
        const { fields } = await openCopy(vault, ask, copyOf(row), opening);
        return { state: "granted", lease: id, until: answer.until, fields, generation };
      } catch (error) {
        await leaseOf(vault, vendor, ask).release(id, "unspent");
        throw error;
      }
    case "newer": {
      // Renewed since D1 was read.
      const opened = await openCurrent(vault, ask, opening);
      return opened.ok ? { state: "newer", opened } : { state: "rejected" };
    }
    case "held":
    case "unknown":
    case "rejected":
      return answer;
  }
}

/** Stores the refreshed fields over those of the lease's generation, if both still stand; gives the credential as it then is. */
export async function renew(vault: Vault, vendor: string, ask: z.output<typeof RenewAsk>): Promise<Opened> {
  const stub = leaseOf(vault, vendor, ask);
  const holder = await stub.holder(ask.lease);
  const opening = { vendor, purpose: "refresh", call: holder?.call ?? ask.lease };
  const [row, key] = await Promise.all([readCredential(vault.db, ask), readKey(vault.db, ask.contractor)]);
  if (!isLive(row) || row.vendor !== vendor || !key?.wrapped) return { ok: false, reason: "absent" };
  if (!holder || row.generation !== holder.generation) return openCopy(vault, ask, copyOf(row), opening);

  const before = await openCopy(vault, ask, copyOf(row), opening);
  const fields = { ...before.fields, ...ask.fields };
  // A field that was not shown so far is not to be shown now.
  const secrets = Object.keys(fields).filter((name) => !Object.hasOwn(row.shown, name) || row.secrets.includes(name));
  const { contractor, connection, expiresAt } = ask;
  const next = { contractor, connection, vendor, type: row.type, fields, secrets, expiresAt };
  const written = await writeGeneration(vault, { ...key, wrapped: key.wrapped }, next, row.generation + 1, row.created_at, row.fingerprint);
  if (!written) return openCurrent(vault, ask, opening);
  try {
    await stub.settle(ask.lease, written.generation);
  } catch (error) {
    // The renewal is stored all the same; whoever asks for a lease meets it in D1.
    console.error(JSON.stringify({ at: "vault.lease", message: "lease was not settled", contractor, connection, error: String(error) }));
  }
  const { type, generation } = written;
  return { ok: true, type, fields, generation, ...(expiresAt === undefined ? {} : { expiresAt }) };
}

/** `rejected` is remembered for the lease's generation alone, so it ends nothing where a newer one exists. */
export async function release(vault: Vault, vendor: string, ask: z.output<typeof ReleaseAsk>): Promise<void> {
  await leaseOf(vault, vendor, ask).release(ask.lease, ask.ending);
}

export async function probed(vault: Vault, vendor: string, ask: z.output<typeof ProbedAsk>): Promise<void> {
  await leaseOf(vault, vendor, ask).probed(ask.lease, ask.works);
}

/** Named by the vendor too: a vendor's Worker can only ever reach leases of its own. */
function leaseOf(vault: Vault, vendor: string, ref: CredentialRef): DurableObjectStub<RefreshLease> {
  return vault.leases.get(vault.leases.idFromName(`${vendor}/${ref.contractor}/${ref.connection}`));
}
