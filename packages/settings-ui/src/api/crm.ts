/** Leads fetched from a CRM, and what sending one there would change. */
import { queryOptions } from "@tanstack/react-query";
import type { InferRequestType, InferResponseType } from "hono/client";
import { answer, api } from "./client.ts";

type Of = (typeof api.crm)[":vendor"];
export type CrmId = InferRequestType<Of["preview"]["$post"]>["param"]["vendor"];
export const CRMS = ["hubspot", "salesforce", "zoho-crm", "pipedrive"] as const satisfies readonly CrmId[];
export const isCrm = (id: unknown): id is CrmId => CRMS.some((one) => one === id);

/** Which of the CRM's leads, and what of them is kept: custom field → the CRM's field. */
export type FetchAsk = InferRequestType<Of["preview"]["$post"]>["json"];
export type Preview = InferResponseType<Of["preview"]["$post"], 200>;
export type Fetch = InferResponseType<typeof api.fetches.$get, 200>["fetches"][number];
export type FetchState = Fetch["state"];
export type Diff = InferResponseType<Of["dry-run"]["$post"], 200>;
export type SentFields = NonNullable<InferRequestType<Of["dry-run"]["$post"]>["json"]["fields"]>;

const WATCHED_MS = 1_000;
const LIVE_MS = 10_000;
export const isGoing = ({ state }: Pick<Fetch, "state">): boolean => state === "running" || state === "paused";

export const fetches = queryOptions({
  queryKey: ["fetches"],
  queryFn: async () => (await answer(api.fetches.$get())).fetches,
  refetchInterval: ({ state: { data } }) => (data?.some(({ state }) => state === "running") ? WATCHED_MS : LIVE_MS),
});

export const previewFetch = (vendor: CrmId, json: FetchAsk) => answer(api.crm[":vendor"].preview.$post({ param: { vendor }, json }));
export const startFetch = (vendor: CrmId, json: FetchAsk & { readonly workflow?: string }) =>
  answer(api.crm[":vendor"].fetches.$post({ param: { vendor }, json }));
export const cancelFetch = (id: string) => answer(api.fetches[":id"].cancel.$post({ param: { id } }));
export const dryRun = (vendor: CrmId, lead: string, fields: SentFields) =>
  answer(api.crm[":vendor"]["dry-run"].$post({ param: { vendor }, json: { lead, fields } }));
