/** What forged deliveries look like: someone knocking in a vendor's name, or the vendor itself with another secret than ours. */

/** What is kept to tell the one from the other. */
export interface Forgeries {
  /** The secret it is about: another one starts anew. */
  readonly secret: number;
  /** Whether anything was verified with that secret. */
  readonly proven: boolean;
  /** Forged in a row, with none verified between. */
  readonly inRow: number;
  /** Minute since the epoch, and how many were forged in it: those of the last ten. */
  readonly minutes: readonly (readonly [minute: number, forged: number])[];
}

/** This many in ten minutes, where others verify, is an attack. */
export const ATTACK_FORGED = 20;
export const ATTACK_MINUTES = 10;
/** This many in a row, where none was ever verified, is a wrong secret. */
export const WRONG_SECRET_FORGED = 5;

export const NONE_FORGED: Forgeries = { secret: 0, proven: false, inRow: 0, minutes: [] };

interface Counts {
  readonly verified: number;
  readonly forged: number;
}

/** Adds what was seen of deliveries that were held against `secret`. A pure function. */
export function noted(before: Forgeries, secret: number, { verified, forged }: Counts, now: number): Forgeries {
  const held = before.secret === secret ? before : { ...NONE_FORGED, secret };
  const minute = Math.floor(now / 60_000);
  const earlier = held.minutes.filter(([at]) => at > minute - ATTACK_MINUTES && at !== minute);
  const same = held.minutes.find(([at]) => at === minute)?.[1] ?? 0;
  return {
    secret,
    proven: held.proven || verified > 0,
    inRow: verified > 0 ? 0 : held.inRow + forged,
    minutes: same + forged > 0 ? [...earlier, [minute, same + forged]] : earlier,
  };
}

export type Suspicion = "ForgedDeliveries" | "WrongWebhookSecret";

/** What the owner should be told, if anything. A pure function. */
export function suspicion({ proven, inRow, minutes }: Forgeries, now: number): Suspicion | null {
  if (!proven) return inRow >= WRONG_SECRET_FORGED ? "WrongWebhookSecret" : null;
  const since = Math.floor(now / 60_000) - ATTACK_MINUTES;
  const recent = minutes.reduce((sum, [minute, forged]) => (minute > since ? sum + forged : sum), 0);
  return recent >= ATTACK_FORGED ? "ForgedDeliveries" : null;
}
