/** Events deleted before their time, since their contractor wants it. */
import { purgeEvents } from "@junction/db";
import type { Ingest } from "./ingest.ts";

const ROWS = 1_000;
/** As many statements as one request may well spend. */
const ROUNDS = 20;

/** Deletes those of a contractor that came before `before` and are over, the first 20,000 of them. Says how many. */
export async function purge(
  { db }: Pick<Ingest, "db">,
  { contractor, before }: { readonly contractor: string; readonly before: number },
): Promise<number> {
  let purged = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const gone = await purgeEvents(db, { contractor, before, limit: ROWS });
    purged += gone;
    if (gone < ROWS) break;
  }
  return purged;
}
