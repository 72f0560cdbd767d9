/** What changed in a vendor's records, whoever changed them, to be delivered when it is asked for, or at once to an address that was set: nothing comes unforeseen. */
import * as z from "zod";
import { random } from "./call.ts";
import type { State } from "./state.ts";

/** A message that waits to be delivered, unsigned. */
export interface Change {
  /** One of the emulator's kinds of pushes, or its like. */
  readonly kind: string;
  readonly type: string;
  readonly body: string;
  /** Where it goes by itself, at once: an address that the vendor was given over its API, with the secret that goes along. */
  readonly to?: { readonly url: string; readonly secret: string };
}
/** Those with an address of their own stand apart: every request asks whether there are any, and of the others there may be many. */
const waiting = (state: State, own: boolean) => state.collection<Change & { readonly id: string }>(own ? "own changes" : "changes");

/** Keeps a message about a change until `POST /sandbox/api/changes` takes it. */
export function noteChange(state: State, change: Change): void {
  const id = random(32);
  waiting(state, change.to !== undefined).put(id, { ...change, id });
}

/** Whether something waits: for the one address that was set, or for one of its own. */
export const anyWaits = (state: State, own: boolean): boolean => waiting(state, own).list().length > 0;

/** All that waits, the oldest first; each is given once. `own`: those that have an address of their own, and no others. */
export function takeChanges(state: State, own: boolean): readonly (Change & { readonly id: string })[] {
  const all = waiting(state, own).list();
  for (const { id } of all) waiting(state, own).delete(id);
  return all;
}

/** What `POST /sandbox/api/changes` takes. */
export const ChangesAsk = z.strictObject({
  vendor: z.string(),
  /** The address the vendor was given. */
  url: z.url({ protocol: /^https?$/, error: "must be the http or https address the vendor was given" }),
  /** Absent: the emulator's own. */
  secret: z.string().min(1).max(8192).optional(),
  /** How often each request is sent once more, byte for byte. */
  duplicates: z.number().int().min(0).max(100).default(0),
  shuffle: z.boolean().default(false),
  /** The same seed makes the same order. */
  seed: z.number().int().optional(),
  /** How many are under way at once. One: in order. */
  concurrency: z.number().int().min(1).max(50).default(1),
  /** False: only gives the signed requests. */
  send: z.boolean().default(true),
});
export type ChangesAsk = z.output<typeof ChangesAsk>;

/** What `PUT /sandbox/api/addresses` takes: from then on the vendor tells that address of each change by itself, once. */
export const AddressAsk = ChangesAsk.pick({ vendor: true, url: true, secret: true });
export type AddressAsk = z.output<typeof AddressAsk>;
