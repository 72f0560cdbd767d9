/** The two faces of the vault. Every field is a string in the clear only inside the vault and the one vendor's Worker. */
import type { CredentialType } from "./catalog.ts";

export interface CredentialRef {
  readonly contractor: string;
  readonly connection: string;
}

/** What may be known of a credential without opening it. */
export interface CredentialDescription extends CredentialRef {
  readonly vendor: string;
  readonly type: CredentialType;
  readonly generation: number;
  /** Keyed hash of the secret fields, 12 hexadecimal characters: equal secrets of one contractor show as equal. A refresh keeps that of what was granted. */
  readonly fingerprint: string;
  /** Field → its value where it is not secret, `••••` and the last four where it is and is long enough. */
  readonly shown: Readonly<Record<string, string>>;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly expiresAt?: number;
}

export interface StoreAsk extends CredentialRef {
  readonly vendor: string;
  readonly type: CredentialType;
  readonly fields: Readonly<Record<string, string>>;
  /** Names of the fields that are secret: masked in `shown`. */
  readonly secrets: readonly string[];
  /** Epoch milliseconds at which the credential stops working by itself. */
  readonly expiresAt?: number;
}

export interface OpenRecord {
  readonly at: number;
  readonly contractor: string;
  readonly connection: string;
  readonly vendor: string;
  readonly purpose: string;
  readonly call: string;
}

/** Bound by the gateway alone. Nothing here gives back a secret. */
export interface VaultAdminRpc {
  /** Seals a new generation and makes it the current one. */
  store(ask: StoreAsk): Promise<CredentialDescription>;
  describe(ref: CredentialRef): Promise<CredentialDescription | null>;
  /**
   * Makes `secret` the webhook secret, and keeps the one before it as `previous` for `overlapMs`, in which both are accepted. The fields
   * are `secret`, and with a previous one `previous` and `previous_until` (epoch milliseconds, shown).
   */
  rotate(
    ask: CredentialRef & { readonly vendor: string; readonly secret: string; readonly overlapMs: number },
  ): Promise<CredentialDescription>;
  /** Destroys the credential: no generation of it opens again. Repeating it is harmless. */
  revoke(ref: CredentialRef): Promise<void>;
  /** Destroys the contractor's own key, so nothing of theirs opens again, in backups too. */
  shred(ask: { readonly contractor: string }): Promise<{ readonly credentials: number }>;
  /** The opens of a contractor's credentials, newest first. */
  opens(ask: { readonly contractor: string; readonly limit: number }): Promise<readonly OpenRecord[]>;
  /** Our own app at a vendor (OAuth client id and secret), shared by all contractors. */
  storePlatform(ask: { readonly vendor: string; readonly fields: Readonly<Record<string, string>> }): Promise<void>;
  /** The public part of our app at a vendor, or null where none is set. */
  describePlatform(ask: { readonly vendor: string }): Promise<{ readonly clientId: string } | null>;
  /** Which keys of the keyring wrap how many contractor keys. */
  keyring(): Promise<{ readonly current: string; readonly keys: readonly { readonly id: string; readonly wraps: number }[] }>;
  /** Re-wraps up to `limit` contractor keys under the current key-encryption key; says how many are left. */
  rewrap(ask: { readonly limit: number }): Promise<{ readonly left: number }>;
}

/**
 * Bound by the gateway alone, beside `VaultAdmin`: customers' data sealed under the contractor's own key, and our own signature on what
 * we send out. No credential of a vendor can be had here.
 */
export interface VaultPayloadsRpc {
  /** Seals texts for their places: `id` is bound into each, so that one moved to another row does not open. */
  seal(ask: { readonly contractor: string; readonly items: readonly { readonly id: string; readonly text: string }[] }): Promise<string[]>;
  /** Null where it does not open: moved, garbled, or its contractor was shredded. */
  unseal(ask: {
    readonly contractor: string;
    readonly items: readonly { readonly id: string; readonly sealed: string }[];
  }): Promise<(string | null)[]>;
  /** Standard Webhooks signatures with a `webhook_secret` stored for `JUNCTION`, by both secrets during a rotation: the header's whole value. */
  sign(
    ask: CredentialRef & { readonly messages: readonly { readonly id: string; readonly timestamp: number; readonly body: string }[] },
  ): Promise<string[]>;
}
/** The `vendor` of our own signing secrets: no vendor's Worker is bound as it. */
export const JUNCTION = "junction";
/** Where the vault keeps the webhook's own secret of a connection. */
export const hookSecretId = (connection: string): string => `${connection}-hook`;

export interface OpenAsk extends CredentialRef {
  /** The vault serves this generation or a newer one, never an older. */
  readonly generation: number;
  readonly purpose: "call" | "probe" | "test" | "revoke" | "refresh" | "webhook";
  readonly call: string;
}
export type Opened =
  | {
      readonly ok: true;
      readonly type: CredentialType;
      readonly fields: Readonly<Record<string, string>>;
      readonly generation: number;
      readonly expiresAt?: number;
    }
  /** `absent`: never stored, revoked, another contractor's, another vendor's or shredded: a caller cannot tell which. */
  | { readonly ok: false; readonly reason: "absent" };

export type Lease =
  /** Refresh now: the fields to refresh with, and the id to hand in with the result. No one else holds one until `until` (epoch ms). */
  | {
      readonly state: "granted";
      readonly lease: string;
      readonly until: number;
      readonly fields: Readonly<Record<string, string>>;
      readonly generation: number;
    }
  /** Someone else refreshed already: use this. */
  | { readonly state: "newer"; readonly opened: Opened & { readonly ok: true } }
  /** Someone else holds the lease; ask again after `waitMs`. */
  | { readonly state: "held"; readonly waitMs: number }
  /**
   * The refresh token may be spent: whoever held the lease is lost, or lost the vendor's answer. It is not to be sent again. With
   * `probe`, this caller alone is to try the access token once and to report it by `probed`; without, it was found to work.
   */
  | { readonly state: "unknown"; readonly probe?: string }
  /** The vendor rejected the grant, or nothing is stored: a person must reconnect. */
  | { readonly state: "rejected" };

/** How a lease ended without new tokens. `unknown`: the token request may have been carried out, and its answer is lost. */
export type LeaseEnding = "unspent" | "rejected" | "unknown";

/** Bound by each vendor Worker, with `props` `{ vendor }` fixed in that Worker's configuration. */
export interface VendorVaultRpc {
  open(ask: OpenAsk): Promise<Opened>;
  /**
   * Asks to refresh a credential of `generation`; granted to one caller at a time, before the token endpoint is dialled. `stable`:
   * a refresh spends nothing, so a lease whose holder was lost is granted again; assumed false.
   */
  lease(ask: CredentialRef & { readonly generation: number; readonly call: string; readonly stable?: boolean }): Promise<Lease>;
  /** Hands in the refreshed fields, late or not: a compare-and-swap on the lease's generation. */
  renew(
    ask: CredentialRef & { readonly lease: string; readonly fields: Readonly<Record<string, string>>; readonly expiresAt?: number },
  ): Promise<Opened>;
  /** Gives the lease back. `rejected`: the token endpoint said `invalid_grant`, believed if no newer generation exists. */
  release(ask: CredentialRef & { readonly lease: string; readonly ending: LeaseEnding }): Promise<void>;
  /** What a probe found; null: nothing, for a reason that has nothing to do with the token. */
  probed(ask: CredentialRef & { readonly lease: string; readonly works: boolean | null }): Promise<void>;
  /** Stores what an authorization code was traded for, as this vendor's credential. */
  store(
    ask: CredentialRef & {
      readonly fields: Readonly<Record<string, string>>;
      readonly secrets: readonly string[];
      readonly expiresAt?: number;
    },
  ): Promise<{ readonly generation: number }>;
  /** Our own app at this vendor. */
  platform(): Promise<Readonly<Record<string, string>> | null>;
}
