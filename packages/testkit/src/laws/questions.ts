/** The law of vendors that ask what to do while somebody is on the line. */
import type { CallPlan } from "@junction/core";
import type { Hooks } from "../hooks.ts";
import type { Law } from "../law.ts";
import { wrong } from "./source.ts";

const PHONES = ["+12025550101", "+12025550102"];
/** Each step there is, with what must be found in the answer. */
const STEPS: readonly (readonly [step: CallPlan[number], found: readonly string[]])[] = [
  [{ do: "say", text: "Hello" }, ["Hello"]],
  [{ do: "ring", phones: PHONES, seconds: 17, next: "open.1" }, [...PHONES, "17", "ask=open.1"]],
  [
    { do: "hand_over", address: "sip:desk@sip.example.com", seconds: 19, next: "open.assistant" },
    ["desk@sip.example.com", "ask=open.assistant"],
  ],
  [{ do: "record", seconds: 61, next: "open.recorded" }, ["61", "ask=open.recorded"]],
  [{ do: "hang_up" }, []],
];

export const QUESTION_LAWS: readonly Law<Hooks>[] = [
  {
    name: "what asks is read as a question from its beginning, and every step of a plan is said in the vendor's words",
    async check({ webhook: { questions }, kinds, one, deliver, url }) {
      const told = await deliver(await Promise.all(kinds.map((kind) => one({ kind }))));
      const asked = told.flatMap(({ value }) => (value?.verdict === "verified" && value.question ? [value.question] : []));
      if (!questions) return wrong(asked.length > 0, "it asks something, and declares no questions");
      const delivery = { method: "POST", url: `${url}?ask=call`, headers: {}, body: new Uint8Array(), receivedAt: Date.now() };
      const { fallback } = questions;
      return [
        ...wrong(asked.length === 0, "nothing that its emulator delivers asks anything"),
        ...asked.flatMap(({ at, over }) => wrong(at !== "" || over, "a call that comes in does not begin at the beginning")),
        ...STEPS.flatMap(([step, found]) => {
          const { status, body } = questions.answer([step], delivery);
          return [
            ...wrong(status !== 200 || body === "", `it answers ${step.do} with ${status} ${body}`),
            ...found.flatMap((text) => wrong(!body.includes(text), `${step.do}: its answer has no ${text}`)),
          ];
        }),
        ...wrong(fallback.status !== 200 || fallback.body === "", "its fallback says nothing"),
      ];
    },
  },
];
