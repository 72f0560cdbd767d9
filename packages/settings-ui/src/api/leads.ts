/** The people the contractor hears from: what the leads pages read. */
import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import type { InferResponseType } from "hono/client";
import { answer, api } from "./client.ts";

export type Lead = InferResponseType<typeof api.leads.$get, 200>["leads"][number];
export type LeadDetail = InferResponseType<(typeof api.leads)[":id"]["$get"], 200>;
export type TimelineEntry = LeadDetail["timeline"][number];

const LIVE_MS = 5_000;
const LEADS_A_PAGE = 30;

export const leads = (query: string) =>
  infiniteQueryOptions({
    queryKey: ["leads", query],
    queryFn: ({ pageParam }) =>
      answer(
        api.leads.$get({
          query: { ...(query !== "" && { query }), ...(pageParam !== null && { before: pageParam }), limit: String(LEADS_A_PAGE) },
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next ?? undefined,
    placeholderData: keepPreviousData,
    refetchInterval: LIVE_MS,
  });

export const lead = (id: string) =>
  queryOptions({
    queryKey: ["leads", "one", id],
    queryFn: () => answer(api.leads[":id"].$get({ param: { id } })),
    refetchInterval: LIVE_MS,
  });

/** By what a person is called where nobody has told their name. */
export const calledBy = ({ name, phones, emails }: Pick<Lead, "name" | "phones" | "emails">): string =>
  name ?? phones[0] ?? emails[0] ?? "Someone";
