/** What every contender does at the least: a credential's copy from KV, opened, and one POST to the vendor. */
import { importKeyring, type KeyEncryptionKeys, parseKeyring, unseal, unwrapContractorKey } from "@junction/vault";
import type { Kept } from "../record.ts";

export interface WorkEnv {
  readonly CACHE: KVNamespace;
  readonly VENDOR: Fetcher;
  readonly KEYRING: string;
}
export interface Text {
  readonly to: string;
  readonly body: string;
}

let keks: KeyEncryptionKeys | undefined;

/** The credential's fields, by the envelope the vault uses: two keys unwrapped, one box decrypted. */
export async function open(env: WorkEnv): Promise<Readonly<Record<string, string>>> {
  const kept = await env.CACHE.get<Kept>("credential", "json");
  if (kept === null) throw new Error("the benchmark has put no credential into KV");
  keks ??= await importKeyring(parseKeyring(env.KEYRING));
  const owner = await unwrapContractorKey(keks, kept.place.contractor, kept.wrapped);
  return unseal(owner, kept.place, kept.sealed);
}

export async function post(env: WorkEnv, fields: Readonly<Record<string, string>>, { to, body }: Text) {
  const { account_sid, auth_token, default_from = "" } = fields;
  const response = await env.VENDOR.fetch(`https://egress/api.twilio.com/2010-04-01/Accounts/${account_sid}/Messages.json`, {
    method: "POST",
    headers: { accept: "application/json", authorization: `Basic ${btoa(`${account_sid}:${auth_token}`)}` },
    body: new URLSearchParams({ To: to, From: default_from, Body: body }),
  });
  const { sid, status } = await response.json<{ sid: string; status: string }>();
  return { message_id: sid, status };
}

export const work = async (env: WorkEnv, text: Text) => post(env, await open(env), text);
