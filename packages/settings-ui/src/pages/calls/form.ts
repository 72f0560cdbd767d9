/** The settings of a number as the form has them: every part is there, so that nothing changes shape while somebody writes. */
import type { Handling, Hours, NewRouting, Routing } from "../../api/call-routing.ts";

export type Way = Handling["otherwise"];
export interface HandlingForm {
  readonly greeting: string;
  readonly ring: readonly { readonly name: string; readonly phone: string }[];
  readonly order: Handling["order"];
  readonly seconds: number;
  readonly otherwise: Way;
}
export interface RoutingForm {
  readonly time_zone: string;
  readonly hours: readonly Hours[];
  readonly closed_on: readonly string[];
  readonly open: HandlingForm;
  readonly closed: HandlingForm;
  readonly voicemail: string;
  readonly max_seconds: number;
  readonly assistant: string;
}

export const DAYS = [
  ["mon", "Mon"],
  ["tue", "Tue"],
  ["wed", "Wed"],
  ["thu", "Thu"],
  ["fri", "Fri"],
  ["sat", "Sat"],
  ["sun", "Sun"],
] as const;
export const OFFICE: Hours = { days: ["mon", "tue", "wed", "thu", "fri"], from: "08:00", until: "17:00" };

const handlingOf = (handling: Handling | undefined): HandlingForm => ({
  greeting: handling?.greeting ?? "",
  ring: (handling?.ring ?? []).map(({ name = "", phone }) => ({ name, phone })),
  order: handling?.order ?? "together",
  seconds: handling?.seconds ?? 20,
  otherwise: handling?.otherwise ?? "voicemail",
});

/** What is set, or what a new number begins with. */
export const formOf = (routing: Routing | undefined): RoutingForm => ({
  time_zone: routing?.time_zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
  hours: routing?.hours ?? [OFFICE],
  closed_on: routing?.closed_on ?? [],
  open: handlingOf(routing?.open),
  closed: handlingOf(routing?.closed),
  voicemail: routing?.voicemail.greeting ?? "",
  max_seconds: routing?.voicemail.max_seconds ?? 120,
  assistant: routing?.assistant ?? "",
});

/** Numbers as people write them lose what is only for the eye. */
const dialled = (phone: string): string => phone.replaceAll(/[\s().-]/g, "");
const said = (text: string) => (text.trim() === "" ? {} : { greeting: text.trim() });
const settingOf = ({ greeting, ring, ...rest }: HandlingForm) => ({
  ...said(greeting),
  ring: ring.map(({ name, phone }) => ({ ...(name.trim() !== "" && { name: name.trim() }), phone: dialled(phone) })),
  ...rest,
});

export const settingsOf = (form: RoutingForm): NewRouting => ({
  ...{
    time_zone: form.time_zone,
    hours: form.hours.map(({ days, ...times }) => ({ days: [...days], ...times })),
    closed_on: [...form.closed_on],
  },
  ...{ open: settingOf(form.open), closed: settingOf(form.closed) },
  voicemail: { ...said(form.voicemail), max_seconds: form.max_seconds },
  ...(form.assistant.trim() !== "" && {
    assistant: form.assistant.trim().startsWith("sip:") ? form.assistant.trim() : dialled(form.assistant),
  }),
});
