/** What an effect is called in the ledger. */
import { sha256 } from "@junction/core";
import type { AcquireAsk } from "./rpc.ts";
import type { ToolCall } from "./tool-call.ts";

/** Under which the ledger knows an effect: the caller's own name for it is the caller's alone. */
export function effectKey({ contractor, actor }: Pick<ToolCall, "contractor" | "actor">, tool: string, name: string): Promise<string> {
  const who =
    actor.kind === "agent" ? actor.keyHash : actor.kind === "user" ? actor.id : actor.kind === "run" ? `run:${actor.run}` : actor.kind;
  return sha256(JSON.stringify([contractor, who, tool, name]));
}

/** The effect of a call, as the ledger is asked for it; a call without a name of its own is one of its own. */
export async function effectOf(ask: ToolCall, tool: string, call: string): Promise<NonNullable<AcquireAsk["effect"]>> {
  const input = JSON.stringify(ask.input);
  const [key, inputHash] = await Promise.all([effectKey(ask, tool, ask.idempotencyKey ?? call), sha256(input)]);
  return { key, name: ask.idempotencyKey ?? call, inputHash, input };
}
