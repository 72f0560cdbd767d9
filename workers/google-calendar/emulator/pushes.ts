/** What Google's notification channels deliver. https://developers.google.com/workspace/calendar/api/guides/push */
import type { Pushes } from "@junction/sandbox";
import * as z from "zod/mini";

/** The message is in the headers alone; until it leaves it is kept as JSON. */
const Notice = z.record(z.string(), z.string());

export const pushes: Pushes = {
  kinds: {
    "calendar.changed": ({ id, entity, now }) => {
      const calendar = entity === 0 ? "office@sandbox-plumbing.example" : `crew${entity}@group.calendar.google.com`;
      const notice: z.output<typeof Notice> = {
        "x-goog-channel-id": `5a11d00c-0000-4000-8000-${entity.toString(16).padStart(12, "0")}`,
        "x-goog-channel-expiration": new Date(now + 7 * 86_400_000).toUTCString(),
        "x-goog-message-number": String(Number.parseInt(id.slice(0, 13), 16)),
        "x-goog-resource-id": `o3hgv1538sdjfh${entity}`,
        "x-goog-resource-state": "exists",
        "x-goog-resource-uri": `https://www.googleapis.com/calendar/v3/calendars/${encodeURIComponent(calendar)}/events?alt=json`,
      };
      return { type: "", body: JSON.stringify(notice) };
    },
  },
  sign({ body, secret }) {
    const notice = body === "" ? {} : Notice.parse(JSON.parse(body));
    return {
      headers: {
        ...notice,
        "user-agent": "APIs-Google; (+https://developers.google.com/webmasters/APIs-Google.html)",
        "x-goog-channel-token": secret,
      },
      body: "",
    };
  },
};
