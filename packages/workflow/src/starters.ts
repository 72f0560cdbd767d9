/** What a new workflow may begin with: whole but for what only the contractor can choose, which the checklist then asks for. */

export interface Starter {
  readonly id: string;
  readonly definition: Readonly<Record<string, unknown>> & { readonly name: string; readonly description: string };
}

export const STARTERS: readonly Starter[] = [
  {
    id: "new_lead",
    definition: {
      name: "Follow up a new lead",
      description: "Texts a new lead, calls after a day if they have not answered, and keeps HubSpot up to date.",
      trigger: { on: "event", event: "lead.created" },
      steps: [
        {
          ...{ id: "hello", type: "sms", title: "Say hello" },
          body: "Hi {{first_name|there}}, thank you for getting in touch. When would be a good time for a short call?",
        },
        { id: "answer", type: "wait", title: "Wait for an answer", event: "message.received", deadline: "P1D" },
        {
          ...{ id: "answered", type: "branch", title: "Have they answered?" },
          cases: [
            {
              when: { left: "{{steps.answer.happened|no}}", is: "not_equal", right: "yes" },
              steps: [{ id: "call", type: "ai_call", title: "Call them" }],
            },
          ],
          otherwise: [],
        },
        { id: "crm", type: "crm_sync", title: "Save in HubSpot", crm: "hubspot" },
      ],
    },
  },
  {
    id: "missed_call",
    definition: {
      name: "Text back a missed call",
      description: "Texts whoever called and whom nobody answered.",
      trigger: { on: "event", event: "call.missed" },
      steps: [
        {
          ...{ id: "text", type: "sms", title: "Text back" },
          body: "Sorry we missed your call. How can we help? You can answer this text, or we call you back.",
        },
      ],
    },
  },
  {
    id: "thank_you",
    definition: {
      name: "Thank for a payment",
      description: "Thanks by text two hours after a payment, and asks how it went.",
      trigger: { on: "event", event: "payment.succeeded" },
      steps: [
        { id: "later", type: "wait", title: "Wait two hours", for: "PT2H" },
        {
          ...{ id: "thanks", type: "sms", title: "Thank them" },
          body: "Thank you for your payment, {{first_name|and for choosing us}}. How did we do? Just answer this text.",
        },
      ],
    },
  },
];
