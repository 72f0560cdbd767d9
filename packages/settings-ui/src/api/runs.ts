/** Runs of workflows, and work in the background, as the list and a run's own page read them, and what an operator may order. */
import { WORK } from "@junction/core";
import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import type { InferResponseType } from "hono/client";
import type { Draft } from "../pages/workflow/draft.ts";
import { answer, api } from "./client.ts";
import { queryClient } from "./queries.ts";

export type RunRow = InferResponseType<typeof api.runs.$get, 200>["runs"][number];
export type RunState = RunRow["state"];
type Whole = InferResponseType<(typeof api.runs)[":id"]["$get"], 200>;
export type RunStep = Whole["steps"][number];
/** `definition`: null where the version it runs by is not kept any more. */
export type Run = Omit<Whole, "definition"> & { readonly definition: Draft | null };
export type RunOrder =
  | { readonly order: "pause" | "resume" | "cancel" }
  | { readonly order: "retry" | "skip"; readonly step: string }
  | { readonly order: "decided"; readonly step: string; readonly happened: boolean }
  | { readonly order: "approve"; readonly step: string; readonly approved: boolean };

export interface RunFilter {
  readonly workflow?: string | undefined;
  readonly lead?: string | undefined;
  readonly state?: RunState | undefined;
  readonly vendor?: string | undefined;
}

export const isWork = ({ workflow }: Pick<RunRow, "workflow">): boolean => workflow === WORK;

const LIVE_MS = 3_000;
/** A run that goes on is watched closely. */
const WATCHED_MS = 1_000;
const RUNS_A_PAGE = 25;
const PAGES_LIVE = 3;
const ENDED: ReadonlySet<RunState> = new Set(["completed", "failed", "cancelled"]);
export const isEnded = (state: RunState): boolean => ENDED.has(state);

const asRun = (found: Whole): Run => ({ ...found, definition: found.definition as unknown as Draft | null });

export const runs = (filter: RunFilter) =>
  infiniteQueryOptions({
    queryKey: ["runs", filter],
    queryFn: ({ pageParam }) => {
      const given = Object.entries({ ...filter, before: pageParam }).flatMap(([name, value]) => (value ? [[name, value]] : []));
      return answer(api.runs.$get({ query: { ...Object.fromEntries(given), limit: String(RUNS_A_PAGE) } }));
    },
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next ?? undefined,
    placeholderData: keepPreviousData,
    refetchInterval: ({ state: { data } }) => ((data?.pages.length ?? 0) > PAGES_LIVE ? false : LIVE_MS),
  });

export const run = (id: string) =>
  queryOptions({
    queryKey: ["runs", "one", id],
    queryFn: async () => asRun(await answer(api.runs[":id"].$get({ param: { id } }))),
    refetchInterval: ({ state: { data } }) => (data && isEnded(data.state) ? 15_000 : WATCHED_MS),
  });

/** How many only a person can help on. */
export const needy = queryOptions({
  queryKey: ["runs", "needy"],
  queryFn: () => answer(api.runs.needy.$get()),
  refetchInterval: LIVE_MS,
});

export const orderRun = async (id: string, order: RunOrder) =>
  asRun(await answer(api.runs[":id"].orders.$post({ param: { id }, json: order })));
export const refreshRuns = (): Promise<unknown> => queryClient.invalidateQueries({ queryKey: ["runs"] });
