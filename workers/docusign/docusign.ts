import { below, path, refuse } from "@junction/kit";
import { getSignatureStatus, sendForSignature } from "@junction/tools";
import type * as z from "zod";
import { docusign, Envelope, envelopes, newest } from "./manifest.ts";
import { webhook } from "./webhook.ts";

const PROGRESS: Readonly<Record<string, z.output<typeof sendForSignature.output>["status"]>> = {
  created: "draft",
  delivered: "viewed",
  completed: "signed",
  declined: "declined",
  voided: "canceled",
  deleted: "canceled",
  timedout: "canceled",
};
const progress = (status: string) => PROGRESS[status.toLowerCase()] ?? "sent";
const result = ({ envelopeId, status }: z.output<typeof Envelope>) => ({ request_id: envelopeId, status: progress(status) });

/** Docusign keeps the sender's transaction id for seven days, to tell by it whether an envelope was made: a UUID out of our key. */
const transactionOf = (key: string): string => key.slice(-32).replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");

const base64 = (text: string): string => {
  let bytes = "";
  for (const byte of new TextEncoder().encode(text)) bytes += String.fromCharCode(byte);
  return btoa(bytes);
};

const send = docusign.implement(sendForSignature, {
  scopes: ["signature", "impersonation"],
  async run({ http, account, input, idempotencyKey }) {
    const written = input.document_type === "html" || input.document_type === "txt";
    if (!written && !/^[A-Za-z0-9+/\s]+={0,2}\s*$/.test(input.document))
      refuse({ kind: "InvalidRequest", issues: ["document must be the file in Base64"] });
    const anchor = input.sign_at && { anchorString: input.sign_at, anchorUnits: "pixels", anchorXOffset: "0", anchorYOffset: "0" };
    const signer = { recipientId: "1", routingOrder: "1", name: input.signer_name, email: input.signer_email };
    const json = {
      status: "sent",
      emailSubject: input.subject,
      emailBlurb: input.message,
      transactionId: transactionOf(idempotencyKey),
      documents: [
        {
          documentId: "1", // numbers are texts throughout
          name: input.document_name,
          fileExtension: input.document_type,
          documentBase64: written ? base64(input.document) : input.document,
        },
      ],
      recipients: { signers: [{ ...signer, ...(anchor && { tabs: { signHereTabs: [anchor] } }) }] },
    };
    const { host, root } = envelopes(http, account);
    return result((await http.post(root, { host, json })).json(Envelope));
  },
  async probe({ http, account, idempotencyKey, sentAt }) {
    const since = new Date(sentAt.getTime() - 300_000); // two clocks differ
    const [found] = await newest(http, account, since, { transaction_ids: transactionOf(idempotencyKey) });
    return found ? result(found) : null;
  },
});

const status = docusign.implement(getSignatureStatus, {
  scopes: ["signature", "impersonation"],
  async run({ http, account, input }) {
    const { host, root } = envelopes(http, account);
    const envelope = (await http.get(below(root, path`/${input.request_id}`), { host })).json(Envelope);
    return { ...result(envelope), signed_at: envelope.completedDateTime };
  },
});

export default docusign.provides({ actions: [send, status], webhook });
