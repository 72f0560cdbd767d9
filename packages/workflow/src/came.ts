/** What came of one attempt at a step. */
import type { ToolCall } from "@junction/dispatch";
import type { Awaited, Live, StepRow } from "./journal.ts";
import type { Verdict } from "./outcome.ts";
import type { Reach } from "./reach.ts";
import type { StartRun } from "./run.ts";

export type Came =
  | {
      readonly came: "done";
      readonly output: Readonly<Record<string, unknown>>;
      readonly call?: string;
      readonly vendor?: string | undefined;
      readonly url?: string | undefined;
    }
  | { readonly came: "failed"; readonly reason: string; readonly call?: string }
  /** Until a time, an event, a person's word. `output`: what is known of it already. */
  | {
      readonly came: "waits";
      readonly reason: string;
      readonly until: number;
      readonly awaits?: Awaited;
      readonly output?: Readonly<Record<string, unknown>>;
      readonly call?: string;
      readonly vendor?: string | undefined;
    }
  /** A call was refused or failed, and what that makes of the run. */
  | { readonly came: "trouble"; readonly verdict: Verdict; readonly call: string; readonly asked: ToolCall }
  /** We broke before anything was called. */
  | { readonly came: "broke"; readonly verdict: Verdict };

/** One attempt at one step. */
export interface Work<S> {
  readonly live: Live;
  readonly reach: Reach;
  readonly ask: StartRun;
  readonly step: S;
  /** As the journal has it: what came of tries before. */
  readonly row: StepRow;
}
