/** The people the contractor hears from: what the leads pages read. */
import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import type { InferResponseType } from "hono/client";
import { answer, api } from "./client.ts";
import { queryClient } from "./queries.ts";

export type Lead = InferResponseType<typeof api.leads.$get, 200>["leads"][number];
export type LeadDetail = InferResponseType<(typeof api.leads)[":id"]["$get"], 200>;
export type ImportDone = InferResponseType<typeof api.leads.import.$post, 200>;
/** Fields left out stay; a custom one that is null goes. */
export interface LeadChanges {
  readonly name?: string | null;
  readonly phones: string[];
  readonly emails: string[];
  readonly custom: Record<string, string | null>;
  /** A new one starts the workflows that begin with a new lead. */
  readonly announce: boolean;
}
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

/** Null: a new one. */
export function saveLead(id: string | null, { name, phones, emails, custom, announce }: LeadChanges): Promise<{ readonly id: string }> {
  if (id !== null)
    return answer(api.leads[":id"].$patch({ param: { id }, json: { phones, emails, custom, ...(name !== undefined && { name }) } }));
  const kept = Object.fromEntries(Object.entries(custom).flatMap(([field, value]) => (value === null ? [] : [[field, value]])));
  return answer(api.leads.$post({ json: { phones, emails, custom: kept, announce, source: "settings", ...(name && { name }) } }));
}
export const mergeLead = (id: string, into: string) => answer(api.leads[":id"].merge.$post({ param: { id }, json: { into } }));
export const deleteLead = (id: string) => answer(api.leads[":id"].$delete({ param: { id } }));
export const importCsv = (ask: {
  readonly csv: string;
  readonly columns: Readonly<Record<string, string>>;
  readonly announce: boolean;
  readonly dry_run: boolean;
}) => answer(api.leads.import.$post({ json: { ...ask, columns: { ...ask.columns } as Record<string, never> } }));
export const refreshLeads = (): Promise<unknown> => queryClient.invalidateQueries({ queryKey: ["leads"] });

/** By what a person is called where nobody has told their name. */
export const calledBy = ({ name, phones, emails }: Pick<Lead, "name" | "phones" | "emails">): string =>
  name ?? phones[0] ?? emails[0] ?? "Someone";
