/** Webhook secrets: the new one counts at once, and the one before it for a while, since the other side changes over later. */
import type { CredentialRef } from "@junction/core";
import type * as z from "zod";
import type { RotateAsk } from "./border.ts";
import { copyOf } from "./cache.ts";
import { contractorKey, type Opening, openCopy, openCurrent, refuseShredded, tooOften, writeGeneration } from "./credentials.ts";
import { isLive, type LiveRow, readCredential } from "./store.ts";
import type { Vault } from "./vault.ts";

const ROUNDS = 64; // each round of a race has a winner
const SECRETS = ["secret", "previous"];

/** Makes `secret` the current one. Each of concurrent rotations follows on the one before it: the last but one is kept. */
export async function rotateSecret(vault: Vault, ask: z.output<typeof RotateAsk>): Promise<LiveRow> {
  const { contractor, connection, vendor, secret, overlapMs } = ask;
  const key = await contractorKey(vault, contractor);
  for (let round = 0; round < ROUNDS; round++) {
    const row = await readCredential(vault.db, ask);
    if (row && (row.vendor !== vendor || row.type !== "webhook_secret"))
      throw new Error(`The connection ${connection} cannot hold a webhook secret of ${vendor}.`);
    const before = isLive(row) ? { row, fields: await fieldsOf(vault, row) } : null;
    // Set again, it is no rotation, and must not push out the one that the other side may still use.
    if (before && before.fields["secret"] === secret) return before.row;
    const previous = overlapMs > 0 ? before?.fields["secret"] : undefined;
    const fields = { secret, ...(previous !== undefined && { previous, previous_until: String(Date.now() + overlapMs) }) };
    const next = { contractor, connection, vendor, type: "webhook_secret" as const, fields, secrets: SECRETS };
    const written = await writeGeneration(vault, key, next, (row?.generation ?? 0) + 1, before?.row.created_at ?? null);
    if (written) return written;
    await refuseShredded(vault, contractor);
  }
  throw tooOften(connection);
}

/** The secrets that count now, the newest first; none where nothing is stored. */
export async function secretsOf(vault: Vault, ref: CredentialRef, opening: Opening): Promise<string[]> {
  const opened = await openCurrent(vault, ref, opening);
  if (!opened.ok || opened.type !== "webhook_secret") return [];
  const { secret, previous, previous_until } = opened.fields;
  const both = [secret, Date.now() < Number(previous_until ?? 0) ? previous : undefined];
  return both.filter((one): one is string => one !== undefined && one !== "");
}

async function fieldsOf(vault: Vault, row: LiveRow): Promise<Readonly<Record<string, string>>> {
  const { fields } = await openCopy(vault, row, copyOf(row), { vendor: row.vendor, purpose: "rotate", call: "" });
  return fields;
}
