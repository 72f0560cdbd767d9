/** Many runs in flight when an integration breaks: all wait, the owner is told once, and mended, each goes on from where it was. */
import { newId } from "@junction/core";
import { expect, vi } from "vitest";
import type { Mesh } from "./mesh.ts";

const VENDOR = "google-calendar";
const AT_ONCE = 20;
const LONG = { timeout: 540_000, interval: 500 };
/** Looking often would itself be load. */
const SELDOM = { timeout: 540_000, interval: 2_000 };

export interface Mending {
  /** Requests to the broken vendor in the busiest window of its limit, once it worked again. */
  readonly busiest: number;
  readonly limit: { readonly requests: number; readonly per_seconds: number };
  readonly seconds: { readonly started: number; readonly paused: number; readonly mended: number };
}

export type Phase = "idle" | "running" | "paused" | "mending";

/** `look` is told which phase it is in, and waited for; `over` settles when the phase ends by itself. */
export async function checkMending(
  mesh: Mesh,
  contractor: string,
  size: number,
  look: (phase: Phase, over?: Promise<unknown>) => Promise<void> = async () => {},
): Promise<Mending> {
  const as = { contractor };
  await mesh.connect(contractor, "twilio", VENDOR);
  const name = `Follow-up of ${size}`;
  const steps = [
    { id: "hello", type: "sms", body: "Hi {{first_name}}" },
    { id: "ask", type: "approval", ask: "Go on?" },
    { id: "visit", type: "calendar_event", summary: "Visit {{name}}", start: "2026-12-01T09:00:00Z" },
    { id: "bye", type: "sms", body: "Bye {{first_name}}" },
  ];
  const made = await mesh.api("POST", "/workflows", { definition: { name, steps, concurrency: 1000 } }, as);
  const workflow: string = made.body.id;
  const activated = await mesh.api("POST", `/workflows/${workflow}/activate`, undefined, as);
  expect(activated, JSON.stringify(activated.body)).toMatchObject({ status: 200 });
  const before = Math.ceil(size / 4);
  const leads = await people(mesh, contractor, before + size);

  const count = async (of: string): Promise<number> => {
    const { workflows } = (await mesh.api("GET", "/workflows", undefined, as)).body;
    return workflows.find(({ id }: { id: string }) => id === workflow).runs[of];
  };
  /** Runs about these, up to where each waits for a person's yes. */
  const start = async (about: readonly One[]): Promise<readonly string[]> => {
    const ids: string[] = [];
    for (let at = 0; at < about.length; at += 500) {
      const { body } = await mesh.api("POST", `/workflows/${workflow}/runs`, { leads: about.slice(at, at + 500).map(({ id }) => id) }, as);
      ids.push(...body.runs.map(({ id }: { id: string }) => id));
    }
    expect(new Set(ids).size).toBe(about.length);
    await vi.waitFor(async () => expect(await count("waiting")).toBe(about.length), LONG);
    return ids;
  };
  const approve = async (ids: readonly string[]) => {
    for (let at = 0; at < ids.length; at += AT_ONCE)
      await Promise.all(
        ids
          .slice(at, at + AT_ONCE)
          .map((id) => mesh.api("POST", `/runs/${id}/orders`, { order: "approve", step: "ask", approved: true }, as)),
      );
  };
  const completed = (runs: number) => vi.waitFor(async () => expect(await done(mesh, workflow)).toBe(runs), SELDOM);

  await look("idle");
  // The same, unbroken, by fewer.
  const unbroken = start(leads.slice(0, before)).then(async (ids) => {
    await approve(ids);
    await completed(before);
  });
  await Promise.all([unbroken, look("running", unbroken)]);
  const began = Date.now();
  const ids = await start(leads.slice(before));
  const started = (Date.now() - began) / 1000;
  const inFlight = Date.now();
  await mesh.sandbox("PUT", "/sandbox/api/faults", { vendor: VENDOR, operation: "*", fault: "401" });
  await approve(ids);
  await vi.waitFor(async () => expect(await count("paused")).toBe(size), LONG);
  const paused = (Date.now() - inFlight) / 1000;
  await look("paused");
  const alerts = (await mesh.api("GET", "/alerts", undefined, as)).body.alerts.filter(
    ({ vendor }: { vendor: string }) => vendor === VENDOR,
  );
  expect(alerts).toMatchObject([{ state: "open", waiting: [{ id: workflow, name, runs: size }] }]);
  const { depends } = (await mesh.api("GET", `/connections/${VENDOR}`, undefined, as)).body;
  expect(depends.workflows).toEqual([{ id: workflow, name }]);
  await mesh.sandbox("DELETE", `/sandbox/api/faults?vendor=${VENDOR}&operation=*`);

  const mending = Date.now();
  const seen = [{ at: mending, n: await requests(mesh) }];
  await mesh.connect(contractor, VENDOR);
  const completing = vi.waitFor(async () => {
    seen.push({ at: Date.now(), n: await requests(mesh) });
    expect(await done(mesh, workflow)).toBe(before + size);
    return (Date.now() - mending) / 1000;
  }, SELDOM);
  const [mended] = await Promise.all([completing, look("mending", completing)]);
  await eachOnce(mesh, leads);
  const after = (await mesh.api("GET", "/alerts", undefined, as)).body.alerts.filter(({ vendor }: { vendor: string }) => vendor === VENDOR);
  expect(after).toMatchObject([{ id: alerts[0].id, state: "recovered", waiting: [] }]);
  const { declared } = (await mesh.api("GET", `/connections/${VENDOR}`, undefined, as)).body.limits;
  return {
    busiest: busiest(seen, declared.per_seconds * 1000),
    limit: declared,
    seconds: { started, paused, mended },
  };
}

interface One {
  readonly id: string;
  readonly phone: string;
}

async function people(mesh: Mesh, contractor: string, size: number): Promise<One[]> {
  const { db } = mesh;
  const add = db.prepare(
    `INSERT INTO leads (id, contractor, name, phones, emails, source, custom, external, created_at, updated_at, edited_at)
     VALUES (?, ?, ?, ?, ?, NULL, '{}', '{}', ?, ?, ?)`,
  );
  const all = Array.from({ length: size }, (_, at) => ({ id: newId("lead"), at, phone: `+1202556${String(at).padStart(4, "0")}` }));
  const now = Date.now();
  const row = ({ id, at, phone }: (typeof all)[number]) => [id, contractor, `Ada No${at}`, `["${phone}"]`, `["ada${at}@example.com"]`];
  for (let at = 0; at < size; at += 100) await db.batch(all.slice(at, at + 100).map((one) => add.bind(...row(one), now, now, now)));
  return all;
}

async function done(mesh: Mesh, workflow: string): Promise<number> {
  const row = await mesh.db
    .prepare("SELECT count(*) AS n FROM runs WHERE workflow = ? AND state = 'completed'")
    .bind(workflow)
    .first<{ n: number }>();
  return row?.n ?? 0;
}

const requests = async (mesh: Mesh): Promise<number> => {
  const { counts } = (await mesh.sandbox("GET", `/sandbox/api/counts?vendor=${VENDOR}`)).body;
  return Object.values<number>(counts[VENDOR] ?? {}).reduce((sum, n) => sum + n, 0);
};

/** Both texts to each person once, and one visit in the calendar. */
async function eachOnce(mesh: Mesh, leads: readonly One[]): Promise<void> {
  const { inbox } = (await mesh.sandbox("GET", "/sandbox/api/inbox?vendor=twilio")).body;
  const texts = (inbox as object[]).map((entry) => JSON.stringify(entry));
  const sent = new Map<string, number>();
  for (const text of texts) {
    const [to] = /\+1202556\d{4}/.exec(text) ?? [""];
    for (const word of ["Hi ", "Bye "]) if (text.includes(word)) sent.set(`${word}${to}`, (sent.get(`${word}${to}`) ?? 0) + 1);
  }
  expect([...sent].filter(([, n]) => n !== 1)).toEqual([]);
  expect(sent.size).toBe(2 * leads.length);
  const visits = (await mesh.sandbox("GET", `/sandbox/api/inbox?vendor=${VENDOR}`)).body.inbox as object[];
  const titles = visits.flatMap((entry) => /Visit Ada No\d+/.exec(JSON.stringify(entry)) ?? []);
  expect(titles).toHaveLength(leads.length);
  expect(new Set(titles).size).toBe(leads.length);
}

/** The most in any window, and in what was not looked at around it, of a count that was read now and then. */
const busiest = (seen: readonly { readonly at: number; readonly n: number }[], windowMs: number): number =>
  Math.max(...seen.map(({ at, n }) => n - (seen.findLast((one) => one.at <= at - windowMs) ?? seen[0] ?? { n }).n));
