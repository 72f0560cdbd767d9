/** The RPC surface of a vendor Worker, as the gateway's dispatch sees it. */
import type { CallPlan, CallQuestion } from "./call-plan.ts";
import type { CredentialType } from "./catalog.ts";
import type { VendorEvent } from "./events.ts";
import type { FilesRpc } from "./files.ts";
import type { Outcome } from "./outcome.ts";

/** Which credential an attempt uses: one in the vault, at least as new as `generation`. */
export interface Held {
  readonly contractor: string;
  readonly connection: string;
  readonly generation: number;
  /** Recorded with every open of the credential. */
  readonly call: string;
}

/** The vendor's account behind a credential, as its test call found it. */
export interface Identity {
  readonly id: string;
  readonly name: string;
  /** What the test call learnt that later calls need, such as the host the account lives on: kept with the credential, never secret. */
  readonly found?: Readonly<Record<string, string>>;
  /** Accounts beneath it that the vendor names in what it delivers to our app: a person's pages. Its own id need not be among them. */
  readonly accounts?: readonly string[];
}

export interface CallAsk extends Held {
  readonly tool: string;
  readonly input: unknown;
  /** Lower-case hexadecimal, 64 characters: fits every vendor's idempotency key, and Google's event ids. */
  readonly idempotencyKey: string;
  /** Epoch milliseconds after which nothing may be sent. */
  readonly deadline: number;
  /** Where this connection's deliveries come in, for vendors that are told so by a call; an effect's alone. */
  readonly hook?: string;
  /** For Junction's own: the one vendor that is to serve what is started. */
  readonly only?: string | undefined;
  /** For Junction's own, and for no vendor: another tool, called as a part of this one and by its leave. */
  readonly part?: (part: {
    readonly tool: string;
    readonly input: Readonly<Record<string, unknown>>;
    readonly name: string;
  }) => Promise<{ readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly words: string }>;
  /** For a tool that takes or gives files, and for no other. */
  readonly files?: FilesRpc;
  /** The workflow's run that asks, if one does. */
  readonly run?: string;
}
export interface ProbeAsk extends Held {
  readonly tool: string;
  readonly input: unknown;
  readonly idempotencyKey: string;
  /** Epoch milliseconds at which the attempt in question was granted. */
  readonly sentAt: number;
}

/**
 * A vendor Worker opens its own credential from the vault, through a binding whose `props` name this vendor, so none crosses
 * this line; the one exception is `checkFields`, which is handed a candidate the settings form has just posted and nothing has stored.
 */
export interface VendorRpc {
  /** One attempt at the tool's effect. The value fits the tool's output schema. */
  call(ask: CallAsk): Promise<Outcome<unknown>>;
  /** Did the effect happen? Its result if so, `null` if the vendor knows of none. */
  probe(ask: ProbeAsk): Promise<Outcome<unknown>>;
  /** The manifest's test call with the stored credential. */
  check(ask: Held): Promise<Outcome<Identity>>;
  /** The manifest's test call with fields that are not stored. */
  checkFields(ask: { readonly fields: Readonly<Record<string, string>>; readonly type?: CredentialType }): Promise<Outcome<Identity>>;
  /** Trades an authorization code for tokens, tests them and stores them under `connection`. */
  exchange(ask: ExchangeAsk): Promise<Outcome<Exchanged>>;
  /** Withdraws the grant at the vendor, where the vendor has a way. */
  revoke(ask: Held): Promise<Outcome<null>>;
  /** Is this delivery the vendor's, and what does it say? Nothing is believed before its signature is. */
  receive(ask: ReceiveAsk): Promise<Received>;
  /** The plan for a question that this delivery asked, as the vendor reads it. */
  answer(ask: { readonly delivery: Delivery; readonly plan: CallPlan }): Promise<HookReply>;
  /** The event as the vendor itself has it now; null if the vendor knows of none. For vendors whose signature proves too little. */
  confirm(ask: Held & { readonly event: VendorEvent }): Promise<Outcome<VendorEvent | VendorEvent[] | null>>;
}

/** An inbound request as it stood on the wire. The body is bytes: a signature covers bytes. */
export interface Delivery {
  readonly method: string;
  /** The public address it was sent to, query and all. */
  readonly url: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** Epoch milliseconds: the vendor's signed time is held against it. */
  readonly receivedAt: number;
}
export interface ReceiveAsk {
  readonly delivery: Delivery;
  /** The connection whose endpoint it came to; null at the address of our app, which serves all contractors. */
  readonly connection: Held | null;
  /** The webhook's own secret in the vault; null where none is set, or where the vendor has none of its own. */
  readonly secret: Held | null;
  /** It was verified when it came, and is read again: by newer code, or later. */
  readonly verified?: true;
}
export interface HookReply {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}
export type Received =
  /** `events` may be empty: a vendor's test message. `previous`: the secret before the newest proved it. */
  | {
      readonly verdict: "verified";
      readonly events: readonly VendorEvent[];
      readonly previous: boolean;
      /** What must be answered at once, with a plan: somebody is on the line. */
      readonly question?: CallQuestion;
    }
  /** It is the vendor's, and says something this code cannot read: `reason` names the field, not its value. */
  | { readonly verdict: "unreadable"; readonly reason: string }
  /** The vendor asks whether the address is ours: answered, and nothing is kept. */
  | { readonly verdict: "challenge"; readonly reply: HookReply }
  | { readonly verdict: "forged"; readonly reason: "signature" | "stale" | "future" }
  /** There is nothing to verify it with, as yet. */
  | { readonly verdict: "unverifiable" };

export interface ExchangeAsk {
  readonly contractor: string;
  readonly connection: string;
  readonly code: string;
  readonly codeVerifier: string;
  readonly redirectUri: string;
  /** What else the vendor's page sent the person back with. */
  readonly returned?: Readonly<Record<string, string>>;
  /** The only account that may be stored; absent: any. */
  readonly account?: string;
}
export interface Exchanged {
  readonly identity: Identity;
  /** Null where nothing was stored, since it is another account than the one asked for. */
  readonly generation: number | null;
  /** Scopes the person granted, which may be fewer than were asked for. */
  readonly scopes: readonly string[];
}
