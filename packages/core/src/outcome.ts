/** What can come of one attempt at a vendor: closed, and data, since error classes do not survive Workers RPC. */
import * as z from "zod/mini";

/** Every way a vendor call can fail. A bug of ours is none of these: it throws. */
export const VendorError = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("CredentialError") }),
  /**
   * `missing`: scopes or permissions the credential lacks, where the vendor names them. `consent`: the vendor's page on which a
   * person gives the consent that is lacking, made from the manifest; the way back (`redirect_uri`, `state`) is the gateway's to add.
   */
  z.object({ kind: z.literal("PermissionError"), missing: z.optional(z.array(z.string())), consent: z.optional(z.url()) }),
  z.object({ kind: z.literal("RateLimited"), retryAfterMs: z.int().check(z.nonnegative()) }),
  /** `sent`: the request may have reached the vendor, and it may have acted. */
  z.object({ kind: z.literal("VendorUnavailable"), sent: z.boolean() }),
  /** `issues`: our words, one a field, never the vendor's. */
  z.object({ kind: z.literal("InvalidRequest"), issues: z.optional(z.array(z.string())) }),
  z.object({ kind: z.literal("NotFound") }),
  z.object({ kind: z.literal("Conflict") }),
  /** Understood, and refused: `card_declined`, `unsubscribed`. The code is one of the manifest's or the vendor's short token. */
  z.object({ kind: z.literal("Declined"), code: z.string() }),
]);
export type VendorError = z.output<typeof VendorError>;
export type VendorErrorKind = VendorError["kind"];

/** What a vendor said in its own words: untrusted, capped, quoted to the owner, never given to an agent as ours. */
export interface VendorSaid {
  readonly status: number;
  readonly code?: string;
  readonly message?: string;
}

/** What the vendor's own rate-limit headers say is left: requests, and milliseconds until the window turns. */
export interface Budget {
  readonly remaining: number;
  readonly resetMs: number;
}

interface Attempted {
  readonly budget?: Budget;
  /** How many requests it took, where it was not one. */
  readonly requests?: number;
  /** The generation of the credential that was used, when a refresh made it newer than the one asked for. */
  readonly generation?: number;
  /** Our own app at the vendor was refused, or is not set: nothing of this is held against the contractor's connection. */
  readonly ours?: true;
  /** The access token was due, its refresh failed for this reason, and it still worked. */
  readonly unrefreshed?: VendorErrorKind;
}
export interface Success<T> extends Attempted {
  readonly ok: true;
  readonly value: T;
}
export interface Failure extends Attempted {
  readonly ok: false;
  readonly error: VendorError;
  readonly said?: VendorSaid;
}
export type Outcome<T> = Success<T> | Failure;
