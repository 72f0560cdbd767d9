/** A contract on its way: one document or a template, and everyone who signs it. */
import { type Files, refuse } from "@junction/kit";
import { sendContract } from "@junction/tools";
import type * as z from "zod/mini";
import { Envelope, progress } from "./envelope.ts";
import { docusign, envelopes, newest, one } from "./manifest.ts";
import { Template } from "./templates.ts";

type Input = z.output<typeof sendContract.input>;

/** Docusign keeps the sender's transaction id for seven days, to tell by it whether an envelope was made: a UUID out of our key. */
const transactionOf = (key: string): string => key.slice(-32).replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");

const base64 = (text: string): string => {
  let bytes = "";
  for (const byte of new TextEncoder().encode(text)) bytes += String.fromCharCode(byte);
  return btoa(bytes);
};

async function written({ document, text = "", text_format }: Input, files: Files) {
  if (document === undefined) return { fileExtension: text_format, documentBase64: base64(text) };
  const file = await files.open(document);
  return { fileExtension: file.type === "application/pdf" ? "pdf" : "docx", documentBase64: await file.base64() };
}

/** Numbers are texts throughout. */
const signing = ({ signers }: Input) =>
  signers.map(({ name, email, sign_at }, at) => ({
    ...{ recipientId: String(at + 1), routingOrder: String(at + 1), name, email },
    ...(sign_at && { tabs: { signHereTabs: [{ anchorString: sign_at, anchorUnits: "pixels", anchorXOffset: "0", anchorYOffset: "0" }] } }),
  }));

/** Who signs as which of the template's roles; a field is filled in with the role that has it, since Docusign puts any other anywhere. */
function cast({ signers, fields = {} }: Input, { recipients: roles }: z.output<typeof Template>) {
  const labels = roles.map(({ tabs }) => (tabs?.textTabs ?? []).flatMap(({ tabLabel }) => tabLabel ?? []));
  const issues = Object.keys(fields)
    .filter((name) => !labels.flat().includes(name))
    .map((name) => `fields: the template has no field ${name}`);
  const played = signers.map(({ name, email, role }, at) => {
    const found = roles.findIndex(({ roleName }) => (role === undefined ? roles.length === 1 : roleName === role));
    if (found < 0) issues.push(`signers.${at}.role: give one of the template's roles, as crm/list_contract_templates says them`);
    const own = Object.entries(fields).filter(([label]) => labels[found]?.includes(label));
    const tabs = own.length > 0 && { tabs: { textTabs: own.map(([tabLabel, value]) => ({ tabLabel, value })) } };
    return { roleName: roles[found]?.roleName ?? "", name, email, ...tabs };
  });
  return issues.length > 0 ? refuse({ kind: "InvalidRequest", issues }) : played;
}

const result = (envelope: z.output<typeof Envelope>) => ({ contract_id: envelope.envelopeId, status: progress(envelope) });

export const send = docusign.implement(sendContract, {
  scopes: ["signature", "impersonation"],
  async run({ http, account, files, input, idempotencyKey }) {
    const { host, root, templates } = envelopes(http, account);
    const template = async (id: string) => {
      const reply = await http.get(one(templates, id), { host, query: { include: "recipients,tabs" } });
      return { templateId: id, templateRoles: cast(input, reply.json(Template)) };
    };
    const document = async () => ({
      documents: [{ documentId: "1", name: input.title, ...(await written(input, files)) }],
      recipients: { signers: signing(input) },
    });
    const json = {
      status: "sent",
      emailSubject: input.subject ?? input.title,
      emailBlurb: input.message,
      transactionId: transactionOf(idempotencyKey),
      ...(input.template_id === undefined ? await document() : await template(input.template_id)),
    };
    return result((await http.post(root, { host, json })).json(Envelope));
  },
  async probe({ http, account, idempotencyKey, sentAt }) {
    const since = new Date(sentAt.getTime() - 300_000); // two clocks differ
    const [found] = await newest(http, account, since, { transaction_ids: transactionOf(idempotencyKey) });
    return found ? result(found) : null;
  },
});
