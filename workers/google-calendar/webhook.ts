/** What Google Calendar tells: that a calendar changed, and not what. https://developers.google.com/workspace/calendar/api/guides/push */
import { type Delivery, same, type Webhook } from "@junction/kit";
import * as z from "zod/mini";

const PREFIX = "x-goog-";
const Notice = z.object({
  "channel-id": z.string(),
  "message-number": z.string().check(z.regex(/^\d+$/)),
  "resource-id": z.string(),
  "resource-state": z.string(),
  "resource-uri": z.optional(z.string()),
});

function read({ headers }: Delivery): z.output<typeof Notice> {
  const own = Object.entries(headers).filter(([name]) => name.startsWith(PREFIX));
  return Notice.parse(Object.fromEntries(own.map(([name, value]) => [name.slice(PREFIX.length), value])));
}

/** `…/calendars/office%40example.com/events?alt=json` → the calendar. */
function calendarIn(uri: string | undefined): string | undefined {
  const [, segment] = /\/calendars\/([^/?]+)\/events\b/.exec(uri ?? "") ?? [];
  return segment === undefined ? undefined : (new URLSearchParams(`id=${segment.replaceAll("+", "%2B")}`).get("id") ?? undefined);
}

export const webhook: Webhook = {
  events: ["calendar.changed"],
  secret: {
    from: "own",
    label: "Channel token",
    help: "Made by Junction when it opens the channel: Google sends it back with every message",
    generate: true,
  },
  setup:
    "Junction opens the channel itself once a calendar is kept in step with your jobs, and opens the next one before it ends: there is nothing to do here.",
  // Google signs nothing: whoever has the token may say that something changed, and all that comes of it is a look at the calendar.
  verify: ({ headers }, token) => same(headers["x-goog-channel-token"], token),
  receive(delivery) {
    const notice = read(delivery);
    if (notice["resource-state"] === "sync") return []; // the channel is open
    const [channel_id, calendar_id] = [notice["channel-id"], calendarIn(notice["resource-uri"]) ?? notice["resource-id"]];
    return [
      {
        ...{ id: `${channel_id}:${notice["message-number"]}`, type: "calendar.changed", entity: `calendar:${calendar_id}` },
        data: { calendar_id, channel_id },
      },
    ];
  },
};
