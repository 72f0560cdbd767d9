/** What the link in a signer's email leads to, and the paper that comes of it. */
import { type Call, html, type Operation, page, pdf, type Reply } from "@junction/sandbox";
import { SITE } from "./accounts.ts";
import { type Envelope, envelopesOf, keep, named, type Signer } from "./envelopes.ts";
import { bad } from "./errors.ts";

/** Whose turn it is: one after the other, in their order. */
const next = ({ signers }: Envelope): Signer | undefined => {
  const waiting = signers.filter(({ status }) => status !== "completed");
  return waiting.find(({ routingOrder }) => routingOrder === Math.min(...waiting.map((one) => one.routingOrder)));
};

function decided(call: Call, envelope: Envelope, decision: string | null): Envelope {
  const signer = next(envelope);
  if (!signer || (envelope.status !== "sent" && envelope.status !== "delivered")) return envelope;
  const become = (change: Partial<Signer>) => envelope.signers.map((one) => (one === signer ? { ...one, ...change } : one));
  const changedAt = call.now();
  if (decision === "decline") {
    const declinedReason = call.form.get("reason") ?? "Too dear";
    return keep(call, { ...envelope, changedAt, status: "declined", signers: become({ status: "declined", declinedReason }) });
  }
  const delivered = keep(call, { ...envelope, changedAt, status: "delivered", signers: become({ status: "delivered" }) });
  if (decision !== "sign") return delivered;
  const signed = { ...envelope, signers: become({ status: "completed", signedAt: changedAt }) };
  const after = next(signed);
  if (!after) return keep(call, { ...signed, changedAt, status: "completed" });
  const turn = signed.signers.map((one) => (one === after ? { ...one, status: "sent" as const } : one));
  return keep(call, { ...signed, changedAt, status: "sent", signers: turn });
}

function sign(call: Call): Reply {
  const envelope = envelopesOf(call.state).get(call.param("envelope"));
  if (!envelope) return page("Docusign", html`<h1>This document is not available</h1>`, [], 404);
  const now = decided(call, envelope, call.form.get("decision"));
  const signer = now.status === "sent" || now.status === "delivered" ? next(now) : undefined;
  const buttons = html`<p class="row"><button class="main" name="decision" value="sign">Sign</button><button name="decision" value="decline">Decline to sign</button></p>`;
  const shown = signer
    ? html`<p>${signer.name}, please review <strong>${now.document.name}</strong>.</p>${buttons}`
    : html`<p>This document is ${now.status}.</p>`;
  return page("Review and sign (sandbox)", html`<h1>${now.emailSubject}</h1><form class="card" method="post">${shown}</form>`);
}

function combined(call: Call): Reply {
  const envelope = named(call);
  if (call.param("document") !== "combined") return bad("DOCUMENT_DOES_NOT_EXIST", "The document specified was not found.");
  const { document, envelopeId, signers, fields = {} } = envelope;
  const lines = [
    ...[document.name, "", `Docusign Envelope ID: ${envelopeId.toUpperCase()}`, `SHA-256 of what was sent: ${document.sha256}`, ""],
    ...Object.entries(fields).map((pair) => pair.join(": ")),
    ...signers.map(({ name, email, status, signedAt }) =>
      signedAt === undefined ? `${name} <${email}>: ${status}` : `Signed by ${name} <${email}> on ${new Date(signedAt).toISOString()}`,
    ),
  ];
  return {
    status: 200,
    headers: { "content-type": "application/pdf", "content-disposition": "file; filename=combined.pdf" },
    body: pdf(lines),
  };
}

const SIGNING = { host: SITE, path: "/Signing/:envelope", authenticated: false, apart: true } as const;
export const signingOperations: readonly Operation[] = [
  {
    ...{ name: "get_document", method: "GET", host: SITE, run: combined },
    path: "/restapi/v2.1/accounts/:account/envelopes/:envelope/documents/:document",
  },
  { ...SIGNING, name: "open_signing", method: "GET", run: sign },
  { ...SIGNING, name: "sign", method: "POST", run: sign },
];
