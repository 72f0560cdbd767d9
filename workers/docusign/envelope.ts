/** An envelope as Docusign tells of it: who signs, and how far it is. */
import type { sendContract } from "@junction/tools";
import * as z from "zod/mini";

const Text = z.nullish(z.string());
const Signer = z.object({
  name: Text,
  email: Text,
  status: Text,
  roleName: Text,
  routingOrder: Text,
  signedDateTime: Text,
  declinedReason: Text,
  tabs: z.nullish(z.object({ textTabs: z.nullish(z.array(z.object({ tabLabel: Text }))) })),
});
/** Who signs, in the order in which they do. */
export const Recipients = z.pipe(
  z.nullish(z.object({ signers: z.nullish(z.array(Signer)) })),
  z.transform((of) => [...(of?.signers ?? [])].sort((a, b) => Number(a.routingOrder ?? 1) - Number(b.routingOrder ?? 1))),
);
export const Envelope = z.object({
  envelopeId: z.string(),
  status: z.pipe(
    z.string(),
    z.transform((status) => status.toLowerCase()),
  ),
  completedDateTime: z.optional(z.string()),
});
export const Whole = z.extend(Envelope, { emailSubject: Text, recipients: Recipients });

const PROGRESS: Readonly<Record<string, z.output<typeof sendContract.output>["status"]>> = {
  created: "draft",
  delivered: "viewed",
  completed: "signed",
  declined: "declined",
  voided: "canceled",
  deleted: "canceled",
  timedout: "canceled",
};
/** How far an envelope is, in the tools' words. */
export const progress = ({ status }: z.output<typeof Envelope>) => PROGRESS[status] ?? "sent";
