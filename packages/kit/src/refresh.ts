/**
 * Fenced refresh, the vendor Worker's side. One token request is in flight per credential anywhere: the vault's lease is taken before
 * the token endpoint is dialled, and the result is a compare-and-swap on the credential's generation.
 */
import type { Held, Opened, VendorErrorKind, VendorVaultRpc } from "@junction/core";
import type { Exchange } from "./exchange.ts";
import { OurFailure, VendorFailure } from "./failure.ts";
import type { Grant } from "./grants.ts";
import { LostAnswer, type Renewal, stored, type TokenAsk, tokensIn } from "./token.ts";

export type Credential = Opened & { readonly ok: true };

/** What a refresh works with. The clock and the way out are handed in. */
export interface Refresh {
  readonly vault: VendorVaultRpc;
  readonly grant: Grant;
  readonly renewal: Renewal;
  readonly held: Held;
  /** Epoch milliseconds after which the caller no longer waits. */
  readonly deadline: number;
  /** Puts a request to the token endpoint; gives up at `until`. */
  dial(ask: TokenAsk, until: number): Promise<Exchange>;
  /** The vendor's test call with this credential: whether the vendor takes its access token, or null if that cannot be told. */
  probe(credential: Credential): Promise<boolean | null>;
  /** Sees work through that the caller does not wait for: a token request is never cut short, or its answer would be lost. */
  later(work: Promise<unknown>): void;
  now(): number;
  wait(ms: number): Promise<void>;
}

export interface Refreshed {
  readonly credential: Credential;
  /** It comes of this caller's own token request, made just now. */
  readonly ours?: true;
  /** The refresh failed for this reason, and the access token is still good. */
  readonly unrefreshed?: VendorErrorKind;
}

const DEFAULT_MARGIN_SECONDS = 300;
/** How long a call whose access token is still good waits for a refresh before it goes on with that token. */
const PATIENCE_MS = 3_000;

/** Whether there is an access token, and it has not expired. */
const good = ({ fields, expiresAt }: Credential, now: number): boolean =>
  Boolean(fields["access_token"]) && (expiresAt === undefined || now < expiresAt);

/** Whether the access token is due: not there yet, expired, or about to. */
export function due(credential: Credential, grant: Grant, now: number): boolean {
  const margin = (grant.marginSeconds ?? DEFAULT_MARGIN_SECONDS) * 1000;
  return !good(credential, now) || (credential.expiresAt !== undefined && now >= credential.expiresAt - margin);
}

/**
 * A credential newer than the one given, from this caller's refresh or another's. `refused`: the vendor has just rejected the access
 * token, so only a newer one will do; else the one given goes on to be used while it is good, should the refresh fail or be slow.
 */
export async function refresh(by: Refresh, credential: Credential, refused: boolean): Promise<Refreshed> {
  const { contractor, connection, call } = by.held;
  const ask = { contractor, connection, generation: credential.generation, call, stable: isStable(by.grant) };
  const usable = () => !refused && good(credential, by.now());
  const patience = usable() ? Math.min(by.deadline, by.now() + PATIENCE_MS) : by.deadline;
  for (;;) {
    const lease = await by.vault.lease(ask);
    switch (lease.state) {
      case "newer":
        return { credential: lease.opened };
      case "rejected":
        throw new VendorFailure({ kind: "CredentialError" });
      case "held":
        if (by.now() + lease.waitMs > patience) return waitedInVain(usable(), credential);
        await by.wait(lease.waitMs);
        continue;
      case "unknown": {
        const works = lease.probe === undefined ? usable() : await tried(by, credential, lease.probe, refused);
        if (works === false) throw new VendorFailure({ kind: "CredentialError" });
        if (works === null && !usable()) throw new VendorFailure({ kind: "VendorUnavailable", sent: false });
        return { credential, unrefreshed: "VendorUnavailable" };
      }
      case "granted": {
        const work = spend(by, lease);
        by.later(work);
        const done = await Promise.race([work, by.wait(Math.max(patience - by.now(), 0)).then(() => "slow" as const)]);
        if (done === "slow") return waitedInVain(usable(), credential);
        if ("credential" in done) return done;
        const { failure } = done;
        if (failure instanceof LostAnswer && failure.spent && !isStable(by.grant)) continue; // now it is to be found out what is left
        const { kind } = failure.error;
        if (kind === "CredentialError" || kind === "PermissionError" || !usable()) throw failure;
        if (failure instanceof OurFailure) return { credential };
        return { credential, unrefreshed: kind };
      }
    }
  }
}

/** Only where a refresh token is there to be spent does a lost answer lose anything. */
const isStable = (grant: Grant): boolean => grant.scheme === "jwt_bearer" || grant.refreshToken === "stable";

function waitedInVain(usable: boolean, credential: Credential): Refreshed {
  if (usable) return { credential }; // nothing has failed: it only takes long
  throw new VendorFailure({ kind: "VendorUnavailable", sent: false });
}

/** Dials under a lease and hands in what came of it. Never throws what is not a bug, since it may go on after its caller is gone. */
async function spend(
  { vault, grant, renewal, held, dial, now }: Refresh,
  lease: { readonly lease: string; readonly until: number; readonly fields: Readonly<Record<string, string>> },
): Promise<Refreshed | { readonly failure: VendorFailure }> {
  const ref = { contractor: held.contractor, connection: held.connection, lease: lease.lease };
  try {
    const ask = await renewal(lease.fields, () => vault.platform(), now());
    // The request must end well before the lease does, or two could be in flight.
    const answer = await dial(ask, now() + ((lease.until - now()) * 2) / 3);
    const opened = await vault.renew({ ...ref, ...stored(tokensIn(answer, grant, ask.consent), answer.now) });
    return opened.ok ? { credential: opened, ours: true } : { failure: new VendorFailure({ kind: "CredentialError" }) }; // revoked while we dialled
  } catch (error) {
    if (!(error instanceof VendorFailure)) {
      await vault.release({ ...ref, ending: "unknown" });
      throw error;
    }
    const lost = error instanceof LostAnswer && error.spent;
    await vault.release({ ...ref, ending: error.error.kind === "CredentialError" ? "rejected" : lost ? "unknown" : "unspent" });
    if (error instanceof OurFailure) console.error(JSON.stringify({ at: "refresh", ours: error.reason, call: held.call }));
    return { failure: error };
  }
}

/** The one probe: whether the access token still works. Where the vendor has just rejected it, that was the probe. */
async function tried(by: Refresh, credential: Credential, lease: string, refused: boolean): Promise<boolean | null> {
  const { contractor, connection } = by.held;
  const works = refused ? false : await by.probe(credential);
  await by.vault.probed({ contractor, connection, lease, works });
  return works;
}
