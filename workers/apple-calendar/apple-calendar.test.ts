import { failed, trial } from "@junction/testkit";
import { expect, test } from "vitest";

const { action, call, checkFields, stage } = trial("apple-calendar");
const start = "2027-03-13T09:00:00-05:00";
const end = "2027-03-13T11:00:00-05:00";
const span = { from: "2027-03-13T00:00:00Z", until: "2027-03-14T00:00:00Z" };
const VTIMEZONE =
  "BEGIN:VTIMEZONE\nTZID:America/New_York\nBEGIN:STANDARD\nDTSTART:20071104T020000\nRRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU\nTZOFFSETFROM:-0400\nTZOFFSETTO:-0500\nEND:STANDARD\nBEGIN:DAYLIGHT\nDTSTART:20070311T020000\nRRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU\nTZOFFSETFROM:-0500\nTZOFFSETTO:-0400\nEND:DAYLIGHT\nEND:VTIMEZONE";
const object = (...events: readonly string[]) =>
  `BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//Apple Inc.//iPhone OS 26.1//EN\n${VTIMEZONE}\n${events.map((event) => `BEGIN:VEVENT\nUID:u1\nDTSTAMP:20270101T000000Z\n${event}\nEND:VEVENT\n`).join("")}END:VCALENDAR\n`;
/** Every Monday at nine in New York, over the change of the clocks on 14 March 2027; the 15th moved to noon, the 22nd taken out. */
const SERIES = object(
  "SUMMARY:Standup\nDTSTART;TZID=America/New_York:20270301T090000\nDURATION:PT1H\nRRULE:FREQ=WEEKLY;COUNT=6\nEXDATE;TZID=America/New_York:20270322T090000\nX-APPLE-TRAVEL-DURATION:PT15M",
  "SUMMARY:Standup at noon\nRECURRENCE-ID;TZID=America/New_York:20270315T090000\nDTSTART;TZID=America/New_York:20270315T120000\nDTEND;TZID=America/New_York:20270315T130000",
);

/** iCloud holds this one object, under the name series.ics. */
function holds(text: string): void {
  stage().misbehave(({ method }) => {
    if (method === "GET") return { status: 200, headers: { "content-type": "text/calendar", etag: '"7"' }, body: text };
    if (method === "PUT" || method === "DELETE") return { status: 204 };
    const body = `<?xml version="1.0"?><D:multistatus xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><D:response><D:href>/1/calendars/x/series.ics</D:href><D:propstat><D:prop><D:getetag>"7"</D:getetag><C:calendar-data><![CDATA[${text}]]></C:calendar-data></D:prop><D:status>HTTP/1.1 200 OK</D:status></D:propstat></D:response></D:multistatus>`;
    return { status: 207, headers: { "content-type": "text/xml" }, body };
  });
}
const idOf = (made: Awaited<ReturnType<typeof call>>): string => (made?.ok ? (made.value as { event_id: string }).event_id : "");

test("connecting finds the partition, the calendar that was named, and its time zone", async () => {
  const { valid } = stage().subject.emulator.credentials;
  const typed = { apple_id: valid["apple_id"] ?? "", app_password: valid["app_password"] ?? "" };
  const home = "https://p42-caldav.icloud.com/8301234567/calendars/";
  expect(await checkFields(typed)).toEqual({
    ok: true,
    requests: 3,
    value: {
      id: typed.apple_id,
      name: typed.apple_id,
      found: { home, calendar: `${home}6F3D2C1A-JOBS/`, zone: "America/New_York" },
    },
  });
  expect(await checkFields({ ...typed, main_calendar: "home & Family" })).toMatchObject({
    value: { found: { calendar: `${home}home/` } },
  });
  for (const main_calendar of ["Holidays", "Reminders", "Nowhere"])
    expect(await checkFields({ ...typed, main_calendar })).toMatchObject(failed({ kind: "InvalidRequest" }));
  expect(await checkFields("revoked")).toMatchObject(failed({ kind: "CredentialError" }));
});

test("a partition that is not Apple's is never asked, so no password reaches it", async () => {
  stage().misbehave((sent) =>
    sent.path.endsWith("/principal/")
      ? (passed) => ({ ...passed, body: passed.body.replace("p42-caldav.icloud.com", "p42-caldav.icloud.com.evil.example") })
      : "pass",
  );
  const { outcome, sent } = await stage().check("valid");
  expect(outcome).toMatchObject(failed({ kind: "VendorUnavailable" }));
  expect(sent.map(({ host }) => host)).toEqual(["caldav.icloud.com", "caldav.icloud.com"]);
});

test("a job is busy time until it is removed, and removing it again succeeds", async () => {
  const event_id = idOf(await call("crm/create_event", { title: "Water heater", start, end }));
  expect(await call("crm/check_availability", span)).toMatchObject({
    value: { free: false, busy: [{ start: "2027-03-13T14:00:00Z", end: "2027-03-13T16:00:00Z" }] },
  });
  expect(await call("crm/list_events", span)).toMatchObject({ value: { events: [{ event_id, title: "Water heater", start, end }] } });
  for (const _ of [1, 2]) expect(await call("crm/delete_event", { event_id })).toMatchObject({ value: { event_id, removed: true } });
  expect(await call("crm/check_availability", span)).toMatchObject({ value: { free: true, busy: [] } });
  expect(await call("crm/update_event", { event_id: "nobody.ics", title: "x" })).toMatchObject(failed({ kind: "NotFound" }));
});

test("a change leaves what it does not name as it was, and the time in the event's own zone", async () => {
  const event_id = idOf(
    await call("crm/create_event", {
      title: "Leak, urgent; ask \\ Ann",
      start,
      end,
      time_zone: "America/Chicago",
      notes: "a\r\nb",
      location: "1 Main St",
    }),
  );
  expect(await call("crm/update_event", { event_id, end: "2027-03-13T18:30:00Z" })).toMatchObject({
    value: {
      event_id,
      title: "Leak, urgent; ask \\ Ann",
      location: "1 Main St",
      start: "2027-03-13T08:00:00-06:00",
      end: "2027-03-13T12:30:00-06:00",
    },
  });
  expect(await call("crm/update_event", { event_id, start: "2027-03-13T19:00:00Z" })).toMatchObject(failed({ kind: "InvalidRequest" }));
  await call("crm/delete_event", { event_id });
});

test("a time zone nobody knows, and an end before the start, are the caller's", async () => {
  for (const wrong of [{ time_zone: "Mars/Olympus" }, { end: start }])
    expect(await call("crm/create_event", { title: "x", start, end, ...wrong })).toMatchObject(failed({ kind: "InvalidRequest" }));
});

test("another's change meanwhile is a conflict, not undone", async () => {
  const event_id = idOf(await call("crm/create_event", { title: "Leak", start, end }));
  stage().misbehave(({ method }) =>
    method === "GET" ? (passed) => ({ ...passed, headers: { ...passed.headers, etag: '"older"' } }) : "pass",
  );
  expect(await call("crm/update_event", { event_id, title: "Mine" })).toMatchObject(failed({ kind: "Conflict" }));
  stage().behave();
  await call("crm/delete_event", { event_id });
});

test("a series is taken apart: over a change of the clocks, without what was taken out, with what was moved", async () => {
  holds(SERIES);
  const listed = await call("crm/list_events", { from: "2027-03-08T00:00:00Z", until: "2027-04-01T00:00:00Z" });
  expect(listed).toMatchObject({
    value: {
      events: [
        { event_id: "series.ics#20270308T140000Z", start: "2027-03-08T09:00:00-05:00", end: "2027-03-08T10:00:00-05:00" },
        { event_id: "series.ics#20270315T130000Z", title: "Standup at noon", start: "2027-03-15T12:00:00-04:00" },
        { event_id: "series.ics#20270329T130000Z", start: "2027-03-29T09:00:00-04:00" },
      ],
    },
  });
  const first = await call("crm/list_events", { from: "2027-03-08T00:00:00Z", until: "2027-04-01T00:00:00Z", limit: 2 });
  const page = first?.ok ? (first.value as { next_page: string }).next_page : "";
  expect(await call("crm/list_events", { from: "2027-03-08T00:00:00Z", until: "2027-04-01T00:00:00Z", limit: 2, page })).toEqual({
    ok: true,
    value: { events: [expect.objectContaining({ event_id: "series.ics#20270329T130000Z" })] },
  });
});

test("one occurrence of a series is changed or removed, and the others stay", async () => {
  holds(SERIES);
  const put = async (tool: string, input: Record<string, unknown>) => {
    const { outcome, sent } = await stage().call(action(tool), { input: { calendar: "primary", ...input } });
    expect(outcome).toMatchObject({ ok: true });
    expect(sent.at(-1)?.headers.get("if-match")).toBe('"7"');
    return sent.at(-1)?.body.replaceAll("\r\n", "\n") ?? "";
  };
  const event_id = "series.ics#20270329T130000Z";
  const moved = await put("crm/update_event", { event_id, start: "2027-03-30T13:00:00Z", end: "2027-03-30T14:00:00Z" });
  expect(moved).toContain("RECURRENCE-ID;TZID=America/New_York:20270329T090000");
  expect(moved).toContain("DTSTART;TZID=America/New_York:20270330T090000");
  expect(moved.match(/RRULE:FREQ=WEEKLY;COUNT=6/g)).toHaveLength(1);
  expect(moved.match(/^X-APPLE-TRAVEL-DURATION/gm)).toHaveLength(2);
  const removed = await put("crm/delete_event", { event_id });
  expect(removed).toContain("EXDATE;TZID=America/New_York:20270329T090000");
  // One that was moved before loses its own component too, or it would be left behind.
  const noon = await put("crm/delete_event", { event_id: "series.ics#20270315T130000Z" });
  expect(noon).toContain("EXDATE;TZID=America/New_York:20270315T090000");
  expect(noon).not.toContain("Standup at noon");

  const gone = await stage().call(action("crm/delete_event"), { input: { calendar: "primary", event_id: "series.ics#20270322T130000Z" } });
  expect(gone.outcome).toMatchObject({ ok: true });
  expect(gone.sent.map(({ method }) => method)).toEqual(["GET"]);
  expect(await call("crm/update_event", { event_id: "series.ics#20270322T130000Z", title: "x" })).toMatchObject(
    failed({ kind: "NotFound" }),
  );
  expect(await call("crm/update_event", { event_id: "series.ics", start })).toMatchObject(failed({ kind: "InvalidRequest" }));
});

test("whole days, free ones and cancelled ones are told apart, and floating times are the calendar's own", async () => {
  const busy = async (event: string) => {
    holds(object(`SUMMARY:x\n${event}`));
    return call("crm/check_availability", { from: "2027-03-12T00:00:00Z", until: "2027-03-16T00:00:00Z" });
  };
  const day = "DTSTART;VALUE=DATE:20270314\nDTEND;VALUE=DATE:20270315";
  // The clocks change on this day in New York, so it has 23 hours.
  expect(await busy(day)).toMatchObject({ value: { busy: [{ start: "2027-03-14T05:00:00Z", end: "2027-03-15T04:00:00Z" }] } });
  expect(await busy(`${day}\nTRANSP:TRANSPARENT`)).toMatchObject({ value: { free: true } });
  expect(await busy(`${day}\nSTATUS:CANCELLED`)).toMatchObject({ value: { free: true } });
  expect(await busy("DTSTART:20270314T120000\nDTEND:20270314T130000")).toMatchObject({
    value: { busy: [{ start: "2027-03-14T16:00:00Z" }] },
  });
  holds(object(`SUMMARY:Holiday\n${day}`));
  expect(await call("crm/list_events", { from: "2027-03-12T00:00:00Z", until: "2027-03-16T00:00:00Z" })).toMatchObject({
    value: { events: [{ event_id: "series.ics", start: "2027-03-14", end: "2027-03-15" }] },
  });
  expect(await call("crm/update_event", { event_id: "series.ics", start })).toMatchObject(failed({ kind: "InvalidRequest" }));
  expect(await call("crm/update_event", { event_id: "series.ics", start, end })).toMatchObject({ value: { start, end } });
});

test("an event that cannot be read is not taken for free time, nor a rule without end followed", async () => {
  const span = { from: "2027-03-12T00:00:00Z", until: "2027-03-16T00:00:00Z" };
  for (const text of ["BEGIN:VCALENDAR\nEND:VCALENDAR", "no calendar", object("DTSTART:20000101T000000Z\nRRULE:FREQ=SECONDLY")]) {
    holds(text);
    expect(await call("crm/check_availability", span)).toMatchObject(failed({ kind: "VendorUnavailable" }));
  }
});

test("calendars to choose from are those that hold events, and an event can be put on each that may be changed", async () => {
  const listed = await call("crm/list_calendars", {});
  expect(listed).toEqual({
    ok: true,
    value: {
      items: [
        { id: "holidays", name: "Holidays", detail: "It may only be read", usable: false },
        { id: "primary", name: "Jobs", detail: "The calendar for jobs", usable: true },
        { id: "home", name: "Home & family", usable: true },
      ],
    },
  });
  expect(await call("crm/create_event", { calendar: "home", title: "Visit", start, end })).toMatchObject({ ok: true });
});
