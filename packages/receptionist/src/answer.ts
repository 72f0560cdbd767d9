/** The answer to somebody on the line: the number's settings are looked up, and whatever goes wrong with that, there is a plan. */
import { type CallAnswer, type CallQuestion, CallRouting, type VendorEvent } from "@junction/core";
import { getCallRouting } from "@junction/db";
import { decide } from "./decide.ts";

/** A caller waits: settings that take longer than this are done without. */
const PATIENCE_MS = 3_000;

export async function answerCall(
  db: D1Database,
  { contractor, question, now }: { readonly contractor: string; readonly question: CallQuestion; readonly now: number },
): Promise<CallAnswer> {
  const { plan, missed } = decide(await settingsOf(db, contractor, question.to), question, now);
  return { plan, events: missed === undefined ? [] : [missedCall(question, missed, now)] };
}

async function settingsOf(db: D1Database, contractor: string, number: string | undefined): Promise<CallRouting | null> {
  if (number === undefined) return null;
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error("took too long")), PATIENCE_MS);
  try {
    const row = await Promise.race([getCallRouting(db, contractor, number), late.promise]);
    return row && CallRouting.parse(JSON.parse(row.settings));
  } catch (error) {
    console.error(JSON.stringify({ at: "receptionist", what: "settings cannot be read", contractor, error: String(error).slice(0, 200) }));
    return null;
  } finally {
    clearTimeout(timer);
  }
}

/** Told once for a call, whatever else becomes of it. */
function missedCall(
  { call_id, from, to, account }: CallQuestion,
  reason: NonNullable<ReturnType<typeof decide>["missed"]>,
  now: number,
): VendorEvent {
  return {
    ...{ id: `${call_id}:missed`, type: "call.missed", entity: `call:${call_id}`, occurredAt: now, account },
    person: from === undefined ? undefined : { phone: from },
    data: { call_id, from, to, reason },
  };
}
