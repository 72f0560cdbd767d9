/** Leads fetched from a CRM, and what sending one there would change. */
import { queryOptions } from "@tanstack/react-query";
import { ask } from "./ask.ts";

export const CRMS = ["hubspot", "salesforce", "zoho-crm", "pipedrive"] as const;
export type CrmId = (typeof CRMS)[number];

/** Which of the CRM's leads, and what of them is kept: custom field → the CRM's field. */
export interface FetchAsk {
  readonly map?: Readonly<Record<string, string>>;
  readonly updated_since?: string;
  readonly where?: readonly { readonly field: string; readonly equals: string }[];
}
export interface Preview {
  /** Null: the CRM does not say. */
  readonly count: number | null;
  readonly leads: readonly {
    readonly crm_id: string;
    readonly name: string | null;
    readonly phones: readonly string[];
    readonly emails: readonly string[];
    readonly custom: Readonly<Record<string, string>>;
  }[];
}
export type FetchState = "running" | "paused" | "completed" | "cancelled" | "failed";
export interface Fetch {
  readonly id: string;
  readonly vendor: string;
  readonly workflow: string | null;
  readonly state: FetchState;
  readonly reason: string | null;
  readonly counts: {
    readonly expected: number | null;
    readonly seen: number;
    readonly created: number;
    readonly matched: number;
    readonly started: number;
    readonly refused: number;
  };
  readonly started_at: number;
  readonly updated_at: number;
}
export interface Diff {
  readonly crm_id: string | null;
  readonly url?: string | null;
  readonly fields: readonly {
    readonly field: string;
    readonly label?: string | null;
    readonly before: unknown;
    readonly after: unknown;
    readonly problem?: string | null;
  }[];
}

const WATCHED_MS = 1_000;
const LIVE_MS = 10_000;
export const isGoing = ({ state }: Pick<Fetch, "state">): boolean => state === "running" || state === "paused";

export const fetches = queryOptions({
  queryKey: ["fetches"],
  queryFn: async () => (await ask<{ fetches: Fetch[] }>("GET", "/fetches")).fetches,
  refetchInterval: ({ state: { data } }) => (data?.some(({ state }) => state === "running") ? WATCHED_MS : LIVE_MS),
});

const path = (vendor: string) => `/crm/${encodeURIComponent(vendor)}`;
export const previewFetch = (vendor: string, wanted: FetchAsk) => ask<Preview>("POST", `${path(vendor)}/preview`, wanted);
export const startFetch = (vendor: string, wanted: FetchAsk & { readonly workflow?: string }) =>
  ask<Fetch>("POST", `${path(vendor)}/fetches`, wanted);
export const cancelFetch = (id: string) => ask<Fetch>("POST", `/fetches/${encodeURIComponent(id)}/cancel`);
export const dryRun = (vendor: string, lead: string, fields: Readonly<Record<string, unknown>>) =>
  ask<Diff>("POST", `${path(vendor)}/dry-run`, { lead, fields });
