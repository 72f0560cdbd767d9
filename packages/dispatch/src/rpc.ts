/** What dispatch and the settings API may ask of a contractor's Durable Object. */

import type { Identity, Outcome, Proof, VendorRpc } from "@junction/core";
import type { Health } from "./health.ts";
import type { AgentKey, Alert, Approval, Connection, PendingGrant } from "./records.ts";
import type { Refusal } from "./refusal.ts";

/**
 * Who is asking: an agent by the hash of its key, a person of the contractor's by a session the gateway has verified, or a run of a
 * workflow the contractor has activated, which is their word for all it does; or the sync of a calendar, which they have switched on.
 */
export type Actor =
  | { readonly kind: "agent"; readonly keyHash: string }
  | { readonly kind: "user"; readonly id: string; readonly role: "owner" | "member" }
  | { readonly kind: "run"; readonly run: string; readonly workflow: string }
  | { readonly kind: "calendar" }
  /** What keeps mailboxes telling. */
  | { readonly kind: "mailbox" };

/** What is left of a connection's rate budget. Times are epoch milliseconds. */
export interface Limits {
  readonly declared: { readonly requests: number; readonly perSeconds: number } | null;
  readonly left: number | null;
  readonly resetsAt: number | null;
  readonly blockedUntil: number | null;
}
export interface ConnectionView extends Omit<Connection, "evidence" | "connected"> {
  readonly health: Health;
  /** When the connection is tested by itself, if nothing is heard of it before. */
  readonly nextTestAt: number | null;
  readonly limits: Limits;
}

export interface AcquireAsk {
  readonly contractor: string;
  readonly call: string;
  readonly actor: Actor;
  readonly tool: string;
  /** This vendor and no other. */
  readonly vendor?: string;
  /** Vendors that failed this very call, of a tool whose vendors are interchangeable, or did not know what it names. */
  readonly passed?: readonly string[];
  /** The tool this call is a part of, by leave of which it is made. */
  readonly within?: string;
  /** It is to be started, as a piece of work of Junction's own, where a vendor is there to serve it. */
  readonly background?: true;
  readonly now: number;
  /** Epoch milliseconds: the attempt has reported back, or is lost, by then. */
  readonly deadline: number;
  /** Absent for a read. */
  readonly effect?: {
    /** Hash over the caller and its idempotency key. */
    readonly key: string;
    readonly inputHash: string;
    /** What the caller calls the effect, or the call's id. */
    readonly name: string;
    /** Kept until the effect is settled, so that a probe can look for it. */
    readonly input: string;
  };
}

export interface Grant {
  readonly vendor: string;
  readonly connection: string;
  readonly generation: number;
  /** Given to the vendor; the same for each repeat that must be one effect there. */
  readonly idempotencyKey: string;
  /** Where the vendor delivers, for an effect that tells it so. */
  readonly endpoint?: string;
}
export type Verdict =
  /** `others`: if this one fails, another's answer will do. */
  | ({ readonly verdict: "granted"; readonly others?: true } & Grant)
  /** The effect was attempted before and is settled: this is what came of it. */
  | { readonly verdict: "replay"; readonly call: string; readonly vendor: string; readonly outcome: Outcome<unknown> }
  /** The effect may have happened: ask the vendor, then report with `settle`. */
  | ({ readonly verdict: "probe"; readonly call: string; readonly sentAt: number } & Grant)
  | { readonly verdict: "refused"; readonly refusal: Refusal };

/** What the ledger says once a call is settled. */
export interface Settlement {
  /** The effect is known to have happened: what a probe found may be another call's. */
  readonly happened: boolean;
  /** It is not known as yet: by then a look, or an event of the vendor's, may have told. */
  readonly retryAfterMs?: number;
}

export interface SettleAsk {
  readonly contractor: string;
  readonly call: string;
  readonly actor: Actor;
  readonly tool: string;
  readonly grant: Pick<Grant, "vendor" | "connection" | "generation">;
  readonly startedAt: number;
  readonly now: number;
  readonly attempts: number;
  readonly source: "call" | "probe";
  /** Hash of the effect, as in `acquire`; absent for a read. */
  readonly key?: string;
  /** `fault`: we broke, so nothing is known and nothing is held against the vendor. */
  readonly outcome: Outcome<unknown> | "fault";
}

/** A credential that has passed its test call and is in the vault. */
export interface AttachAsk {
  readonly contractor: string;
  readonly vendor: string;
  readonly connection: string;
  readonly account: Identity;
  readonly generation: number;
  readonly scopes: readonly string[];
  readonly now: number;
  readonly call: string;
}

/** What can wait for an integration: a run of a workflow, leads being fetched from a CRM, or a calendar's sync; its object's name is `<contractor>/<id>`. */
export interface Waiter {
  readonly kind: "run" | "fetch" | "calendar";
  readonly id: string;
  /** The workflow, as the owner knows it; null for a fetch without one. */
  readonly workflow: { readonly id: string; readonly name: string } | null;
}
/** A call that was refused for want of a working connection, and whoever waits to make it again. */
export interface ParkAsk extends Waiter {
  readonly contractor: string;
  readonly tool: string;
  /** This vendor and no other. */
  readonly vendor?: string;
  /** Hash of the effect, as in `acquire`; absent for a read. */
  readonly key?: string;
  readonly now: number;
}
export type Parking =
  /** It waits, for this vendor: `mended` will come, once the call would be granted. */
  | { readonly parked: true; readonly vendor: string }
  /** The call would be granted now. To be tried again like after any passing trouble: later each time, and counted. */
  | { readonly parked: false };
/** What the contractor's object asks of those who wait; either may come twice, or before the answer that said "wait". */
export interface WaiterRpc {
  mended(ask: { readonly vendor: string; readonly now: number }): Promise<void>;
  turn(ask: { readonly now: number }): Promise<void>;
}
/** A run, which may have asked a person what came of an effect. */
export interface AskingRpc {
  /** It is known by now: asked for again as the same effect, it gives its result. */
  known(ask: { readonly now: number }): Promise<void>;
}
/** A workflow that waits for a vendor, and how many of its runs do. */
export interface WaitingWorkflow {
  readonly vendor: string;
  /** Null: leads being fetched, for no workflow. */
  readonly workflow: { readonly id: string; readonly name: string } | null;
  readonly count: number;
  /** Since when the first of them waits. */
  readonly since: number;
}

/** What the gateway may do with a delivery, before anyone has looked into it. */
export type Admission =
  /** No such address. */
  | { readonly admitted: false; readonly reason: "unknown" }
  /** Too many for this endpoint, or for this contractor. */
  | { readonly admitted: false; readonly reason: "flooded"; readonly retryAfterMs: number }
  | {
      readonly admitted: true;
      readonly vendor: string;
      readonly connection: string;
      /** Of the credential; 0 where the vendor is not connected now. */
      readonly generation: number;
      /** Of the webhook's own secret; 0 where none is set. */
      readonly secretGeneration: number;
      /** Deliveries wait in quarantine, so this one joins them, lest it overtake them. */
      readonly holding: boolean;
    };
/** What became of deliveries to an endpoint, since it was last reported. */
export interface Seen {
  readonly verified: number;
  readonly forged: number;
  readonly quarantined: number;
  readonly duplicates: number;
}
/** The address a vendor delivers a connection's events to. Times are epoch milliseconds. */
export interface EndpointView extends Seen {
  /** Unguessable; the address is `<PUBLIC_URL>/hooks/<vendor>/<id>`. */
  readonly id: string;
  readonly secretGeneration: number;
  readonly lastVerifiedAt: number | null;
  readonly lastForgedAt: number | null;
  readonly holding: boolean;
}

export interface ContractorRpc {
  /** Asked for each delivery. `bytes`: of its body. */
  admit(ask: { readonly endpoint: string; readonly bytes: number; readonly now: number }): Promise<Admission>;
  /** Counts what came of deliveries; kept as evidence, and told the owner when it looks like an attack or a wrong secret. */
  seen(ask: { readonly endpoint: string; readonly seen: Partial<Seen>; readonly now: number }): Promise<void>;
  /** The endpoint of a vendor's connection, made if there is none; it outlives disconnecting. */
  endpoint(ask: { readonly contractor: string; readonly vendor: string; readonly now: number }): Promise<EndpointView>;
  /** A secret was set in the vault, and from now on this generation of it counts; 0: it was withdrawn. */
  hookSecret(ask: { readonly vendor: string; readonly generation: number; readonly now: number }): Promise<EndpointView>;
  /** Whether deliveries are to wait behind those in quarantine. */
  hold(ask: { readonly vendor: string; readonly holding: boolean }): Promise<void>;
  identify(ask: { readonly keyHash: string; readonly now: number }): Promise<AgentKey | null>;
  acquire(ask: AcquireAsk): Promise<Verdict>;
  settle(ask: SettleAsk): Promise<Settlement>;
  /** The id a vendor's connection has, or will have: it outlives disconnecting. */
  connectionId(ask: { readonly contractor: string; readonly vendor: string; readonly now: number }): Promise<string>;
  attach(ask: AttachAsk): Promise<ConnectionView>;
  detach(ask: { readonly vendor: string; readonly now: number }): Promise<ConnectionView | null>;
  connections(ask: { readonly now: number }): Promise<readonly ConnectionView[]>;
  /** Notes what a test call of a connection found. */
  tested(ask: {
    readonly vendor: string;
    readonly call: string;
    readonly outcome: Outcome<Identity>;
    readonly now: number;
  }): Promise<ConnectionView | null>;
  routes(): Promise<Readonly<Record<string, readonly string[]>>>;
  setRoute(ask: {
    readonly contractor: string;
    readonly tool: string;
    readonly vendors: readonly string[];
    readonly now: number;
  }): Promise<void>;
  keys(): Promise<readonly AgentKey[]>;
  addKey(ask: { readonly contractor: string; readonly hash: string; readonly key: AgentKey }): Promise<void>;
  revokeKey(ask: { readonly id: string; readonly now: number }): Promise<boolean>;
  /** Where the owner is to be told of broken integrations. */
  owner(ask: { readonly contractor: string; readonly email: string }): Promise<void>;
  /** Calls that wait, or waited, for the contractor's word; newest first. */
  approvals(): Promise<readonly Approval[]>;
  /** The contractor's word on a pending call; null if it is not pending. */
  approve(ask: { readonly id: string; readonly approved: boolean; readonly by: string; readonly now: number }): Promise<Approval | null>;
  /** Tools an agent may call without asking, though their contract asks; `<tool> <platform>` for one platform of several. */
  unasked(): Promise<readonly string[]>;
  setUnasked(ask: {
    readonly contractor: string;
    readonly tool: string;
    /** For this platform alone, where the tool serves several. */
    readonly platform?: string | undefined;
    readonly unasked: boolean;
  }): Promise<void>;
  /** Newest first. */
  alerts(): Promise<readonly Alert[]>;
  /**
   * Sets down who waits for a connection; again for the same one changes nothing but what it waits for. Whoever asks has noted that it
   * is paused before it asks, since `mended` may come before the answer does.
   */
  park(ask: ParkAsk): Promise<Parking>;
  /** It waits no more: cancelled, expired, resumed by a person. */
  unpark(ask: Pick<Waiter, "kind" | "id">): Promise<void>;
  waiting(): Promise<readonly WaitingWorkflow[]>;
  /**
   * A place among the runs of a workflow that may go on at a time. `wait`: `turn` will come when one is free, and it holds the place from
   * then on. Asking again changes nothing.
   */
  enter(ask: {
    readonly contractor: string;
    readonly workflow: string;
    readonly run: string;
    readonly limit: number;
    readonly now: number;
  }): Promise<"go" | "wait">;
  /** Gives the place up, or the waiting for one. */
  leave(ask: { readonly workflow: string; readonly run: string; readonly now: number }): Promise<void>;
  /** Something is to be decided between jobs and a calendar, or (`disputed` false) nothing is any more. */
  calendar(ask: { readonly contractor: string; readonly vendor: string; readonly disputed: boolean; readonly now: number }): Promise<void>;
  /** Deliveries to an address of the contractor's were given up, or (`stopped` false) are wanted again. */
  subscription(ask: {
    readonly contractor: string;
    readonly subscription: string;
    readonly stopped: boolean;
    readonly now: number;
  }): Promise<void>;
  /** Marks one alert, or all, as read or unread; says how many there were. */
  markAlerts(ask: { readonly id: string | null; readonly readAt: number | null }): Promise<number>;
  /** Notes that a person was sent to the vendor to grant access. */
  beginGrant(ask: { readonly contractor: string; readonly grant: PendingGrant }): Promise<void>;
  /** The pending grant with this state, once: a second ask, or one that comes too late, gets null. */
  takeGrant(ask: { readonly stateHash: string; readonly now: number }): Promise<PendingGrant | null>;
  /** A person says whether an effect of unknown outcome happened. `known`: what came of it is known already; null: there is no such call. */
  decide(ask: { readonly call: string; readonly happened: boolean; readonly now: number }): Promise<"decided" | "known" | null>;
  /** A verified event of the vendor's says that an effect of ours happened. */
  prove(ask: { readonly vendor: string; readonly proof: Proof; readonly now: number }): Promise<void>;
  /** Writes what is not yet in D1 there, so that a reader of the audit sees every call settled before. */
  flush(ask: { readonly contractor: string }): Promise<void>;
  /** Deletes everything this object holds. */
  erase(): Promise<void>;
}

/** The vendor Worker behind a vendor's service binding. */
export function vendorBinding(env: object, vendor: string): VendorRpc {
  const binding = (env as Readonly<Record<string, unknown>>)[`VENDOR_${vendor.toUpperCase().replaceAll("-", "_")}`];
  if (!binding) throw new Error(`no service binding for the vendor ${vendor}`);
  return binding as VendorRpc;
}
