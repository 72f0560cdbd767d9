/** Each event about a person stands in that person's timeline; who was not known becomes a lead. What a CRM tells of our own writing does not. */
import { type Consumer, JUNCTION, newId, type StoredEvent } from "@junction/core";
import { noteLikeness, sightLead } from "@junction/db";
import { isCrm, told } from "./inbound.ts";
import { answersOf, isPersonal, keysOf, makesLead, namesLead, personOf } from "./subject.ts";
import { wordsFor } from "./words.ts";

/** The consumer that keeps leads in `db`. */
export const leads = (db: D1Database, clock: () => number = Date.now): Consumer => ({
  name: "leads",
  wants: isPersonal,
  take: (stored) => take(db, stored, clock()),
});

async function take(db: D1Database, stored: StoredEvent, now: number): Promise<void> {
  const { id, contractor, vendor, receivedAt, event } = stored;
  const person = personOf(event);
  const keys = keysOf(vendor, person);
  if (keys.length === 0) return; // about nobody we could ever recognise
  const said = await told(db, stored, now);
  if (said.told === "echo") return; // no news, so it leaves nothing
  const at = event.occurredAt ?? receivedAt;
  const [lead, ...others] = await sightLead(db, {
    ...{ contractor, keys, vendor, now },
    create: vendor !== JUNCTION && makesLead(event) ? newId("lead", now) : null, // what we tell of was made, and may be deleted by now
    external: keys.find(({ kind }) => kind === `vendor:${vendor}`)?.value ?? null,
    // Where the two agree on something, what the name is was decided with all else.
    name: said.known ? null : (person.name ?? null),
    rename: namesLead(event.type),
    answers: answersOf(event),
    edits: !isCrm(vendor),
    also: said.also,
    entry: { event: id, at, type: event.type, words: wordsFor(event, vendor, person) },
  });
  if (lead === undefined) return;
  for (const other of others) await noteLikeness(db, { contractor, lead, other, vendor, at });
}
