/** A run as everyone sees it: its state, its steps' journal, and what may be asked of it. */
import type { EventType } from "@junction/core";
import type { Definition } from "./definition.ts";
import type { StepCall } from "./steps.ts";

/**
 * `waiting`: for a time, an event, a person's approval, its turn, or a retry. `paused`: an integration is broken, or a person paused
 * it. `needs_attention`: an effect may have happened, and only a person can find out.
 */
export type RunState = "running" | "waiting" | "paused" | "needs_attention" | "completed" | "failed" | "cancelled";
export const ENDED: ReadonlySet<RunState> = new Set(["completed", "failed", "cancelled"]);

/** Whom a run is about, as of its start. */
export interface RunLead {
  readonly id: string;
  readonly name: string | null;
  readonly phone: string | null;
  readonly email: string | null;
  readonly custom: Readonly<Record<string, string>>;
}

export interface StepRecord {
  readonly step: string;
  readonly state: "started" | "waiting" | "completed" | "failed" | "skipped" | "unknown";
  /** Tries so far. */
  readonly attempts: number;
  readonly startedAt: number;
  readonly endedAt: number | null;
  /** The last call of it in the audit. */
  readonly call: string | null;
  /** What later steps may name as `{{steps.<id>.…}}`. */
  readonly output: Readonly<Record<string, unknown>> | null;
  /** What it waits for, or why it failed, in words. */
  readonly reason: string | null;
  /** Epoch milliseconds of its next try, or of the end of its waiting. */
  readonly wakesAt: number | null;
  /** Grows when a person says "do it again": a new effect. */
  readonly again: number;
}

export interface RunView {
  readonly id: string;
  readonly contractor: string;
  readonly workflow: string;
  readonly version: number;
  readonly name: string;
  readonly lead: RunLead | null;
  /** How many runs led to it: 0, unless a step of another run started it. */
  readonly depth: number;
  /** Of work in the background: the tool that was called; of a workflow's run, empty. */
  readonly tool: string;
  /** Of work in the background: what the tool was given; of a workflow's run, null. */
  readonly asked: Readonly<Record<string, unknown>> | null;
  /** How far the step under way says it is, 0 to 1. */
  readonly progress: number | null;
  readonly state: RunState;
  /** Why it is not going on, in words; null while it does. */
  readonly reason: string | null;
  /** The integration it is paused on. */
  readonly vendor: string | null;
  /** The step it is at; null once it has ended. */
  readonly step: string | null;
  readonly startedAt: number;
  readonly updatedAt: number;
  readonly wakesAt: number | null;
  readonly steps: readonly StepRecord[];
}

export interface StartRun {
  readonly contractor: string;
  readonly run: string;
  readonly workflow: string;
  readonly version: number;
  readonly definition: Definition;
  readonly lead: RunLead | null;
  /** Values besides the lead's, that placeholders may name. */
  readonly input: Readonly<Record<string, string>>;
  /** The data of the event that started it. */
  readonly event?: Readonly<Record<string, unknown>> | undefined;
  /** How many runs led to it; left out: none did. */
  readonly depth?: number | undefined;
  /** The call that it is there to make, word for word; its definition's one step has no more than the tool. */
  readonly work?: StepCall | undefined;
  readonly now: number;
}

/** What an operator may do with a run. `decided`: an effect of unknown outcome happened, or is to be attempted again. */
export type RunOrder =
  | { readonly order: "pause" | "resume" | "cancel" }
  | { readonly order: "retry" | "skip"; readonly step: string }
  | { readonly order: "decided"; readonly step: string; readonly happened: boolean }
  | { readonly order: "approve"; readonly step: string; readonly approved: boolean };

/** The run's Durable Object; its name is `<contractor>/<run>`. Every ask may be repeated. */
export interface RunRpc {
  start(ask: StartRun): Promise<RunView>;
  view(): Promise<RunView | null>;
  /** Null if there is no such run; refused in words if it is in no state for that. */
  order(ask: RunOrder & { readonly by: string; readonly now: number }): Promise<RunView | { readonly refused: string } | null>;
  /** The integration it was paused on works again. */
  mended(ask: { readonly vendor: string; readonly now: number }): Promise<void>;
  /** It is its turn. */
  turn(ask: { readonly now: number }): Promise<void>;
  /** What came of an effect of its is known by now. */
  known(ask: { readonly now: number }): Promise<void>;
  /** An event about its lead, which it may be waiting for. */
  happened(ask: {
    readonly type: EventType;
    readonly event: string;
    readonly data: Readonly<Record<string, unknown>>;
    readonly now: number;
  }): Promise<void>;
  /** If it should have gone on, it does. False: there is no such run. */
  nudge(ask: { readonly now: number }): Promise<boolean>;
  erase(): Promise<void>;
}
