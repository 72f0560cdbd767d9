import { below, type Http, path, refuse } from "@junction/kit";
import { checkAvailability, createEvent, deleteEvent, listCalendars, listEvents, updateEvent } from "@junction/tools";
import { calendarText, newEvent } from "./calendar-object.ts";
import { eventsBetween, read } from "./dav.ts";
import { type Account, calendarsOf, whichCalendar } from "./discovery.ts";
import { busySpans, type Happening, happenings, pageOf } from "./happenings.ts";
import { apple } from "./manifest.ts";
import { change, exclude } from "./occurrences.ts";
import { syncing } from "./sync.ts";

const CALENDAR = "text/calendar; charset=utf-8";
type Where = Awaited<ReturnType<typeof whichCalendar>>;

/** An event's place: an occurrence of a recurring one is named by its series and its time, `name.ics#20261120T140000Z`. */
async function eventAt(http: Http, account: Account, input: { readonly calendar: string; readonly event_id: string }) {
  const calendar = await whichCalendar(http, account, input.calendar);
  const [, name = input.event_id, occurrence] = /^(.+)#(\d{8}(?:T\d{6}Z)?)$/.exec(input.event_id) ?? [];
  const at = below(calendar.path, path`/${name}`);
  const load = async () => {
    const reply = await http.get(at, { host: calendar.host, headers: { Accept: "text/calendar" } });
    const etag = reply.header("etag") ?? refuse({ kind: "VendorUnavailable", sent: true }); // without it a write could undo another's
    return { object: reply.text(read(calendarText)), save: (body: string) => save(http, calendar, at, body, { "If-Match": etag }) };
  };
  return { ...calendar, path: at, occurrence, load };
}

const save = (
  http: Http,
  { host }: Where,
  at: Where["path"],
  body: string,
  headers: Readonly<Record<string, string>>,
  accept: readonly number[] = [],
) => http.put(at, { host, text: { type: CALENDAR, body }, headers, accept });

const create = apple.implement(createEvent, {
  idempotent: true, // the key becomes the event's UID and its address, and it is put there only if nothing is
  async run({ http, account, input, idempotencyKey }) {
    const calendar = await whichCalendar(http, account, input.calendar);
    const name = `${idempotencyKey}.ics`;
    const body = newEvent({ ...input, time_zone: input.time_zone ?? calendar.zone, uid: idempotencyKey });
    await save(http, calendar, below(calendar.path, path`/${name}`), body, { "If-None-Match": "*" }, [412]); // 412: it is there already
    return { event_id: name };
  },
});

const update = apple.implement(updateEvent, {
  idempotent: true, // the same values again change nothing but the revision
  async run({ http, account, input }) {
    const { occurrence, zone, load } = await eventAt(http, account, input);
    const { object, save } = await load();
    const changed = change(object, occurrence, input, zone);
    await save(changed.text);
    return { ...changed.event, event_id: input.event_id };
  },
});

const remove = apple.implement(deleteEvent, {
  idempotent: true,
  async run({ http, account, input }) {
    const { host, path: at, occurrence, zone, load } = await eventAt(http, account, input);
    if (occurrence === undefined) {
      await http.delete(at, { host, accept: [404, 410] });
    } else {
      const { object, save } = await load();
      const left = exclude(object, occurrence, zone);
      if (left === "empty") await http.delete(at, { host, accept: [404, 410] });
      else if (left !== "gone") await save(left.text);
    }
    return { event_id: input.event_id, removed: true };
  },
});

/** What happens between two times, by its start. Free and busy times are made of it too: iCloud answers no free-busy query. */
async function between(
  http: Http,
  account: Account,
  input: { readonly calendar: string; readonly from: string; readonly until: string },
): Promise<readonly Happening[]> {
  const { host, path: at, zone } = await whichCalendar(http, account, input.calendar);
  const [from, until] = [Date.parse(input.from), Date.parse(input.until)];
  if (until <= from) refuse({ kind: "InvalidRequest", issues: ["until must be after from"] });
  const reply = await http.request("REPORT", at, {
    host,
    headers: { Depth: 1, Accept: "application/xml" },
    text: { type: "application/xml; charset=utf-8", body: eventsBetween(from, until) },
  });
  return reply.text(read((text) => happenings(text, from, until, zone)));
}

const list = apple.implement(listEvents, {
  async run({ http, account, input }) {
    return pageOf(await between(http, account, input), input.limit, input.page);
  },
});

const availability = apple.implement(checkAvailability, {
  async run({ http, account, input }) {
    const busy = busySpans(await between(http, account, input), Date.parse(input.from), Date.parse(input.until));
    return { free: busy.length === 0, busy };
  },
});

const calendars = apple.implement(listCalendars, {
  async run({ http, account }) {
    const items = (await calendarsOf(http, account)).map(({ id, name, writable }) => ({
      ...{ id, name: name || id, usable: writable },
      detail: id === "primary" ? "The calendar for jobs" : writable ? undefined : "It may only be read",
    }));
    return { items };
  },
});

export default apple.provides({ actions: [create, update, remove, list, availability, calendars, ...syncing] });
