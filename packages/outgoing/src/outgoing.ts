/** What sending out works with: the bindings of the Worker it runs in, by what they are for. */
import type { VaultPayloadsRpc } from "@junction/core";
import * as z from "zod";
import type { Egress } from "./egress.ts";
import type { TargetRules } from "./target.ts";

/** Something of our own to tell subscribers: it holds no customer's data. */
const Announcement = z.object({
  id: z.string(),
  type: z.string(),
  vendor: z.string(),
  /** Epoch milliseconds. */
  at: z.number(),
  data: z.record(z.string(), z.unknown()),
});
export type Announcement = z.output<typeof Announcement>;

/** "This subscription has deliveries", of which the rows are the truth; or something to make rows of. */
export const Wakeup = z.union([
  z.object({ contractor: z.string(), subscription: z.string() }),
  z.object({ contractor: z.string(), announce: Announcement }),
]);
export type Wakeup = z.output<typeof Wakeup>;

export interface Outgoing {
  readonly db: D1Database;
  readonly payloads: VaultPayloadsRpc;
  readonly queue: Pick<Queue<Wakeup>, "send">;
  readonly egress: Egress;
  readonly target: TargetRules;
  readonly timing: Timing;
  /** Tells the owner that deliveries to one of their addresses have stopped. Repeating it is harmless. */
  stopped(ask: { readonly contractor: string; readonly subscription: string }): Promise<void>;
}

export interface Timing {
  /** How long after each failed attempt the next one is made; after as many, the delivery is dead. */
  readonly scheduleMs: readonly number[];
  /** A subscription of which nothing but failure came for as long is switched off. */
  readonly disableAfterMs: number;
}
const [SECOND, MINUTE, HOUR] = [1_000, 60_000, 3_600_000];
/** Standard Webhooks' own recommendation. */
export const TIMING: Timing = {
  scheduleMs: [5 * SECOND, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 10 * HOUR],
  disableAfterMs: 72 * HOUR,
};
/** How long deliveries are kept. */
export const KEPT_MS = 90 * 24 * HOUR;

const LEVELS = { info: console.info, warn: console.warn, error: console.error };
/** One line of the log: ids and counts, never what was said. */
export const note = (level: keyof typeof LEVELS, line: Readonly<Record<string, unknown>>): void =>
  LEVELS[level](JSON.stringify({ at: "outgoing", ...line }));
/** What is said of an error: its beginning, on one line. */
export const told = (error: unknown): string => String(error).replaceAll(/\s+/g, " ").slice(0, 200);
