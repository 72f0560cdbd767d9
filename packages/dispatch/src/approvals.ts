/** The contractor's word before an agent does what the public sees, for the tools whose contract asks for it. */

import { toolById } from "@junction/catalog";
import { actorName } from "./actors.ts";
import type { Desk } from "./desk.ts";
import type { Approval } from "./records.ts";
import type { Refusal } from "./refusal.ts";
import type { AcquireAsk } from "./rpc.ts";

const KEEP = 200;

/** Why an effect must not be attempted yet; null if it may be. Asking again does not ask the contractor twice. */
export function approval(desk: Desk, ask: AcquireAsk, effect: NonNullable<AcquireAsk["effect"]>): Refusal | null {
  if (ask.actor.kind !== "agent" || !toolById(ask.tool)?.approval) return null;
  const free = unasked(desk);
  if (free.includes(ask.vendor === undefined ? ask.tool : `${ask.tool} ${ask.vendor}`) || free.includes(ask.tool)) return null;
  const found = rows(desk, "SELECT record FROM approvals WHERE key = ?", effect.key)[0];
  if (found && found.inputHash !== effect.inputHash) return { kind: "KeyReused" };
  if (found) return found.state === "approved" ? null : { kind: found.state === "rejected" ? "Rejected" : "NeedsApproval" };
  save(desk, {
    id: ask.call,
    key: effect.key,
    ...{ tool: ask.tool, vendor: ask.vendor, within: ask.within },
    actor: actorName(desk, ask.actor),
    keyHash: ask.actor.keyHash,
    name: effect.name,
    inputHash: effect.inputHash,
    input: effect.input,
    state: "pending",
    askedAt: ask.now,
    decidedAt: null,
    decidedBy: null,
  });
  return { kind: "NeedsApproval" };
}

/** Newest first. */
export const approvals = (desk: Desk): Approval[] => rows(desk, "SELECT record FROM approvals ORDER BY id DESC LIMIT ?", KEEP);

/** The approval as it was asked for, with its input, once it is decided; null if it was not pending. */
export function decideApproval(
  desk: Desk,
  { id, approved, by, now }: { readonly id: string; readonly approved: boolean; readonly by: string; readonly now: number },
): Approval | null {
  const pending = rows(desk, "SELECT record FROM approvals WHERE id = ?", id)[0];
  if (pending?.state !== "pending") return null;
  save(desk, { ...pending, state: approved ? "approved" : "rejected", input: null, decidedAt: now, decidedBy: by });
  return pending;
}

/** Tools, and of one that serves several platforms `<tool> <platform>`. */
export function unasked(desk: Desk): string[] {
  if (desk.contractor === null) return [];
  return desk.storage.sql
    .exec<{ tool: string }>("SELECT tool FROM unasked")
    .toArray()
    .map(({ tool }) => tool);
}

export function setUnasked(
  desk: Desk,
  ask: { readonly tool: string; readonly platform?: string | undefined; readonly unasked: boolean },
): void {
  const { tool, platform, unasked: on } = ask;
  desk.storage.sql.exec(
    on ? "INSERT OR IGNORE INTO unasked (tool) VALUES (?)" : "DELETE FROM unasked WHERE tool = ?",
    platform === undefined ? tool : `${tool} ${platform}`,
  );
}

function rows(desk: Desk, query: string, value: string | number): Approval[] {
  if (desk.contractor === null) return [];
  return desk.storage.sql
    .exec<{ record: string }>(query, value)
    .toArray()
    .map(({ record }) => JSON.parse(record) as Approval);
}

function save(desk: Desk, record: Approval): void {
  desk.storage.sql.exec(
    "INSERT OR REPLACE INTO approvals (key, id, record) VALUES (?, ?, ?)",
    record.key,
    record.id,
    JSON.stringify(record),
  );
}
