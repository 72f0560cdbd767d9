/** What is done with a call: settings, the time, and what has happened so far give a plan. Pure, and no vendor's: the one place that decides. */
import type { CallPlan, CallQuestion, CallRouting, CallStep, EventData, Handling } from "@junction/core";
import { isOpen } from "./hours.ts";

export type Missed = EventData<"call.missed">["reason"];
export interface Decision {
  readonly plan: CallPlan;
  /** Nobody of the contractor's took the call, as is known from now on. */
  readonly missed?: Missed;
}

type When = "open" | "closed";
const WORDS = {
  voicemail: "Sorry that nobody can take your call right now. Please leave your name, your number and a message after the tone.",
  goodbye: "Sorry that nobody can take your call right now. Please call again later. Goodbye.",
  thanks: "Thank you. Goodbye.",
};
/** How long the assistant may take to pick up. */
const ASSISTANT_SECONDS = 20;
const VOICEMAIL_SECONDS = 120;
const HANG_UP: CallStep = { do: "hang_up" };
const say = (text: string): CallStep => ({ do: "say", text });

/** `routing`: null where nothing is set for the number, or what is set cannot be read: a message is taken all the same. */
export function decide(routing: CallRouting | null, question: CallQuestion, now: number): Decision {
  const [first = "", second = ""] = question.at.split(".");
  const begins = first !== "open" && first !== "closed";
  const when: When = begins ? (routing !== null && !isOpen(routing, now) ? "closed" : "open") : first;
  if (second === "recorded") return { plan: question.over ? [] : [say(WORDS.thanks), HANG_UP] };
  if (question.outcome === "answered") return { plan: [HANG_UP] };
  if (question.over) return { plan: [], ...(begins ? {} : { missed: "hung_up" }) };
  if (routing === null) return { plan: voicemail(null, when), missed: "not_set_up" };

  const handling = routing[when];
  const missed: Missed = when === "closed" ? "after_hours" : "no_answer";
  if (second === "assistant") return { plan: voicemail(routing, when), missed };
  const greeting = begins && handling.greeting !== undefined ? [say(handling.greeting)] : [];
  const turns = turnsOf(handling);
  const turn = begins ? 0 : Number(second);
  const phones = turns[turn]; // none: everyone has been rung, or the settings have changed during the call
  if (phones) return { plan: [...greeting, { do: "ring", phones, seconds: handling.seconds, next: `${when}.${turn + 1}` }] };
  switch (handling.otherwise) {
    case "hang_up":
      return { plan: [...greeting, say(WORDS.goodbye), HANG_UP], missed };
    case "assistant":
      if (routing.assistant === undefined) break;
      return {
        plan: [...greeting, { do: "hand_over", address: routing.assistant, seconds: ASSISTANT_SECONDS, next: `${when}.assistant` }],
      };
    case "voicemail":
      break;
  }
  return { plan: [...greeting, ...voicemail(routing, when)], missed };
}

/** Whom to ring, turn by turn. */
function turnsOf({ ring, order }: Handling): readonly (readonly string[])[] {
  const phones = ring.map(({ phone }) => phone);
  if (phones.length === 0) return [];
  return order === "together" ? [phones] : phones.map((phone) => [phone]);
}

const voicemail = (routing: CallRouting | null, when: When): CallPlan => [
  say(routing?.voicemail.greeting ?? WORDS.voicemail),
  { do: "record", seconds: routing?.voicemail.max_seconds ?? VOICEMAIL_SECONDS, next: `${when}.recorded` },
];
