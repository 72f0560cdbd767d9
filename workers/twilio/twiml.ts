/** TwiML: what Twilio is told to do with a call. https://www.twilio.com/docs/voice/twiml */
import type { CallPlan, CallStep } from "@junction/kit";

/** A written element. */
type Verb = string;
type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;

/** Characters that XML 1.0 cannot hold are left out: one of them would make Twilio drop the call. */
const escaped = (text: string): string =>
  text
    .toWellFormed()
    .replaceAll(/[^\P{Cc}\t\n\r]|[\ufffe\uffff]/gu, "")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");

function element(name: string, attributes: Attributes, content: Verb = ""): Verb {
  const written = Object.entries(attributes).flatMap(([key, value]) =>
    value === undefined ? [] : [` ${key}="${escaped(String(value))}"`],
  );
  return content === "" ? `<${name}${written.join("")}/>` : `<${name}${written.join("")}>${content}</${name}>`;
}

export const twiml = (verbs: readonly Verb[]): string => `<?xml version="1.0" encoding="UTF-8"?><Response>${verbs.join("")}</Response>`;
export const say = (text: string): Verb => element("Say", {}, escaped(text));

/** All of these ring at once: numbers, or sip addresses. */
export const dial = (to: readonly string[], attributes: Attributes): Verb =>
  element(
    "Dial",
    { ...attributes, answerOnBridge: true },
    to.map((one) => element(one.startsWith("sip:") ? "Sip" : "Number", {}, escaped(one))).join(""),
  );

export const record = (seconds: number, action: string, told: string): Verb =>
  element("Record", { ...{ action, maxLength: seconds, timeout: 5, playBeep: true }, ...{ transcribe: true, transcribeCallback: told } });

/** `base`: the address that Twilio asked, without what it asked. */
export function planned(plan: CallPlan, base: string): string {
  const back = (next: string) => `${base}?ask=${encodeURIComponent(next)}`;
  const verb = (step: CallStep): Verb => {
    switch (step.do) {
      case "say":
        return say(step.text);
      case "ring":
        return dial(step.phones, { timeout: step.seconds, action: back(step.next) });
      case "hand_over":
        return dial([step.address], { timeout: step.seconds, action: back(step.next) });
      case "record":
        return record(step.seconds, back(step.next), base);
      case "hang_up":
        return element("Hangup", {});
    }
  };
  return twiml(plan.map(verb));
}
