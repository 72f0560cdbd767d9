/** Leads being fetched from a CRM, as everyone sees it: what is asked for, how far it is, and what may be asked of it. */
import type { FetchCounts, FetchRow } from "@junction/db";
import type { WaiterRpc } from "@junction/dispatch";
import * as z from "zod";
import type { Crm } from "./definition.ts";

/** Which leads of a CRM, and what becomes of them. */
export interface FetchOrder {
  readonly vendor: Crm;
  /** Each lead starts a run of it; null: they only come in. */
  readonly workflow: { readonly id: string; readonly name: string } | null;
  /** The lead's own field → the CRM's field it comes from. */
  readonly map: Readonly<Record<string, string>>;
  /** Only those whose field has this value; all must hold. */
  readonly where: readonly { readonly field: string; readonly equals: string }[];
  /** ISO 8601 with offset: only those changed at or after it. */
  readonly updatedSince: string | null;
  /** Whoever came into the workflow by a fetch before starts a run again. */
  readonly repeat: boolean;
}
export interface StartFetch extends FetchOrder {
  readonly contractor: string;
  readonly fetch: string;
  /** The person who asked for it: the calls are theirs. */
  readonly by: string;
  readonly now: number;
}

export type FetchView = FetchRow;
export const NO_COUNTS: FetchCounts = { expected: null, seen: 0, created: 0, matched: 0, started: 0, refused: 0 };

/** The fetch's Durable Object; its name is `<contractor>/<fetch>`. Every ask may be repeated. */
export interface FetchRpc extends WaiterRpc {
  start(ask: StartFetch): Promise<FetchView>;
  view(ask: { readonly now: number }): Promise<FetchView | null>;
  /** What came in stays. Null if there is no such fetch. */
  cancel(ask: { readonly now: number }): Promise<FetchView | null>;
  erase(): Promise<void>;
}

/** The input of `crm/fetch_leads` for a page. */
export const pageInput = (
  { map, where, updatedSince }: Pick<FetchOrder, "map" | "where" | "updatedSince">,
  page: string | null,
  limit: number,
) => ({
  ...(page !== null && { page }),
  ...(updatedSince !== null && { updated_since: updatedSince }),
  limit,
  where: where.map((one) => ({ ...one })),
  fields: [...new Set(Object.values(map))],
});

/** The output of `crm/fetch_leads`, and of `crm/find_lead`, which has one page. */
export const CrmPage = z.object({
  leads: z.array(
    z.object({
      crm_id: z.string(),
      name: z.string().optional(),
      phones: z.array(z.string()),
      emails: z.array(z.string()),
      fields: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
      updated_at: z.string().optional(),
      url: z.string().optional(),
    }),
  ),
  next_page: z.string().optional(),
  total: z.number().optional(),
});
export type CrmPage = z.output<typeof CrmPage>;
