/** The same actions against Radicale, a CalDAV server that is nobody's emulator: Debian's package, where it is installed. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { failed, freePort, trial } from "@junction/testkit";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";

const { status } = spawnSync("radicale", ["--version"], { stdio: "ignore" });
if (status === 0) describe("against Radicale", () => withRadicale());
else test.skip("against Radicale, which is not installed here: apt-get install radicale", () => {});

function withRadicale(): void {
  const { call, stage } = trial("apple-calendar");
  const folder = mkdtempSync(join(tmpdir(), "junction-radicale-"));
  let server: ChildProcess | undefined;
  let base = "";
  let authorization = "";

  /** Radicale's calendars stand one floor below iCloud's. */
  const OURS = "/8301234567/calendars/6F3D2C1A-JOBS/";
  const THEIRS = "/owner@sandbox-plumbing.example/jobs/";

  beforeAll(async () => {
    const { apple_id = "", app_password = "" } = stage().subject.emulator.credentials.valid;
    authorization = `Basic ${btoa(`${apple_id}:${app_password}`)}`;
    const port = await freePort();
    writeFileSync(join(folder, "users"), `${apple_id}:${app_password}\n`);
    writeFileSync(
      join(folder, "config"),
      `[server]\nhosts = 127.0.0.1:${port}\n[auth]\ntype = htpasswd\nhtpasswd_filename = ${join(folder, "users")}\nhtpasswd_encryption = plain\n[storage]\nfilesystem_folder = ${join(folder, "collections")}\n[rights]\ntype = owner_only\n`,
    );
    server = spawn("radicale", ["--config", join(folder, "config")], { stdio: "ignore" });
    base = `http://127.0.0.1:${port}`;
    const body = `<mkcol xmlns="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav"><set><prop><resourcetype><collection/><c:calendar/></resourcetype></prop></set></mkcol>`;
    await vi.waitFor(
      async () => expect((await fetch(base + encodeURI(THEIRS), { method: "MKCOL", headers: { authorization }, body })).status).toBe(201),
      { timeout: 20_000, interval: 200 },
    );
  }, 30_000);
  afterAll(() => {
    server?.kill();
    rmSync(folder, { recursive: true, force: true });
  });
  beforeEach(() => {
    const swapped = (text: string, from: string, to: string) =>
      text.replaceAll(from, to).replaceAll(encodeURI(from), encodeURI(to)).replaceAll(from.replace("@", "%40"), to);
    stage().misbehave(async ({ method, path, headers, body }) => {
      const kept = [...headers].filter(([name]) =>
        ["authorization", "content-type", "depth", "if-match", "if-none-match", "accept"].includes(name),
      );
      const init = { method, headers: Object.fromEntries(kept), ...(body !== "" && { body: swapped(body, OURS, THEIRS) }) };
      const answer = await fetch(base + swapped(path, OURS, THEIRS), init);
      const given = [...answer.headers].filter(([name]) => ["etag", "content-type"].includes(name));
      return { status: answer.status, headers: Object.fromEntries(given), body: swapped(await answer.text(), THEIRS, OURS) };
    });
  });

  const event = {
    ...{ title: 'Mow; rake, "edge"', start: "2027-03-01T09:00:00", end: "2027-03-01T10:00:00", time_zone: "America/New_York" },
    ...{ location: "1 Main St", notes: "Ring twice\nand wait", recurrence: "RRULE:FREQ=WEEKLY;COUNT=6" },
    exceptions: [
      { original: "2027-03-08T09:00:00", start: null, end: null },
      { original: "2027-03-15T09:00:00", start: "2027-03-15T11:00:00", end: "2027-03-15T12:00:00" },
    ],
  };
  const value = (made: Awaited<ReturnType<typeof call>>) => (made?.ok ? made.value : made) as Readonly<Record<string, string>>;
  const CALENDAR = { calendar: "primary" };

  test("a series is written, read back as it was written, told of once, changed over its version alone, and removed", async () => {
    const first = value(await call("crm/list_calendar_changes", CALENDAR));
    const event_id = "job0123456789";
    const put = { ...CALENDAR, event_id, event };
    const made = value(await call("crm/put_calendar_event", put));
    expect(made).toMatchObject({ event_id, version: expect.any(String) });
    expect(await call("crm/put_calendar_event", put)).toMatchObject({ value: made }); // a repeat after a lost answer
    expect(await call("crm/put_calendar_event", { ...put, event: { ...event, title: "Another" } })).toMatchObject(
      failed({ kind: "Conflict" }),
    );
    expect(await call("crm/get_calendar_events", { ...CALENDAR, event_ids: [event_id, "nobody"] })).toEqual(
      expect.objectContaining({ value: { events: [{ event_id, version: made["version"], event }], gone: ["nobody"] } }),
    );
    const told = await call("crm/list_calendar_changes", { ...CALENDAR, cursor: first["cursor"] });
    expect(told).toMatchObject({ value: { changes: [{ event_id, removed: false, version: made["version"] }], more: false, reset: false } });

    const busy = await call("crm/list_busy_times", { ...CALENDAR, from: "2027-03-01T00:00:00Z", until: "2027-04-30T00:00:00Z" });
    expect((value(busy)["times"] as unknown as { start: string }[]).map(({ start }) => start)).toEqual(
      // Nine in New York, before and after the clocks change on 14 March.
      [
        "2027-03-01T14:00:00.000Z",
        "2027-03-15T15:00:00.000Z",
        "2027-03-22T13:00:00.000Z",
        "2027-03-29T13:00:00.000Z",
        "2027-04-05T13:00:00.000Z",
      ],
    );

    const single = { ...event, recurrence: null, exceptions: [], location: null };
    const changed = value(await call("crm/put_calendar_event", { ...put, version: made["version"], event: single }));
    expect(changed["version"]).not.toBe(made["version"]);
    expect(await call("crm/put_calendar_event", { ...put, version: made["version"] })).toMatchObject(failed({ kind: "Conflict" }));
    expect(await call("crm/get_calendar_events", { ...CALENDAR, event_ids: [event_id] })).toMatchObject({
      value: { events: [{ event: single }] },
    });
    expect(await call("crm/remove_calendar_event", { ...CALENDAR, event_id, version: made["version"] })).toMatchObject(
      failed({ kind: "Conflict" }),
    );
    for (const _ of [1, 2])
      expect(await call("crm/remove_calendar_event", { ...CALENDAR, event_id, version: changed["version"] })).toMatchObject({ ok: true });
    const cursor = value(told)["cursor"];
    expect(await call("crm/list_calendar_changes", { ...CALENDAR, cursor })).toMatchObject({
      value: { changes: [{ event_id, removed: true }] },
    });
    expect(await call("crm/list_calendar_changes", { ...CALENDAR, cursor: `${cursor}0` })).toMatchObject({
      value: { reset: true, changes: [] },
    });
  });
}
