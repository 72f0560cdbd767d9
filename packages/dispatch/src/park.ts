/** For whoever made a call that was refused for want of a working connection: to wait for that connection. */
import { findTool } from "./contracts.ts";
import { effectKey } from "./effect-key.ts";
import type { Parking, Waiter } from "./rpc.ts";
import type { Mesh, ToolCall } from "./tool-call.ts";

/** Sets `waiter` down until `call`, as it was dispatched, would be granted; its `mended` is called then. */
export async function park(mesh: Pick<Mesh, "contractor">, call: ToolCall, waiter: Waiter): Promise<Parking> {
  const { contractor, vendor, idempotencyKey } = call;
  const tool = findTool(call.tool);
  const id = tool?.id ?? call.tool;
  const key = tool && tool.effect !== "read" && idempotencyKey !== undefined ? await effectKey(call, id, idempotencyKey) : undefined;
  return mesh.contractor(contractor).park({
    ...{ contractor, kind: waiter.kind, id: waiter.id, workflow: waiter.workflow, tool: id, now: Date.now() },
    ...(vendor !== undefined && { vendor }),
    ...(key !== undefined && { key }),
  });
}
