/** When rounds are made: asked for, due, or tried again. One at a time; what is asked for during one makes another. */
import { changeCalendarSync, getCalendarSync, isDisputed } from "@junction/db";
import { park } from "@junction/dispatch";
import { type After, type CalendarReach, round } from "./round.ts";
import { judge } from "./trouble.ts";

interface Kept {
  readonly contractor: string;
  readonly vendor: string;
  /** Rounds that failed in a row. */
  readonly failures: number;
  /** The owner was told that there is something to decide. */
  readonly disputed: boolean;
}
export interface LiveSync {
  readonly storage: DurableObjectStorage;
  kept: Kept | null;
  working: boolean;
  /** Somebody asked during the round. */
  again: boolean;
}

/** Changes come in bursts: the first waits so long for the others. */
const GATHERS_MS = 200;
/** A round that has not ended by then was lost with its Worker. */
const LOST_MS = 120_000;

export const openSync = async (storage: DurableObjectStorage): Promise<LiveSync> => ({
  ...{ storage, working: false, again: false },
  kept: (await storage.get<Kept>("kept")) ?? null,
});

export async function nudge(live: LiveSync, whose?: { readonly contractor: string; readonly vendor: string }): Promise<void> {
  if (live.kept === null) {
    if (whose === undefined) return;
    live.kept = { contractor: whose.contractor, vendor: whose.vendor, failures: 0, disputed: false };
    await live.storage.put("kept", live.kept);
  }
  if (live.working) {
    live.again = true;
    return;
  }
  const at = Date.now() + GATHERS_MS;
  const due = await live.storage.getAlarm();
  if (due === null || due > at) await live.storage.setAlarm(at);
}

export async function work(live: LiveSync, reach: CalendarReach): Promise<void> {
  const { kept, storage } = live;
  if (kept === null || live.working) return;
  live.working = true;
  live.again = false;
  await storage.setAlarm(Date.now() + LOST_MS); // if we are killed on the way, it goes on then
  let after: After;
  try {
    after = await round(reach, kept.contractor, kept.vendor);
    keep(live, { failures: 0, disputed: await tellOwner(reach, kept) });
  } catch (error) {
    after = await failed(live, reach, kept, error);
  } finally {
    live.working = false;
  }
  if (live.kept === null) return; // erased meanwhile
  if (live.again) await storage.setAlarm(Date.now() + GATHERS_MS);
  else if (after === null) await storage.deleteAlarm();
  else await storage.setAlarm(after.at);
}

function keep(live: LiveSync, change: Pick<Kept, "failures" | "disputed">): void {
  if (live.kept === null || (live.kept.failures === change.failures && live.kept.disputed === change.disputed)) return;
  live.kept = { ...live.kept, ...change };
  live.storage.put("kept", live.kept);
}

/** Tells the owner, once, that there is something to decide, and notes when there is not any more. */
async function tellOwner({ db, mesh }: CalendarReach, { contractor, vendor, disputed: told }: Kept): Promise<boolean> {
  const sync = await getCalendarSync(db, contractor, vendor);
  const disputed = sync?.state === "on" && (await isDisputed(db, sync));
  if (disputed !== told) await mesh.contractor(contractor).calendar({ contractor, vendor, disputed, now: Date.now() });
  return disputed;
}

async function failed(live: LiveSync, { db, mesh }: CalendarReach, kept: Kept, error: unknown): Promise<After> {
  const { contractor, vendor, failures, disputed } = kept;
  const { reason, afterMs, parks } = judge(error, vendor, failures);
  console.error(JSON.stringify({ at: "calendar", contractor, vendor, failures, error: String(error) }));
  keep(live, { failures: failures + 1, disputed });
  const at = Date.now() + afterMs;
  const sync = await getCalendarSync(db, contractor, vendor);
  if (sync) await changeCalendarSync(db, sync, { reason, nextAt: at });
  if (parks && sync?.state === "on") {
    const call = { contractor, actor: { kind: "calendar" }, tool: "crm/list_calendar_changes", vendor, input: {} } as const;
    const { parked } = await park(mesh, call, { kind: "calendar", id: vendor, workflow: null });
    if (!parked) return { at: Date.now() + Math.min(afterMs, 60_000) }; // it works again already
  }
  return { at };
}
