/** Docusign's envelopes: made, listed, signed by whoever was emailed. */
import { type Call, html, json, type Operation, page, type Reply, refuse, type State } from "@junction/sandbox";
import * as z from "zod";

export interface Envelope {
  readonly envelopeId: string;
  readonly account: string;
  readonly status: string;
  readonly emailSubject: string;
  readonly emailBlurb: string;
  readonly transactionId: string | null;
  readonly signer: { readonly name: string; readonly email: string };
  readonly document: string;
  readonly declinedReason?: string;
  readonly createdAt: number;
  readonly changedAt: number;
}
export const envelopesOf = (state: State) => state.collection<Envelope>("envelopes");

export const docusignError = (status: number, errorCode: string, message: string): Reply => json(status, { errorCode, message });
const bad = (errorCode: string, message: string): never => refuse(docusignError(400, errorCode, message));

const Text = z.string().min(1);
const Anchor = z.looseObject({ anchorString: Text.optional(), anchorIgnoreIfNotPresent: z.string().optional() });
const Signer = z.looseObject({
  recipientId: Text,
  name: z.string().optional(),
  email: z.string().optional(),
  tabs: z.looseObject({ signHereTabs: z.array(Anchor).default([]) }).optional(),
});
const Definition = z.looseObject({
  status: z.enum(["sent", "created"]).default("created"),
  emailSubject: z.string().optional(),
  emailBlurb: z.string().optional(),
  transactionId: z.string().optional(),
  documents: z
    .array(z.looseObject({ documentId: Text, name: Text, fileExtension: z.string().optional(), documentBase64: z.string() }))
    .default([]),
  recipients: z.looseObject({ signers: z.array(Signer).default([]) }).optional(),
});

function create(call: Call): Reply {
  const parsed = Definition.safeParse(call.json);
  if (!parsed.success) return bad("INVALID_REQUEST_BODY", "The request body is missing or improperly formatted.");
  const { status, emailSubject, emailBlurb = "", transactionId = null, documents, recipients } = parsed.data;
  const account = call.param("account");
  const known =
    transactionId !== null &&
    envelopesOf(call.state)
      .list()
      .find((one) => one.transactionId === transactionId);
  if (known) return summary(known);
  const [document] = documents;
  const [signer] = recipients?.signers ?? [];
  if (!document) return bad("ENVELOPE_HAS_NO_DOCUMENTS", "The envelope has no documents.");
  if (status === "sent" && !emailSubject) bad("ENVELOPE_INVALID_SUBJECT", "The email subject is required.");
  if (status === "sent" && (!signer?.name || !signer.email))
    return bad("INVALID_EMAIL_ADDRESS_FOR_RECIPIENT", "The email address for the recipient is invalid.");
  const text = decoded(document.documentBase64) ?? bad("INVALID_REQUEST_BODY", "The document's bytes are not Base64.");
  if (document.fileExtension === "pdf" && !text.startsWith("%PDF"))
    bad("UNABLE_TO_CONVERT_DOCUMENT", "System was unable to convert this document to a PDF.");
  const searchable = document.fileExtension === "html" || document.fileExtension === "txt";
  for (const { anchorString, anchorIgnoreIfNotPresent } of signer?.tabs?.signHereTabs ?? [])
    if (searchable && anchorString && anchorIgnoreIfNotPresent !== "true" && !text.includes(anchorString))
      bad("ANCHOR_TAB_STRING_NOT_FOUND", `Anchoring string '${anchorString}' was not found in the document.`);
  const hex = call.random(32);
  const envelope: Envelope = {
    envelopeId: hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-"),
    ...{ account, status, emailBlurb, transactionId },
    emailSubject: emailSubject ?? "",
    signer: { name: signer?.name ?? "", email: signer?.email ?? "" },
    document: document.name,
    createdAt: call.now(),
    changedAt: call.now(),
  };
  envelopesOf(call.state).put(envelope.envelopeId, envelope);
  return summary(envelope);
}

function decoded(base64: string): string | null {
  try {
    return new TextDecoder().decode(Uint8Array.from(atob(base64), (char) => char.charCodeAt(0)));
  } catch (error) {
    if (error instanceof DOMException) return null;
    throw error;
  }
}

const iso = (at: number): string => new Date(at).toISOString().replace("Z", "0000Z");
const summary = ({ envelopeId, status, changedAt }: Envelope): Reply =>
  json(201, { envelopeId, uri: `/envelopes/${envelopeId}`, statusDateTime: iso(changedAt), status });
const shown = ({ envelopeId, status, emailSubject, createdAt, changedAt }: Envelope) => ({
  status,
  emailSubject,
  envelopeId,
  documentsUri: `/envelopes/${envelopeId}/documents`,
  recipientsUri: `/envelopes/${envelopeId}/recipients`,
  createdDateTime: iso(createdAt),
  sentDateTime: iso(createdAt),
  statusChangedDateTime: iso(changedAt),
  ...(status === "completed" && { completedDateTime: iso(changedAt) }),
});

const recipientsOf = ({ signer, status, declinedReason }: Envelope) => ({
  signers: [{ ...signer, recipientId: "1", routingOrder: "1", status, ...(declinedReason !== undefined && { declinedReason }) }],
  recipientCount: "1",
});

const ownOf = (call: Call): readonly Envelope[] =>
  envelopesOf(call.state)
    .list()
    .filter(({ account }) => account === call.param("account"));

function list(call: Call): Reply {
  const [ids, since] = [call.query.get("transaction_ids")?.split(","), call.query.get("from_date")];
  if (ids === undefined && since === null)
    return bad(
      "INVALID_REQUEST_PARAMETER",
      "The request contained at least one invalid parameter. Query parameter 'from_date' must be set.",
    );
  const from = since === null ? 0 : Date.parse(since);
  if (Number.isNaN(from)) return bad("INVALID_REQUEST_PARAMETER", "Query parameter 'from_date' is no date.");
  const all = ownOf(call).filter(({ changedAt }) => changedAt >= from);
  const found = ids === undefined ? all : all.filter(({ transactionId }) => transactionId !== null && ids.includes(transactionId));
  const page = found.slice(0, Number(call.query.get("count") ?? 1000));
  return json(200, {
    resultSetSize: String(page.length),
    startPosition: "0",
    totalSetSize: String(found.length),
    envelopes: page.map(shown),
    ...(ids && {
      envelopeTransactionStatuses: found.map(({ envelopeId, transactionId, status }) => ({ envelopeId, transactionId, status })),
    }),
  });
}

function get(call: Call): Reply {
  const envelope = ownOf(call).find(({ envelopeId }) => envelopeId === call.param("envelope"));
  const included = call.query.get("include")?.split(",") ?? [];
  if (envelope) return json(200, { ...shown(envelope), ...(included.includes("recipients") && { recipients: recipientsOf(envelope) }) });
  return docusignError(404, "ENVELOPE_DOES_NOT_EXIST", "The envelope specified either does not exist or you have no rights to it.");
}

function sign(call: Call): Reply {
  const envelope = envelopesOf(call.state).get(call.param("envelope"));
  if (!envelope) return page("Docusign", html`<h1>This document is not available</h1>`, [], 404);
  const decision = call.form.get("decision");
  const next = decision === "sign" ? "completed" : decision === "decline" ? "declined" : "delivered";
  const open = envelope.status === "sent" || envelope.status === "delivered";
  const now = open ? { ...envelope, status: next, changedAt: call.now() } : envelope;
  envelopesOf(call.state).put(now.envelopeId, now);
  const buttons = html`<p class="row"><button class="main" name="decision" value="sign">Sign</button><button name="decision" value="decline">Decline to sign</button></p>`;
  return page(
    "Review and sign (sandbox)",
    html`<h1>${now.emailSubject}</h1><form class="card" method="post"><p>${now.signer.name}, please review <strong>${now.document}</strong>.</p>
${now.status === "delivered" ? buttons : html`<p>This document is ${now.status}.</p>`}</form>`,
  );
}

const ACCOUNT = "/restapi/v2.1/accounts/:account/envelopes";
const SIGNING = { path: "/Signing/:envelope", authenticated: false, apart: true } as const;
/** The operations of one site; its accounts' envelopes alone are there. */
export const envelopeOperations = (host: string): readonly Operation[] => [
  { name: "create_envelope", method: "POST", host, path: ACCOUNT, run: create },
  { name: "list_envelopes", method: "GET", host, path: ACCOUNT, run: list },
  { name: "get_envelope", method: "GET", host, path: `${ACCOUNT}/:envelope`, run: get },
  // What the link in the signer's email leads to.
  { ...SIGNING, name: "open_signing", method: "GET", host, run: sign },
  { ...SIGNING, name: "sign", method: "POST", host, run: sign },
];
