/** Keys that a vendor publishes, and what is signed with them (RFC 7515, RFC 7517, RFC 7519). */
import { compactVerify, errors, importJWK, type JWK } from "jose";
import * as z from "zod/mini";
import { exchange, type Wire } from "./exchange.ts";
import { VendorFailure } from "./failure.ts";
import { parseJson } from "./status.ts";
import type { PublishedKeys, Webhook } from "./webhook.ts";

const KeySet = z.object({ keys: z.array(z.looseObject({ kid: z.string() })) });
/** They are public, and the same for every contractor: kept as long as the Worker lives, for an hour at most. */
const known = new Map<string, { readonly at: number; readonly keys: readonly JsonWebKey[] }>();
const KEEP_MS = 3_600_000;
/** A key nobody knows makes the set be asked for again, and not more often than this: anyone may name one. */
const AGAIN_MS = 60_000;

/** Looks keys up where the vendor publishes them; with no address there are none. */
export function publishedKeys(at: Webhook["keys"], wire: () => Wire): PublishedKeys {
  return async (id) => {
    if (!at) return null;
    const url = `https://${at.host}${at.path}`;
    const [kept, now] = [known.get(url), Date.now()];
    const found = kept?.keys.find((key) => "kid" in key && key.kid === id);
    const age = kept ? now - kept.at : Number.POSITIVE_INFINITY;
    if ((found && age < KEEP_MS) || age < AGAIN_MS) return found ?? null;
    const { status, text } = await exchange(wire(), {
      method: "GET",
      url: new URL(url),
      headers: new Headers({ accept: "application/json" }),
    });
    const set = KeySet.safeParse(parseJson(text));
    if (status !== 200 || !set.success)
      throw new VendorFailure({ kind: "VendorUnavailable", sent: true }, { status, message: "gave no keys" });
    const keys = set.data.keys as unknown as readonly JsonWebKey[];
    known.set(url, { at: now, keys });
    return keys.find((key) => "kid" in key && key.kid === id) ?? null;
  };
}

/** What a token says, if one of the vendor's keys signed it by RS256; null otherwise. Its times, its audience and its issuer are not judged. */
export async function claimsOf(token: string, key: PublishedKeys): Promise<unknown> {
  try {
    const { payload } = await compactVerify(
      token,
      async ({ kid = "" }) => {
        const found = await key(kid);
        if (!found) throw new errors.JWKSNoMatchingKey();
        return importJWK(found as JWK, "RS256");
      },
      { algorithms: ["RS256"] },
    );
    return parseJson(new TextDecoder().decode(payload)) ?? null;
  } catch (error) {
    if (error instanceof errors.JOSEError || error instanceof TypeError) return null; // no token, or no key that fits
    throw error;
  }
}
