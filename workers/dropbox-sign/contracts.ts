/** A contract that is out: how far it is, the paper itself, a reminder, and its end. */
import { path, refuse } from "@junction/kit";
import { downloadContract, getContract, remindContract, voidContract } from "@junction/tools";
import { declined, dropboxSign, progress, Told, turn } from "./manifest.ts";

const iso = (seconds: number | null | undefined) => (seconds == null ? undefined : new Date(seconds * 1000).toISOString());

export const status = dropboxSign.implement(getContract, {
  first: true,
  async run({ http, input: { contract_id } }) {
    const reply = await http.get(path`/v3/signature_request/${contract_id}`, { accept: [410] });
    if (reply.status === 410) return { contract_id, status: "canceled", signers: [] }; // of one that was withdrawn nothing more is said
    const request = reply.json(Told).signature_request;
    const next = turn(request);
    const last = Math.max(...request.signatures.map(({ signed_at }) => signed_at ?? 0));
    return {
      contract_id,
      title: request.title || undefined,
      status: progress(request),
      signed_at: request.is_complete && !declined(request) ? iso(last) : undefined,
      signers: request.signatures.map((one) => ({
        name: one.signer_name || undefined,
        email: one.signer_email_address || undefined,
        status:
          one.status_code === "signed" || one.status_code === "declined"
            ? one.status_code
            : one.last_viewed_at != null
              ? "viewed"
              : next.includes(one)
                ? "sent"
                : "waiting",
        signed_at: iso(one.signed_at),
        reason: one.decline_reason || undefined,
      })),
    };
  },
});

export const download = dropboxSign.implement(downloadContract, {
  first: true,
  async run({ http, files, input: { contract_id } }) {
    const query = { file_type: "pdf" };
    const paper = await http.download(path`/v3/signature_request/files/${contract_id}`, { query, kind: "application/pdf" });
    return { contract_id, file: await files.save({ name: "contract.pdf", type: paper.type, size: paper.size, body: paper.body }) };
  },
});

export const remind = dropboxSign.implement(remindContract, {
  first: true,
  async run({ http, input: { contract_id } }) {
    const { signature_request } = (await http.get(path`/v3/signature_request/${contract_id}`)).json(Told);
    const signers = turn(signature_request).flatMap(({ signer_email_address: email, signer_name: name }) =>
      email ? [{ email, name }] : [],
    );
    if (signers.length === 0) refuse({ kind: "InvalidRequest", issues: ["nobody is to sign this contract now"] });
    for (const { email, name } of signers) {
      const json = { email_address: email, name: name ?? undefined };
      (await http.post(path`/v3/signature_request/remind/${contract_id}`, { json })).json(Told);
    }
    return { contract_id, reminded: signers.map(({ email }) => email) };
  },
  async probe({ http, input: { contract_id }, sentAt }) {
    const since = sentAt.getTime() / 1000 - 300; // two clocks differ, and within the hour Dropbox Sign reminds nobody twice
    const { signature_request } = (await http.get(path`/v3/signature_request/${contract_id}`)).json(Told);
    const reminded = signature_request.signatures.filter(({ last_reminded_at }) => (last_reminded_at ?? 0) >= since);
    return reminded.length > 0
      ? { contract_id, reminded: reminded.flatMap(({ signer_email_address }) => signer_email_address ?? []) }
      : null;
  },
});

export const withdraw = dropboxSign.implement(voidContract, {
  first: true,
  idempotent: true,
  // It answers with nothing, and a 410 where it was withdrawn before. It takes no reason.
  async run({ http, input: { contract_id } }) {
    await http.post(path`/v3/signature_request/cancel/${contract_id}`, { accept: [410] });
    return { contract_id, status: "canceled" };
  },
});
