/**
 * A delivery that asks what to do while somebody is on the line. It is kept as any other is; but a caller cannot be told to come again, so
 * whatever goes wrong, there is an answer.
 */
import type { CallAnswer, CallQuestion, CatalogVendor, Delivery, HookReply } from "@junction/core";
import { type Ingest, note, told } from "./ingest.ts";
import type { Source } from "./rows.ts";

/** A caller listens to silence meanwhile. */
const PATIENCE_MS = 4_000;

export interface Answered {
  readonly reply: HookReply;
  readonly events: CallAnswer["events"];
}

/** The plan, as the vendor reads it. Throws where not even the fallback is there: then it asked nothing. */
export async function answerTo(
  ingest: Ingest,
  vendor: CatalogVendor,
  { contractor }: Source,
  { delivery, question }: { readonly delivery: Delivery; readonly question: CallQuestion },
): Promise<Answered> {
  try {
    return await inTime(
      (async () => {
        const { plan, events } = await ingest.receptionist({ contractor, question, now: Date.now() });
        return { events, reply: await ingest.vendor(vendor.id).answer({ delivery, plan }) };
      })(),
    );
  } catch (error) {
    note("error", { what: "a question was answered by the fallback", contractor, vendor: vendor.id, error: told(error) });
    const reply = vendor.webhook?.questions?.fallback;
    if (!reply) throw error;
    return { reply, events: [] };
  }
}

/** What became of the writing, or null: it failed, or it takes longer than a caller waits, and goes on after the answer. */
export function storedInTime<T>(ingest: Ingest, { contractor, vendor }: Source, storing: Promise<T>): Promise<T | null> {
  const noted = (error: unknown): null => {
    note("error", { what: "a question was answered before it was kept", contractor, vendor, error: told(error) });
    return null;
  };
  const stored = storing.catch(noted);
  ingest.later(stored);
  return inTime(stored).catch(noted);
}

async function inTime<T>(work: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("took too long")), PATIENCE_MS);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
