/** A round that could not go on: why, in our words, and when the next is tried. */
import { vendorById } from "@junction/catalog";
import { Stopped } from "./calls.ts";

export interface Verdict {
  readonly reason: string;
  readonly afterMs: number;
  /** It waits for its connection, and is woken once that works. */
  readonly parks: boolean;
}

const [SECOND, MINUTE, HOUR] = [1000, 60_000, 3_600_000];
const later = (failures: number): number => Math.min(10 * SECOND * 2 ** failures, 30 * MINUTE);

/** What a failed round comes to. `failures`: those before it in a row. */
export function judge(error: unknown, vendor: string, failures: number): Verdict {
  const name = vendorById(vendor)?.name ?? vendor;
  if (!(error instanceof Stopped))
    return { reason: "Something broke on our side: it is tried again", afterMs: later(failures), parks: false };
  const { trouble } = error;
  switch (trouble.kind) {
    case "RateLimited":
    case "OverBudget":
      return {
        reason: `${name} asked us to slow down: it goes on by itself`,
        afterMs: Math.max(trouble.retryAfterMs, SECOND),
        parks: false,
      };
    case "InProgress":
      return { reason: "Finds out what came of the try before", afterMs: Math.max(trouble.retryAfterMs, SECOND), parks: false };
    case "NotConnected":
      return { reason: `${name} is not connected`, afterMs: 6 * HOUR, parks: true };
    case "NeedsReconnect":
    case "CredentialError":
      return { reason: `${name} rejects our access: reconnect it`, afterMs: 6 * HOUR, parks: true };
    case "PermissionError":
      return { reason: `${name} does not permit it: connect it again, and grant what is asked for`, afterMs: 6 * HOUR, parks: true };
    case "VendorUnavailable":
    case "OutcomeUnknown":
      return { reason: `${name} does not answer: it is tried again`, afterMs: later(failures), parks: false };
    case "NotFound":
      return { reason: "The calendar is not there any more: choose another one", afterMs: 6 * HOUR, parks: false };
    default:
      return { reason: "Something broke on our side: it is tried again", afterMs: later(failures), parks: false };
  }
}
