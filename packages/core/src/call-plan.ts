/**
 * What a vendor asks while somebody is on the line, and what it is told to do, in words that are no vendor's. A plan is short: it runs up to
 * the first step after which the vendor asks again, and says then by `next` where it had got to.
 */
import type { VendorEvent } from "./events.ts";

/** Somebody is on the line, and the vendor wants to know what to do now. */
export interface CallQuestion {
  readonly call_id: string;
  /** Who calls, in E.164; absent where they do not show it. */
  readonly from?: string | undefined;
  /** Which of the contractor's numbers they called. */
  readonly to?: string | undefined;
  readonly account?: string | undefined;
  /** Where the plan before had got to: its `next`. Empty: the call has just come in. */
  readonly at: string;
  /** What became of the plan's last step. */
  readonly outcome?: "answered" | "unanswered" | "recorded" | undefined;
  /** The caller has hung up: nothing is done any more. */
  readonly over: boolean;
}

export type CallStep =
  | { readonly do: "say"; readonly text: string }
  /** Rings all of these at once; whoever takes it first has the caller. */
  | { readonly do: "ring"; readonly phones: readonly string[]; readonly seconds: number; readonly next: string }
  /** Gives the caller to whatever answers there: a number, or a sip address. */
  | { readonly do: "hand_over"; readonly address: string; readonly seconds: number; readonly next: string }
  /** Records what the caller says after a tone, and has it written down. */
  | { readonly do: "record"; readonly seconds: number; readonly next: string }
  | { readonly do: "hang_up" };
export type CallPlan = readonly CallStep[];

/** What is to be done, and what it means for whoever reads of the call. */
export interface CallAnswer {
  readonly plan: CallPlan;
  /** Events that nobody but us can tell: that the call was missed. */
  readonly events: readonly VendorEvent[];
}
