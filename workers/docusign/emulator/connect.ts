/** The messages of Docusign Connect. https://developers.docusign.com/platform/webhooks/connect/ */
import { type Call, noteChange } from "@junction/sandbox";
import { OWNER, SITE } from "./accounts.ts";

interface Envelope {
  readonly envelopeId: string;
  readonly account: string;
  readonly emailSubject: string;
  readonly status: string;
}

/** What Connect says of an envelope that is, or was, of this status. */
export function message({ envelopeId, account, emailSubject }: Omit<Envelope, "status">, status: string, generatedDateTime: string) {
  const event = {
    event: `envelope-${status}`,
    apiVersion: "v2.1",
    uri: `/restapi/v2.1/accounts/${account}/envelopes/${envelopeId}`,
    retryCount: 0,
    configurationId: 10742581,
    generatedDateTime,
    data: {
      accountId: account,
      userId: OWNER.id,
      envelopeId,
      envelopeSummary: { status, emailSubject, envelopeId, envelopeUri: `https://${SITE}/envelopes/${envelopeId}` },
    },
  };
  return { type: "application/json; charset=utf-8", body: JSON.stringify(event) };
}

const KINDS: Readonly<Record<string, string>> = {
  sent: "contract.sent",
  delivered: "contract.viewed",
  completed: "contract.signed",
  declined: "contract.declined",
};
/** Has Connect tell of the status an envelope came to. */
export function tell(call: Call, envelope: Envelope): void {
  const kind = KINDS[envelope.status];
  if (kind === undefined) return;
  const at = new Date(call.now()).toISOString().replace("Z", "0000Z");
  noteChange(call.state, { kind, ...message(envelope, envelope.status, at) });
}
