/** The calls a sync makes: through dispatch like everybody's, and what came of them as the sync sees it. */
import { actionOf } from "@junction/catalog";
import { dispatch, type Mesh, type Trouble } from "@junction/dispatch";
import * as z from "zod";
import { CalendarEvent } from "./fields.ts";

export interface Place {
  readonly contractor: string;
  readonly vendor: string;
  /** A key of `key.ts`. */
  readonly calendar: string;
  /** What its integration calls it. */
  readonly id: string;
}

/** What is given by each tool that the sync uses, read at our border. */
const OUTPUTS = {
  "crm/list_calendar_changes": z.object({
    changes: z.array(z.object({ event_id: z.string(), removed: z.boolean(), version: z.string().optional() })),
    cursor: z.string().optional(),
    more: z.boolean(),
    reset: z.boolean(),
  }),
  "crm/get_calendar_events": z.object({
    events: z.array(z.object({ event_id: z.string(), version: z.string(), event: CalendarEvent })),
    gone: z.array(z.string()),
  }),
  "crm/put_calendar_event": z.object({ event_id: z.string(), version: z.string() }),
  "crm/remove_calendar_event": z.object({ event_id: z.string() }),
  "crm/list_busy_times": z.object({
    times: z.array(z.object({ event_id: z.string(), start: z.string(), end: z.string() })),
    next_page: z.string().optional(),
  }),
  "crm/watch_calendar": z.object({ channel_id: z.string(), resource_id: z.string().optional(), expires_at: z.string() }),
  "crm/unwatch_calendar": z.object({ channel_id: z.string() }),
} as const;
export type SyncTool = keyof typeof OUTPUTS;
type Output<T extends SyncTool> = z.output<(typeof OUTPUTS)[T]>;

/** A call that could not be made, or failed in a way that stops the whole round. */
export class Stopped extends Error {
  readonly trouble: Trouble;
  readonly tool: SyncTool;
  constructor(tool: SyncTool, trouble: Trouble) {
    super(`${tool}: ${trouble.kind}`);
    this.tool = tool;
    this.trouble = trouble;
  }
}

/** What a call may fail with that is about its one event alone. */
export type Refused = "Conflict" | "NotFound" | "refused";
const OWN: Readonly<Record<string, Refused>> = {
  Conflict: "Conflict",
  NotFound: "NotFound",
  InvalidRequest: "refused",
  InvalidArguments: "refused",
  Declined: "refused",
};

export interface Calls {
  /** How many more may be made in this go. */
  left: number;
  /** Whether the vendor can do this at all. */
  can(tool: SyncTool): boolean;
  /** `key` names the effect: the same is done once. */
  make<T extends SyncTool>(tool: T, input: Readonly<Record<string, unknown>>, key?: string): Promise<Output<T> | Refused>;
}

export function callsOf(mesh: Mesh, { contractor, vendor }: Pick<Place, "contractor" | "vendor">, most: number): Calls {
  const calls: Calls = {
    left: most,
    can: (tool) => actionOf(vendor, tool) !== undefined,
    async make(tool, input, key) {
      calls.left--;
      const answer = await dispatch(mesh, {
        contractor,
        actor: { kind: "calendar" },
        tool,
        vendor,
        input,
        ...(key !== undefined && { idempotencyKey: key }),
      });
      if (answer.ok) return OUTPUTS[tool].parse(answer.value) as Output<typeof tool>;
      const own = OWN[answer.trouble.kind];
      if (own !== undefined) return own;
      throw new Stopped(tool, answer.trouble);
    },
  };
  return calls;
}
