/** What the pages read, how fresh it stays, and what each change makes stale. */
import { infiniteQueryOptions, keepPreviousData, MutationCache, QueryCache, QueryClient, queryOptions } from "@tanstack/react-query";
import type { InferResponseType } from "hono/client";
import type { Status } from "../words.ts";
import { answer, api, Refusal } from "./client.ts";

/** Lights follow what happens within a few seconds, as long as someone looks. */
const LIVE_MS = 3_000;
const SLOW_MS = 10_000;

/** A session that ended while pages were open: the one question that says so is asked again, and the sign-in page follows. */
const noticeEnd = (error: Error): void => {
  if (error instanceof Refusal && error.status === 401) void queryClient.invalidateQueries({ queryKey: ["session"] });
};

export const queryClient: QueryClient = new QueryClient({
  queryCache: new QueryCache({ onError: (error, { queryKey }) => queryKey[0] !== "session" && noticeEnd(error) }),
  mutationCache: new MutationCache({ onError: noticeEnd }),
  defaultOptions: {
    queries: {
      staleTime: 1_000,
      // What the API refuses, it refuses again; only what never reached it is worth another try.
      retry: (failures, error) => failures < 2 && (!(error instanceof Refusal) || error.status === 0 || error.status >= 500),
    },
  },
});

/** On the roadmap: shown, and not to be configured. */
type Readable<T extends { readonly status: Status }> = Omit<T, "status"> & { readonly status: Status };

export type Session = InferResponseType<typeof api.session.$get, 200>;
export type Catalog = InferResponseType<typeof api.catalog.$get, 200>;
export type Vendor = Catalog["vendors"][number];
export type Tool = Catalog["tools"][number];
export type Integration = Readable<InferResponseType<typeof api.connections.$get, 200>["integrations"][number]>;
export type Detail = Readable<InferResponseType<(typeof api.connections)[":vendor"]["$get"], 200>> & Later;
/** Parts of an integration that the API gives once it has them. */
interface Later {
  readonly depends?: { readonly workflows: readonly { readonly id: string; readonly name: string }[] };
}
export type WebhookView = NonNullable<Detail["webhook"]>;
export type AgentKey = InferResponseType<typeof api.keys.$get, 200>["keys"][number];
export type Call = InferResponseType<typeof api.calls.$get, 200>["calls"][number];
export type Alert = InferResponseType<typeof api.alerts.$get, 200>["alerts"][number];
export type Approval = InferResponseType<typeof api.approvals.$get, 200>["approvals"][number];
export type Asks = InferResponseType<typeof api.approvals.$get, 200>["asking"][number];
export type Route = InferResponseType<typeof api.routes.$get, 200>["routes"][number];

export const session = queryOptions({
  queryKey: ["session"],
  queryFn: () => answer(api.session.$get()),
  staleTime: 60_000,
});

export const catalog = queryOptions({
  queryKey: ["catalog"],
  queryFn: () => answer(api.catalog.$get()),
  staleTime: Number.POSITIVE_INFINITY,
});

export const connections = queryOptions({
  queryKey: ["connections"],
  queryFn: async (): Promise<Integration[]> => (await answer(api.connections.$get())).integrations,
  refetchInterval: LIVE_MS,
});

export const connection = (vendor: string) =>
  queryOptions({
    queryKey: ["connections", vendor],
    queryFn: (): Promise<Detail> => answer(api.connections[":vendor"].$get({ param: { vendor } })),
    refetchInterval: LIVE_MS,
  });

export const alerts = queryOptions({
  queryKey: ["alerts"],
  queryFn: () => answer(api.alerts.$get()),
  refetchInterval: LIVE_MS,
});

export const routes = queryOptions({
  queryKey: ["routes"],
  queryFn: async () => (await answer(api.routes.$get())).routes,
});

export const keys = queryOptions({
  queryKey: ["keys"],
  queryFn: async () => (await answer(api.keys.$get())).keys,
  refetchInterval: SLOW_MS,
});

export const approvals = queryOptions({
  queryKey: ["approvals"],
  queryFn: () => answer(api.approvals.$get()),
  refetchInterval: LIVE_MS,
});

export interface CallFilter {
  readonly tool?: string | undefined;
  readonly vendor?: string | undefined;
  readonly state?: "confirmed" | "failed" | "unknown" | "refused" | undefined;
}
export const CALLS_A_PAGE = 25;

const given = (filter: CallFilter): Record<string, string> =>
  Object.fromEntries(Object.entries(filter).filter((entry): entry is [string, string] => Boolean(entry[1])));

export const calls = (filter: CallFilter) =>
  infiniteQueryOptions({
    queryKey: ["calls", filter],
    queryFn: async ({ pageParam }) => {
      const before = pageParam === null ? {} : { before: String(pageParam) };
      return (await answer(api.calls.$get({ query: { ...given(filter), ...before, limit: String(CALLS_A_PAGE) } }))).calls;
    },
    initialPageParam: null as number | null,
    getNextPageParam: (last) => (last.length < CALLS_A_PAGE ? undefined : last.at(-1)?.started_at),
    placeholderData: keepPreviousData,
    refetchInterval: SLOW_MS,
  });

/** Where the same calls are downloaded as CSV. */
export const callsCsv = (filter: CallFilter): string => api.calls.csv.$url({ query: given(filter) }).href;

/** After a change: everything that shows a connection's state asks again at once. */
export const refreshStates = (): Promise<unknown> =>
  Promise.all(["connections", "alerts", "calls", "routes"].map((key) => queryClient.invalidateQueries({ queryKey: [key] })));
