/** One attempt to hand a message to a receiver. */
import type { Attempt } from "@junction/db";
import { send } from "./egress.ts";
import { note, type Outgoing, told } from "./outgoing.ts";
import { wrongWith } from "./target.ts";

const TIMEOUT_MS = 15_000;
const LONGEST_WAIT_MS = 3_600_000;

export interface Message {
  /** The `webhook-id`. */
  readonly id: string;
  /** Epoch milliseconds, signed. */
  readonly timestamp: number;
  readonly body: string;
}
export interface Tried extends Attempt {
  /** 410: the receiver is gone for good, and says so. */
  readonly gone: boolean;
  /** What the receiver asked us to wait. */
  readonly retryAfterMs: number;
}

/** The receiver took it: any 2xx. Nothing else is success, a redirect neither. */
export const taken = ({ status }: Pick<Attempt, "status">): boolean => status !== null && status >= 200 && status < 300;

/** Signs messages for a subscription; the vault has the secret, and keeps it. */
export const signed = (
  { payloads }: Pick<Outgoing, "payloads">,
  contractor: string,
  subscription: string,
  messages: readonly Message[],
): Promise<string[]> => payloads.sign({ contractor, connection: subscription, messages });

/** Sends it once. The receiver's answer counts by its status alone: its body is not read, and so shown to nobody. */
export async function attempt(
  { egress, target }: Pick<Outgoing, "egress" | "target">,
  url: string,
  { id, timestamp, body }: Message,
  signature: string,
): Promise<Tried> {
  const at = Date.now();
  const came = (status: number | null, error: string | null, more: Partial<Tried> = {}): Tried => ({
    ...{ at, status, ms: Date.now() - at, error, gone: false, retryAfterMs: 0 },
    ...more,
  });
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  try {
    const wrong = await wrongWith(url, target);
    if (wrong !== null) return came(null, `The address ${wrong}.`);
  } catch (error) {
    note("warn", { what: "a target could not be looked up", error: told(error) });
    return came(null, "The address could not be looked up.");
  }
  try {
    const headers = {
      "content-type": "application/json",
      "user-agent": "Junction",
      "webhook-id": id,
      "webhook-timestamp": String(Math.floor(timestamp / 1000)),
      "webhook-signature": signature,
    };
    const response = await send(egress, new URL(url), { method: "POST", headers, body, redirect: "manual", signal });
    await response.body?.cancel();
    const { status } = response;
    if (taken({ status })) return came(status, null);
    const error = status >= 300 && status < 400 ? "It answered with a redirect, which is not followed." : `It answered ${status}.`;
    return came(status, error, { gone: status === 410, retryAfterMs: askedToWait(response) });
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return came(null, signal.aborted ? `It gave no answer within ${TIMEOUT_MS / 1000} seconds.` : "It could not be reached.");
  }
}

/** `Retry-After`, in seconds or as a date, where the receiver is overrun or away; at most an hour. */
function askedToWait({ status, headers }: Response): number {
  const text = headers.get("retry-after");
  if (text === null || (status !== 429 && status !== 503)) return 0;
  const wait = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - Date.now();
  return Number.isFinite(wait) ? Math.min(Math.max(wait, 0), LONGEST_WAIT_MS) : 0;
}
