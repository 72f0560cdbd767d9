/** What the demo contractor works with: twenty leads, two email templates and three workflows, one of them not finished. */
import * as z from "zod";

/** One request of the demo's owner to the settings API. */
export type Ask = <S extends z.ZodType>(shape: S, path: string, body?: unknown) => Promise<z.output<S>>;

const PEOPLE = [
  ["Maria Alvarez", "metal roof", "Arlington", "12,400"],
  ["James Okafor", "gutters", "Alexandria", "2,150"],
  ["Priya Natarajan", "roof repair", "Bethesda", "3,800"],
  ["Tom Whitaker", "new roof", "Fairfax", "18,900"],
  ["Lena Hoffmann", "skylight", "Silver Spring", "4,300"],
  ["Andre Baptiste", "storm damage", "Rockville", "9,700"],
  ["Grace Kim", "siding", "McLean", "14,250"],
  ["Omar Haddad", "inspection", "Reston", "350"],
  ["Sofia Rossi", "new roof", "Vienna", "21,600"],
  ["Daniel Novak", "chimney flashing", "Falls Church", "1,480"],
  ["Aisha Rahman", "flat roof", "Hyattsville", "11,200"],
  ["Peter Lindgren", "gutters", "Herndon", "1,950"],
  ["Chloe Martin", "roof repair", "Takoma Park", "2,700"],
  ["Victor Mendes", "solar ready roof", "Gaithersburg", "24,300"],
  ["Hannah Schultz", "attic insulation", "Laurel", "5,100"],
  ["Kwame Mensah", "storm damage", "Bowie", "8,450"],
  ["Yuki Tanaka", "inspection", "College Park", "350"],
  ["Robert Doyle", "new roof", "Springfield", "17,800"],
  ["Elena Petrova", "siding", "Burke", "13,900"],
  ["Samuel Ortiz", "metal roof", "Manassas", "15,750"],
] as const;
const TEMPLATES = [
  {
    name: "Your estimate",
    subject: "Your estimate for the {{lead.custom.job|work on your house}}",
    text: "Hi {{first_name|there}},\n\nthank you for having us over. For the {{lead.custom.job|work}} we estimate {{lead.custom.estimate|…}} dollars.\n\nIs there anything you would like to ask? Just answer this email.\n\nDana\nDemo Roofing",
  },
  {
    name: "How did we do?",
    subject: "How did we do, {{first_name|neighbor}}?",
    text: "Hi {{first_name|there}},\n\nyour {{lead.custom.job|job}} is done. If anything is not as it should be, tell us: answer this email.\n\nDana\nDemo Roofing",
  },
] as const;

/** A field of CSV, whatever stands in it. */
const field = (text: string): string => `"${text.replaceAll('"', '""')}"`;
const csv = (): string =>
  [
    ["name", "phone", "email", "job", "city", "estimate"],
    ...PEOPLE.map(([name, job, city, estimate], n) => [
      ...[name, `+1202555${String(110 + n).padStart(4, "0")}`, `${name.toLowerCase().replace(" ", ".")}@example.com`],
      ...[job, city, estimate],
    ]),
  ]
    .map((row) => row.map(field).join(","))
    .join("\r\n");

const followUp = (template: string, { assistant, number }: Chosen) => ({
  name: "New lead: text, call, estimate",
  description: "Texts a new lead, has the assistant call after a day without an answer, emails the estimate, and keeps HubSpot up to date.",
  trigger: { on: "event", event: "lead.created" },
  crm: { vendor: "hubspot" },
  steps: [
    {
      ...{ id: "text", type: "sms", title: "Say hello" },
      body: "Hi {{first_name|there}}, this is Demo Roofing. Thank you for getting in touch! When would be a good time for a short call?",
    },
    { id: "answer", type: "wait", title: "Wait a day for an answer", event: "message.received", deadline: "P1D" },
    {
      ...{ id: "silent", type: "branch", title: "No answer?" },
      cases: [
        {
          when: { left: "{{steps.answer.happened|no}}", is: "not_equal", right: "yes" },
          steps: [{ id: "call", type: "ai_call", title: "Have the assistant call", assistant, from: number }],
        },
      ],
      otherwise: [],
    },
    { id: "email", type: "email", title: "Email the estimate", template },
    { id: "sync", type: "crm_sync", title: "Save in HubSpot", crm: "hubspot", fields: {} },
  ],
});
const missedCall = {
  name: "Text back a missed call",
  description: "Texts whoever called and was not answered.",
  trigger: {
    on: "event",
    event: "call.completed",
    conditions: [
      { left: "{{event.direction|}}", is: "equal", right: "inbound" }, // a call of ours that nobody took is none to be sorry for
      { left: "{{event.status|}}", is: "equal", right: "no-answer" },
    ],
  },
  steps: [
    {
      ...{ id: "text", type: "sms", title: "Text back" },
      body: "Sorry we missed your call! This is Demo Roofing. How can we help? Just answer this text.",
    },
  ],
};
/** When is yet to be said: the checklist shows how that looks. */
const finished = (template: string) => ({
  name: "Job done: ask how it was",
  description: "Asks the owner, then the customer, and puts a visit on the calendar for a look at the roof.",
  steps: [
    {
      id: "sure",
      type: "approval",
      title: "Is the job done?",
      ask: "Is the {{lead.custom.job|job}} for {{name|this customer}} done and paid?",
    },
    { id: "later", type: "wait", title: "Wait two days", for: "P2D" },
    { id: "email", type: "email", title: "Ask how it was", template },
    {
      id: "visit",
      type: "calendar_event",
      title: "A look at the roof",
      calendar: "primary",
      summary: "Look at the roof of {{name|a customer}}",
      minutes: 30,
    },
  ],
});

interface Chosen {
  readonly assistant?: string | undefined;
  readonly number?: string | undefined;
}
const Named = z.object({ id: z.string(), name: z.string() });
const Page = z.object({ items: z.array(z.object({ id: z.string(), usable: z.boolean() })) });

/** Does what is not done yet. A workflow is switched on as it is made, if nothing is missing: later, that is its owner's to decide. */
export async function seedWork(ask: Ask): Promise<void> {
  const { leads } = await ask(z.object({ leads: z.array(z.unknown()) }), "/leads?limit=1");
  if (leads.length === 0) await ask(z.unknown(), "/leads/import", { csv: csv(), source: "demo" });
  const { templates } = await ask(z.object({ templates: z.array(Named) }), "/templates");
  const template = async (one: (typeof TEMPLATES)[number]): Promise<string> =>
    (templates.find(({ name }) => name === one.name) ?? (await ask(Named, "/templates", one))).id;
  const [estimate, after] = [await template(TEMPLATES[0]), await template(TEMPLATES[1])];
  const { workflows } = await ask(z.object({ workflows: z.array(z.unknown()) }), "/workflows");
  if (workflows.length > 0) return;
  const [assistant, number] = [await first(ask, "assistant"), await first(ask, "ai_phone_number")];
  for (const definition of [finished(after), missedCall, followUp(estimate, { assistant, number })]) {
    const { id } = await ask(z.object({ id: z.string() }), "/workflows", { definition });
    const { ready } = await ask(z.object({ ready: z.boolean() }), `/workflows/${id}/checklist`);
    if (ready) await ask(z.unknown(), `/workflows/${id}/activate`, {});
  }
}

/** The first of these that can be used, if an integration that has them is connected. */
async function first(ask: Ask, type: string): Promise<string | undefined> {
  const { items } = await ask(Page, `/resources/${type}`);
  return items.find(({ usable }) => usable)?.id;
}
