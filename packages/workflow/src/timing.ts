/** How patient a run is. Tests have less time. */
import * as z from "zod";

export interface Timing {
  /** How long after each failed try of a step the next one is made; after as many, no more. */
  readonly backoffMs: readonly number[];
  /** How long one try may take. */
  readonly patienceMs: number;
  /** The same, of a step that may take longer than a caller waits. */
  readonly longMs: number;
}

const [SECOND, MINUTE] = [1_000, 60_000];
const TIMING: Timing = {
  backoffMs: [2 * SECOND, 10 * SECOND, 30 * SECOND, 2 * MINUTE, 5 * MINUTE, 15 * MINUTE, 30 * MINUTE],
  patienceMs: 25 * SECOND,
  longMs: 15 * MINUTE,
};
const List = z.string().transform((text) => text.split(",").map(Number));

/** From the Worker's variables, where they are set. */
export const timingOf = ({ RUN_BACKOFF_MS, RUN_PATIENCE_MS, RUN_LONG_MS }: TimingVars): Timing => ({
  backoffMs: RUN_BACKOFF_MS === undefined ? TIMING.backoffMs : List.parse(RUN_BACKOFF_MS),
  patienceMs: RUN_PATIENCE_MS === undefined ? TIMING.patienceMs : Number(RUN_PATIENCE_MS),
  longMs: RUN_LONG_MS === undefined ? TIMING.longMs : Number(RUN_LONG_MS),
});
export interface TimingVars {
  readonly RUN_BACKOFF_MS?: string;
  readonly RUN_PATIENCE_MS?: string;
  readonly RUN_LONG_MS?: string;
}
