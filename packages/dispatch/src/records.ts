/** What a contractor's Durable Object keeps, as its rows hold it. */
import type { Identity } from "@junction/core";
import type { Forgeries, Suspicion } from "./forgeries.ts";
import type { Evidence } from "./health.ts";

export interface AgentKey {
  readonly id: string;
  readonly name: string;
  /** Null: every tool. */
  readonly tools: readonly string[] | null;
  readonly createdAt: number;
  readonly expiresAt: number | null;
  readonly revokedAt: number | null;
  readonly lastUsedAt: number | null;
}

export interface Connection {
  readonly id: string;
  readonly vendor: string;
  readonly account: Identity | null;
  /** The oldest generation of the credential that may be used. */
  readonly generation: number;
  readonly connected: boolean;
  readonly connectedAt: number;
  /** Scopes the person granted; empty where the vendor has none. */
  readonly scopes: readonly string[];
  readonly evidence: readonly Evidence[];
}

/** The address a vendor delivers to. It outlives disconnecting. */
export interface Endpoint {
  /** `<contractor>.<32 random characters>`. */
  readonly id: string;
  readonly vendor: string;
  /** Of the webhook's own secret in the vault; 0 where none is set. */
  readonly secretGeneration: number;
  readonly holding: boolean;
  readonly verified: number;
  readonly forged: number;
  readonly quarantined: number;
  readonly duplicates: number;
  readonly lastVerifiedAt: number | null;
  readonly lastForgedAt: number | null;
  readonly forgeries: Forgeries;
  /** What the owner was told of, and is not over yet. */
  readonly told: Suspicion | null;
}

/** A person on the way to a vendor's consent page and back. Only hashes are kept of what proves that it is the same person. */
export interface PendingGrant {
  readonly stateHash: string;
  readonly vendor: string;
  /** SHA-256 of the PKCE verifier, which the person's browser keeps. */
  readonly verifierHash: string;
  readonly expiresAt: number;
  /** Who began it, where the browser was signed in: the same person must come back. Null where a program began it in their name. */
  readonly subject: string | null;
  /** Another account may take the place of the one that is connected. */
  readonly replace: boolean;
}

export interface Alert {
  readonly id: string;
  readonly vendor: string;
  /**
   * The connection's credential, what comes in at its webhook, or what we send to an address of the contractor's (then the vendor is
   * `junction`, and `call` the subscription's id), or jobs that were changed here and on the calendar. Each has episodes of its own.
   */
  readonly about: "connection" | "webhook" | "subscription" | "calendar";
  readonly state: "open" | "recovered";
  readonly openedAt: number;
  readonly recoveredAt: number | null;
  readonly readAt: number | null;
  /** The kind of error, or of suspicion, and the call that met it, if one did. */
  readonly kind: string;
  readonly call: string;
  /** Whether the recovery was announced: once for each announced error, however often it flaps. */
  readonly announced: boolean;
  /** When it broke again within the episode, unannounced as yet; null where it has not. */
  readonly relapsedAt: number | null;
}

/** Something to deliver outside: an email to the owner, a signed event for the host CRM, an event for the contractor's subscriptions. Delivered at least once, with its id. */
export interface Notice {
  readonly id: string;
  readonly channel: "email" | "event" | "subscriptions";
  readonly type: `${Alert["about"]}.${"error" | "recovered"}`;
  readonly alert: Alert;
  readonly tries: number;
}

export interface Approval {
  readonly id: string;
  /** The effect in the ledger. */
  readonly key: string;
  readonly tool: string;
  /** As the call had them, for the call that is made once it is approved. */
  readonly vendor?: string | undefined;
  readonly within?: string | undefined;
  /** Who asks, as the audit names it, and the hash of the key to ask with once it is approved. */
  readonly actor: string;
  readonly keyHash: string;
  /** The caller's name for the effect. */
  readonly name: string;
  /** The approval is for these arguments and no others. */
  readonly inputHash: string;
  /** The arguments as JSON, for the contractor to read; null once decided. */
  readonly input: string | null;
  readonly state: "pending" | "approved" | "rejected";
  readonly askedAt: number;
  readonly decidedAt: number | null;
  readonly decidedBy: string | null;
}
