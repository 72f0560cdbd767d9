/** Files whose time is up go: bytes first, so that a row still tells of what a crash has left. */
import { anyFiles, expiredFiles, forgetFiles, purgeFileLinks } from "@junction/db";
import { type Files, keyOf } from "./files.ts";

/** Rows of one statement; R2 deletes up to a thousand keys at once, and D1 binds a hundred. */
const AT_ONCE = 90;
const ROUNDS = 10;

type Some = (limit: number) => Promise<readonly { readonly id: string; readonly contractor: string }[]>;

async function clear({ db, bucket }: Pick<Files, "db" | "bucket">, some: Some, rounds: number): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    const rows = await some(AT_ONCE);
    if (rows.length === 0) return;
    await bucket.delete(rows.map(keyOf));
    await forgetFiles(
      db,
      rows.map(({ id }) => id),
    );
  }
}

export async function sweepFiles(files: Pick<Files, "db" | "bucket">, now: number): Promise<void> {
  await clear(files, (limit) => expiredFiles(files.db, now, limit), ROUNDS);
  await purgeFileLinks(files.db, now);
}

/** Everything of a contractor's. */
export const eraseFiles = (files: Pick<Files, "db" | "bucket">, contractor: string): Promise<void> =>
  clear(files, (limit) => anyFiles(files.db, contractor, limit), Number.POSITIVE_INFINITY);

/** Some of a contractor's own files. */
export const removeFiles = (
  files: Pick<Files, "db" | "bucket">,
  rows: readonly { readonly id: string; readonly contractor: string }[],
): Promise<void> => clear(files, async () => rows, 1);
