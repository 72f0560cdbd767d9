/** Workflows for tests, right and wrong. */
export type Json = Readonly<Record<string, unknown>>;

export const steps = (...list: Json[]): Json => ({ name: "Follow up", trigger: { on: "manual" }, steps: list });
export const hello = { id: "hello", type: "sms", body: "Hi {{first_name|there}}" };
export const pause = { id: "pause", type: "wait", for: "P1D" };

/** One of so many bytes as JSON, right in all else. */
export function weighing(bytes: number): Json {
  const mails = Array.from({ length: Math.ceil(bytes / 90_000) }, (_, n) => ({ id: `e${n}`, type: "email", subject: "x", text: "" }));
  const left = bytes - JSON.stringify(steps(...mails)).length;
  return steps(...mails.map((mail, n) => ({ ...mail, text: "x".repeat(Math.min(90_000, Math.max(0, left - n * 90_000))) })));
}

const branch = (step: Json): Json => ({ id: "b", type: "branch", cases: [{ when: { left: "{{name}}", is: "not_empty" }, steps: [step] }] });

interface Bad {
  readonly what: string;
  readonly definition: Json;
  /** Where it is wrong, and what is said of it. */
  readonly at: string;
  readonly says: RegExp;
  readonly near?: string;
  readonly mended?: RegExp;
}
export const BAD: readonly Bad[] = [
  {
    ...{ what: "an unknown step", definition: steps({ id: "a", type: "smss", body: "x" }), at: "steps.0.type" },
    ...{ says: /“smss”.*Did you mean sms/, near: "sms" },
  },
  {
    ...{ what: "the same id in a branch", definition: steps(hello, branch(hello)), at: "steps.1.cases.0.steps.0.id" },
    says: /“hello” is that of steps\.0/,
  },
  {
    ...{ what: "steps where none can be", definition: steps({ ...hello, steps: [pause] }), at: "steps.0.steps" },
    says: /no field “steps”/,
  },
  {
    ...{ what: "a step that leads back", definition: steps(hello, { ...pause, next: "hello" }), at: "steps.1.next" },
    ...{ says: /no field “next”/, mended: /order of the list/ },
  },
  {
    ...{ what: "a placeholder's typo", definition: steps(branch({ ...hello, body: "Hi {{frist_name}}" })) },
    ...{ at: "steps.0.cases.0.steps.0.body", says: /no \{\{frist_name\}\}/, near: "first_name" },
  },
  { what: "a field of the wrong kind", definition: steps({ ...pause, for: "a day" }), at: "steps.0.for", says: /ISO 8601/ },
  {
    ...{ what: "an unknown event", definition: { ...steps(hello), trigger: { on: "event", event: "lead.craeted" } } },
    ...{ at: "trigger.event", says: /lead\.created/ },
  },
];
