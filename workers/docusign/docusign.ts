import { below, path, refuse } from "@junction/kit";
import { getContract, sendContract } from "@junction/tools";
import type * as z from "zod";
import { docusign, Envelope, envelopes, newest } from "./manifest.ts";
import { webhook } from "./webhook.ts";

const PROGRESS: Readonly<Record<string, z.output<typeof sendContract.output>["status"]>> = {
  created: "draft",
  delivered: "viewed",
  completed: "signed",
  declined: "declined",
  voided: "canceled",
  deleted: "canceled",
  timedout: "canceled",
};
const progress = (status: string) => PROGRESS[status.toLowerCase()] ?? "sent";
const result = ({ envelopeId, status }: z.output<typeof Envelope>) => ({ contract_id: envelopeId, status: progress(status) });

/** Docusign keeps the sender's transaction id for seven days, to tell by it whether an envelope was made: a UUID out of our key. */
const transactionOf = (key: string): string => key.slice(-32).replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");

const base64 = (text: string): string => {
  let bytes = "";
  for (const byte of new TextEncoder().encode(text)) bytes += String.fromCharCode(byte);
  return btoa(bytes);
};

const send = docusign.implement(sendContract, {
  scopes: ["signature", "impersonation"],
  async run({ http, account, input, idempotencyKey }) {
    if (input.text === undefined) refuse({ kind: "InvalidRequest", issues: ["give the contract as text"] });
    const signers = input.signers.map(({ name, email, sign_at }, at) => ({
      ...{ recipientId: String(at + 1), routingOrder: String(at + 1), name, email },
      ...(sign_at && {
        tabs: { signHereTabs: [{ anchorString: sign_at, anchorUnits: "pixels", anchorXOffset: "0", anchorYOffset: "0" }] },
      }),
    }));
    const json = {
      status: "sent",
      emailSubject: input.subject ?? input.title,
      emailBlurb: input.message,
      transactionId: transactionOf(idempotencyKey),
      documents: [
        {
          documentId: "1", // numbers are texts throughout
          name: input.title,
          fileExtension: input.text_format,
          documentBase64: base64(input.text ?? ""),
        },
      ],
      recipients: { signers },
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

const status = docusign.implement(getContract, {
  scopes: ["signature", "impersonation"],
  async run({ http, account, input }) {
    const { host, root } = envelopes(http, account);
    const envelope = (await http.get(below(root, path`/${input.contract_id}`), { host })).json(Envelope);
    return { ...result(envelope), signed_at: envelope.completedDateTime, signers: [] };
  },
});

export default docusign.provides({ actions: [send, status], webhook });
