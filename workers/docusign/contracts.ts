/** A contract that is out: how far it is, the paper itself, a reminder, and its end. */
import { below, path, refuse } from "@junction/kit";
import { downloadContract, getContract, remindContract, voidContract } from "@junction/tools";
import * as z from "zod/mini";
import { progress, Whole } from "./envelope.ts";
import { docusign, envelopes, one } from "./manifest.ts";

const scopes = ["signature", "impersonation"] as const;
const PDF = "application/pdf";
const recipients = { include: "recipients" };
const Changed = z.object({ envelopeId: z.string() });
type Status = z.output<typeof getContract.output>["signers"][number]["status"];
const SIGNER: Readonly<Record<string, Status>> = {
  sent: "sent",
  delivered: "viewed",
  signed: "signed",
  completed: "signed",
  declined: "declined",
};

export const status = docusign.implement(getContract, {
  scopes,
  async run({ http, account, input }) {
    const { host, root } = envelopes(http, account);
    const envelope = (await http.get(one(root, input.contract_id), { host, query: recipients })).json(Whole);
    return {
      contract_id: envelope.envelopeId,
      title: envelope.emailSubject || undefined,
      status: progress(envelope),
      signed_at: envelope.completedDateTime,
      signers: envelope.recipients.map(({ name, email, status, signedDateTime, declinedReason }) => ({
        name: name || undefined,
        email: email || undefined,
        status: SIGNER[status?.toLowerCase() ?? ""] ?? "waiting",
        signed_at: signedDateTime ?? undefined,
        reason: declinedReason || undefined,
      })),
    };
  },
});

export const download = docusign.implement(downloadContract, {
  scopes,
  async run({ http, account, files, input: { contract_id } }) {
    const { host, root } = envelopes(http, account);
    const options = { host, kind: PDF, headers: { Accept: PDF } } as const;
    const { type, size, body } = await http.download(below(one(root, contract_id), path`/documents/combined`), options);
    return { contract_id, file: await files.save({ name: "contract.pdf", type, size, body }) };
  },
});

export const remind = docusign.implement(remindContract, {
  scopes,
  async run({ http, account, input: { contract_id } }) {
    const { host, root } = envelopes(http, account);
    const envelope = one(root, contract_id);
    const { recipients: signers } = (await http.get(envelope, { host, query: recipients })).json(Whole);
    const reminded = signers.flatMap(({ email, status }) => (/^(sent|delivered)$/i.test(status ?? "") && email) || []);
    if (reminded.length === 0) refuse({ kind: "InvalidRequest", issues: ["nobody is to sign this contract now"] });
    (await http.put(envelope, { host, query: { resend_envelope: true }, json: {} })).json(Changed);
    return { contract_id, reminded };
  },
});

export const withdraw = docusign.implement(voidContract, {
  scopes,
  idempotent: true, // by what it finds: Docusign refuses to end what has ended
  async run({ http, account, input: { contract_id, reason } }) {
    const { host, root } = envelopes(http, account);
    const envelope = one(root, contract_id);
    const before = progress((await http.get(envelope, { host })).json(Whole));
    if (before === "signed" || before === "declined") refuse({ kind: "InvalidRequest", issues: [`the contract is ${before} already`] });
    if (before !== "canceled") (await http.put(envelope, { host, json: { status: "voided", voidedReason: reason } })).json(Changed);
    return { contract_id, status: "canceled" };
  },
});
