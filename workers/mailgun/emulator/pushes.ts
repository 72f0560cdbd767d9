/** What Mailgun's webhooks deliver, and how it signs. https://documentation.mailgun.com/docs/mailgun/user-manual/webhooks/webhook-payloads */
import { mac, type PushAbout, type Pushes } from "@junction/sandbox";
import { toldOf } from "./events.ts";

/** A delivery without its signature. The domain's log knows of the event, as it does of every one. */
const told =
  (domain: string, event: string, more: object = {}) =>
  ({ id, entity, now, state }: PushAbout) => {
    const recipient = `customer${entity}@example.com`;
    const known = toldOf(state).get(id); // told again, it happened when it happened
    const entry = known?.entry ?? {
      event,
      id: btoa(id).replace(/=+$/, ""),
      timestamp: now / 1000 - 1,
      "log-level": event === "failed" ? "error" : "info",
      recipient,
      "recipient-domain": "example.com",
      tags: [],
      "user-variables": { junction_key: "0".repeat(64) },
      flags: { "is-authenticated": true, "is-test-mode": false },
      message: {
        headers: {
          "message-id": `20261121120000.${String(entity).padStart(16, "0")}@${domain}`,
          from: `Sandbox Plumbing <office@${domain}>`,
          to: recipient,
          subject: "Your estimate: Réparation",
        },
        attachments: [],
        size: 512,
      },
      ...more,
    };
    toldOf(state).put(id, { domain, entry });
    return { type: "application/json", body: JSON.stringify({ "event-data": entry }) };
  };

export const pushes = (domain: string): Pushes => ({
  secret: ["key", "5a11d00c5ignThe0ddba115HooksWith00"].join("-"),
  kinds: {
    "email.delivered": told(domain, "delivered", { "delivery-status": { code: 250, message: "OK", description: "" } }),
    "email.opened": told(domain, "opened", { ip: "203.0.113.9", geolocation: { country: "US", region: "IL", city: "Springfield" } }),
    "email.clicked": told(domain, "clicked", { url: "https://sandbox-plumbing.example/estimate?a=1&b=2" }),
    "email.bounced": told(domain, "failed", {
      severity: "permanent",
      reason: "bounce",
      "delivery-status": { code: 550, message: "5.1.1 The email account does not exist", description: "" },
    }),
    "email.unsubscribed": told(domain, "unsubscribed"),
    "email.complained": told(domain, "complained"),
  },
  async sign({ type, body, secret, now, id }) {
    const said: unknown = JSON.parse(body);
    if (typeof said !== "object" || said === null) throw new Error("Mailgun's signature stands in an object");
    const timestamp = String(Math.floor(now / 1000));
    const token = (id + now.toString(16)).padEnd(50, "0").slice(0, 50);
    const signature = { timestamp, token, signature: await mac("SHA-256", secret, "hex", timestamp, token) };
    return { headers: { "content-type": type, "user-agent": "mailgun/treq-20.9.0" }, body: JSON.stringify({ ...said, signature }) };
  },
});
