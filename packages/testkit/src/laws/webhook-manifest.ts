/** Laws that hold of a webhook as it is declared, and of the emulator that plays it. */
import { EVENTS, type EventType } from "@junction/core";
import type { Law, Violation } from "../law.ts";
import type { Subject } from "../subject.ts";
import { TAMPERING } from "./forgery.ts";
import { wrong } from "./source.ts";

const HOUR_SECONDS = 3600;
/** They say that something changed, and not what: whoever acts on one asks the vendor first. */
const HINTS: readonly EventType[] = ["calendar.changed"];

export const DECLARED_LAWS: readonly Law<Subject>[] = [
  {
    name: "its webhook is explained, and its emulator delivers what it takes",
    check({ vendor: { webhook, manifest }, emulator: { pushes, credentials } }) {
      if (!webhook) return wrong(pushes !== undefined, "its emulator delivers events, and it has no webhook");
      const { events, setup, secret, acknowledgement } = webhook;
      return [
        ...wrong(
          setup.length < 20 || setup.length > 1000,
          `setup has ${setup.length} characters: say where at the vendor the address is entered`,
        ),
        ...wrong(events.length === 0, "it declares no event"),
        ...wrong(new Set(events).size < events.length, "it declares an event twice"),
        ...events.filter((type) => !Object.hasOwn(EVENTS, type)).map((type) => ({ text: `${type} is no event of the vocabulary` })),
        ...wrong(
          acknowledgement !== undefined && (acknowledgement.status < 200 || acknowledgement.status > 299),
          `it acknowledges with ${acknowledgement?.status}: the vendor would take that for a failure`,
        ),
        ...wrong(pushes === undefined, "its emulator delivers nothing: give it pushes"),
        ...(pushes
          ? [
              ...signing(secret, pushes, credentials, Object.keys(manifest.credentials)),
              ...wrong(Object.keys(pushes.kinds).length === 0, "its emulator delivers messages of no kind"),
              ...wrong(
                (webhook.challenge === undefined) !== (pushes.challenge === undefined),
                "it and its emulator do not agree on the challenge",
              ),
            ]
          : []),
      ];
    },
  },
  {
    name: "what it signs the time of is taken for an hour at most",
    check: ({ vendor: { webhook } }) =>
      Object.entries(webhook?.window ?? {}).flatMap(([name, seconds]) =>
        wrong(
          typeof seconds === "number" && !(seconds >= 1 && seconds <= HOUR_SECONDS),
          `${name} is ${seconds}: 1 to ${HOUR_SECONDS} seconds`,
        ),
      ),
  },
  {
    name: "where its signature covers too little, each event is looked up",
    check: ({ vendor: { webhook }, contract }) =>
      wrong(
        contract.exempt.some(({ law }) => law === TAMPERING) && !webhook?.confirm && !webhook?.events.every((type) => HINTS.includes(type)),
        "a changed delivery passes as the vendor's, and it has no confirm",
      ),
  },
];

type Secret = NonNullable<Subject["vendor"]["webhook"]>["secret"];

/** The emulator signs with what the webhook is verified by. */
function signing(
  secret: Secret,
  { secret: own, secretField }: NonNullable<Subject["emulator"]["pushes"]>,
  credentials: Subject["emulator"]["credentials"],
  names: readonly string[],
): readonly Violation[] {
  if (secret.from === "own") {
    return [
      ...wrong(secret.label.length < 3 || secret.help.length < 10, "its secret is not explained: label and help"),
      ...wrong(own === undefined && !secret.generate, "its emulator has no secret to show: pushes.secret"),
      ...wrong(
        own !== undefined && secret.pattern !== undefined && !new RegExp(`^(?:${secret.pattern.source})$`, secret.pattern.flags).test(own),
        "the emulator's secret does not fit its pattern",
      ),
    ];
  }
  const set = secret.from === "app" ? "platform" : "valid";
  return [
    ...wrong(
      secretField?.set !== set || secretField.field !== secret.field,
      `its emulator must sign with the field ${secret.field} of its ${set} credentials: pushes.secretField`,
    ),
    ...wrong((credentials[set]?.[secret.field] ?? "") === "", `its emulator's ${set} credentials have no ${secret.field}`),
    ...wrong(secret.from === "credential" && !names.includes(secret.field), `${secret.field} is no field of its credential`),
  ];
}
