/** Runs that a crash has left behind are looked for and nudged: a run that lives says itself when it goes on. */
import { lateRuns, listRuns, loseRun } from "@junction/db";
import type { RunRpc } from "./run.ts";

export interface Sweeping {
  readonly db: D1Database;
  run(contractor: string, run: string): Pick<RunRpc, "nudge" | "erase">;
}

/** So late is a run that its alarm cannot be on its way any more. */
const LATE_MS = 60_000;
const MOST = 100;

export async function sweepRuns({ db, run: runOf }: Sweeping, now: number): Promise<void> {
  for (const { id, contractor } of await lateRuns(db, now - LATE_MS, MOST)) {
    try {
      if (await runOf(contractor, id).nudge({ now })) continue;
      await loseRun(db, { id, contractor, reason: "The run was lost, and cannot go on", now });
    } catch (error) {
      console.error(JSON.stringify({ at: "run", what: "not nudged", run: id, contractor, error: String(error) })); // the next sweep tries again
    }
  }
}

/** Forgets all runs of a contractor, whatever they hold. */
export async function eraseRuns({ db, run: runOf }: Sweeping, contractor: string): Promise<void> {
  for (let before: { startedAt: number; id: string } | undefined; ; ) {
    const page = await listRuns(db, { contractor, before, limit: MOST, all: true });
    await Promise.all(page.map(({ id }) => runOf(contractor, id).erase()));
    before = page.at(-1);
    if (before === undefined || page.length < MOST) return;
  }
}
