/** What was said in a lead's calls: it stays sealed in the event, and is opened for whoever reads the lead. */
import { parseEvent } from "@junction/core";
import { eventPayloads, type TimelineEntry } from "@junction/db";
import type { Env } from "./env.ts";

const SPOKEN = ["voicemail.received", "voicemail.transcribed", "call.completed"];
/** The newest calls of a timeline; a page is read in one go. */
const MOST = 30;

export interface Said {
  /** In its own words or, of a long call, in short. */
  readonly said?: string;
  /** Of a message that a caller left: what `crm/get_voicemail` takes. */
  readonly recording_id?: string;
}

/** Event → what was said in it. */
export async function saidIn(
  { DB, PAYLOADS }: Pick<Env, "DB" | "PAYLOADS">,
  contractor: string,
  timeline: readonly TimelineEntry[],
): Promise<ReadonlyMap<string, Said>> {
  const calls = timeline.flatMap(({ type, event }) => (event !== null && SPOKEN.includes(type) ? [event] : [])).slice(0, MOST);
  if (calls.length === 0) return new Map();
  const items = (await eventPayloads(DB, contractor, calls)).map(({ id, payload }) => ({ id, sealed: payload }));
  const texts = await PAYLOADS.unseal({ contractor, items });
  return new Map(items.map(({ id }, at) => [id, saidBy(texts[at] ?? null)] as const));
}

function saidBy(payload: string | null): Said {
  if (payload === null) return {}; // its contractor's key is gone
  const event = parseEvent(JSON.parse(payload));
  if (event.type === "voicemail.received") return { recording_id: event.data.recording_id };
  if (event.type === "voicemail.transcribed") return { said: event.data.transcript };
  if (event.type !== "call.completed") return {};
  const { summary, transcript, success_evaluation: success } = event.data;
  const said = summary ?? transcript;
  return said === undefined ? {} : { said: success === undefined ? said : `${said}\nSuccess: ${success}` };
}
