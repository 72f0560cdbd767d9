/** What Docusign Connect delivers, and how it signs. https://developers.docusign.com/platform/webhooks/connect/hmac/ */
import { mac, type PushAbout, type Pushes } from "@junction/sandbox";
import { type Envelope, envelopesOf } from "./envelopes.ts";

const PROGRESS = ["sent", "delivered", "completed"];
const uuid = (kind: number, entity: number): string => `5a11d00c-000${kind}-4000-8000-${entity.toString(16).padStart(12, "0")}`;

export function pushes(account: string, user: string, site: string): Pushes {
  const told =
    (status: string) =>
    ({ id, entity, now, state }: PushAbout) => {
      const declined = status === "declined";
      const envelopeId = uuid(declined ? 1 : 0, entity);
      const known = envelopesOf(state).get(envelopeId);
      const envelope: Envelope = known ?? {
        ...{ envelopeId, account, status, transactionId: null, emailBlurb: "", document: "Estimate 1042", createdAt: now, changedAt: now },
        emailSubject: "Your estimate: Réparation",
        signer: { name: "Ann O'Neil", email: "ann@example.com" },
        ...(declined && { declinedReason: "Too dear" }),
      };
      // It never goes back to a stage before.
      const furthest = PROGRESS.indexOf(status) > PROGRESS.indexOf(envelope.status) ? status : envelope.status;
      envelopesOf(state).put(envelopeId, { ...envelope, status: furthest, changedAt: now });
      const times = state.collection<string>("connect_times"); // told again, it has the time of the first
      const finer = String(Number.parseInt(id.slice(-6), 16) % 10_000 || 0).padStart(4, "0");
      const generatedDateTime = times.get(id) ?? new Date(now).toISOString().replace("Z", `${finer}Z`);
      times.put(id, generatedDateTime);
      const event = {
        event: `envelope-${status}`,
        apiVersion: "v2.1",
        uri: `/restapi/v2.1/accounts/${account}/envelopes/${envelopeId}`,
        retryCount: 0,
        configurationId: 10742581,
        generatedDateTime,
        data: {
          accountId: account,
          userId: user,
          envelopeId,
          envelopeSummary: {
            status,
            emailSubject: envelope.emailSubject,
            envelopeId,
            envelopeUri: `https://${site}/envelopes/${envelopeId}`,
          },
        },
      };
      return { type: "application/json; charset=utf-8", body: JSON.stringify(event) };
    };
  return {
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
          "x-docusign-accountid": account,
          // One for each key the account has: here one of another system before ours.
          "x-docusign-signature-1": await mac("SHA-256", "the key of another system", "base64", body),
          "x-docusign-signature-2": await mac("SHA-256", secret, "base64", body),
        },
        body,
      };
    },
  };
}
