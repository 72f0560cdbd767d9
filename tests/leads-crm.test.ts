/** Leads over the API, and those of a CRM: taken in from files, joined, fetched through a hard kill, compared before anything is written. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type Response_, type Users, usersOf } from "./mesh.ts";

const stateDir = mkdtempSync(join(tmpdir(), "junction-fetch-"));
const contractor = "roofers";
const CRM = "hubspot";
interface Killable extends Users {
  /** SIGKILL: no handler runs, nothing is flushed. */
  kill(): Promise<void>;
}
/** The mesh in a process of its own, without the demo, whose vendors speak unasked. */
async function start(): Promise<Killable> {
  const child = spawn(process.execPath, [join(import.meta.dirname, "hooks-child.ts"), stateDir, "0", CRM], {
    stdio: ["ignore", "pipe", "ignore"],
  });
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

let mesh: Killable;
beforeAll(async () => {
  mesh = await start();
  await mesh.connect(contractor, CRM);
}, 60_000);
afterAll(async () => {
  await mesh?.kill();
  rmSync(stateDir, { recursive: true, force: true });
});

const api = async (method: string, path: string, body?: unknown, as = contractor): Promise<Response_["body"]> => {
  const answer = await mesh.api(method, path, body, { contractor: as });
  if (answer.status >= 300) throw new Error(`${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body;
};
const refused = async (method: string, path: string, body?: unknown, as: Parameters<Users["api"]>[3] = { contractor }) => {
  const { status, body: answer } = await mesh.api(method, path, body, as);
  return [status, answer.error?.fields ?? answer.error?.message];
};
interface Listed {
  readonly id: string;
  readonly phones: readonly string[];
  readonly emails: readonly string[];
  readonly external: Readonly<Record<string, string>>;
}
const all = async (): Promise<readonly Listed[]> => {
  const found: Listed[] = [];
  for (let next: string | null = ""; next !== null; ) {
    const page: { leads: Listed[]; next: string | null } = await api("GET", `/leads?limit=200${next && `&before=${next}`}`);
    found.push(...page.leads);
    next = page.next;
  }
  return found;
};

test("a file's good rows come in and each bad one is named; leads are made, changed, joined and forgotten", async () => {
  const csv = "Name;Phone;Roof\nAnn;(202) 555-0190;slate\nBob;12;tile\nCy;;\n";
  const done = await api("POST", "/leads/import", { csv, dry_run: true });
  expect(done).toMatchObject({
    rows: 3,
    created: 0,
    columns: [{ holds: "name" }, { holds: "phone" }, { heading: "Roof", holds: "custom.roof" }],
  });
  const {
    leads: [ann],
    errors,
  } = await api("POST", "/leads/import", { csv });
  expect(errors).toEqual([
    { line: 3, field: "Phone", message: expect.stringContaining("+12025550123") },
    { line: 4, field: null, message: expect.stringContaining("neither") },
  ]);
  const dee = await api("POST", "/leads", {
    name: "Dee",
    phones: ["+1 (202) 555-0191"],
    emails: ["Dee@Example.com"],
    custom: { gate: "red" },
    announce: false,
  });
  expect(dee).toMatchObject({ phones: ["+12025550191"], emails: ["dee@example.com"], source: "api" });
  expect(await refused("POST", "/leads", { phones: ["202-555-0191"] })).toEqual([409, { phones: expect.stringContaining(dee.id) }]);
  expect(await refused("POST", "/leads", { phones: ["12"], emails: ["x"] })).toEqual([
    422,
    { "phones.0": expect.stringContaining("+12025550123"), "emails.0": expect.any(String) },
  ]);
  expect(await refused("PATCH", `/leads/${dee.id}`, { name: "x" }, { contractor, role: "member" })).toEqual([403, expect.any(String)]);
  expect(await refused("PATCH", `/leads/${dee.id}`, { name: "x" }, { contractor: "another" })).toEqual([404, expect.any(String)]);
  expect(await api("PATCH", `/leads/${dee.id}`, { name: "Dee Dyer", custom: { gate: null, dog: "yes" } })).toMatchObject({
    name: "Dee Dyer",
    custom: { dog: "yes" },
  });
  const joined = await api("POST", `/leads/${ann}/merge`, { into: dee.id });
  expect(joined).toMatchObject({ id: dee.id, phones: ["+12025550191", "+12025550190"], custom: { dog: "yes", roof: "slate" } });
  const shown = await api("GET", `/leads/${ann}`);
  expect([shown.id, shown.timeline.map(({ words }: { words: string }) => words)]).toEqual([
    dee.id,
    ["Joined with the lead Ann", "Imported from a file, line 2"],
  ]);
  expect(await api("DELETE", `/leads/${dee.id}`)).toEqual({ deleted: true });
  expect(await refused("GET", `/leads/${ann}`)).toEqual([404, expect.any(String)]);
});

test("what the CRM tells of our own writing is no news; what somebody changes there comes in, and nothing goes back", async () => {
  const steps = [{ id: "save", type: "crm_sync", crm: CRM, fields: { city: { value: "{{lead.custom.town}}" } } }];
  const { id: workflow } = await api("POST", "/workflows", { definition: { name: "Save", steps } });
  await api("POST", `/workflows/${workflow}/activate`);
  const lead = await api("POST", "/leads", { name: "Fay Fisher", phones: ["+12025550177"], custom: { town: "Rome" }, announce: false });
  const save = async () => {
    const { runs } = await api("POST", `/workflows/${workflow}/runs`, { leads: [lead.id] });
    await vi.waitFor(async () => expect(await api("GET", `/runs/${runs[0].id}`)).toMatchObject({ state: "completed" }), {
      timeout: 20_000,
      interval: 50,
    });
  };
  const written = async () => {
    const { counts } = (await mesh.sandbox("GET", "/sandbox/api/counts")).body;
    return (counts[CRM].create_contact ?? 0) + (counts[CRM].update_contact ?? 0);
  };
  /** Lets the CRM tell what there is, and gives how many events it was. */
  const heard = async (): Promise<number> => {
    const { body } = await mesh.sandbox("POST", "/sandbox/api/changes", { vendor: CRM, url: `${mesh.url}/hooks/${CRM}/app` });
    await vi.waitFor(
      async () => {
        const { counts } = await api("GET", `/events?vendor=${CRM}`);
        expect([counts.received, counts.processing, counts.failed]).toEqual([0, 0, 0]);
      },
      { timeout: 20_000, interval: 50 },
    );
    return body.sent.length;
  };
  const known = async () => {
    const { timeline, custom, external } = await api("GET", `/leads/${lead.id}`);
    return { told: timeline.map(({ type }: { type: string }) => type).sort(), town: custom.town, record: external[CRM] };
  };
  await save();
  expect(await heard()).toBeGreaterThan(0);
  const { record, ...before } = await known();
  expect(before).toEqual({ told: ["step.crm_sync"], town: "Rome" });
  expect(await all()).toHaveLength(1);
  const once = await written();

  const { access_token } = (await mesh.sandbox("GET", "/sandbox/api/credentials")).body.credentials[CRM].valid;
  const headers = { authorization: `Bearer ${access_token}`, "content-type": "application/json" };
  const change = { method: "PATCH", headers, body: JSON.stringify({ properties: { city: "Oslo" } }) };
  expect((await fetch(`${mesh.url}/sandbox/api.hubapi.com/crm/v3/objects/contacts/${record}`, change)).status).toBe(200);
  await heard();
  expect(await known()).toEqual({ told: ["contact.updated", "step.crm_sync"], town: "Oslo", record });
  await save();
  await heard();
  expect([await known(), await written()]).toEqual([
    { told: ["contact.updated", "step.crm_sync", "step.crm_sync"], town: "Oslo", record },
    once + 1,
  ]); // the one is theirs
  await api("DELETE", `/leads/${lead.id}`);
}, 60_000);

const until = (fetch: string, holds: (found: Response_["body"]) => boolean, timeout = 60_000): Promise<Response_["body"]> =>
  vi.waitFor(
    async () => {
      const found = await api("GET", `/fetches/${fetch}`);
      if (!holds(found)) throw new Error(JSON.stringify(found));
      return found;
    },
    { timeout, interval: 100 },
  );
const COUNT = 500;

test("500 leads are fetched through a hard kill half-way: each once, and a second fetch makes none; one that is cancelled stops", async () => {
  await mesh.sandbox("POST", "/sandbox/api/leads", { vendor: CRM, count: COUNT, first: 1000 });
  const map = { town: "city" };
  expect(await refused("POST", `/crm/${CRM}/preview`, { map: { town: "ctiy" } })).toEqual([
    422,
    { "map.town": expect.stringContaining("“city”") },
  ]);
  const { total, leads: first } = await api("POST", `/crm/${CRM}/preview`, { map });
  expect([total, first.length]).toEqual([expect.any(Number), 10]);
  expect(total).toBeGreaterThanOrEqual(COUNT);
  expect(first.every(({ lead, phones }: { lead: string | null; phones: string[] }) => lead === null && phones.length > 0)).toBe(true);
  expect(await all()).toEqual([]);

  await mesh.sandbox("PUT", "/sandbox/api/faults", { vendor: CRM, fault: "slow", ms: 200, times: 100 });
  const { id } = await api("POST", `/crm/${CRM}/fetches`, { map });
  const cut = await until(id, ({ counts }) => counts.seen >= 200);
  await mesh.kill();
  expect(cut.counts.seen).toBeLessThan(total);
  mesh = await start();
  await mesh.sandbox("DELETE", "/sandbox/api/faults");
  const { counts, state } = await until(id, (found) => found.state !== "running");
  const found = await all();
  expect([state, counts]).toEqual([
    "completed",
    { expected: total, seen: total, created: found.length, matched: 0, started: 0, refused: total - found.length },
  ]);
  expect(found.length).toBeGreaterThanOrEqual(COUNT);
  expect(new Set(found.map(({ external }) => external[CRM])).size).toBe(found.length);
  expect(new Set(found.flatMap(({ phones }) => phones)).size).toBeGreaterThanOrEqual(COUNT);

  const again = await api("POST", `/crm/${CRM}/fetches`, { map });
  const second = await until(again.id, (one) => one.state !== "running");
  expect([second.state, second.counts]).toEqual(["completed", { ...counts, created: 0, matched: found.length }]);
  expect(new Set((await all()).map((one) => one.id))).toEqual(new Set(found.map((one) => one.id)));

  await mesh.sandbox("PUT", "/sandbox/api/faults", { vendor: CRM, fault: "slow", ms: 500, times: 100 });
  const third = await api("POST", `/crm/${CRM}/fetches`, { map });
  await until(third.id, ({ counts: { seen } }) => seen > 0);
  expect(await refused("POST", `/fetches/${third.id}/cancel`, undefined, { contractor: "another" })).toEqual([404, expect.any(String)]);
  const cancelled = await api("POST", `/fetches/${third.id}/cancel`);
  expect(cancelled.state).toBe("cancelled");
  await mesh.sandbox("DELETE", "/sandbox/api/faults");
  const { fetches } = await api("GET", "/fetches");
  expect(fetches.map((one: { state: string }) => one.state)).toEqual(["cancelled", "completed", "completed"]);
  expect(fetches[0].counts.seen).toBeLessThan(total);
}, 180_000);

test("each lead that is fetched into a workflow starts it once, however often it is fetched, unless it is meant to start again", async () => {
  const [lead] = await all();
  const where = [{ field: "email", equals: lead?.emails[0] }];
  const { id: workflow } = await api("POST", "/workflows", {
    definition: { name: "Hello", steps: [{ id: "rest", type: "wait", for: "P1D" }] },
  });
  expect(await refused("POST", `/crm/${CRM}/fetches`, { where, workflow })).toEqual([409, expect.stringContaining("not switched on")]);
  await api("POST", `/workflows/${workflow}/activate`);
  const started = async (more: object = {}) => {
    const { id } = await api("POST", `/crm/${CRM}/fetches`, { where, workflow, ...more });
    const { state, counts } = await until(id, (found) => found.state !== "running");
    expect([state, counts.matched]).toEqual(["completed", 1]);
    return counts.started;
  };
  expect([await started(), await started(), await started({ repeat: true })]).toEqual([1, 0, 1]);
  const { runs } = await api("GET", `/runs?workflow=${workflow}`);
  expect(runs.map((run: { lead: { id: string } }) => run.lead.id)).toEqual([lead?.id, lead?.id]);
}, 60_000);

test("a fetch whose integration breaks is paused, says why, and goes on by itself once it works again", async () => {
  await mesh.sandbox("PUT", "/sandbox/api/faults", { vendor: CRM, fault: "401", times: 100 });
  const { id } = await api("POST", `/crm/${CRM}/fetches`, { map: {} });
  expect(await until(id, ({ state }) => state === "paused")).toMatchObject({ reason: expect.stringContaining("HubSpot") });
  await mesh.sandbox("DELETE", "/sandbox/api/faults");
  await mesh.connect(contractor, CRM);
  expect(await until(id, ({ state }) => state === "completed")).toMatchObject({ reason: null, counts: { created: 0 } });
}, 90_000);

test("what a sync would change is shown field by field beforehand, wrong mappings by name, and nothing is written", async () => {
  const [lead] = await all();
  const before = (await mesh.sandbox("GET", "/sandbox/api/counts")).body.counts[CRM];
  await api("PATCH", `/leads/${lead?.id}`, { custom: { town: "Rome" } });
  const fields = { city: { value: "{{lead.custom.town}}" }, ctiy: { value: "x" }, jobtitle: { value: "{{lead.custom.trade}}" } };
  const dry = await api("POST", `/crm/${CRM}/dry-run`, { lead: lead?.id, fields });
  expect(dry).toMatchObject({
    ready: false,
    record: { crm_id: lead?.external[CRM] },
    issues: [{ at: "fields.ctiy", near: expect.arrayContaining(["city"]) }],
  });
  const field = (name: string) => dry.fields.find((one: { field: string }) => one.field === name);
  expect(field("city")).toMatchObject({ ours: "Rome", after: "Rome", writes: "crm", conflict: false, lacks: null });
  expect(field("jobtitle")).toMatchObject({ ours: null, writes: null, lacks: "lead.custom.trade" });
  expect(field("phone")).toMatchObject({ writes: null });
  const after = (await mesh.sandbox("GET", "/sandbox/api/counts")).body.counts[CRM];
  expect([after.create_contact ?? 0, after.update_contact ?? 0]).toEqual([before.create_contact ?? 0, before.update_contact ?? 0]);
});
