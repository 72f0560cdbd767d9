/** What Docusign Connect delivers, and how it signs. https://developers.docusign.com/platform/webhooks/connect/hmac/ */
import { mac, type PushAbout, type Pushes } from "@junction/sandbox";
import { MAIN } from "./accounts.ts";
import { message } from "./connect.ts";
import { type Envelope, envelopesOf, type Signer } from "./envelopes.ts";

const PROGRESS = ["sent", "delivered", "completed"];
const uuid = (kind: number, entity: number): string => `5a11d00c-000${kind}-4000-8000-${entity.toString(16).padStart(12, "0")}`;

const told =
  (status: Signer["status"]) =>
  ({ id, entity, now, state }: PushAbout) => {
    const declined = status === "declined";
    const envelopeId = uuid(declined ? 1 : 0, entity);
    const known = envelopesOf(state).get(envelopeId);
    const signer = { recipientId: "1", routingOrder: 1, name: "Ann O'Neil", email: "ann@example.com", status };
    const envelope: Envelope = known ?? {
      ...{ envelopeId, account: MAIN, status, transactionId: null, emailBlurb: "", reminders: 0, createdAt: now, changedAt: now },
      document: { name: "Estimate 1042", sha256: "" },
      emailSubject: "Your estimate: Réparation",
      signers: [{ ...signer, ...(declined && { declinedReason: "Too dear" }) }],
    };
    // It never goes back to a stage before.
    const furthest = PROGRESS.indexOf(status) > PROGRESS.indexOf(envelope.status) ? status : envelope.status;
    envelopesOf(state).put(envelopeId, { ...envelope, status: furthest, changedAt: now });
    const times = state.collection<string>("connect_times"); // told again, it has the time of the first
    const finer = String(Number.parseInt(id.slice(-6), 16) % 10_000 || 0).padStart(4, "0");
    const generatedDateTime = times.get(id) ?? new Date(now).toISOString().replace("Z", `${finer}Z`);
    times.put(id, generatedDateTime);
    return message(envelope, status, generatedDateTime);
  };

export const pushes: Pushes = {
  secret: ["5a11d00c", "ConnectHmacKey", "0ddba115=="].join("/"),
  kinds: {
    "contract.sent": told("sent"),
    "contract.viewed": told("delivered"),
    "contract.signed": told("completed"),
    "contract.declined": told("declined"),
  },
  async sign({ type, body, secret }) {
    return {
      headers: {
        "content-type": type,
        "x-authorization-digest": "HMACSHA256",
        "x-docusign-accountid": MAIN,
        // One for each key the account has: here one of another system before ours.
        "x-docusign-signature-1": await mac("SHA-256", "the key of another system", "base64", body),
        "x-docusign-signature-2": await mac("SHA-256", secret, "base64", body),
      },
      body,
    };
  },
};
