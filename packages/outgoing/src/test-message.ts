/** A message that says nothing but that we get through: sent at once and kept nowhere. */
import { newId } from "@junction/core";
import type { Attempt, Subscription } from "@junction/db";
import { attempt, signed } from "./attempt.ts";
import { testBody } from "./body.ts";
import type { Outgoing } from "./outgoing.ts";

export async function sendTest(reach: Outgoing, { id, contractor, url }: Subscription): Promise<Attempt> {
  const now = Date.now();
  const event = newId("evt", now);
  const message = { id: event, timestamp: now, body: JSON.stringify(testBody(contractor, event, now)) };
  const [signature = ""] = await signed(reach, contractor, id, [message]);
  const { at, status, ms, error } = await attempt(reach, url, message, signature);
  return { at, status, ms, error };
}
