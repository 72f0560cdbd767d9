/** What Twilio asks while somebody is on the line. https://www.twilio.com/docs/voice/twiml#twilios-request-to-your-application */
import { type CallQuestion, type Delivery, formOf, type Questions } from "@junction/kit";
import { planned, record, say, twiml } from "./twiml.ts";

const ENDED = ["completed", "busy", "failed", "no-answer", "canceled"];

function ask(delivery: Delivery): CallQuestion | null {
  const fields = formOf(delivery);
  const form = (name: string): string | undefined => fields.get(name) || undefined;
  const [call_id, status] = [form("CallSid"), form("CallStatus")];
  if (call_id === undefined || status === undefined || form("TranscriptionSid") !== undefined) return null;
  const asked = new URL(delivery.url).searchParams.get("ask");
  // Where somebody entered the bare address at "A call comes in", the call asks too; what only tells of it says where it comes from.
  const bare = status === "ringing" && form("Direction") === "inbound" && form("CallbackSource") === undefined;
  if (asked === null && !bare) return null;
  const dialled = form("DialCallStatus");
  const answered = dialled === "completed" || dialled === "answered";
  const outcome =
    dialled !== undefined ? (answered ? "answered" : "unanswered") : form("RecordingSid") !== undefined ? "recorded" : undefined;
  return {
    ...{ call_id, from: numberIn(form("From")), to: numberIn(form("To")), account: form("AccountSid") },
    ...{ at: asked === null || asked === "call" ? "" : asked, outcome, over: ENDED.includes(status) },
  };
}

/** Who hides their number comes as a word, or as that word on a keypad. */
const HIDDEN = ["+266696687", "+7378742833", "+2562533", "+8656696"];
const numberIn = (address: string | undefined): string | undefined => {
  const number = /^\+\d{6,15}$/.exec(address ?? "")?.[0];
  return number === undefined || HIDDEN.includes(number) ? undefined : number;
};

export const questions: Questions = {
  ask,
  answer: (plan, { url }) => ({ status: 200, type: "text/xml", body: planned(plan, url.split("?")[0] ?? url) }),
  // Addresses are relative to the one that was asked.
  fallback: {
    status: 200,
    type: "text/xml",
    body: twiml([
      say("Sorry that nobody can take your call right now. Please leave your name, your number and a message after the tone."),
      record(120, "?ask=open.recorded", "?"),
    ]),
  },
};
