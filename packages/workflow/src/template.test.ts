import fc from "fast-check";
import { expect, test } from "vitest";
import type { Definition } from "./definition.ts";
import { scopeAt, valuesOf } from "./scope.ts";
import type { DraftStep } from "./steps.ts";
import { check, MissingValue, render, renderLoosely, type Values } from "./template.ts";

const of =
  (known: Readonly<Record<string, string>>): Values =>
  (name) =>
    known[name];
const ann = of({ name: "Ann <b>", phone: "+12025550101", city: "A & B/c" });

test("a value is put in; a missing one is a fault that says which, unless a fallback or looseness stands for it", () => {
  expect(render("Hi {{ name }}, {{phone}}!", ann)).toBe("Hi Ann <b>, +12025550101!");
  expect(() => render("Hi {{email}}", ann)).toThrow(MissingValue);
  expect(() => render("Hi {{email}}", ann)).toThrow("{{email}} has no value here");
  expect(render("Hi {{email|there}}{{email|}}", ann)).toBe("Hi there");
  expect(renderLoosely("Hi {{email}}.", ann)).toBe("Hi .");
  expect(() => render("{{name}}", of({ name: "  " }))).toThrow(MissingValue);
});

test("a value is escaped for where it goes, and the text around it is not", () => {
  expect(render("<p>{{name}}</p>", ann, "html")).toBe("<p>Ann &lt;b&gt;</p>");
  expect(render("https://example.com/?q={{city}}&x=1", ann, "url")).toBe("https://example.com/?q=A%20%26%20B%2Fc&x=1");
  expect(render("Re: {{name}}", of({ name: "a\r\nBcc: x@example.com" }), "line")).toBe("Re: a Bcc: x@example.com");
  expect(render("{{link}}", of({ link: "https://example.com/a?b=1" }), "url")).toBe("https://example.com/a?b=1");
});

// The attack: a lead fills in a form so that a post of the contractor's links to a script.
test("a value that begins an address must be an address", () => {
  for (const link of ["javascript:alert(1)", "data:text/html,x", "//evil.example", "evil"])
    expect(() => render("{{link}}", of({ link }), "url")).toThrow(MissingValue);
});

// The attack: a lead is called `{{steps.call.transcript}}`, and gets to read it.
test("whatever a value holds, it is said and never read as a template, and what it goes into stays whole", () => {
  const anything = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.constantFrom("{{phone}}", "{{name|{{phone}}", '"}', "\\", "</p><script>", "\u2028"),
  );
  fc.assert(
    fc.property(anything, (value) => {
      fc.pre(value.trim() !== "");
      const values = of({ name: value, phone: "SECRET" });
      expect(render("a{{name}}b", values)).toBe(`a${value}b`);
      expect(JSON.parse(`"${render("{{name}}", values, "json")}"`)).toBe(value);
      expect(render("{{name}}", values, "html")).not.toMatch(/[<>"']/);
      expect(new URL(render("https://example.com/{{name}}?x", values, "url")).search).toBe("?x");
      expect(render("{{name|x}}", values, "line")).not.toMatch(/[\r\n]/);
    }),
    { numRuns: 40 },
  );
});

const step = (id: string, type: string, more: object = {}) => ({ id, type, ...more }) as unknown as DraftStep;
const steps = [
  step("hello", "sms"),
  step("fork", "branch", {
    cases: [{ when: {}, steps: [step("call", "ai_call"), step("inner", "email")] }],
    otherwise: [step("other", "whatsapp")],
  }),
  step("after", "email"),
  step("second", "ai_call"),
  step("last", "crm_sync"),
];
const scope = (id: string, trigger?: Definition["trigger"]) => scopeAt({ steps, trigger }, id);
const kinds = (text: string, id: string, trigger?: Definition["trigger"]) => check(text, scope(id, trigger)).map(({ kind }) => kind);

test("what may be named is what comes before, on the path to the step", () => {
  expect(kinds("{{name}} {{first_name}} {{lead.custom.roof type}} {{input.when}} {{now}}", "hello")).toEqual([]);
  expect(kinds("{{callStatus}} {{steps.call.transcript}} {{steps.hello.message_id}}", "inner")).toEqual([]);
  expect(kinds("{{steps.call.transcript}}", "other")).toEqual(["misplaced"]);
  expect(kinds("{{steps.hello.message_id}}", "hello")).toEqual(["misplaced"]);
  expect(kinds("{{callStatus}}", "hello")).toEqual(["misplaced"]);
  // The branch may not have been taken; after the second call there is one for certain.
  expect(kinds("{{callStatus}}", "after")).toEqual(["misplaced"]);
  expect(kinds("{{callStatus|none}} {{steps.call.transcript|none}}", "after")).toEqual([]);
  expect(kinds("{{callStatus}} {{steps.second.success_evaluation}}", "last")).toEqual([]);
});

test("what the event says may be named where an event starts it; where a schedule does, the lead may be lacking", () => {
  const event: Definition["trigger"] = { on: "event", event: "lead.created", conditions: [] };
  expect(kinds("{{event.form_id}} {{event.answers.city}}", "hello", event)).toEqual([]);
  expect(kinds("{{event.form_id}}", "hello")).toEqual(["unknown"]);
  const schedule = { on: "schedule", every: "P1D", time_zone: "UTC" } as const;
  expect(kinds("{{name}}", "hello", schedule)).toEqual(["misplaced"]);
  expect(kinds("{{name|there}}", "hello", schedule)).toEqual([]);
});

test("a typo names the nearest, and a placeholder that is not closed its place", () => {
  const near = (text: string) => check(text, scope("last")).map((issue) => [issue.at, issue.near[0]]);
  expect(near("Hi {{first_nam}}")).toEqual([[3, "first_name"]]);
  expect(near("{{call_status}}")).toEqual([[0, "callStatus"]]);
  expect(near("{{steps.second.transcrpt}}")).toEqual([[0, "steps.second.transcript"]]);
  expect(near("{{xyzzyxyzzy}} {{}} {{input.}}")).toHaveLength(3);
  expect(near("Hi {{name}, {{phone}}")).toEqual([[3, undefined]]);
  expect(near("{{__proto__}} {{constructor}}")).toHaveLength(2);
});

test("names stand for the lead, the input, the event, the steps before, and the last call", () => {
  const values = valuesOf({
    definition: { steps } as unknown as Definition,
    lead: { id: "lead_1", name: "Ann B. Lee", phone: null, email: "ann@example.com", custom: { "roof type": "tile" } },
    ...{ input: { when: "now" }, event: { answers: { city: "Reno" }, rating: 5 }, now: 0 },
    steps: [
      { step: "hello", output: { message_id: "m1" } },
      { step: "call", output: { status: "no-answer" } },
      { step: "second", output: { status: "completed", duration: 61, transcript: "Hello" } },
      { step: "after", output: null },
    ],
  });
  const text = "{{first_name}} {{lead.custom.roof type}} {{input.when}} {{event.answers.city}} {{event.rating}} {{now}}";
  expect(render(text, values)).toBe("Ann tile now Reno 5 1970-01-01T00:00:00.000Z");
  expect(render("{{callStatus}} {{duration}} {{transcript}} {{steps.call.status}}", values)).toBe("completed 61 Hello no-answer");
  for (const none of ["phone", "successEvaluation", "steps.after.x", "steps.__proto__", "input.constructor", "lead.id", "toString"])
    expect(values(none), none).toBeUndefined();
});
