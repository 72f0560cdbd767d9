/** A tool call as it comes in and as it is answered, and what it needs of where it runs. */
import type { VendorRpc } from "@junction/core";
import type { FilesAsk, FilesAtHand } from "./at-hand.ts";
import type { Trouble } from "./refusal.ts";
import type { Actor, ContractorRpc } from "./rpc.ts";

export interface Mesh {
  contractor(id: string): ContractorRpc;
  vendor(id: string): VendorRpc;
  /** Where a vendor delivers to this endpoint. */
  hookUrl(vendor: string, endpoint: string): string;
  /** Lets work go on after the answer. */
  later(work: Promise<unknown>): void;
  /** Fetches and checks the files that a call names; asked only for tools that take or give some. */
  files(ask: FilesAsk): Promise<FilesAtHand>;
  /** What went wrong and what to do, in words. */
  explain(trouble: Trouble, of: { readonly tool: string; readonly vendor: string | undefined; readonly call: string }): string;
}

export interface ToolCall {
  readonly contractor: string;
  readonly actor: Actor;
  /** The id or the wire name. */
  readonly tool: string;
  readonly input: unknown;
  /** This vendor and no other: a step that names its CRM. */
  readonly vendor?: string | undefined;
  /** The caller's name for this one effect: a repeat with the same name has no second effect. */
  readonly idempotencyKey?: string | undefined;
  /** How long the caller waits, milliseconds. */
  readonly patienceMs?: number;
  /** The tool this call is a part of: who may use that may have this made for it. */
  readonly within?: string | undefined;
  /** Told how far long work is, 0 to 1. */
  readonly progress?: (done: number) => void;
}

export type Answer =
  /** `call` names the audit entry; of a replay, the call that had the effect. */
  | {
      readonly ok: true;
      readonly call: string;
      readonly tool: string;
      readonly vendor: string;
      readonly value: unknown;
      readonly replayed: boolean;
    }
  /** `vendor`: whose connection the trouble is about, where it is about one. */
  | { readonly ok: false; readonly call: string; readonly tool: string; readonly trouble: Trouble; readonly vendor?: string };
