/**
 * What the kit does for a scheme whose access token is had from a token endpoint. The scheme brings it along, so that the Worker of a
 * vendor that only has a key carries none of it.
 */
import type { ExchangeAsk, Exchanged, Held, Identity, Outcome, VendorVaultRpc } from "@junction/core";
import { type Renewing, renewing } from "./attempt.ts";
import type { Wire } from "./exchange.ts";
import type { Fields } from "./fields.ts";
import type { Grant } from "./grants.ts";
import type { Apps } from "./platform.ts";
import { type Credential, type Refresh, type Refreshed, refresh } from "./refresh.ts";
import { dial, type Renewal, stored, tokensIn } from "./token.ts";

/** A refresh as the serving side prepares it. */
export interface RefreshAt extends Omit<Refresh, "grant" | "renewal" | "dial"> {
  /** The way to the token endpoint, given up at `until`. */
  wire(until: number): Wire;
}

/** What there is to do for any access token that is renewed. */
export interface TokenWork {
  /** The access token of a candidate that nothing has stored. */
  first(wire: Wire, fields: Fields, apps: Apps): Promise<Readonly<Record<string, string>>>;
  /** An attempt, the access token renewed before or after it where that is due. */
  attempt<T>(held: Held, opened: Credential, by: Renewing<T>): Promise<Outcome<T>>;
  refresh(by: RefreshAt, credential: Credential, refused: boolean): Promise<Refreshed>;
}

/** What there is to do besides, where a person consents, and comes back with a code. */
export interface CodeWork {
  exchange(vault: VendorVaultRpc, wire: Wire, ask: ExchangeAsk, test: (fields: Fields) => Promise<Identity>): Promise<Exchanged>;
  /** Withdraws the grant at the vendor. */
  revoke(vault: VendorVaultRpc, wire: Wire): Promise<void>;
}

/** The work for a grant that is renewed by such a request. */
export const tokenWork = (grant: Grant, renewal: Renewal): TokenWork => ({
  async first(wire, fields, apps) {
    const ask = await renewal(fields, apps, Date.now());
    const answer = await dial(wire, ask);
    return stored(tokensIn(answer, grant, ask.consent), answer.now).fields;
  },
  attempt: (held, opened, by) => renewing(grant, held, opened, by),
  refresh: (by, credential, refused) =>
    refresh({ ...by, grant, renewal, dial: (ask, until) => dial(by.wire(until), ask) }, credential, refused),
});
