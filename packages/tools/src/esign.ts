import * as z from "zod";
import { tool } from "./tool.ts";
import { EmailAddress, FileRef, SavedFile } from "./words.ts";

const DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
const Progress = z
  .enum(["draft", "sent", "viewed", "signed", "declined", "canceled"])
  .describe("sent: the signers were emailed; viewed: somebody opened it; signed: everyone has signed");
const ContractId = z.string().min(1).max(200).describe("the contract_id that crm/send_contract or an event gave");

const Signer = z.strictObject({
  name: z.string().min(1).max(100).describe("who signs, by full name, up to 100 characters"),
  email: EmailAddress.describe("where the signer is emailed, such as ann@example.com"),
  role: z
    .string()
    .min(1)
    .max(100)
    .optional()
    .describe("which of the template's roles this is; with a template_id alone, left out where the template has one role"),
  sign_at: z
    .string()
    .min(1)
    .max(100)
    .optional()
    .describe("words in the document at which this signature goes, such as Signature:; left out, the signer chooses where"),
});

export const sendContract = tool({
  id: "crm/send_contract",
  title: "Send a contract to be signed",
  description:
    "Emails an estimate or contract to one or more people, who sign it online, one after the other. Give it as a document, as text, or as a template_id. It goes out at once, counts against the contractor's plan, and cannot be unsent. Use crm/get_contract to see who has signed.",
  effect: "spend",
  passesOn: true,
  input: z
    .strictObject({
      title: z.string().min(1).max(100).describe("what the signers see it called, such as Estimate 1042, up to 100 characters"),
      subject: z.string().min(1).max(100).optional().describe("the email's subject, 1 to 100 characters; left out, the title"),
      message: z.string().min(1).max(5000).optional().describe("the email's text, up to 5,000 characters"),
      document: FileRef({ types: ["application/pdf", DOCX], maxBytes: 15_000_000 }).optional(),
      text: z
        .string()
        .min(1)
        .max(500_000)
        .optional()
        .describe("the contract written out, up to 500,000 characters, in place of a document"),
      text_format: z.enum(["html", "txt"]).default("html").describe("what text is written in"),
      template_id: z
        .string()
        .min(1)
        .max(200)
        .optional()
        .describe("a template of the contractor's, as crm/list_contract_templates gave it, in place of a document"),
      fields: z
        .record(z.string().min(1).max(100), z.string().max(1000))
        .optional()
        .describe("with a template_id: what goes into the template's fields, by their names"),
      signers: z.array(Signer).min(1).max(20).describe("who signs, in this order, 1 to 20 people"),
    })
    .refine(({ document, text, template_id }) => [document, text, template_id].filter((one) => one !== undefined).length === 1, {
      error: "give one of document, text and template_id",
    }),
  output: z.object({ contract_id: z.string().describe("give this to crm/get_contract"), status: Progress }),
});

export const getContract = tool({
  id: "crm/get_contract",
  title: "See how far a contract is",
  description:
    "Says whether a contract that was sent has been signed: how far it has come, and which of its signers, such as the customer, have signed. Ask at most every 15 minutes for one contract.",
  effect: "read",
  passesOn: true,
  input: z.strictObject({ contract_id: ContractId }),
  output: z.object({
    contract_id: z.string(),
    title: z.string().optional(),
    status: Progress,
    signed_at: z.string().optional().describe("when everyone had signed, as an ISO 8601 date and time"),
    signers: z.array(
      z.object({
        name: z.string().optional(),
        email: z.string().optional(),
        status: z
          .enum(["waiting", "sent", "viewed", "signed", "declined"])
          .describe("waiting: others sign first; sent: it is their turn; viewed: they opened it"),
        signed_at: z.string().optional().describe("as an ISO 8601 date and time"),
        reason: z.string().optional().describe("why they declined, in their own words"),
      }),
    ),
  }),
});

export const downloadContract = tool({
  id: "crm/download_contract",
  title: "Download a contract",
  description:
    "Fetches a contract as a PDF, with the signatures it has by now, and gives a link to it. For the signed document wait until crm/get_contract says signed.",
  effect: "read",
  passesOn: true,
  input: z.strictObject({ contract_id: ContractId }),
  output: z.object({ contract_id: z.string(), file: SavedFile }),
});

export const remindContract = tool({
  id: "crm/remind_contract",
  title: "Remind the signers of a contract",
  description: "Emails those whose turn it is to sign a contract once more. It cannot be recalled; once a day is plenty.",
  effect: "spend",
  passesOn: true,
  input: z.strictObject({ contract_id: ContractId }),
  output: z.object({ contract_id: z.string(), reminded: z.array(z.string()).describe("the email addresses of those who were reminded") }),
});

export const voidContract = tool({
  id: "crm/void_contract",
  title: "Withdraw a contract",
  description: "Withdraws a contract that is not signed by everyone yet: nobody can sign it any more. It cannot be undone.",
  effect: "destroy",
  passesOn: true,
  input: z.strictObject({
    contract_id: ContractId,
    reason: z.string().min(1).max(200).describe("why, as the signers may read it, up to 200 characters"),
  }),
  output: z.object({ contract_id: z.string(), status: Progress }),
});
