/** Runs of workflows, as the list and a run's own page read them, and what an operator may order. */
import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import type { Draft } from "../pages/workflow/draft.ts";
import { ask, queryOf } from "./ask.ts";
import { queryClient } from "./queries.ts";

export type RunState = "running" | "waiting" | "paused" | "needs_attention" | "completed" | "failed" | "cancelled";
export type StepState = "started" | "waiting" | "completed" | "failed" | "skipped" | "unknown";
export interface RunRow {
  readonly id: string;
  readonly workflow: string;
  readonly name: string;
  readonly version: number;
  readonly lead: { readonly id: string; readonly name: string | null } | null;
  readonly state: RunState;
  readonly reason: string | null;
  readonly vendor: string | null;
  readonly step: string | null;
  readonly started_at: number;
  readonly updated_at: number;
  readonly wakes_at: number | null;
}
export interface RunStep {
  readonly step: string;
  readonly title: string | null;
  readonly type: string | null;
  readonly state: StepState;
  readonly attempts: number;
  readonly started_at: number;
  readonly ended_at: number | null;
  readonly call: string | null;
  readonly output: Readonly<Record<string, unknown>> | null;
  readonly reason: string | null;
  readonly wakes_at: number | null;
  readonly again: number;
}
export interface Run extends RunRow {
  readonly steps: readonly RunStep[];
  readonly definition: Draft;
}
export type RunOrder =
  | { readonly order: "pause" | "resume" | "cancel" }
  | { readonly order: "retry" | "skip"; readonly step: string }
  | { readonly order: "decided"; readonly step: string; readonly happened: boolean }
  | { readonly order: "approve"; readonly step: string; readonly approved: boolean };

export interface RunFilter {
  readonly workflow?: string | undefined;
  readonly lead?: string | undefined;
  readonly state?: string | undefined;
  readonly vendor?: string | undefined;
}

const LIVE_MS = 3_000;
/** A run that goes on is watched closely. */
const WATCHED_MS = 1_000;
const RUNS_A_PAGE = 25;
const PAGES_LIVE = 3;
const ENDED: ReadonlySet<RunState> = new Set(["completed", "failed", "cancelled"]);
export const isEnded = (state: RunState): boolean => ENDED.has(state);

export const runs = (filter: RunFilter) =>
  infiniteQueryOptions({
    queryKey: ["runs", filter],
    queryFn: ({ pageParam }) =>
      ask<{ runs: RunRow[]; next: string | null }>("GET", `/runs${queryOf({ ...filter, before: pageParam, limit: RUNS_A_PAGE })}`),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next ?? undefined,
    placeholderData: keepPreviousData,
    refetchInterval: ({ state: { data } }) => ((data?.pages.length ?? 0) > PAGES_LIVE ? false : LIVE_MS),
  });

export const run = (id: string) =>
  queryOptions({
    queryKey: ["runs", "one", id],
    queryFn: () => ask<Run>("GET", `/runs/${encodeURIComponent(id)}`),
    refetchInterval: ({ state: { data } }) => (data && isEnded(data.state) ? 15_000 : WATCHED_MS),
  });

export const orderRun = (id: string, order: RunOrder) => ask<Run>("POST", `/runs/${encodeURIComponent(id)}/orders`, order);
export const refreshRuns = (): Promise<unknown> => queryClient.invalidateQueries({ queryKey: ["runs"] });
