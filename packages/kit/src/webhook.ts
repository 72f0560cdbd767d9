/** A vendor's events: how a delivery is proved, and what it says. The kit decides what becomes of both. */
import type { CallPlan, CallQuestion, Delivery, EventType, HookReply, VendorEvent } from "@junction/core";
import type { Call } from "./call.ts";
import type { CredentialShape } from "./fields.ts";
import type { Path } from "./path.ts";

/** What proves that a delivery is the vendor's. */
export type WebhookSecret<Field extends string = string> =
  /** One of the webhook's own: the vendor shows it, or we make it (`generate`) and the person hands it over. */
  | {
      readonly from: "own";
      readonly label: string;
      readonly help: string;
      /** The whole value must match. Only where the vendor documents the format. */
      readonly pattern?: RegExp;
      readonly generate?: true;
    }
  /** This field of what the vendor was connected with. */
  | { readonly from: "credential"; readonly field: Field }
  /** This value of our own app at the vendor; the events of all contractors come to one address, so each names its `account`. */
  | { readonly from: "app"; readonly field: "client_secret" | "webhook_verify_token" };

/** The public key of this id, of those that the vendor publishes; null where there is none. */
export type PublishedKeys = (id: string) => Promise<JsonWebKey | null>;

/** Deliveries that ask what to do while somebody is on the line. They are kept as any other is, and answered with a plan. */
export interface Questions {
  /** What a proved delivery asks; null where it only tells. */
  ask(delivery: Delivery): CallQuestion | null;
  /** The plan in the vendor's own words. An address to come back to bears the step's `next` as its parameter `ask`. */
  answer(plan: CallPlan, delivery: Delivery): HookReply;
  /** What is said to a question that nothing else could be said to. It stands in the catalog, so it names nobody. */
  readonly fallback: HookReply;
}

/** In a file of its own, typed `Webhook`; or `Webhook<Pick<typeof credentials, …>>` where it needs fields of the credential. */
export interface Webhook<C extends CredentialShape = Record<never, never>, Host extends string = string> {
  /** Those it may give. */
  readonly events: readonly EventType[];
  readonly secret: WebhookSecret<keyof C & string>;
  /** What of the manifest's scopes it takes to be told, or to look an event up. */
  readonly scopes?: readonly string[];
  /** Where at the vendor the address is entered, in its own words. */
  readonly setup: string;
  /** How old, and how far ahead of us, the signed time may be; `signedAt` reads it, in seconds. Absent where the vendor signs none. */
  readonly window?: {
    readonly maxAgeSeconds: number;
    readonly maxAheadSeconds: number;
    signedAt(delivery: Delivery): number | undefined | Promise<number | undefined>;
  };
  /** What a delivery that was taken is answered with; if not said, 200 and no body. */
  readonly acknowledgement?: HookReply;
  /** Absent where no delivery asks anything. */
  readonly questions?: Questions;
  /** The vendor asks by a GET whether the address is ours: the answer, or null if it does not prove to be the vendor. Fields are the credential's or our app's, secrets too. */
  challenge?(delivery: Delivery, fields: Readonly<Record<string, string>>): HookReply | null | Promise<HookReply | null>;
  /** Where the vendor publishes the keys it signs with, as a JSON Web Key Set (RFC 7517): the host is one of the manifest's. */
  readonly keys?: { readonly host: string; readonly path: Path };
  /** The one place that sees the secret, which is never empty. Called for each secret that is accepted, before anything is believed. */
  verify(delivery: Delivery, secret: string, key?: PublishedKeys): boolean | Promise<boolean>;
  /** What a proved delivery says; none for a test message, or for what nobody here needs. What does not fit the vendor's own shape throws zod's error. */
  receive(delivery: Delivery): readonly VendorEvent[] | Promise<readonly VendorEvent[]>;
  /**
   * Where the signature covers too little: the event as the vendor has it, or null if it knows of none. Several: what was told is only that
   * something is new, and these are what it is; each takes its place under its own id, is known by that from then on, and comes here once more.
   */
  confirm?(call: Call<C, Host> & { readonly event: VendorEvent }): Promise<VendorEvent | readonly VendorEvent[] | null>;
}
