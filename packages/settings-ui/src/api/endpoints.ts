/** Addresses of the contractor's own that are sent to. */
import { queryOptions } from "@tanstack/react-query";
import type { InferResponseType } from "hono/client";
import { answer, api } from "./client.ts";
import { queryClient } from "./queries.ts";

export type Endpoint = InferResponseType<typeof api.subscriptions.$get, 200>["subscriptions"][number];

export const endpoints = queryOptions({
  queryKey: ["endpoints"],
  queryFn: async () => (await answer(api.subscriptions.$get())).subscriptions,
  refetchInterval: 3_000,
});
export const endpointDeliveries = (id: string) =>
  queryOptions({
    queryKey: ["endpoints", id, "deliveries"],
    queryFn: async () => (await answer(api.subscriptions[":id"].deliveries.$get({ param: { id }, query: { limit: "5" } }))).deliveries,
    refetchInterval: 3_000,
  });
export const refreshEndpoints = (): Promise<unknown> => queryClient.invalidateQueries({ queryKey: ["endpoints"] });

/** What it is called: by its owner's words, else by its host. */
export const endpointName = ({ description, url }: Pick<Endpoint, "description" | "url">): string =>
  description || (URL.canParse(url) ? new URL(url).host : url);
