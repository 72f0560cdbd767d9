/** What HubSpot delivers for an app, and how it signs (v3). https://developers.hubspot.com/docs/api-reference/webhooks-webhooks-v3 */
import { mac, type PushAbout, type Pushes } from "@junction/sandbox";

export function pushes(portal: number): Pushes {
  const told =
    (subscriptionType: string, subscriptionId: number, more: object = {}) =>
    ({ id, entity, now }: PushAbout) => {
      const notice = {
        eventId: Number.parseInt(id.slice(0, 13), 16),
        subscriptionId,
        portalId: portal,
        appId: 1_160_452,
        occurredAt: now - 500,
        subscriptionType,
        attemptNumber: 0,
        objectId: 9_100_000_000 + entity,
        ...more,
        changeSource: "CRM_UI",
      };
      return { type: "application/json", body: JSON.stringify([notice]) };
    };
  return {
    secretField: { set: "platform", field: "client_secret" },
    kinds: {
      "contact.created": told("contact.creation", 4_001, { changeFlag: "CREATED" }),
      "contact.updated": told("contact.propertyChange", 4_002, { propertyName: "phone", propertyValue: "+12025550147" }),
      "contact.deleted": told("contact.deletion", 4_003, { changeFlag: "DELETED" }),
    },
    async sign({ url, type, body, secret, now }) {
      const timestamp = String(now);
      return {
        headers: {
          "content-type": type,
          "user-agent": "HubSpot Connect 2.0 (http://dev.hubspot.com/) (namespace: webhooks-nio-http-client)",
          "x-hubspot-signature-version": "v1",
          "x-hubspot-request-timestamp": timestamp,
          "x-hubspot-signature-v3": await mac("SHA-256", secret, "base64", "POST", url, body, timestamp),
        },
        body,
      };
    },
  };
}
