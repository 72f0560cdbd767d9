/** What vendors told us: what the events page reads. */
import type { EventType } from "@junction/core";
import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import type { InferResponseType } from "hono/client";
import { answer, api } from "./client.ts";
import { queryClient } from "./queries.ts";

type Page = InferResponseType<typeof api.events.$get, 200>;
export type EventRow = Page["events"][number];
export type EventState = EventRow["state"];
export type EventCounts = Page["counts"];
export type EventDetail = InferResponseType<(typeof api.events)[":id"]["$get"], 200>;

/** The newest of it, or all between two moments; either end may be open. */
export type Span = { readonly lastMs: number } | { readonly from?: number | undefined; readonly to?: number | undefined };
export interface EventFilter {
  readonly vendor?: string | undefined;
  readonly type?: EventType | undefined;
  readonly state?: EventState | undefined;
  readonly span: Span;
}

const LIVE_MS = 4_000;
const EVENTS_A_PAGE = 25;
/** More than these are not asked for again by themselves: whoever reads that far back looks at what is over. */
const PAGES_LIVE = 3;

/** The moments that a span means now. */
export const momentsOf = (span: Span): { readonly from?: number | undefined; readonly to?: number | undefined } =>
  "lastMs" in span ? { from: Date.now() - span.lastMs } : span;

const queryOf = ({ vendor, type, state, span }: EventFilter) => {
  const { from, to } = momentsOf(span);
  return {
    ...(vendor !== undefined && { vendor }),
    ...(type !== undefined && { type }),
    ...(state !== undefined && { state }),
    ...(from !== undefined && { from: String(from) }),
    ...(to !== undefined && { to: String(to) }),
  };
};

export const events = (filter: EventFilter) =>
  infiniteQueryOptions({
    queryKey: ["events", filter],
    queryFn: ({ pageParam }) => {
      const before = pageParam === null ? {} : { before: pageParam };
      return answer(api.events.$get({ query: { ...queryOf(filter), ...before, limit: String(EVENTS_A_PAGE) } }));
    },
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next ?? undefined,
    placeholderData: keepPreviousData,
    refetchInterval: ({ state: { data } }) => ((data?.pages.length ?? 0) > PAGES_LIVE ? false : LIVE_MS),
  });

export const event = (id: string) =>
  queryOptions({
    queryKey: ["events", "one", id],
    queryFn: () => answer(api.events[":id"].$get({ param: { id } })),
    refetchInterval: LIVE_MS,
  });

/** States that a replay can begin from. */
export const AGAIN = ["done", "failed", "dead"] as const;
export const isAgain = (state: EventState | undefined): state is (typeof AGAIN)[number] => AGAIN.some((one) => one === state);

export const replayIds = (ids: readonly string[]) => answer(api.events.replay.$post({ json: { ids: [...ids] } }));

/** Everything that fits the filter, as of now. */
export function replayAll({ vendor, type, state, span }: EventFilter) {
  const { from = 0, to = Date.now() } = momentsOf(span);
  return answer(
    api.events.replay.$post({
      json: { from, to, ...(vendor !== undefined && { vendor }), ...(type !== undefined && { type }), ...(isAgain(state) && { state }) },
    }),
  );
}

export const refreshEvents = (): Promise<unknown> => queryClient.invalidateQueries({ queryKey: ["events"] });
