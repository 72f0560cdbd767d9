import type { Delivery } from "@junction/kit";
import { expect, test } from "vitest";
import { webhook } from "./webhook.ts";

const HEADERS = {
  "x-goog-channel-id": "4ba78bf0-6a47-11e2-bcfd-0800200c9a66",
  "x-goog-channel-token": "398348u3tu83ut8uu38",
  "x-goog-channel-expiration": "Tue, 19 Nov 2026 01:13:52 GMT",
  "x-goog-resource-id": "ret08u3rv24htgh289g",
  "x-goog-resource-uri": "https://www.googleapis.com/calendar/v3/calendars/ann%2Bjobs%40example.com/events?alt=json",
  "x-goog-resource-state": "exists",
  "x-goog-message-number": "10",
};
const delivery = (headers: Readonly<Record<string, string>>): Delivery => ({
  ...{ method: "POST", url: "https://example.com/hooks/google-calendar/a", headers, receivedAt: Date.now(), body: new Uint8Array() },
});
const says = (more: Readonly<Record<string, string>>) => webhook.receive(delivery({ ...HEADERS, ...more }));

test("whoever has the channel's token is Google", async () => {
  const token = HEADERS["x-goog-channel-token"];
  expect(await webhook.verify(delivery(HEADERS), token)).toBe(true);
  for (const wrong of [`${token}x`, token.slice(1), token.toUpperCase()])
    expect(await webhook.verify(delivery(HEADERS), wrong)).toBe(false);
  const { "x-goog-channel-token": _, ...none } = HEADERS;
  expect(await webhook.verify(delivery(none), token)).toBe(false);
});

test("a change is told of the calendar that the channel watches", async () => {
  expect(await says({})).toEqual([
    {
      ...{ id: `${HEADERS["x-goog-channel-id"]}:10`, type: "calendar.changed", entity: "calendar:ann+jobs@example.com" },
      data: { calendar_id: "ann+jobs@example.com", channel_id: HEADERS["x-goog-channel-id"] },
    },
  ]);
  expect(await says({ "x-goog-resource-state": "not_exists" })).toMatchObject([{ type: "calendar.changed" }]);
});

test("what opens a channel is no change", async () => {
  expect(await says({ "x-goog-resource-state": "sync", "x-goog-message-number": "1" })).toEqual([]);
});

test("an address that cannot be decoded, or is of another kind, leaves the resource's own id", async () => {
  for (const uri of ["https://www.googleapis.com/calendar/v3/users/me/calendarList?alt=json", "", "x"])
    expect(await says({ "x-goog-resource-uri": uri })).toMatchObject([{ entity: "calendar:ret08u3rv24htgh289g" }]);
  expect(await says({ "x-goog-resource-uri": "https://x/calendars/%E0%A4%A/events" })).toMatchObject([{ type: "calendar.changed" }]);
  await expect(async () => says({ "x-goog-message-number": "" })).rejects.toThrow("message-number");
});
