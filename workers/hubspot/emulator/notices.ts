/** A notice as HubSpot words it for an app's webhook. https://developers.hubspot.com/docs/api-reference/webhooks-webhooks-v3 */
import { ACCOUNT } from "./grants.ts";

/** The subscription of each kind in the sandbox's app. */
const SUBSCRIPTIONS = { "contact.creation": 4_001, "contact.propertyChange": 4_002, "contact.deletion": 4_003 } as const;

export interface About {
  readonly objectId: number;
  /** Epoch milliseconds. */
  readonly now: number;
  readonly eventId?: number;
  readonly changeSource?: "CRM_UI" | "INTEGRATION" | (string & {});
  readonly [more: string]: unknown;
}

export function notice(subscriptionType: keyof typeof SUBSCRIPTIONS, { now, eventId, changeSource = "CRM_UI", ...more }: About) {
  const told = {
    eventId: eventId ?? Number.parseInt(crypto.randomUUID().replaceAll("-", "").slice(0, 13), 16),
    subscriptionId: SUBSCRIPTIONS[subscriptionType],
    portalId: ACCOUNT.hub_id,
    appId: 1_160_452,
    occurredAt: now,
    subscriptionType,
    attemptNumber: 0,
    ...more,
    changeSource,
  };
  return { type: "application/json", body: JSON.stringify([told]) };
}
