/** Jobs and two calendars changed at random by people on every side, at once with the sync: none doubled, no edit lost, what both changed said. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { expect, vi } from "vitest";
import { type Response_, type Users, usersOf } from "./mesh.ts";

export interface Killable extends Users {
  /** SIGKILL: no handler runs, nothing is flushed. */
  kill(): Promise<void>;
}
export async function startCalendars(stateDir: string): Promise<Killable> {
  const child = spawn(process.execPath, [join(import.meta.dirname, "calendar-child.ts"), stateDir, "0"], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  const ends = () => child.kill("SIGKILL"); // with whoever started it, however that ends
  process.once("exit", ends);
  child.once("exit", () => process.off("exit", ends));
  let said = "";
  for await (const chunk of child.stdout.iterator({ destroyOnReturn: false })) {
    said += String(chunk);
    if (/ready at \S+\n/.test(said)) break;
  }
  const url = /ready at (\S+)\n/.exec(said)?.[1];
  if (url === undefined) throw new Error(`the mesh ended before it was ready:\n${said}`);
  child.stdout.resume();
  const kill = async () => {
    const gone = once(child, "exit");
    child.kill("SIGKILL");
    await gone;
  };
  return { ...usersOf(url), kill };
}

/** An event as a calendar's own people see it. */
export interface Seen {
  readonly id: string;
  readonly title: string;
  readonly location: string | null;
  readonly notes: string | null;
  readonly start: string;
  readonly end: string;
  readonly etag: string;
}
export type Text = "title" | "location" | "notes";
/** One calendar, used by its own people: a change is made to what they see, or not at all. */
export interface Diary {
  readonly vendor: "google-calendar" | "apple-calendar";
  list(): Promise<readonly Seen[]>;
  /** False where somebody was quicker. */
  edit(event: Seen, field: Text, value: string): Promise<boolean>;
  remove(event: Seen): Promise<boolean>;
}

type Json = Response_["body"];
const CALENDAR = { google: "owner%40sandbox-plumbing.example", apple: "/8301234567/calendars/6F3D2C1A-JOBS/" };

/** People's own way to Google, with a token of their own. */
export async function googleDiary(
  mesh: Users,
): Promise<Diary & { send(method: string, path: string, body?: unknown, etag?: string): Promise<{ status: number; body: Json }> }> {
  const { valid, platform } = (await mesh.sandbox("GET", "/sandbox/api/credentials")).body.credentials["google-calendar"];
  let token = "";
  const send = async (method: string, path: string, body?: unknown, etag?: string): Promise<{ status: number; body: Json }> => {
    for (let tries = 0; ; tries++) {
      const headers = {
        authorization: `Bearer ${token}`,
        "content-type": "application/json",
        ...(etag !== undefined && { "if-match": etag }),
      };
      const init = { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) };
      const response = await fetch(`${mesh.url}/sandbox/www.googleapis.com/calendar/v3/calendars/${CALENDAR.google}/events${path}`, init);
      const text = await response.text();
      if (response.status !== 401 || tries > 1) return { status: response.status, body: text === "" ? null : JSON.parse(text) };
      const form = new URLSearchParams({ grant_type: "refresh_token", refresh_token: valid.refresh_token, ...platform });
      const answer = await fetch(`${mesh.url}/sandbox/oauth2.googleapis.com/token`, { method: "POST", body: form });
      token = ((await answer.json()) as { access_token: string }).access_token;
    }
  };
  const NAMES = { title: "summary", location: "location", notes: "description" } as const;
  return {
    vendor: "google-calendar",
    send,
    list: async () =>
      (await send("GET", "?maxResults=2500")).body.items
        .filter((one: Json) => one.status !== "cancelled" && one.recurringEventId === undefined)
        .map(
          (one: Json): Seen => ({
            ...{ id: one.id, title: one.summary, location: one.location ?? null, notes: one.description ?? null },
            ...{ start: one.start.dateTime, end: one.end.dateTime, etag: one.etag },
          }),
        ),
    edit: async ({ id, etag }, field, value) => (await send("PATCH", `/${id}`, { [NAMES[field]]: value }, etag)).status === 200,
    remove: async ({ id, etag }) => (await send("DELETE", `/${id}`, undefined, etag)).status === 204,
  };
}

const ICAL_NAMES = { title: "SUMMARY", location: "LOCATION", notes: "DESCRIPTION" } as const;

/** People's own way to iCloud. */
export async function appleDiary(
  mesh: Users,
): Promise<
  Diary & { text(id: string): Promise<{ text: string; etag: string }>; put(id: string, text: string, etag: string): Promise<boolean> }
> {
  const { valid } = (await mesh.sandbox("GET", "/sandbox/api/credentials")).body.credentials["apple-calendar"];
  const base = `${mesh.url}/sandbox/p42-caldav.icloud.com${CALENDAR.apple}`;
  const authorization = `Basic ${btoa(`${valid.apple_id}:${valid.app_password}`)}`;
  const load = async (id: string) => {
    const response = await fetch(`${base}${id}.ics`, { headers: { authorization } });
    return { text: (await response.text()).replaceAll("\r\n ", ""), etag: response.headers.get("etag") ?? "" };
  };
  const put = async (id: string, body: string, etag: string) =>
    (
      await fetch(`${base}${id}.ics`, {
        method: "PUT",
        headers: { authorization, "content-type": "text/calendar", "if-match": etag },
        body,
      })
    ).ok;
  const value = (text: string, name: string) =>
    new RegExp(`^${name}[^:]*:(.*)$`, "m").exec(text)?.[1]?.trim().replaceAll(/\\(.)/g, "$1") ?? null;
  return {
    vendor: "apple-calendar",
    text: load,
    put,
    async list() {
      const body = `<c:calendar-query xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav"><d:prop><d:getetag/></d:prop><c:filter><c:comp-filter name="VCALENDAR"><c:comp-filter name="VEVENT"/></c:comp-filter></c:filter></c:calendar-query>`;
      const found = await fetch(base, {
        method: "REPORT",
        headers: { authorization, depth: "1", "content-type": "application/xml" },
        body,
      });
      const ids = [...(await found.text()).matchAll(/<href>[^<]*\/([^/<]+)\.ics<\/href>/g)].map(([, id = ""]) => id);
      const all = await Promise.all(ids.map(async (id) => ({ id, ...(await load(id)) })));
      return all
        .filter(({ text }) => text.includes("BEGIN:VEVENT"))
        .map(({ id, text, etag }): Seen => {
          const event = text.slice(text.indexOf("BEGIN:VEVENT"));
          return {
            ...{ id, etag, title: value(event, "SUMMARY") ?? "", location: value(event, "LOCATION"), notes: value(event, "DESCRIPTION") },
            ...{ start: value(event, "DTSTART") ?? "", end: value(event, "DTEND") ?? "" },
          };
        });
    },
    async edit({ id, etag }, field, wanted) {
      const { text } = await load(id);
      const line = new RegExp(`^${ICAL_NAMES[field]}[^:]*:.*$`, "m");
      const at = text.indexOf("BEGIN:VEVENT");
      const event = text.slice(at);
      const changed = line.test(event)
        ? event.replace(line, `${ICAL_NAMES[field]}:${wanted}`)
        : event.replace("END:VEVENT", `${ICAL_NAMES[field]}:${wanted}\r\nEND:VEVENT`);
      return put(id, text.slice(0, at) + changed, etag);
    },
    remove: async ({ id, etag }) =>
      (await fetch(`${base}${id}.ics`, { method: "DELETE", headers: { authorization, "if-match": etag } })).ok,
  };
}

/** What the sync shows of itself. */
export function syncsOf(mesh: Users, contractor: string) {
  const api = async (method: string, path: string, body?: unknown): Promise<Json> => {
    const answer = await mesh.api(method, path, body, { contractor });
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  const jobs = async (): Promise<readonly Json[]> => {
    const found: Json[] = [];
    for (let after = ""; ; ) {
      const page: Json = await api("GET", `/jobs?limit=200${after}`);
      found.push(...page.jobs);
      if (page.next === null) return found;
      after = `&after=${page.next}`;
    }
  };
  const vendors = ["google-calendar", "apple-calendar"];
  /** Each calendar is looked at after this moment. */
  const looked = async () => {
    const since = Date.now();
    for (const vendor of vendors) await api("POST", `/calendar/syncs/${vendor}/run`);
    await vi.waitFor(
      async () => {
        const { syncs } = await api("GET", "/calendar/syncs");
        for (const one of syncs) if (!(one.last_ok_at > since)) throw new Error(JSON.stringify(syncs));
      },
      { timeout: 60_000, interval: 100 },
    );
  };
  return {
    ...{ api, jobs, looked },
    conflicts: async (): Promise<readonly Json[]> => (await api("GET", "/calendar/conflicts")).conflicts,
    begin: async () => {
      for (const vendor of vendors) await api("PUT", `/calendar/syncs/${vendor}`, { calendar: "primary" });
      await looked();
    },
    /** Looks until nothing changes any more. */
    calm: async (state: () => Promise<unknown>) => {
      for (let before = ""; ; ) {
        await looked();
        const now = JSON.stringify(await state());
        if (now === before) return;
        before = now;
      }
    },
  };
}

/** Numbers that a seed decides (splitmix). */
export function numbers(seed: number): (below: number) => number {
  let state = seed | 0;
  return (below) => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) % below;
  };
}

const FIELDS: readonly Text[] = ["title", "location", "notes"];

/**
 * So many random edits. Every value is written once, so that an edit is lost if its value stands nowhere at the end and nobody who saw it
 * put another in its place.
 */
export async function checkEdits(mesh: Users, contractor: string, { edits, seed }: { readonly edits: number; readonly seed: number }) {
  const draw = numbers(seed);
  const sync = syncsOf(mesh, contractor);
  const diaries = [await googleDiary(mesh), await appleDiary(mesh)];
  await sync.begin();
  const [written, replaced] = [new Set<string>(), new Set<string>()];
  let count = 0;
  const value = (of: string) => `${of}-${++count}`;
  const noted = (before: string | null | undefined, after: string) => {
    if (before) replaced.add(before);
    written.add(after);
  };
  const addJob = async () => {
    const [title, location, notes] = [value("title"), value("location"), value("notes")];
    const hour = String(8 + draw(8)).padStart(2, "0");
    const day = String(1 + draw(28)).padStart(2, "0");
    await sync.api("POST", "/jobs", {
      ...{ title, location, notes, time_zone: "America/New_York" },
      ...{ start: `2027-03-${day}T${hour}:00:00`, end: `2027-03-${day}T${hour}:45:00` },
    });
    for (const one of [title, location, notes]) written.add(one);
  };
  for (let begun = 0; begun < 6; begun++) await addJob();
  await sync.looked();
  const said: Record<string, number> = {};
  const did = (what: string) => {
    said[what] = (said[what] ?? 0) + 1;
  };
  for (let made = 0; made < edits; ) {
    const what = draw(20);
    const field = FIELDS[draw(3)] ?? "title";
    if (what < 1) {
      await addJob();
      did("job made");
    } else if (what < 8) {
      const all = await sync.jobs();
      const job = all[draw(all.length)];
      if (!job) continue;
      const wanted = value(field);
      const answer = await mesh.api("PATCH", `/jobs/${job.id}`, { [field]: wanted, revision: job.revision }, { contractor });
      if (answer.status === 409) continue;
      expect(answer.status).toBe(200);
      noted(job[field], wanted);
      did("job edited");
    } else if (what < 18) {
      const diary = diaries[draw(2)];
      const all = (await diary?.list()) ?? [];
      const event = all[draw(Math.max(all.length, 1))];
      if (!diary || !event) continue;
      const wanted = value(field);
      if (!(await diary.edit(event, field, wanted))) continue;
      noted(event[field], wanted);
      did(`${diary.vendor} edited`);
    } else if (what < 19) {
      const open = await sync.conflicts();
      const one = open[draw(Math.max(open.length, 1))];
      if (!one || one.field === "event") continue;
      const keep = draw(2) === 0 ? "ours" : "theirs";
      await sync.api("POST", `/calendar/conflicts/${one.id}`, { keep });
      replaced.add(keep === "ours" ? one.theirs : one.ours);
      did("decided");
    } else if (draw(2) === 0) {
      const diary = diaries[draw(2)];
      const all = (await diary?.list()) ?? [];
      const event = all[draw(Math.max(all.length, 1))];
      if (!diary || !event || !(await diary.remove(event))) continue;
      for (const one of FIELDS) if (event[one]) replaced.add(event[one]);
      did(`taken off ${diary.vendor}`);
    } else {
      // A deleted job takes with it what it says; what a calendar says besides is disputed, and stays.
      const all = await sync.jobs();
      const job = all[draw(all.length)];
      if (!job || all.length < 5) continue;
      await sync.api("DELETE", `/jobs/${job.id}`);
      for (const one of FIELDS) if (job[one]) replaced.add(job[one]);
      did("job deleted");
    }
    made++;
    if (draw(8) === 0) await sync.looked();
  }
  const state = async () => [await sync.jobs(), await sync.conflicts(), ...(await Promise.all(diaries.map((diary) => diary.list())))];
  await sync.calm(state);

  const [jobs, conflicts] = [await sync.jobs(), await sync.conflicts()];
  const standing = new Set<string>();
  for (const job of jobs) for (const field of FIELDS) standing.add(job[field]);
  for (const { ours, theirs } of conflicts) for (const one of [ours, theirs]) standing.add(one);
  for (const diary of diaries) {
    const events = await diary.list();
    for (const event of events) for (const field of FIELDS) if (event[field]) standing.add(event[field]);
    const disputed = (theirs: string) =>
      conflicts.filter((one) => one.vendor === diary.vendor && one.field === "event" && one.theirs === theirs);
    expect(events.length, `${diary.vendor} has each job once`).toBe(jobs.length - disputed("removed").length + disputed("changed").length);
    // Where nothing is disputed, the two say the same.
    for (const job of jobs) {
      if (conflicts.some((one) => one.vendor === diary.vendor && one.job.id === job.id)) continue;
      const twins = events.filter((event) => event.title === job.title && event.location === job.location && event.notes === job.notes);
      expect(twins.length, `${job.title} on ${diary.vendor}`).toBe(1);
    }
  }
  const lost = [...written].filter((one) => !standing.has(one) && !replaced.has(one));
  expect(lost, "edits that stand nowhere, and that nobody replaced").toEqual([]);
  return { said, jobs: jobs.length, conflicts: conflicts.length };
}
