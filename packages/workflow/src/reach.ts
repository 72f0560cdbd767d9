/** What a run works with: the bindings of the Worker it lives in, by what they are for. */
import type { Mesh } from "@junction/dispatch";
import type { Outgoing } from "@junction/outgoing";
import type { Timing } from "./timing.ts";

export interface Reach {
  readonly mesh: Mesh;
  readonly db: D1Database;
  /** For the step that tells a system of the contractor's own. */
  readonly outgoing: Pick<Outgoing, "db" | "payloads" | "queue">;
  readonly timing: Timing;
}
