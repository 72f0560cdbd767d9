import * as z from "zod";
import { tool } from "./tool.ts";
import { EmailAddress } from "./words.ts";

const Progress = z
  .enum(["draft", "sent", "viewed", "signed", "declined", "canceled"])
  .describe("sent: the signer was emailed; viewed: opened, not signed yet; signed: everyone has signed");

export const sendForSignature = tool({
  id: "crm/send_for_signature",
  title: "Send a document to be signed",
  description:
    "Emails a document to one person, who signs it online. It goes out at once, counts against the contractor's plan, and cannot be unsent. Use crm/get_signature_status to see whether it was signed.",
  effect: "spend",
  input: z.strictObject({
    signer_name: z.string().min(1).max(100).describe("who signs, by full name, up to 100 characters"),
    signer_email: EmailAddress.describe("where the signer is emailed, such as ann@example.com"),
    subject: z.string().min(1).max(100).describe("the email's subject, 1 to 100 characters"),
    message: z.string().max(10_000).optional().describe("the email's text, up to 10,000 characters"),
    document: z
      .string()
      .min(1)
      .max(5_000_000)
      .describe("the document: written out for html and txt; for pdf and docx the file in Base64, up to 5,000,000 characters"),
    document_type: z.enum(["html", "txt", "pdf", "docx"]).default("html").describe("what document is"),
    document_name: z.string().min(1).max(100).describe("what the signer sees it called, such as Estimate 1042, up to 100 characters"),
    sign_at: z
      .string()
      .min(1)
      .max(100)
      .optional()
      .describe("text in the document at which the signature goes, such as Signature:; left out, the signer chooses where"),
  }),
  output: z.object({ request_id: z.string().describe("give this to crm/get_signature_status"), status: Progress }),
});

export const getSignatureStatus = tool({
  id: "crm/get_signature_status",
  title: "See whether a document was signed",
  description: "Says how far a document that was sent to be signed has come. Ask at most every 15 minutes for one document.",
  effect: "read",
  input: z.strictObject({
    request_id: z.string().min(1).max(200).describe("the request_id that crm/send_for_signature gave"),
  }),
  output: z.object({
    request_id: z.string(),
    status: Progress,
    signed_at: z.string().optional().describe("when everyone had signed, as an ISO 8601 date and time"),
  }),
});
