/** What ingest works with: the bindings of the Worker it runs in, by what they are for. */
import type { CallAnswer, CallQuestion, Consumer, VaultPayloadsRpc, VendorRpc } from "@junction/core";
import type { ContractorRpc } from "@junction/dispatch";

/** "This contractor has something to do." The truth is in the rows: a message that is lost, late or doubled changes nothing. */
export interface Wakeup {
  readonly contractor: string;
  /** Where a slice ended: the next begins at the lane after it. */
  readonly after?: string;
  /** A connection whose quarantine may be verifiable by now. */
  readonly release?: { readonly vendor: string; readonly connection: string };
}

export interface Ingest {
  readonly db: D1Database;
  readonly payloads: Pick<VaultPayloadsRpc, "seal" | "unseal">;
  readonly queue: Pick<Queue<Wakeup>, "send" | "sendBatch">;
  contractor(id: string): Pick<ContractorRpc, "admit" | "seen" | "endpoint" | "hold" | "connections">;
  vendor(id: string): Pick<VendorRpc, "receive" | "answer" | "confirm">;
  /** What is done with a call that somebody is making. */
  receptionist(ask: { readonly contractor: string; readonly question: CallQuestion; readonly now: number }): Promise<CallAnswer>;
  /** Does it after the answer. */
  later(work: Promise<unknown>): void;
  readonly consumers: readonly Consumer[];
  readonly timing: Timing;
}

export interface Timing {
  /** How long whoever claims an event may be believed to work on it. */
  readonly leaseMs: number;
  /** How long after each failure an event is tried again; after as many, it is dead. */
  readonly backoffMs: readonly number[];
}
export const TIMING: Timing = { leaseMs: 60_000, backoffMs: [1_000, 5_000, 30_000, 120_000, 600_000] };

/** How long a delivery may wait in quarantine, and how many of one connection may. */
export const QUARANTINE = { days: 7, deliveries: 1_000 };
/** How long events are kept: as long, a second delivery of one is known to be that. */
export const KEPT_DAYS = 90;
export const DAY = 86_400_000;

const SAY = {
  info: (line: string) => console.info(line),
  warn: (line: string) => console.warn(line),
  error: (line: string) => console.error(line),
};
/** One line of the log: ids and counts, never what was said. */
export const note = (level: keyof typeof SAY, line: Readonly<Record<string, unknown>>): void =>
  SAY[level](JSON.stringify({ at: "ingest", ...line }));
/** What is said of an error: its beginning, on one line. */
export const told = (error: unknown): string => String(error).replaceAll(/\s+/g, " ").slice(0, 200);
