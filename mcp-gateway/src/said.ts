/** What was said in a lead's calls: it stays sealed in the event, and is opened for whoever reads the lead. */
import { parseEvent } from "@junction/core";
import { eventPayloads, type TimelineEntry } from "@junction/db";
import type { Env } from "./env.ts";

const SPOKEN = ["voicemail.transcribed", "call.completed"];
/** The newest calls of a timeline; a page is read in one go. */
const MOST = 30;

/** Event → what was said in it, in its own words or, of a long call, in short. */
export async function saidIn(
  { DB, PAYLOADS }: Pick<Env, "DB" | "PAYLOADS">,
  contractor: string,
  timeline: readonly TimelineEntry[],
): Promise<ReadonlyMap<string, string>> {
  const calls = timeline.flatMap(({ type, event }) => (event !== null && SPOKEN.includes(type) ? [event] : [])).slice(0, MOST);
  if (calls.length === 0) return new Map();
  const items = (await eventPayloads(DB, contractor, calls)).map(({ id, payload }) => ({ id, sealed: payload }));
  const texts = await PAYLOADS.unseal({ contractor, items });
  return new Map(items.flatMap(({ id }, at) => textOf(texts[at] ?? null).map((text) => [id, text] as const)));
}

function textOf(payload: string | null): readonly string[] {
  if (payload === null) return []; // its contractor's key is gone
  const event = parseEvent(JSON.parse(payload));
  if (event.type === "voicemail.transcribed") return [event.data.transcript];
  if (event.type !== "call.completed") return [];
  const { summary, transcript, success_evaluation: success } = event.data;
  const said = summary ?? transcript;
  return said === undefined ? [] : [success === undefined ? said : `${said}\nSuccess: ${success}`];
}
