/** What files work with: the bindings of the Worker they are reached from, by what they are for. */
import type { Egress, TargetRules } from "@junction/outgoing";

export interface Files {
  readonly db: D1Database;
  readonly bucket: R2Bucket;
  /** Where links lead: an origin, without a trailing slash. */
  readonly publicUrl: string;
  /** The way out to addresses that callers give, and which of them may be dialled. */
  readonly egress: Egress;
  readonly target: TargetRules;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** How long each is kept: what the contractor put in, what a tool made, what was fetched from an address for one call. */
export const KEPT_MS = { upload: 30 * DAY_MS, result: 7 * DAY_MS, fetched: DAY_MS } as const;
/** How long a vendor has to fetch a file by the link it is given. */
export const LINK_MS = HOUR_MS;
/** So long may a file be on its way in before it counts as lost. */
export const ARRIVING_MS = 6 * HOUR_MS;
/** The most that R2 takes in one go, and the most that a contractor may have lying here. */
export const LARGEST_BYTES = 5 * 1024 ** 3 - 1;
export const MOST_BYTES = 50 * 1024 ** 3;

export const keyOf = ({ contractor, id }: { readonly contractor: string; readonly id: string }): string => `${contractor}/${id}`;
