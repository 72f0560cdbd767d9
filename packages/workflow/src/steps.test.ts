import { catalog, toolById } from "@junction/catalog";
import { expect, test } from "vitest";
import * as z from "zod";
import { Definition, type Step } from "./definition.ts";
import { RESOURCES } from "./fields.ts";
import { definitionSchema } from "./schema.ts";
import { instant } from "./step-values.ts";
import { callOf, fieldsOf, type Loaded, STEPS, type StepCall } from "./steps.ts";
import type { Values } from "./template.ts";

const known: Readonly<Record<string, string>> = {
  ...{ name: "Ann Lee", phone: "+12025550101", email: "ann@example.com", duration: "61", "input.at": "2026-11-20T09:00-05:00" },
};
const values: Values = (name) => known[name];
const called = (step: object, loaded?: Loaded): StepCall => {
  const { steps } = Definition.parse({ name: "x", steps: [{ id: "a", ...step }] });
  const call = callOf(steps[0] as Step, values, loaded);
  if (!call) throw new Error("no call");
  return call;
};

test.each<[object, object]>([
  [
    { type: "sms", body: "Hi {{name}}", from: "+12025550100" },
    { tool: "crm/send_sms", input: { to: "+12025550101", body: "Hi Ann Lee", from: "+12025550100" } },
  ],
  [
    { type: "ai_call", assistant: "as_1", from: "pn_1", variables: { who: "{{name}}", city: "{{lead.custom.city}}" } },
    {
      tool: "crm/start_ai_call",
      input: { to: "+12025550101", assistant_id: "as_1", phone_number_id: "pn_1", customer_name: "Ann Lee", variables: { who: "Ann Lee" } },
    },
  ],
  [
    { type: "email", subject: "Hi\n{{name}}", text: "It lasted {{duration}} s" },
    { tool: "crm/send_email", input: { to: "ann@example.com", to_name: "Ann Lee", subject: "Hi Ann Lee", text: "It lasted 61 s" } },
  ],
  [
    { type: "whatsapp", template: "spring:offer:en_US", parameters: ["{{name}}"] },
    {
      tool: "crm/send_whatsapp",
      input: { to: "+12025550101", template: { name: "spring:offer", language: "en_US", parameters: ["Ann Lee"] } },
    },
  ],
  [
    { type: "crm_sync", crm: "hubspot", fields: { length: { value: "{{duration}}" }, city: { value: "{{lead.custom.city}}" } } },
    { tool: "crm/sync_lead", vendor: "hubspot", input: { fields: { length: "61" } } },
  ],
  [
    { type: "social_post", page: "pg_1", text: "Thanks {{name}}", link: "https://example.com/{{name}}" },
    { tool: "crm/post_to_facebook", input: { page_id: "pg_1", text: "Thanks Ann Lee", link: "https://example.com/Ann%20Lee" } },
  ],
  [
    { type: "social_post", page: "instagram:178", text: "Thanks {{name}}", photo: "https://example.com/roof.jpg" },
    { tool: "crm/post_to_instagram", input: { page_id: "178", text: "Thanks Ann Lee", photos: ["https://example.com/roof.jpg"] } },
  ],
  [
    { type: "calendar_event", summary: "Visit {{name}}", start: "{{input.at}}", minutes: 30 },
    {
      tool: "crm/create_event",
      input: { calendar: "primary", title: "Visit Ann Lee", start: "2026-11-20T09:00:00-05:00", end: "2026-11-20T14:30:00.000Z" },
    },
  ],
  [
    { type: "tool", tool: "crm/list_events", arguments: { limit: "{{duration}}", page: "{{duration}}", from: "61" } },
    { tool: "crm/list_events", input: { limit: 61, page: "61", from: "61" } },
  ],
  [
    { type: "tool", tool: "hubspot/anything", arguments: {} },
    { tool: "hubspot/anything", vendor: "hubspot", input: {} },
  ],
])("a step's call: %j", (step, expected) => {
  const call = called(step);
  expect(call).toEqual(expected);
  const contract = toolById(call.tool);
  if (contract && call.tool !== "crm/list_events")
    z.fromJSONSchema(contract.input as Parameters<typeof z.fromJSONSchema>[0]).parse(call.input);
});

test("a template's words stand for the step's own; one that is gone, a time that is none and a missing value are said", () => {
  const template = { subject: "For {{name}}", text: "Hello" };
  expect(called({ type: "email", template: "tpl_1" }, { template }).input).toMatchObject({ subject: "For Ann Lee", text: "Hello" });
  expect(() => called({ type: "email", template: "tpl_1" })).toThrow("The email template is gone.");
  expect(() => called({ type: "calendar_event", summary: "x", start: "tomorrow" })).toThrow("The event's start is “tomorrow”.");
  expect(() => called({ type: "sms", body: "{{lead.custom.city}}" })).toThrow("{{lead.custom.city}} has no value here.");
  expect(() => instant("2026-13-45T09:00Z", "It")).toThrow("It is");
});

test("every tool that the table names is one of the catalog's, and every field one of the schema's", () => {
  const tools = [
    ...Object.values(STEPS).flatMap((kind) => (kind.connections?.({ id: "a", type: "sms", crm: "hubspot" }) ?? []).map(({ tool }) => tool)),
    ...Object.values(RESOURCES).flatMap(({ tool }) => (tool === null ? [] : [tool])),
  ];
  const all = new Set(catalog.tools.map(({ id }) => id));
  expect(tools.filter((tool) => !all.has(tool))).toEqual([]);
  const schema = JSON.stringify(definitionSchema());
  for (const type of Object.keys(STEPS) as Step["type"][])
    for (const { name } of fieldsOf(type)) expect(schema, `${type}.${name}`).toContain(`"${name}":`);
});
