/** Why nothing was attempted, or why what was attempted cannot be told: closed, and data. */
import type { VendorError, VendorSaid } from "@junction/core";

export type Refusal =
  /** The agent key is wrong, expired or revoked. */
  | { readonly kind: "Unauthenticated" }
  | {
      readonly kind: "UnknownTool";
      readonly closest: readonly string[];
      /** Vendors on the roadmap that are going to serve it. */
      readonly planned?: readonly string[];
    }
  | { readonly kind: "InvalidArguments"; readonly issues: readonly string[] }
  /** This key or this role may not use this tool. */
  | { readonly kind: "NotAllowed"; readonly reason: "key" | "role" }
  /** None of the vendors that serve the tool is connected. */
  | { readonly kind: "NotConnected"; readonly vendors: readonly string[] }
  /** The vendor rejected the credential earlier: a person must reconnect. */
  | { readonly kind: "NeedsReconnect"; readonly vendor: string }
  /** The contractor has been asked, and has not answered yet. */
  | { readonly kind: "NeedsApproval" }
  | { readonly kind: "Rejected" }
  /** Our budget at the vendor is used up for now. */
  | { readonly kind: "OverBudget"; readonly retryAfterMs: number }
  /** The same effect is being attempted right now, by an attempt that has not reported back. */
  | { readonly kind: "InProgress"; readonly retryAfterMs: number }
  /** The effect may have happened. `retryAfterMs`: when asking again will tell; absent: only a person can find out. */
  | { readonly kind: "OutcomeUnknown"; readonly retryAfterMs?: number }
  /** The idempotency key was used before, for other arguments. */
  | { readonly kind: "KeyReused" }
  /** A bug of ours; the call's id is the fault id. */
  | { readonly kind: "Fault" };

/** What went wrong with a call: a refusal of ours, or the vendor's error with its own words for the owner. */
export type Trouble = Refusal | (VendorError & { readonly said?: VendorSaid });
