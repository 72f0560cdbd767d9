/** The credential that every contender opens: the same fields for all, sealed as the vault seals. */
import { importKeyring, type Keyring, newContractorKey, type Place, seal, unwrapContractorKey } from "@junction/vault";

export const FIELDS = {
  account_sid: "AC0123456789abcdef0123456789abcdef",
  auth_token: "0123456789abcdef0123456789abcdef",
  default_from: "+12025550100",
};
export const SECRETS = ["auth_token"];

/** A credential as the contenders keep it in KV. */
export interface Kept {
  readonly place: Place;
  readonly sealed: string;
  readonly wrapped: string;
}

export async function sealed(ring: Keyring): Promise<Kept> {
  const place = { contractor: "bench", vendor: "twilio", type: "api_key", connection: "con_bench", generation: 1 };
  const keks = await importKeyring(ring);
  const { wrapped } = await newContractorKey(keks, place.contractor);
  return { place, wrapped, sealed: await seal(await unwrapContractorKey(keks, place.contractor, wrapped), place, FIELDS) };
}
