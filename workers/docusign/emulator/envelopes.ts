/** Docusign's envelopes: made from a document or a template, listed, sent again, voided. */
import { type Call, json, type Operation, type Reply, refuse, type State, sha256 } from "@junction/sandbox";
import * as z from "zod/mini";
import { SITE } from "./accounts.ts";
import { tell } from "./connect.ts";
import { bad, docusignError } from "./errors.ts";
import { filled, TemplateRoles } from "./templates.ts";

export { docusignError } from "./errors.ts";

export interface Signer {
  readonly recipientId: string;
  readonly routingOrder: number;
  readonly name: string;
  readonly email: string;
  readonly roleName?: string;
  readonly status: "created" | "sent" | "delivered" | "completed" | "declined";
  readonly signedAt?: number;
  readonly declinedReason?: string;
}
export interface Envelope {
  readonly envelopeId: string;
  readonly account: string;
  readonly status: string;
  readonly emailSubject: string;
  readonly emailBlurb: string;
  readonly transactionId: string | null;
  readonly signers: readonly Signer[];
  /** What it is called, and what the file was by its SHA-256. */
  readonly document: { readonly name: string; readonly sha256: string };
  readonly fields?: Readonly<Record<string, string>>;
  readonly reminders: number;
  readonly voidedReason?: string;
  readonly createdAt: number;
  readonly changedAt: number;
}
export const envelopesOf = (state: State) => state.collection<Envelope>("envelopes");

const Text = z.string().check(z.minLength(1));
const Anchor = z.looseObject({ anchorString: z.optional(Text), anchorIgnoreIfNotPresent: z.optional(z.string()) });
const Recipient = z.looseObject({
  recipientId: Text,
  routingOrder: z._default(z.string().check(z.regex(/^\d+$/)), "1"),
  name: z.optional(z.string()),
  email: z.optional(z.string()),
  tabs: z.optional(z.looseObject({ signHereTabs: z._default(z.array(Anchor), []) })),
});
type Recipient = z.output<typeof Recipient>;
const Document = z.looseObject({ documentId: Text, name: Text, fileExtension: z.optional(z.string()), documentBase64: z.string() });
const Definition = z.looseObject({
  status: z._default(z.enum(["sent", "created"]), "created"),
  emailSubject: z.optional(z.string()),
  emailBlurb: z.optional(z.string()),
  transactionId: z.optional(z.string()),
  documents: z._default(z.array(Document), []),
  recipients: z.optional(z.looseObject({ signers: z._default(z.array(Recipient), []) })),
  templateId: z.optional(z.string()),
  templateRoles: z._default(TemplateRoles, []),
});

async function create(call: Call): Promise<Reply> {
  const parsed = Definition.safeParse(call.json);
  if (!parsed.success) return bad("INVALID_REQUEST_BODY", "The request body is missing or improperly formatted.");
  const {
    status,
    emailSubject = "",
    emailBlurb = "",
    transactionId = null,
    documents,
    recipients,
    templateId,
    templateRoles,
  } = parsed.data;
  const account = call.param("account");
  const known = transactionId === null ? undefined : ownOf(call).find((one) => one.transactionId === transactionId);
  if (known) return summary(known);
  if (status === "sent" && emailSubject === "") bad("ENVELOPE_INVALID_SUBJECT", "The email subject is required.");
  const made =
    templateId === undefined
      ? await fromDocument(documents, recipients?.signers ?? [], status)
      : { ...filled(templateId, templateRoles), sha256: "" };
  const hex = call.random(32);
  const first = Math.min(...made.signers.map(({ routingOrder }) => routingOrder));
  const envelope: Envelope = {
    envelopeId: hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-"),
    ...{ account, status, emailSubject, emailBlurb, transactionId, reminders: 0 },
    signers: made.signers.map((one) => ({ ...one, status: status === "sent" && one.routingOrder === first ? "sent" : "created" })),
    document: { name: made.name, sha256: made.sha256 },
    ...(made.fields && { fields: made.fields }),
    createdAt: call.now(),
    changedAt: call.now(),
  };
  return summary(keep(call, envelope));
}

async function fromDocument(documents: readonly z.output<typeof Document>[], recipients: readonly Recipient[], status: string) {
  const [document] = documents;
  if (!document) return bad("ENVELOPE_HAS_NO_DOCUMENTS", "The envelope has no documents.");
  if (status === "sent" && (recipients.length === 0 || recipients.some(({ name, email }) => !name || !email)))
    bad("INVALID_EMAIL_ADDRESS_FOR_RECIPIENT", "The email address for the recipient is invalid.");
  const bytes = decoded(document.documentBase64) ?? bad("INVALID_REQUEST_BODY", "The document's bytes are not Base64.");
  const text = new TextDecoder().decode(bytes);
  if (document.fileExtension === "pdf" && !text.startsWith("%PDF"))
    bad("UNABLE_TO_CONVERT_DOCUMENT", "System was unable to convert this document to a PDF.");
  const searchable = document.fileExtension === "html" || document.fileExtension === "txt";
  for (const { anchorString, anchorIgnoreIfNotPresent } of recipients.flatMap(({ tabs }) => tabs?.signHereTabs ?? []))
    if (searchable && anchorString && anchorIgnoreIfNotPresent !== "true" && !text.includes(anchorString))
      bad("ANCHOR_TAB_STRING_NOT_FOUND", `Anchoring string '${anchorString}' was not found in the document.`);
  const signers = recipients.map(({ recipientId, routingOrder, name = "", email = "" }) => ({
    ...{ recipientId, routingOrder: Number(routingOrder), name, email },
  }));
  return { name: document.name, sha256: await sha256(bytes, "hex"), signers, fields: undefined };
}

function decoded(base64: string): Uint8Array | null {
  try {
    return Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
  } catch (error) {
    if (error instanceof DOMException) return null;
    throw error;
  }
}

/** Keeps the envelope, and has Connect tell of what it came to. */
export function keep(call: Call, envelope: Envelope): Envelope {
  const before = envelopesOf(call.state).get(envelope.envelopeId)?.status;
  envelopesOf(call.state).put(envelope.envelopeId, envelope);
  if (before !== envelope.status) tell(call, envelope);
  return envelope;
}

const iso = (at: number): string => new Date(at).toISOString().replace("Z", "0000Z");
const summary = ({ envelopeId, status, changedAt }: Envelope): Reply =>
  json(201, { envelopeId, uri: `/envelopes/${envelopeId}`, statusDateTime: iso(changedAt), status });
const shown = ({ envelopeId, status, emailSubject, voidedReason, createdAt, changedAt }: Envelope) => ({
  ...{ status, emailSubject, envelopeId },
  documentsUri: `/envelopes/${envelopeId}/documents`,
  recipientsUri: `/envelopes/${envelopeId}/recipients`,
  createdDateTime: iso(createdAt),
  sentDateTime: iso(createdAt),
  statusChangedDateTime: iso(changedAt),
  ...(status === "completed" && { completedDateTime: iso(changedAt) }),
  ...(voidedReason !== undefined && { voidedReason, voidedDateTime: iso(changedAt) }),
});

const recipientsOf = ({ signers }: Envelope) => ({
  signers: signers.map(({ routingOrder, signedAt, ...one }) => ({
    ...{ ...one, routingOrder: String(routingOrder) },
    ...(signedAt !== undefined && { signedDateTime: iso(signedAt) }),
  })),
  recipientCount: String(signers.length),
  currentRoutingOrder: String(signers.find(({ status }) => status !== "completed")?.routingOrder ?? signers.length),
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

/** The envelope of the path, or Docusign's 404. */
export function named(call: Call): Envelope {
  const found = ownOf(call).find(({ envelopeId }) => envelopeId === call.param("envelope"));
  return found ?? missing();
}
const missing = (): never =>
  refuse(docusignError(404, "ENVELOPE_DOES_NOT_EXIST", "The envelope specified either does not exist or you have no rights to it."));

function get(call: Call): Reply {
  const envelope = named(call);
  const included = call.query.get("include")?.split(",") ?? [];
  return json(200, { ...shown(envelope), ...(included.includes("recipients") && { recipients: recipientsOf(envelope) }) });
}

const Update = z.looseObject({
  status: z.optional(z.enum(["sent", "voided"])),
  voidedReason: z.optional(z.string().check(z.maxLength(200))),
});
const open = ({ status }: Envelope): boolean => ["created", "sent", "delivered"].includes(status);

function update(call: Call): Reply {
  const envelope = named(call);
  const parsed = Update.safeParse(call.json);
  if (!parsed.success) return bad("INVALID_REQUEST_BODY", "The request body is missing or improperly formatted.");
  const { status, voidedReason } = parsed.data;
  if (status === "voided") {
    if (!open(envelope)) bad("ENVELOPE_CANNOT_VOID_INVALID_STATE", "Only envelopes in the 'Sent' or 'Delivered' states may be voided.");
    if (!voidedReason) return bad("ENVELOPE_VOID_REASON_REQUIRED", "A reason is required to void an envelope.");
    keep(call, { ...envelope, status: "voided", voidedReason, changedAt: call.now() });
  } else if (call.query.get("resend_envelope") === "true") {
    if (!open(envelope)) bad("ENVELOPE_INVALID_STATUS", "Invalid envelope status. Envelope status must be one of: 'sent, delivered'");
    keep(call, { ...envelope, reminders: envelope.reminders + 1 });
  }
  return json(200, { envelopeId: envelope.envelopeId });
}

const ACCOUNT = "/restapi/v2.1/accounts/:account/envelopes";
/** The operations of one site; its accounts' envelopes alone are there. */
export const envelopeOperations: readonly Operation[] = [
  { name: "create_envelope", method: "POST", host: SITE, path: ACCOUNT, run: create },
  { name: "list_envelopes", method: "GET", host: SITE, path: ACCOUNT, run: list },
  { name: "get_envelope", method: "GET", host: SITE, path: `${ACCOUNT}/:envelope`, run: get },
  { name: "update_envelope", method: "PUT", host: SITE, path: `${ACCOUNT}/:envelope`, run: update },
];
