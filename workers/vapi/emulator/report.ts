/** A call that an assistant made, how it went, and how Vapi tells of it. */
import type { Settings } from "@junction/sandbox";

export interface PhoneCall {
  readonly id: string;
  readonly orgId: string;
  readonly type: "outboundPhoneCall";
  readonly name?: string;
  readonly assistantId: string;
  readonly phoneNumberId: string;
  readonly customer: { readonly number: string; readonly name?: string };
  readonly assistantOverrides?: unknown;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly ends: Settings["aiCallsEnd"];
}
const REASONS: Readonly<Record<Settings["aiCallsEnd"], string>> = {
  answered: "customer-ended-call",
  no_answer: "customer-did-not-answer",
  busy: "customer-busy",
  voicemail: "voicemail",
  failed: "twilio-failed-to-connect-call",
};
export function outcome({ ends, createdAt, customer }: Pick<PhoneCall, "ends" | "createdAt" | "customer">) {
  const began = Date.parse(createdAt) + 4_000;
  const endedReason = REASONS[ends];
  if (ends !== "answered") return { endedReason, endedAt: new Date(began).toISOString(), artifact: {}, analysis: {} };
  return {
    ...{ endedReason, startedAt: new Date(began).toISOString(), endedAt: new Date(began + 61_000).toISOString() },
    artifact: { transcript: `AI: Hi ${customer.name ?? "there"}, I'm calling about your estimate.\nUser: Friday morning suits me.\n` },
    analysis: { summary: "The customer agreed to a visit on Friday morning.", successEvaluation: "true" },
  };
}

/** The report of a call that an assistant made. */
export function report(call: PhoneCall, number: string): { readonly type: string; readonly body: string } {
  const { id, orgId, type, createdAt, customer, phoneNumberId } = call;
  const about = { call: { id, orgId, type, createdAt }, customer, phoneNumber: { id: phoneNumberId, provider: "twilio", number } };
  const went = outcome(call);
  const message = { type: "end-of-call-report", ...about, timestamp: Date.parse(went.endedAt), ...went, cost: 0.12 };
  return { type: "end-of-call-report", body: JSON.stringify({ message }) };
}
