/** Who is asking, and what they may use. */

import type { Desk } from "./desk.ts";
import type { AgentKey } from "./records.ts";
import type { Refusal } from "./refusal.ts";
import type { Actor } from "./rpc.ts";

/** Junction itself, at work nobody asked for by a call: it alone may use internal tools. */
export const isOwn = (actor: Actor): actor is Extract<Actor, { readonly kind: "calendar" | "mailbox" }> =>
  actor.kind === "calendar" || actor.kind === "mailbox";

/** Whether this actor may use this tool; null if so. */
export function authorise(desk: Desk, actor: Actor, tool: string, now: number): Refusal | null {
  if (actor.kind === "run" || isOwn(actor)) return null;
  if (actor.kind === "user") return actor.role === "owner" ? null : { kind: "NotAllowed", reason: "role" };
  const key = validKey(desk, actor.keyHash, now);
  if (!key) return { kind: "Unauthenticated" };
  return key.tools === null || key.tools.includes(tool) ? null : { kind: "NotAllowed", reason: "key" };
}

/** The agent key with this hash, unless it is revoked or expired. */
export function validKey(desk: Desk, hash: string, now: number): AgentKey | null {
  const key = desk.keys.get(hash);
  if (!key || key.revokedAt !== null || (key.expiresAt !== null && key.expiresAt <= now)) return null;
  desk.keys.set(hash, { ...key, lastUsedAt: now }); // written down with the next alarm
  return key;
}

/** How the audit names an actor: `agent:<key id>`, `user:<id>`, `run:<id>`, `calendar` or `mailbox`. */
export function actorName(desk: Desk, actor: Actor): string {
  if (actor.kind === "run") return `run:${actor.run}`;
  if (isOwn(actor)) return actor.kind;
  return actor.kind === "user" ? `user:${actor.id}` : `agent:${desk.keys.get(actor.keyHash)?.id ?? "unknown"}`;
}
