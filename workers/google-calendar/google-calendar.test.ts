import { failed, trial } from "@junction/testkit";
import { expect, test } from "vitest";

const { answers, call, stage } = trial("google-calendar");
const start = "2027-03-01T09:00:00-05:00";
const end = "2027-03-01T11:00:00-05:00";
const span = { from: "2027-03-01T00:00:00Z", until: "2027-03-02T00:00:00Z" };

test("a job is busy time until it is removed, and removing it again succeeds", async () => {
  const made = await call("crm/create_event", { title: "Water heater", start, end });
  const event_id = made?.ok ? (made.value as { event_id: string }).event_id : "";
  expect(await call("crm/check_availability", span)).toMatchObject({ ok: true, value: { free: false, busy: [{}] } });
  expect(await call("crm/list_events", span)).toMatchObject({ ok: true, value: { events: [{ event_id, title: "Water heater" }] } });
  for (const _ of [1, 2])
    expect(await call("crm/delete_event", { event_id })).toMatchObject({ ok: true, value: { event_id, removed: true } });
  expect(await call("crm/check_availability", span)).toMatchObject({ ok: true, value: { free: true, busy: [] } });
  expect(await call("crm/update_event", { event_id: "nobodysevent", title: "x" })).toMatchObject(failed({ kind: "NotFound" }));
});

test("a change leaves what it does not name as it was", async () => {
  const made = await call("crm/create_event", { title: "Leak", start, end, location: "1 Main St" });
  const event_id = made?.ok ? (made.value as { event_id: string }).event_id : "";
  expect(await call("crm/update_event", { event_id, title: "Big leak" })).toMatchObject({
    ok: true,
    value: { event_id, title: "Big leak", location: "1 Main St" },
  });
});

test("a calendar that cannot be read is not taken for a free one", async () => {
  expect(await call("crm/check_availability", { ...span, calendar: "nobody@example.com" })).toMatchObject(failed({ kind: "NotFound" }));
  answers(200, { calendars: { primary: { errors: [{ reason: "internalError" }], busy: [] } } });
  expect(await call("crm/check_availability", span)).toMatchObject(failed({ kind: "VendorUnavailable" }));
});

test("a limit is one though it comes as a 403, and what only the organizer may is no fault of the connection", async () => {
  const says = (reason: string) =>
    answers(403, { error: { code: 403, message: "x", errors: [{ domain: "usageLimits", reason, message: "x" }] } });
  for (const reason of ["rateLimitExceeded", "userRateLimitExceeded", "quotaExceeded"]) {
    says(reason);
    expect(await call("crm/list_events", span)).toMatchObject(failed({ kind: "RateLimited" }));
  }
  says("forbiddenForNonOrganizer");
  expect(await call("crm/delete_event", { event_id: "other" })).toMatchObject(
    failed({ kind: "Declined", code: "forbiddenForNonOrganizer" }),
  );
});

test("a calendar that may only be read fails the test", async () => {
  answers(200, { summary: "holidays", accessRole: "reader" });
  expect((await stage().check("valid")).outcome).toMatchObject(failed({ kind: "PermissionError" }));
});

test("calendars to choose from: the main one by its lasting name, and which may only be read; page by page", async () => {
  const main = { id: "primary", name: "owner@sandbox-plumbing.example", detail: "The main calendar", usable: true };
  expect(await call("crm/list_calendars", {})).toMatchObject({
    ok: true,
    value: {
      items: [main, { name: "Crew", usable: true }, { name: "Holidays in United States", detail: "It may only be read", usable: false }],
    },
  });
  answers(200, { items: [{ id: "a", summary: "A", summaryOverride: "Ours", accessRole: "writer" }], nextPageToken: "P1" });
  expect(await call("crm/list_calendars", {})).toEqual({
    ok: true,
    value: { items: [{ id: "a", name: "Ours", usable: true }], next_page: "P1" },
  });
});
