/** Jobs and calendars kept in step, over the whole mesh: what both sides change, the clocks' changes, a lost place in the list, a hard kill. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { appleDiary, checkEdits, googleDiary, type Killable, startCalendars, syncsOf } from "./calendar-sync.ts";

const stateDir = mkdtempSync(join(tmpdir(), "junction-calendar-"));
const contractor = "roofers";
const [GOOGLE, APPLE] = ["google-calendar", "apple-calendar"];
let mesh: Killable;
beforeAll(async () => {
  mesh = await startCalendars(stateDir);
  await mesh.connect(contractor, GOOGLE, APPLE);
  await syncsOf(mesh, contractor).begin();
}, 60_000);
afterAll(async () => {
  await mesh?.kill();
  rmSync(stateDir, { recursive: true, force: true });
});

const NEW_YORK = { time_zone: "America/New_York" };
const until = <T>(look: () => Promise<T>) => vi.waitFor(look, { timeout: 20_000, interval: 100 });

test("random edits on all sides at once: no job twice, no edit lost, what both changed is said", async () => {
  const { said } = await checkEdits(mesh, contractor, { edits: 16, seed: Number(process.env["CALENDAR_SEED"] ?? 7) });
  expect(Object.keys(said).length).toBeGreaterThan(2);
}, 120_000);

test("what the sync calls is listed to no agent, and an agent or a person who calls it by name is told that there is no such tool", async () => {
  const { key } = await mesh.key(contractor);
  const { tools } = (await mesh.api("GET", "/catalog", undefined, { contractor })).body;
  expect(tools.map(({ id }: { id: string }) => id)).not.toContain("crm/remove_calendar_event");
  const input = { calendar: "primary", event_id: "job00000" };
  expect((await mesh.call(key, "crm_remove_calendar_event", input)).body.error.message).toContain("Unknown tool");
  const { status, body } = await mesh.api("POST", "/tools/crm/remove_calendar_event/call", { input }, { contractor });
  expect([status, body.error.kind]).toEqual([404, "UnknownTool"]);
});

test("what is on the calendar besides takes time, and nothing else of it is known", async () => {
  const { api, looked } = syncsOf(mesh, contractor);
  const google = await googleDiary(mesh);
  const span = "from=2027-02-02T00:00:00Z&until=2027-02-03T00:00:00Z";
  expect(await api("GET", `/calendar/availability?${span}`)).toEqual({ free: true, busy: [] });
  const dentist = { summary: "Dentist", start: { dateTime: "2027-02-02T10:00:00-05:00" }, end: { dateTime: "2027-02-02T11:00:00-05:00" } };
  const { body } = await google.send("POST", "", dentist);
  // Nobody asks: Google says that something changed.
  const busy = { start: "2027-02-02T15:00:00.000Z", end: "2027-02-02T16:00:00.000Z", job: null };
  await until(async () => expect(await api("GET", `/calendar/availability?${span}`)).toEqual({ free: false, busy: [busy] }));
  expect((await google.send("DELETE", `/${body.id}`)).status).toBe(204);
  await looked();
  expect(await api("GET", `/calendar/availability?${span}`)).toEqual({ free: true, busy: [] });
}, 60_000);

test("a job at nine stays at nine when the clocks change, and so do its moved and left-out days, whoever moves them", async () => {
  const { api, looked } = syncsOf(mesh, contractor);
  const [google, apple] = [await googleDiary(mesh), await appleDiary(mesh)];
  for (const [start, end, starts] of [
    [
      "2027-03-01T09:00:00",
      "2027-03-01T10:00:00",
      ["2027-03-01T09:00:00-05:00", "2027-03-08T09:00:00-05:00", "2027-03-15T09:00:00-04:00", "2027-03-22T09:00:00-04:00"],
    ],
    [
      "2027-10-25T09:00:00",
      "2027-10-25T10:00:00",
      ["2027-10-25T09:00:00-04:00", "2027-11-01T09:00:00-04:00", "2027-11-08T09:00:00-05:00", "2027-11-15T09:00:00-05:00"],
    ],
  ] as const) {
    const title = `Mow ${start}`;
    const job = await api("POST", "/jobs", { title, start, end, ...NEW_YORK, recurrence: "RRULE:FREQ=WEEKLY;COUNT=4" });
    await looked();
    const idOn = async (diary: Pick<typeof google, "list">) => (await diary.list()).find((one) => one.title === title)?.id ?? "";
    const [id, name] = [await idOn(google), await idOn(apple)];
    const range = `timeMin=${start.slice(0, 10)}T00:00:00Z&timeMax=${starts[3].slice(0, 10)}T23:00:00Z`;
    const times = async () =>
      (await google.send("GET", `?singleEvents=true&orderBy=startTime&${range}`)).body.items
        .filter((one: { summary: string }) => one.summary === title)
        .map((one: { start: { dateTime: string } }) => one.start.dateTime);
    expect(await times()).toEqual(starts);
    const stamp = new Date(starts[2]).toISOString().replace(/[-:]|\.\d+/g, "");
    const [, offset = ""] = /([-+]\d\d:\d\d)$/.exec(starts[2]) ?? [];
    const day = starts[2].slice(0, 10);
    const moved = { start: { dateTime: `${day}T11:00:00${offset}` }, end: { dateTime: `${day}T12:00:00${offset}` } };
    expect((await google.send("PATCH", `/${id}_${stamp}`, moved)).status).toBe(200);
    await looked();
    await looked(); // from the one calendar to the job, and from there to the other
    const compact = (clock: string) => clock.slice(0, 19).replace(/[-:]/g, "");
    const { text, etag } = await apple.text(name);
    expect(text).toContain(`DTSTART;TZID=America/New_York:${compact(start)}`);
    expect(text).toContain(`RECURRENCE-ID;TZID=America/New_York:${compact(starts[2])}`);
    expect(text).toContain(`DTSTART;TZID=America/New_York:${compact(`${day}T11:00:00`)}`);
    expect(
      await apple.put(
        name,
        text.replace(/^RRULE.*$/m, (rule) => `${rule}\r\nEXDATE;TZID=America/New_York:${compact(starts[1])}`),
        etag,
      ),
    ).toBe(true);
    await looked();
    await looked();
    expect(await times()).toEqual([starts[0], `${day}T11:00:00${offset}`, starts[3]]);
    expect(await api("GET", `/jobs/${job.id}`)).toMatchObject({
      ...{ start, end },
      exceptions: [
        { original: starts[1].slice(0, 19), start: null, end: null },
        { original: starts[2].slice(0, 19), start: `${day}T11:00:00`, end: `${day}T12:00:00` },
      ],
    });
    // A new hour for all of it: what was moved of the old one is none of the new one's.
    await api("PATCH", `/jobs/${job.id}`, { start: start.replace("T09", "T08"), end: end.replace("T10", "T09") });
    await looked();
    expect(await times()).toEqual(starts.map((one) => one.replace("T09", "T08")));
    expect((await apple.text(name)).text).not.toContain("RECURRENCE-ID");
    await api("DELETE", `/jobs/${job.id}`);
    await looked();
    expect(await times()).toEqual([]);
  }
}, 90_000);

test("what both sides changed waits for a person, and what they decide is done; an event that was taken off is put back, or its job ends", async () => {
  const { api, looked, conflicts } = syncsOf(mesh, contractor);
  const google = await googleDiary(mesh);
  const make = (title: string) => api("POST", "/jobs", { title, start: "2027-04-01T09:00:00", end: "2027-04-01T10:00:00", ...NEW_YORK });
  const [a, b, c, d] = [await make("Gutter A"), await make("Gutter B"), await make("Gutter C"), await make("Gutter D")];
  await looked();
  const on = async (title: string) => (await google.list()).find((one) => one.title === title);
  await api("DELETE", `/calendar/syncs/${GOOGLE}`);
  for (const job of [a, b]) {
    await api("PATCH", `/jobs/${job.id}`, { notes: `ours ${job.title}` });
    const event = await on(job.title);
    expect(event && (await google.edit(event, "notes", `theirs ${job.title}`))).toBe(true);
  }
  for (const job of [c, d]) {
    const event = await on(job.title);
    expect(event && (await google.remove(event))).toBe(true);
  }
  await api("PUT", `/calendar/syncs/${GOOGLE}`, { calendar: "primary" });
  const open = await until(async () => {
    const found = (await conflicts()).filter(({ job }) => job.title.startsWith("Gutter"));
    expect(found).toHaveLength(4);
    return found;
  });
  expect(open.map(({ field, ours, theirs, job }) => [job.title, field, ours, theirs]).sort()).toEqual([
    ["Gutter A", "notes", "ours Gutter A", "theirs Gutter A"],
    ["Gutter B", "notes", "ours Gutter B", "theirs Gutter B"],
    ["Gutter C", "event", "kept", "removed"],
    ["Gutter D", "event", "kept", "removed"],
  ]);
  expect([(await on("Gutter A"))?.notes, (await api("GET", `/jobs/${a.id}`)).notes]).toEqual(["theirs Gutter A", "ours Gutter A"]);
  expect((await api("GET", `/jobs/${c.id}`)).calendars).toContainEqual({ vendor: GOOGLE, state: "removed", reason: null });
  const told = async (state: string) =>
    expect((await api("GET", "/alerts")).alerts).toContainEqual(expect.objectContaining({ vendor: GOOGLE, about: "calendar", state }));
  await until(() => told("open"));
  const decide = (title: string, keep: string) =>
    api("POST", `/calendar/conflicts/${open.find(({ job }) => job.title === title)?.id}`, { keep });
  await decide("Gutter A", "ours");
  await decide("Gutter B", "theirs");
  await decide("Gutter C", "ours");
  await decide("Gutter D", "theirs");
  await until(async () => {
    expect([(await on("Gutter A"))?.notes, (await on("Gutter B"))?.notes]).toEqual(["ours Gutter A", "theirs Gutter B"]);
    expect((await api("GET", `/jobs/${b.id}`)).notes).toBe("theirs Gutter B");
    expect((await on("Gutter C"))?.start).toContain("2027-04-01T09:00:00");
    expect((await api("GET", `/jobs/${d.id}`)).status).toBe("cancelled");
    expect((await conflicts()).filter(({ job }) => job.title.startsWith("Gutter"))).toEqual([]);
  });
  if ((await conflicts()).every(({ vendor }) => vendor !== GOOGLE)) await until(() => told("recovered"));
  expect((await mesh.api("POST", `/calendar/conflicts/${open[0]?.id}`, { keep: "ours" }, { contractor })).status).toBe(404);
  expect((await mesh.api("POST", `/calendar/conflicts/${open[0]?.id}`, { keep: "ours" }, { contractor, role: "member" })).status).toBe(403);
  for (const job of [a, b, c, d]) await api("DELETE", `/jobs/${job.id}`);
  await looked();
  expect((await google.list()).filter(({ title }) => title.startsWith("Gutter"))).toEqual([]);
}, 60_000);

test("once Google forgets the place, everything is read anew, and nothing is there twice; what is mended goes on by itself", async () => {
  const { api, looked } = syncsOf(mesh, contractor);
  const google = await googleDiary(mesh);
  const job = await api("POST", "/jobs", { title: "Skylight", start: "2027-05-03T09:00:00", end: "2027-05-03T10:00:00", ...NEW_YORK });
  await looked();
  const before = (await google.list()).length;
  await mesh.sandbox("PUT", "/sandbox/api/settings", { vendor: GOOGLE, clockAheadSeconds: 30 * 86_400 });
  const [skylight] = (await google.list()).filter(({ title }) => title === "Skylight");
  expect(skylight && (await google.edit(skylight, "notes", "bring the long ladder"))).toBe(true);
  await looked();
  await mesh.sandbox("PUT", "/sandbox/api/settings", { vendor: GOOGLE, clockAheadSeconds: 0 });
  expect((await google.list()).length).toBe(before);
  expect((await api("GET", `/jobs/${job.id}`)).notes).toBe("bring the long ladder");

  await mesh.sandbox("PUT", "/sandbox/api/faults", { vendor: GOOGLE, fault: "401" });
  await api("PATCH", `/jobs/${job.id}`, { notes: "the ladder is there" });
  await until(async () => {
    const { syncs } = await api("GET", "/calendar/syncs");
    expect(syncs.find((one: { vendor: string }) => one.vendor === GOOGLE).reason).toContain("reconnect");
  });
  await mesh.sandbox("DELETE", "/sandbox/api/faults");
  await mesh.connect(contractor, GOOGLE);
  await until(async () => expect((await google.list()).find(({ title }) => title === "Skylight")?.notes).toBe("the ladder is there"));
}, 60_000);

const COUNT = 12;
test(`${COUNT} jobs go to both calendars through a hard kill half-way: each is there once`, async () => {
  const { api } = syncsOf(mesh, contractor);
  await mesh.sandbox("PUT", "/sandbox/api/faults", { vendor: GOOGLE, operation: "insert_event", fault: "slow", ms: 300, times: 100 });
  const titles = Array.from({ length: COUNT }, (_, at) => `Roof ${at}`);
  for (const title of titles) await api("POST", "/jobs", { title, start: "2027-06-01T09:00:00", end: "2027-06-01T10:00:00", ...NEW_YORK });
  const roofs = async (diary: { list(): Promise<readonly { readonly title: string }[]> }) =>
    (await diary.list())
      .map(({ title }) => title)
      .filter((title) => title.startsWith("Roof"))
      .sort();
  const google = await googleDiary(mesh);
  await until(async () => expect((await roofs(google)).length).toBeGreaterThan(3));
  await mesh.kill();
  mesh = await startCalendars(stateDir);
  await mesh.sandbox("DELETE", "/sandbox/api/faults");
  await syncsOf(mesh, contractor).looked();
  for (const diary of [await googleDiary(mesh), await appleDiary(mesh)]) expect(await roofs(diary)).toEqual([...titles].sort());
}, 120_000);
