/** Vapi's reasons for a call's end, some four hundred, in the few words that all who make calls have in common. */
const BUSY = new Set(["customer-busy", "call.forwarding.operator-busy"]);
const UNANSWERED = new Set(["customer-did-not-answer", "call.forwarding.no-answer"]);
/** Both spoke, whoever ended it, and however. */
const SPOKEN =
  /^(customer-ended-call|assistant-ended-call|assistant-said-end-call-phrase|assistant-forwarded-call|exceeded-max-duration|silence-timed-out|vonage-completed|call\.in-progress\.(twilio|sip)-completed-call|call\.(ringing|ending)\.hook-executed-)/;
const CANCELED = new Set(["manually-canceled", "scheduled-call-deleted", "call-deleted"]);

/** `completed`, `no-answer`, `busy`, `voicemail`, `canceled`, or `failed`: everything else is an error somewhere. */
export function endedAs(reason: string): string {
  if (SPOKEN.test(reason)) return "completed";
  if (UNANSWERED.has(reason)) return "no-answer";
  if (BUSY.has(reason)) return "busy";
  if (CANCELED.has(reason)) return "canceled";
  return reason === "voicemail" ? "voicemail" : "failed";
}
