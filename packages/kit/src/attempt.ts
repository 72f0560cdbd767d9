/** An attempt with a credential, and what came of it as data. */
import type { Held, Outcome, VendorErrorKind } from "@junction/core";
import type { Wire } from "./exchange.ts";
import { OurFailure, VendorFailure } from "./failure.ts";
import type { Grant } from "./grants.ts";
import { BadSegment } from "./path.ts";
import { type Credential, due, type Refreshed } from "./refresh.ts";

/** What such an attempt is made of: the clock, a renewal, and the use of what it gives. */
export interface Renewing<T> {
  readonly now: number;
  renew(credential: Credential, refused: boolean): Promise<Outcome<Refreshed>>;
  use(credential: Credential): Promise<Outcome<T>>;
}

/**
 * An attempt whose access token can be renewed: at most one refresh of ours before it, and one forced by the vendor's 401 after it,
 * whatever the clock says.
 */
export async function renewing<T>(grant: Grant, held: Held, opened: Credential, by: Renewing<T>): Promise<Outcome<T>> {
  let credential = opened;
  let renewed = due(opened, grant, by.now) ? await by.renew(opened, false) : known(opened);
  for (let forced = 0; ; forced++) {
    if (!renewed.ok) return told(renewed, held, credential);
    const { unrefreshed, ours } = renewed.value;
    credential = renewed.value.credential;
    const result = await by.use(credential);
    const refused = !result.ok && result.error.kind === "CredentialError";
    // A token of someone else's refresh may be as old as the one before it: it is not the last word, as one of our own is.
    if (!refused || forced === MOST_FORCED || (forced > 0 && ours)) return told(result, held, credential, unrefreshed);
    renewed = await by.renew(credential, true);
  }
}

/** The first may bring no more than what another's refresh has left. */
const MOST_FORCED = 2;

const known = (credential: Credential): Outcome<Refreshed> => ({ ok: true, value: { credential } });

/** The outcome, with what became of the credential on the way. */
export function told<T>(result: Outcome<T>, held: Held, { generation }: Credential, unrefreshed?: VendorErrorKind): Outcome<T> {
  return {
    ...result,
    ...(generation !== held.generation && { generation }),
    ...(result.ok && unrefreshed !== undefined && { unrefreshed }),
  };
}

/** Runs one attempt and turns what it raises into data. What is none of the closed errors is a bug of ours and goes on up. */
export async function outcome<T>(wire: Pick<Wire, "budget" | "sent">, run: () => Promise<T>): Promise<Outcome<T>> {
  const left = () => ({
    ...(wire.budget && { budget: wire.budget }),
    ...(wire.sent && wire.sent.requests > 1 && { requests: wire.sent.requests }),
  });
  try {
    return { ok: true, value: await run(), ...left() };
  } catch (raised) {
    if (raised instanceof BadSegment) return { ok: false, error: { kind: "InvalidRequest", issues: [raised.message] } };
    if (!(raised instanceof VendorFailure)) throw raised;
    const { error, said } = raised;
    return { ok: false, error, ...(said && { said }), ...(raised instanceof OurFailure && { ours: true as const }), ...left() };
  }
}
