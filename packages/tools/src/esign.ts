import * as z from "zod/mini";
import { tool } from "./tool.ts";
import { EmailAddress, FileRef, SavedFile } from "./words.ts";

const DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
const Progress = z
  .enum(["draft", "sent", "viewed", "signed", "declined", "canceled"])
  .check(z.describe("sent: the signers were emailed; viewed: somebody opened it; signed: everyone has signed"));
const ContractId = z
  .string()
  .check(z.minLength(1), z.maxLength(200), z.describe("the contract_id that crm/send_contract or an event gave"));

const Signer = z.strictObject({
  name: z.string().check(z.minLength(1), z.maxLength(100), z.describe("who signs, by full name, up to 100 characters")),
  email: EmailAddress.check(z.describe("where the signer is emailed, such as ann@example.com")),
  role: z.optional(
    z
      .string()
      .check(
        z.minLength(1),
        z.maxLength(100),
        z.describe("which of the template's roles this is; with a template_id alone, left out where the template has one role"),
      ),
  ),
  sign_at: z.optional(
    z
      .string()
      .check(
        z.minLength(1),
        z.maxLength(100),
        z.describe("words in the document at which this signature goes, such as Signature:; left out, the signer chooses where"),
      ),
  ),
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
      title: z
        .string()
        .check(z.minLength(1), z.maxLength(100), z.describe("what the signers see it called, such as Estimate 1042, up to 100 characters")),
      subject: z.optional(
        z.string().check(z.minLength(1), z.maxLength(100), z.describe("the email's subject, 1 to 100 characters; left out, the title")),
      ),
      message: z.optional(z.string().check(z.minLength(1), z.maxLength(5000), z.describe("the email's text, up to 5,000 characters"))),
      document: z.optional(FileRef({ types: ["application/pdf", DOCX], maxBytes: 15_000_000 })),
      text: z.optional(
        z
          .string()
          .check(
            z.minLength(1),
            z.maxLength(500_000),
            z.describe("the contract written out, up to 500,000 characters, in place of a document"),
          ),
      ),
      text_format: z._default(z.enum(["html", "txt"]).check(z.describe("what text is written in")), "html"),
      template_id: z.optional(
        z
          .string()
          .check(
            z.minLength(1),
            z.maxLength(200),
            z.describe("a template of the contractor's, as crm/list_contract_templates gave it, in place of a document"),
          ),
      ),
      fields: z.optional(
        z
          .record(z.string().check(z.minLength(1), z.maxLength(100)), z.string().check(z.maxLength(1000)))
          .check(z.describe("with a template_id: what goes into the template's fields, by their names")),
      ),
      signers: z.array(Signer).check(z.minLength(1), z.maxLength(20), z.describe("who signs, in this order, 1 to 20 people")),
    })
    .check(
      z.refine(({ document, text, template_id }) => [document, text, template_id].filter((one) => one !== undefined).length === 1, {
        error: "give one of document, text and template_id",
      }),
    ),
  output: z.object({ contract_id: z.string().check(z.describe("give this to crm/get_contract")), status: Progress }),
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
    title: z.optional(z.string()),
    status: Progress,
    signed_at: z.optional(z.string().check(z.describe("when everyone had signed, as an ISO 8601 date and time"))),
    signers: z.array(
      z.object({
        name: z.optional(z.string()),
        email: z.optional(z.string()),
        status: z
          .enum(["waiting", "sent", "viewed", "signed", "declined"])
          .check(z.describe("waiting: others sign first; sent: it is their turn; viewed: they opened it")),
        signed_at: z.optional(z.string().check(z.describe("as an ISO 8601 date and time"))),
        reason: z.optional(z.string().check(z.describe("why they declined, in their own words"))),
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
  output: z.object({
    contract_id: z.string(),
    reminded: z.array(z.string()).check(z.describe("the email addresses of those who were reminded")),
  }),
});

export const voidContract = tool({
  id: "crm/void_contract",
  title: "Withdraw a contract",
  description: "Withdraws a contract that is not signed by everyone yet: nobody can sign it any more. It cannot be undone.",
  effect: "destroy",
  passesOn: true,
  input: z.strictObject({
    contract_id: ContractId,
    reason: z.string().check(z.minLength(1), z.maxLength(200), z.describe("why, as the signers may read it, up to 200 characters")),
  }),
  output: z.object({ contract_id: z.string(), status: Progress }),
});
