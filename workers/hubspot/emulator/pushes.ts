/** What HubSpot delivers for an app, and how it signs (v3). https://developers.hubspot.com/docs/api-reference/webhooks-webhooks-v3 */
import { mac, type PushAbout, type Pushes } from "@junction/sandbox";
import { notice } from "./notices.ts";

const told =
  (type: Parameters<typeof notice>[0], more: object = {}) =>
  ({ id, entity, now }: PushAbout) =>
    notice(type, { eventId: Number.parseInt(id.slice(0, 13), 16), objectId: 9_100_000_000 + entity, now: now - 500, ...more });

export const pushes: Pushes = {
  secretField: { set: "platform", field: "client_secret" },
  kinds: {
    "contact.created": told("contact.creation", { changeFlag: "CREATED" }),
    "contact.updated": told("contact.propertyChange", { propertyName: "phone", propertyValue: "+12025550147" }),
    "contact.deleted": told("contact.deletion", { changeFlag: "DELETED" }),
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
