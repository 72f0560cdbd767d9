import { expect, test } from "vitest";
import { Definition, MOST_BYTES } from "./definition.ts";
import { draftIssues, readDraft } from "./draft.ts";
import { activationIssues, breaksWithout, type Has, needsOf } from "./validate.ts";

const sms = (id: string, more: object = {}) => ({ id, type: "sms", body: "Hi {{first_name}}", ...more });
const branch = (id: string, steps: readonly unknown[], when: object = { left: "{{name}}", is: "not_empty" }) => ({
  id,
  type: "branch",
  cases: [{ when, steps }],
});
const told = (steps: unknown, more: object = {}) =>
  draftIssues({ name: "x", steps, ...more }).map(({ at, message }) => `${at}: ${message}`);
const deep = (levels: number): object => branch(`b${levels}`, levels === 0 ? [] : [deep(levels - 1)]);

test("a draft may lack fields, connections and resources; what is empty in the builder is not there", () => {
  expect(draftIssues({})).toEqual([]);
  expect(
    told([
      { id: "a", type: "sms", body: "" },
      { id: "b", type: "ai_call", assistant: null },
      { id: "c", type: "branch" },
    ]),
  ).toEqual([]);
  const read = readDraft({ name: "x", steps: [sms("a"), branch("b", [sms("c")])] });
  // What was read once is read again unchanged, and with nothing lacking it is a definition.
  if (!read.ok) throw new Error(JSON.stringify(read.issues));
  expect(readDraft(read.draft)).toEqual(read);
  expect(Definition.parse(read.draft)).toEqual(Definition.parse({ name: "x", steps: [sms("a"), branch("b", [sms("c")])] }));
});

test.each<[string, unknown, string]>([
  [
    "an unknown type, within a branch",
    [branch("b", [{ id: "a", type: "smss" }])],
    "steps.0.cases.0.steps.0.type: There is no step type “smss”. Did you mean sms?",
  ],
  ["a field that is not there", [sms("a", { boddy: "x" })], "steps.0.boddy: There is no field “boddy” here. Did you mean body?"],
  ["an edge of a graph, which could lead back", [sms("a", { next: "a" })], "steps.0.next: There is no field “next” here."],
  [
    "an id that is taken, by a step that holds it",
    [branch("b", [sms("b")])],
    "steps.0.cases.0.steps.0.id: The id “b” is that of steps.0 already.",
  ],
  [
    "an id that is none",
    [sms("Not an id")],
    "steps.0.id: id must be lower-case letters, digits and _, beginning with a letter, at most 40.",
  ],
  ["no id", [{ type: "sms" }], "steps.0.id: id is missing."],
  [
    "a typo in a placeholder",
    [sms("a", { body: "Hi {{first_nam}}" })],
    "steps.0.body: There is no {{first_nam}} here. Did you mean {{first_name}}",
  ],
  [
    "a typo in a condition",
    [branch("b", [], { left: "{{cal_status}}", is: "equal" })],
    "steps.0.cases.0.when.left: There is no {{cal_status}} here. Did you mean {{callStatus}}",
  ],
  [
    "a typo in a mapped field",
    [{ id: "a", type: "crm_sync", crm: "hubspot", fields: { city: { value: "{{lead.costum.city}}" } } }],
    "steps.0.fields.city.value: There is no {{lead.costum.city}}",
  ],
  [
    "a typo deep in a tool's arguments",
    [{ id: "a", type: "tool", tool: "crm/send_sms", arguments: { to: [{ x: "{{fone}}" }] } }],
    "steps.0.arguments.to.0.x: There is no {{fone}}",
  ],
  [
    "a value that is not one of the known",
    [{ id: "a", type: "crm_sync", crm: "hubspt" }],
    "steps.0.crm: crm must be one of hubspot, salesforce, zoho-crm, pipedrive. Did you mean hubspot?",
  ],
  ["a text that is too long", [sms("a", { body: "x".repeat(1601) })], "steps.0.body: body is too long: at most 1600."],
  ["a span that is none", [{ id: "a", type: "wait", for: "1 day" }], "steps.0.for: for must be an ISO 8601 duration such as PT30M or P1D."],
  ["no step at all", ["x"], "steps.0.type: A step is an object that says its type."],
  ["no list", "x", "steps: Steps are a list."],
  ["branches within branches without end", [deep(8)], ": Branches go 5 deep at most."],
  ["too many steps", Array.from({ length: 201 }, (_, n) => sms(`s${n}`)), "steps: There are 201 steps; a workflow has at most 200."],
])("what is no draft says where and why: %s", (_, steps, expected) => {
  const said = told(steps);
  expect(said.join("\n")).toContain(expected);
  expect(said).toHaveLength(1);
});

test("a body of a megabyte, one nested a thousand deep, and one that is no object are refused before they are read", () => {
  expect(told([sms("a", { body: "x".repeat(1024 * 1024) })])).toEqual([
    `: It weighs 1025 KB; a workflow weighs ${MOST_BYTES / 1024} KB at most.`,
  ]);
  expect(told(JSON.parse("[".repeat(1000) + "]".repeat(1000)))).toEqual([": It is nested more than 60 deep."]);
  for (const none of [null, 5, "x", []]) expect(draftIssues(none)).toHaveLength(1);
  expect(
    told([
      { id: "a", type: "constructor" },
      { id: "b", type: "__proto__" },
    ]),
  ).toHaveLength(2);
});

const nothing: Has = { connections: [], resources: () => null };
const whole = {
  name: "x",
  steps: [
    sms("text", { from: "+12025550100" }),
    { id: "call", type: "ai_call" },
    branch("fork", [{ id: "mail", type: "email", template: "tpl_1" }], { left: "{{callStatus}}", is: "equal", right: "no-answer" }),
    { id: "later", type: "wait" },
    { id: "crm", type: "crm_sync", crm: "hubspot", fields: { lifecyclestage: { value: "lead" } } },
    { id: "any", type: "tool", tool: "crm/create_event", arguments: { titel: "x" } },
  ],
};
const lacks = (definition: unknown, has: Has) => activationIssues(definition, has).map(({ at, message }) => `${at}: ${message}`);

test("activation lists everything that is missing at once, each with its step and what mends it", () => {
  const has: Has = {
    connections: [{ vendor: "twilio", status: "error" }],
    resources: (type) => (type === "phone_number" ? false : null),
    template: () => ({ subject: "Hi {{first_nam}}", text: "{{callStatus}}" }),
  };
  expect(lacks(whole, has)).toEqual([
    "steps.0: Send a text message: Twilio does not accept its credentials any more.",
    "steps.0.from: Phone number “+12025550100” is not among yours.",
    "steps.1.assistant: “AI call” lacks “Assistant”.",
    "steps.1.from: “AI call” lacks “Calls from”.",
    "steps.1: Have the AI assistant call: Vapi is not connected.",
    "steps.2.cases.0.steps.0: Send an email: Gmail, Mailgun, or SendGrid is not connected.",
    "steps.2.cases.0.steps.0.template: In the template: There is no {{first_nam}} here. Did you mean {{first_name}}?",
    "steps.3.for: “Wait” needs “A while” or “A moment” or “Something to happen”.",
    "steps.4: Save a lead in the CRM: HubSpot is not connected.",
    "steps.5.arguments.title: Put a job on the calendar needs title.",
    "steps.5.arguments.start: Put a job on the calendar needs start.",
    "steps.5.arguments.end: Put a job on the calendar needs end.",
    "steps.5.arguments.titel: Put a job on the calendar takes no titel. Did you mean title?",
    "steps.5: Put a job on the calendar: Apple Calendar or Google Calendar is not connected.",
  ]);
  const links = activationIssues(whole, has).map(({ remedy }) => remedy.url);
  expect(links).toContain("/settings/integrations/twilio");
  expect(links).toContain("/settings/integrations/hubspot");
});

test("with all of it there, nothing is missing; a warning still works", () => {
  const steps = [sms("text"), { id: "crm", type: "crm_sync", crm: "hubspot" }];
  const connections = [
    { vendor: "twilio", status: "warning" },
    { vendor: "hubspot", status: "connected" },
  ];
  expect(activationIssues({ name: "x", steps }, { ...nothing, connections })).toEqual([]);
  // Another CRM does not do.
  expect(
    lacks({ name: "x", steps }, { ...nothing, connections: [connections[0] ?? never(), { vendor: "pipedrive", status: "connected" }] }),
  ).toEqual(["steps.1: Save a lead in the CRM: HubSpot is not connected."]);
});
const never = (): never => {
  throw new Error("not there");
};

test.each<[object, string]>([
  [{ steps: [] }, "steps: The workflow has no steps."],
  [{ name: "", steps: [] }, "name: The workflow has no name."],
  [
    { steps: [{ id: "a", type: "wait", for: "P1D", event: "message.received", deadline: "P1D" }] },
    "steps.0.event: “Wait” waits for two things.",
  ],
  [{ steps: [{ id: "a", type: "wait", event: "message.received" }] }, "steps.0.deadline: “Wait” may wait for ever."],
  [
    { steps: [{ id: "a", type: "crm_sync", crm: "hubspot" }], crm: { vendor: "hubspot", direction: "fetch" } },
    "steps.0.crm: This workflow only fetches",
  ],
  [{ steps: [branch("a", [], { left: "x", is: "greater" })] }, "steps.0.cases.0.when.right: Case 1 of “Branch” compares with nothing."],
  [{ steps: [branch("a", [], {})] }, "steps.0.cases.0.when: Case 1 of “Branch” has no condition."],
  [{ steps: [{ id: "a", type: "email", text: "x" }] }, "steps.0.subject: “Email” has no subject."],
  [
    { steps: [{ id: "a", type: "tool", tool: "crm/send_smss" }] },
    "steps.0.tool: There is no tool crm/send_smss. Did you mean crm/send_sms",
  ],
  [
    { steps: [sms("a", { body: "{{callStatus}}" })] },
    "steps.0.body: {{callStatus}} cannot be used here: no AI call comes before this step.",
  ],
  [
    { steps: [sms("a")], trigger: { on: "schedule", every: "P1D" } },
    "steps.0.to: {{phone}} may have no value: a run that a schedule starts is about no lead.",
  ],
])("activation tells of %j", (definition, expected) => {
  expect(lacks({ name: "x", ...definition }, nothing).join("\n")).toContain(expected);
});

test("needs are the union over the steps, those in branches too; a vendor breaks what only it serves", () => {
  const { connections, resources, lists } = needsOf(
    Definition.parse({
      name: "x",
      steps: [sms("a"), branch("b", [sms("c"), { id: "d", type: "crm_sync", crm: "hubspot", fields: { x: { value: "y" } } }])],
    }),
  );
  expect(connections).toEqual([
    { tool: "crm/send_sms", steps: ["a", "c"] },
    { tool: "crm/sync_lead", vendor: "hubspot", steps: ["d"] },
  ]);
  expect(resources).toEqual([
    { type: "crm_field", field: "fields.x", id: "x", vendor: "hubspot", step: "d", at: "steps.1.cases.0.steps.1.fields.x" },
  ]);
  expect(lists).toEqual(["phone_number", "crm_field"]);
  const mail = Definition.parse({ name: "x", steps: [{ id: "a", type: "email", subject: "x", text: "y" }] });
  expect(breaksWithout(mail, "sendgrid", ["sendgrid", "mailgun"])).toBe(false);
  expect(breaksWithout(mail, "sendgrid", ["sendgrid", "twilio"])).toBe(true);
  expect(breaksWithout(mail, "twilio", ["sendgrid", "twilio"])).toBe(false);
});
