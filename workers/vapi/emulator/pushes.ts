/** What Vapi delivers of calls, and how it signs. https://docs.vapi.ai/server-url/events */
import { mac, type Pushes } from "@junction/sandbox";
import { ORG, uuid } from "./lists.ts";

const CALLER = { number: "+12025550101", name: "Ada Byron" };
/** A call that came in, as every message carries it. */
const callOf = (id: string, entity: number, now: number) => ({
  call: { id, orgId: ORG, type: "inboundPhoneCall", createdAt: new Date(now - 95_000).toISOString() },
  customer: { ...CALLER, number: `+1202555${String(entity % 10_000).padStart(4, "0")}` },
  phoneNumber: { id: uuid("9"), provider: "twilio", number: "+12025550123" },
  timestamp: now,
});

export const pushes: Pushes = {
  kinds: {
    "call.completed": ({ id, entity, now }) => ({
      type: "end-of-call-report",
      body: JSON.stringify({
        message: {
          type: "end-of-call-report",
          ...callOf(id, entity, now),
          endedReason: "customer-ended-call",
          startedAt: new Date(now - 90_000).toISOString(),
          endedAt: new Date(now).toISOString(),
          cost: 0.12,
          artifact: {
            transcript: "AI: Sandbox Plumbing, how can I help?\nUser: My water heater leaks.\n",
            recording: { mono: { combinedUrl: `https://storage.vapi.ai/${id}-mono.wav` } },
          },
          analysis: { summary: "The caller's water heater leaks; a visit was agreed for tomorrow.", successEvaluation: "true" },
        },
      }),
    }),
    "call.started": ({ id, entity, now }) => ({
      type: "status-update",
      body: JSON.stringify({ message: { type: "status-update", ...callOf(id, entity, now), status: "in-progress" } }),
    }),
  },
  /** The defaults of an HMAC credential. */
  async sign({ body, secret, now }) {
    const timestamp = String(Math.floor(now / 1000));
    const signature = await mac("SHA-256", secret, "hex", `${timestamp}.${body}`);
    return { headers: { "content-type": "application/json", "x-timestamp": timestamp, "x-signature": signature }, body };
  },
};
