/** What came of deliveries, told to the contractor's Durable Object: off the answer's path, and for a storm once a second. */
import type { ContractorRpc, Seen } from "@junction/dispatch";
import { type Ingest, note, told } from "./ingest.ts";

const GATHER_MS = 1_000;
/** Endpoint → what is to be told of it next. */
const gathering = new Map<string, Record<keyof Seen, number>>();

export function count(ingest: Pick<Ingest, "later" | "contractor">, contractor: string, endpoint: string, seen: Partial<Seen>): void {
  const held = gathering.get(endpoint);
  const sum = held ?? { verified: 0, forged: 0, quarantined: 0, duplicates: 0 };
  for (const name of ["verified", "forged", "quarantined", "duplicates"] as const) sum[name] += seen[name] ?? 0;
  if (held) return;
  gathering.set(endpoint, sum);
  ingest.later(tell(ingest.contractor(contractor), endpoint));
}

async function tell(desk: Pick<ContractorRpc, "seen">, endpoint: string): Promise<void> {
  await scheduler.wait(GATHER_MS);
  const seen = gathering.get(endpoint);
  gathering.delete(endpoint);
  if (!seen) return;
  try {
    await desk.seen({ endpoint, seen, now: Date.now() });
  } catch (error) {
    note("warn", { what: "evidence was not told", ...seen, error: told(error) });
  }
}
