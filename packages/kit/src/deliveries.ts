/** What the Worker of a vendor that tells us of events does with them. That of a vendor without a webhook is not given it, and does not carry it. */
import { type Held, parseEvent, type ReceiveAsk, type Received, type VendorEvent, type VendorVaultRpc } from "@junction/core";
import type { Found, Vendor } from "./define.ts";
import type { Wire } from "./exchange.ts";
import { publishedKeys } from "./keys.ts";
import { type Proofs, receive } from "./receive.ts";

/** Handed to `serveVendor` where there is a webhook. */
export const deliveries = {
  receive(webhook: NonNullable<Vendor["webhook"]>, ask: ReceiveAsk, vault: VendorVaultRpc, wire: () => Wire): Promise<Received> {
    return receive(webhook, ask, { ...proofsOf(vault, ask), key: publishedKeys(webhook.keys, wire) });
  },
  /** What a look-up gave, in the vocabulary of events. */
  found: (found: Found): VendorEvent | VendorEvent[] | null =>
    Array.isArray(found) ? found.map((one: unknown) => parseEvent(one)) : found && parseEvent(found),
};
export type Deliveries = typeof deliveries;

function proofsOf(vault: VendorVaultRpc, { connection, secret }: ReceiveAsk): Omit<Proofs, "key"> {
  const opened = async (held: Held | null) => {
    if (held === null) return null;
    const { contractor, connection, generation, call } = held;
    const found = await vault.open({ contractor, connection, generation, purpose: "webhook", call });
    return found.ok ? found.fields : null;
  };
  return { own: () => opened(secret), credential: () => opened(connection), app: () => vault.platform() };
}
