/** Channels on which Google says that a calendar changed. https://developers.google.com/workspace/calendar/api/guides/push */
import { path } from "@junction/kit";
import { unwatchCalendar, watchCalendar } from "@junction/tools";
import * as z from "zod/mini";
import { EVENTS, google } from "./manifest.ts";

const watch = google.implement(watchCalendar, {
  scopes: [EVENTS],
  idempotent: true, // the channel's id is the key's, and Google opens each once
  async run({ http, idempotencyKey, input: { calendar, address, secret_generation, until } }) {
    const channel_id = idempotencyKey.slice(-32).replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
    const reply = await http.post(path`/calendar/v3/calendars/${calendar}/events/watch`, {
      json: { id: channel_id, type: "web_hook", address, expiration: String(Date.parse(until)) },
      hookSecret: { as: "token", generation: secret_generation },
      accept: ["channelIdNotUnique"], // it is open already: a repeat
    });
    const { resourceId, expiration } = reply.json(z.object({ resourceId: z.optional(z.string()), expiration: z.optional(z.string()) }));
    return { channel_id, resource_id: resourceId, expires_at: new Date(Number(expiration ?? Date.parse(until))).toISOString() };
  },
});

const unwatch = google.implement(unwatchCalendar, {
  scopes: [EVENTS],
  idempotent: true,
  async run({ http, input: { channel_id, resource_id } }) {
    await http.post(path`/calendar/v3/channels/stop`, { json: { id: channel_id, resourceId: resource_id }, accept: [404] }); // it has ended
    return { channel_id, closed: true };
  },
});

export const watching = [watch, unwatch];
