/** Between drafts and rows: the vault, which alone can open what is at rest. */
import type { EventRow, NewEvent } from "@junction/db";
import type { Ingest } from "./ingest.ts";
import type { Draft } from "./rows.ts";

/** As many as the vault takes at once. */
const AT_ONCE = 500;

/** The drafts as rows, each payload sealed for its own row. All are one contractor's. */
export async function sealed({ payloads }: Pick<Ingest, "payloads">, contractor: string, drafts: readonly Draft[]): Promise<NewEvent[]> {
  const rows: NewEvent[] = [];
  for (let at = 0; at < drafts.length; at += AT_ONCE) {
    const some = drafts.slice(at, at + AT_ONCE);
    const texts = await payloads.seal({ contractor, items: some.map(({ row, text }) => ({ id: row.id, text })) });
    for (const [index, { row }] of some.entries()) {
      const payload = texts[index];
      if (payload === undefined) throw new Error("the vault sealed fewer than it was given");
      rows.push({ ...row, payload });
    }
  }
  return rows;
}

/** The payloads in the clear; null where one does not open. As many at once as the vault takes. */
export async function unsealed(
  { payloads }: Pick<Ingest, "payloads">,
  contractor: string,
  rows: readonly Pick<EventRow, "id" | "payload">[],
): Promise<readonly (string | null)[]> {
  if (rows.length === 0) return [];
  return payloads.unseal({ contractor, items: rows.map(({ id, payload }) => ({ id, sealed: payload })) });
}
