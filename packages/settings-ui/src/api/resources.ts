/** What a step needs by id: phone numbers, assistants, templates, the CRM's fields. Read page by page, and only when someone looks. */
import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import type { InferRequestType, InferResponseType } from "hono/client";
import { answer, api } from "./client.ts";

type One = (typeof api.resources)[":type"];
export type ResourceType = InferRequestType<One["$get"]>["param"]["type"];
const FRESH_MS = 60_000;

export const resources = (type: ResourceType, query = "", vendor?: string) =>
  infiniteQueryOptions({
    queryKey: ["resources", type, vendor ?? "", query],
    queryFn: ({ pageParam }) =>
      answer(
        api.resources[":type"].$get({
          param: { type },
          query: { ...(query !== "" && { query }), ...(vendor && { vendor }), ...(pageParam !== null && { cursor: pageParam }) },
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next ?? undefined,
    placeholderData: keepPreviousData,
    staleTime: FRESH_MS,
  });

export type Template = InferResponseType<typeof api.templates.$get, 200>["templates"][number];
export type NewTemplate = InferRequestType<typeof api.templates.$post>["json"];

export const templates = queryOptions({
  queryKey: ["templates"],
  queryFn: async () => (await answer(api.templates.$get())).templates,
});
export const saveTemplate = (id: string | null, json: NewTemplate) =>
  id === null ? answer(api.templates.$post({ json })) : answer(api.templates[":id"].$put({ param: { id }, json }));
export const deleteTemplate = (id: string) => answer(api.templates[":id"].$delete({ param: { id } }));
