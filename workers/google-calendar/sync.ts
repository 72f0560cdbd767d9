/** What changed on a calendar, for keeping it in step with jobs. https://developers.google.com/workspace/calendar/api/guides/sync */
import { parseJson, path, refuse } from "@junction/kit";
import { getCalendarEvents, listBusyTimes, listCalendarChanges } from "@junction/tools";
import * as z from "zod/mini";
import { instantAt, When } from "./clock.ts";
import { EVENTS, google } from "./manifest.ts";
import { load } from "./series.ts";

/** The sync token, the page's token, and from when on events were listed at first: pages must be asked for with all of them. */
const Cursor = z.tuple([z.nullable(z.string()), z.nullable(z.string()), z.nullable(z.string())]);
function cursorOf(text: string | undefined): z.output<typeof Cursor> | null {
  if (text === undefined) return null;
  const read = Cursor.safeParse(parseJson(text));
  return read.success ? read.data : refuse({ kind: "InvalidRequest", issues: ["cursor must be one that this calendar gave"] });
}
const Changes = z.object({
  items: z._default(
    z.array(z.object({ id: z.string(), etag: z.string(), status: z.optional(z.string()), recurringEventId: z.optional(z.string()) })),
    [],
  ),
  nextPageToken: z.optional(z.string()),
  nextSyncToken: z.optional(z.string()),
});

const changes = google.implement(listCalendarChanges, {
  scopes: [EVENTS],
  async run({ http, input: { calendar, cursor, since } }) {
    const [syncToken, pageToken, timeMin] = cursorOf(cursor) ?? [null, null, since ?? null];
    const query = {
      ...{
        singleEvents: false,
        showDeleted: true,
        maxResults: 250,
        fields: "nextPageToken,nextSyncToken,items(id,etag,status,recurringEventId)",
      },
      ...(syncToken === null ? { timeMin: timeMin ?? undefined } : { syncToken }),
      ...(pageToken !== null && { pageToken }),
    };
    const reply = await http.get(path`/calendar/v3/calendars/${calendar}/events`, { query, accept: [410] });
    if (reply.status === 410) return { changes: [], more: false, reset: true }; // it does not know the token any more
    const { items, nextPageToken, nextSyncToken } = reply.json(Changes);
    const found = items.map(({ id, etag, status, recurringEventId }) =>
      // An occurrence that changed is a change of its series.
      recurringEventId === undefined
        ? { event_id: id, removed: status === "cancelled", version: etag }
        : { event_id: recurringEventId, removed: false },
    );
    const next = nextPageToken === undefined ? [nextSyncToken ?? syncToken, null, null] : [syncToken, nextPageToken, timeMin];
    return { changes: found, cursor: JSON.stringify(next), more: nextPageToken !== undefined, reset: false };
  },
});

const get = google.implement(getCalendarEvents, {
  scopes: [EVENTS],
  async run({ http, input: { calendar, event_ids } }) {
    const found = await Promise.all(event_ids.map((id) => load(http, calendar, id)));
    return {
      events: found.flatMap((one) => (one ? [{ event_id: one.event_id, version: one.version, event: one.event }] : [])),
      gone: event_ids.filter((_, at) => found[at] === null),
    };
  },
});

const Busy = z.object({
  id: z.string(),
  recurringEventId: z.optional(z.string()),
  transparency: z.optional(z.string()),
  status: z.optional(z.string()),
  start: When,
  end: When,
});
const busy = google.implement(listBusyTimes, {
  scopes: [EVENTS],
  async run({ http, input: { calendar, from, until, page } }) {
    const fields = "timeZone,nextPageToken,items(id,recurringEventId,transparency,status,start,end)";
    const query = { timeMin: from, timeMax: until, singleEvents: true, orderBy: "startTime", maxResults: 500, pageToken: page, fields };
    const reply = await http.get(path`/calendar/v3/calendars/${calendar}/events`, { query });
    const { items, timeZone, nextPageToken } = reply.json(
      z.object({ items: z._default(z.array(Busy), []), timeZone: z._default(z.string(), "UTC"), nextPageToken: z.optional(z.string()) }),
    );
    const taken = items.filter(({ transparency, status }) => transparency !== "transparent" && status !== "cancelled");
    const iso = (when: z.output<typeof When>) => new Date(instantAt(when, timeZone)).toISOString();
    return {
      times: taken.map(({ id, recurringEventId, start, end }) => ({ event_id: recurringEventId ?? id, start: iso(start), end: iso(end) })),
      next_page: nextPageToken,
    };
  },
});

export const looking = [changes, get, busy];
