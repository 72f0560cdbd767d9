/**
 * A model of leads and four CRMs: edits on both sides, people whom the CRM's own people add, lost answers, searches that lag, deliveries
 * late, twice and out of order. Whatever the schedule: once it is quiet all sides agree and nothing is written any more, nobody is in a
 * CRM twice, and an edit made in quiet stands everywhere.
 */

import { nationalNumber } from "@junction/kit";
import { personOf } from "@junction/sandbox";
import * as fc from "fast-check";
import { expect, vi } from "vitest";
import { addressOf, type Signed, send } from "./deliveries.ts";
import type { Mesh } from "./mesh.ts";
import { type Begun, type Runs, runsOn } from "./testing/runs.ts";

const SECRET = "Zk3dQ9rTn4LxV8bYp2Wc7MhJs5Gf6AeUq1Ko";
const [ZOHO, SALESFORCE] = ["www.zohoapis.com/crm/v8/Leads", "sandbox-plumbing.my.salesforce.com/services/data/v59.0/sobjects/Lead"];
const GATE = "d".repeat(40);

/** A record as the CRM's own people see and change it. */
interface Said {
  readonly name: string;
  readonly town: string | null;
}
interface Crm {
  readonly field: string;
  readonly create: string;
  readonly update: string;
  readonly method: "PATCH" | "PUT";
  readonly url: (id: string) => string;
  readonly scheme: string;
  // biome-ignore lint/suspicious/noExplicitAny: each answers in its own form
  readonly read: (body: any) => Said;
  readonly body: (change: Partial<Said>) => unknown;
}
const joined = (...parts: readonly (string | null | undefined)[]): string => parts.filter(Boolean).join(" ");
const split = (name: string, first: string, last: string) => {
  const words = name.split(" ");
  return { [first]: words.slice(0, -1).join(" "), [last]: words.at(-1) };
};
const CRMS: Readonly<Record<string, Crm>> = {
  hubspot: {
    ...{ field: "city", create: "create_contact", update: "update_contact", method: "PATCH", scheme: "Bearer" },
    url: (id) => `api.hubapi.com/crm/v3/objects/contacts/${id}?properties=city,firstname,lastname`,
    read: ({ properties: { firstname, lastname, city } }) => ({ name: joined(firstname, lastname), town: city || null }),
    body: ({ name, town }) => ({
      properties: { ...(name !== undefined && split(name, "firstname", "lastname")), ...(town !== undefined && { city: town ?? "" }) },
    }),
  },
  salesforce: {
    ...{ field: "City", create: "create_lead", update: "update_lead", method: "PATCH", scheme: "Bearer" },
    url: (id) => `${SALESFORCE}/${id}`,
    read: ({ FirstName, LastName, City }) => ({ name: joined(FirstName, LastName), town: City }),
    body: ({ name, town }) => ({
      ...(name !== undefined && split(name, "FirstName", "LastName")),
      ...(town !== undefined && { City: town }),
    }),
  },
  "zoho-crm": {
    ...{ field: "City", create: "create_lead", update: "update_lead", method: "PUT", scheme: "Zoho-oauthtoken" },
    url: (id) => `${ZOHO}/${id}`,
    read: ({ data: [{ First_Name, Last_Name, City }] }) => ({ name: joined(First_Name, Last_Name), town: City }),
    body: ({ name, town }) => ({
      data: [{ ...(name !== undefined && split(name, "First_Name", "Last_Name")), ...(town !== undefined && { City: town }) }],
    }),
  },
  pipedrive: {
    ...{ field: GATE, create: "create_person", update: "update_person", method: "PATCH", scheme: "Bearer" },
    url: (id) => `sandbox-plumbing.pipedrive.com/api/v2/persons/${id}`,
    read: ({ data: { name, custom_fields } }) => ({ name, town: custom_fields?.[GATE] ?? null }),
    body: ({ name, town }) => ({ ...(name !== undefined && { name }), ...(town !== undefined && { custom_fields: { [GATE]: town } }) }),
  },
};
const VENDORS = Object.keys(CRMS);
const FAULTS = ["commit_then_drop", "drop", "500", "truncated_json", "429_seconds"] as const;

const person = fc.integer({ min: 0, max: 1 });
const vendor = fc.constantFrom(...VENDORS);
const step = fc.oneof(
  {
    arbitrary: fc.record({
      ...{ do: fc.constant("sync" as const), person, vendors: fc.subarray(VENDORS, { minLength: 1 }) },
      /** Meets the first write, of a new record or of an old one. */
      fault: fc.option(fc.constantFrom(...FAULTS)),
    }),
    weight: 5,
  },
  {
    arbitrary: fc.record({ do: fc.constant("ours" as const), what: fc.constantFrom("town" as const, "name" as const), person }),
    weight: 2,
  },
  {
    arbitrary: fc.record({ do: fc.constant("theirs" as const), what: fc.constantFrom("town" as const, "name" as const), vendor, person }),
    weight: 3,
  },
  { arbitrary: fc.record({ do: fc.constant("lag" as const), vendor, seconds: fc.constantFrom(0, 3600) }), weight: 1 },
  { arbitrary: fc.record({ do: fc.constant("tell" as const), vendor, duplicates: fc.integer({ min: 0, max: 2 }) }), weight: 2 },
);
export type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;
export const schedule = fc.record({
  steps: fc.array(step, { minLength: 4, maxLength: 8 }),
  /** The edit that is made in quiet, and where: in one of the CRMs, or here. */
  last: fc.record({ where: fc.constantFrom(...VENDORS, "here"), what: fc.constantFrom("town" as const, "name" as const), person }),
});

type Last = typeof schedule extends fc.Arbitrary<infer T extends { last: unknown }> ? T["last"] : never;

/** Retries come soon, and give up late: a search that lags is waited for. */
export const MODEL_VARS = { "junction-gateway": { RUN_BACKOFF_MS: "50,100,200,400,800,1600,3200", RUN_PATIENCE_MS: "2000" } };

/**
 * These take a second record of a person, and their searches lag. What became of a lost answer they can only be asked a minute later; and
 * whom their own people add, only their search tells: so here it has caught up by then, and nobody is added whom we are adding.
 */
const TAKES_TWICE = ["hubspot", "pipedrive"];

export interface Size {
  readonly batches: number;
  /** Schedules, one after the other, before all is let come to rest together. */
  readonly schedules: number;
  readonly seed: number;
  /** Loses the answers of those too that are asked a minute later. */
  readonly patient: boolean;
}

/** Runs schedules, each with people of its own; `passed` is told when a batch is through. */
export async function checkCrms(mesh: Mesh, { batches, schedules, seed, patient }: Size, passed = () => {}): Promise<void> {
  const world = await connected(mesh, patient);
  let made = seed % 10_000;
  await fc.assert(
    fc.asyncProperty(fc.array(schedule, { minLength: schedules, maxLength: schedules }), async (all) => {
      const begun: { people: readonly Somebody[]; last: Last }[] = [];
      for (const { steps, last } of all) begun.push({ people: await play(world, 2 * made++, steps), last });
      const everyone = begun.flatMap(({ people }) => people);
      await quiet(world, everyone);
      const wanted = new Map<Somebody, Partial<Said>>();
      for (const { people, last } of begun) {
        const who = people[last.person] ?? expect.fail();
        const change = changeTo(last.what, `${who.number}z`);
        wanted.set(who, change);
        await (last.where === "here" ? editHere(world, who, change) : editThere(world, who, last.where, change));
      }
      const agreed = await quiet(world, everyone);
      for (const [who, change] of wanted) expect(agreed.get(who), "an edit made in quiet stands").toMatchObject(change);
      passed();
    }),
    { numRuns: batches, seed, endOnFailure: true }, // a schedule that fails is short enough, and another try is long
  );
}

interface World {
  readonly mesh: Mesh;
  readonly runs: Runs;
  readonly contractor: string;
  readonly tokens: Readonly<Record<string, string>>;
  readonly hooks: Readonly<Record<string, { readonly url: string; readonly secret?: string }>>;
  readonly patient: boolean;
}
async function connected(mesh: Mesh, patient: boolean): Promise<World> {
  const contractor = "crms";
  await mesh.connect(contractor, ...VENDORS);
  const { credentials } = (await mesh.sandbox("GET", "/sandbox/api/credentials")).body;
  const hooks: Record<string, { url: string; secret?: string }> = { hubspot: { url: `${mesh.url}/hooks/hubspot/app` } };
  for (const one of VENDORS.filter((id) => id !== "hubspot")) {
    const set = await mesh.api("POST", `/connections/${one}/webhook-secret`, { action: "set", secret: SECRET }, { contractor });
    expect(set.status, JSON.stringify(set.body)).toBe(200);
    hooks[one] = { url: await addressOf(mesh, contractor, one), secret: SECRET };
  }
  const tokens = Object.fromEntries(VENDORS.map((id) => [id, credentials[id].valid.access_token]));
  return { mesh, runs: runsOn(mesh), contractor, tokens, hooks, patient };
}

interface Somebody {
  readonly number: number;
  readonly phone: string;
  /** The second of two has none. */
  readonly email: string | null;
  readonly lead: string;
  /** CRM → the record that its own people added. */
  readonly added: Map<string, string>;
  readonly open: Map<string, Begun>;
}

const changeTo = (what: keyof Said, mark: string): Partial<Said> =>
  what === "town" ? { town: `Town ${mark}` } : { name: `Given Family${mark}` };

async function play(world: World, first: number, steps: readonly Step[]): Promise<readonly Somebody[]> {
  const { mesh, contractor } = world;
  const people: Somebody[] = [];
  await lag(world, 3600); // no search knows of what is new, until a step says otherwise
  for (const number of [first, first + 1]) {
    const { first: given, last: family, e164: phone, email: address } = personOf(number);
    const email = number % 2 === 0 ? address : null;
    const ask = { name: `${given} ${family}`, phones: [phone], emails: email ? [email] : [], announce: false };
    const { status, body } = await mesh.api("POST", "/leads", ask, { contractor });
    expect(status, JSON.stringify(body)).toBe(201);
    people.push({ number, phone, email, lead: body.id, added: new Map(), open: new Map() });
  }
  let edits = 0;
  const next = (what: keyof Said) => changeTo(what, `${first}x${edits++}`);
  const one = (at: number): Somebody => people[at] ?? expect.fail();

  for (const step of steps) {
    switch (step.do) {
      case "sync":
        if (step.fault !== null) for (const vendor of step.vendors) await fail(world, vendor, step.fault);
        await Promise.all(step.vendors.map((vendor) => sync(world, one(step.person), vendor, 600)));
        break;
      case "ours":
        await editHere(world, one(step.person), next(step.what));
        break;
      case "theirs":
        await editThere(world, one(step.person), step.vendor, next(step.what));
        break;
      case "lag":
        // What a search has found once it does not lose again.
        if (!people.some(({ added }) => added.has(step.vendor))) await lag(world, step.seconds, [step.vendor]);
        break;
      case "tell":
        await tell(world, step.vendor, { duplicates: step.duplicates, shuffle: true, seed: first });
        break;
    }
  }
  return people;
}

async function lag({ mesh }: World, indexLagSeconds: number, vendors: readonly string[] = VENDORS): Promise<void> {
  await Promise.all(vendors.map((vendor) => mesh.sandbox("PUT", "/sandbox/api/settings", { vendor, indexLagSeconds })));
}

async function fail({ mesh, patient }: World, vendor: string, meant: (typeof FAULTS)[number]): Promise<void> {
  const { create, update } = CRMS[vendor] ?? expect.fail();
  const fault = patient || !TAKES_TWICE.includes(vendor) ? meant : "429_seconds";
  for (const operation of [create, update])
    await mesh.sandbox("PUT", "/sandbox/api/faults", { vendor, operation, fault, times: 1, ms: 1000 });
}

async function editHere({ mesh, contractor }: World, { lead }: Somebody, { name, town }: Partial<Said>): Promise<void> {
  const change = name === undefined ? { custom: { town } } : { name };
  expect((await mesh.api("PATCH", `/leads/${lead}`, change, { contractor })).status).toBe(200);
}

const leadOf = async ({ mesh, contractor }: World, { lead }: Somebody) =>
  (await mesh.api("GET", `/leads/${lead}`, undefined, { contractor })).body;

/** As one of the CRM's own people: changes the record, or adds one where they find none. */
async function editThere(world: World, who: Somebody, vendor: string, change: Partial<Said>): Promise<void> {
  const id = (await leadOf(world, who)).external[vendor] ?? who.added.get(vendor);
  if (id !== undefined) {
    const crm = CRMS[vendor] ?? expect.fail();
    await ask(world, vendor, crm.method, crm.url(id), crm.body(change));
  } else if (!(TAKES_TWICE.includes(vendor) && who.open.has(vendor)) && (await records(world, who, vendor)).length === 0) {
    const { body } = await world.mesh.sandbox("POST", "/sandbox/api/leads", { vendor, first: who.number, count: 1 });
    who.added.set(vendor, body.leads[0].id);
    if (TAKES_TWICE.includes(vendor)) await lag(world, 0, [vendor]);
  }
}

async function ask({ mesh, tokens }: World, vendor: string, method: string, url: string, body?: unknown): Promise<Response> {
  const headers = { authorization: `${CRMS[vendor]?.scheme} ${tokens[vendor]}`, "content-type": "application/json" };
  return fetch(`${mesh.url}/sandbox/${url}`, { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) });
}

/** What a CRM has of a person, by number or address, however it was typed there. */
async function records({ mesh }: World, { phone, email }: Somebody, vendor: string): Promise<readonly string[]> {
  const { inbox } = (await mesh.sandbox("GET", `/sandbox/api/inbox?vendor=${vendor}`)).body as { inbox: { title: string; text: string }[] };
  const bears = (line: string) => line.replaceAll(/\D/g, "").endsWith(nationalNumber(phone)) || (email !== null && line.includes(email));
  return inbox.filter(({ text }) => text.split("\n").some(bears)).map(({ title, text }) => `${title}: ${text}`);
}

/** A lost answer is asked for twice at most. */
const PATIENCE_MS = 150_000;
let synced = 0;
/** Starts a run that saves the lead in the CRM, unless one is under way; gives what came of it, or nothing where it is not through in time. */
async function sync(world: World, who: Somebody, vendor: string, patience: number): Promise<string | undefined> {
  const { runs, contractor } = world;
  let run = who.open.get(vendor);
  if (run === undefined) {
    const { id, name, phones, emails, custom } = await leadOf(world, who);
    const save = { id: "save", type: "crm_sync", crm: vendor, fields: { [CRMS[vendor]?.field ?? ""]: { value: "{{lead.custom.town}}" } } };
    const lead = { id, name, phone: phones[0] ?? null, email: emails[0] ?? null, custom };
    run = await runs.start(contractor, [save], { lead, run: `run_model_${synced++}` });
    who.open.set(vendor, run);
  }
  const began = run;
  const until = Date.now() + patience;
  let view = await runs.view(began);
  while (view.state !== "completed" && Date.now() < until) {
    expect(["running", "waiting", "completed"], JSON.stringify(view)).toContain(view.state);
    await new Promise((resolve) => setTimeout(resolve, 50));
    view = await runs.view(began);
  }
  if (view.state !== "completed") return undefined;
  who.open.delete(vendor);
  return String(view.steps[0]?.output?.["outcome"]);
}

/** Delivers what the CRM has to tell. */
async function tell({ mesh, hooks }: World, vendor: string, how: Readonly<Record<string, unknown>>): Promise<number> {
  const { status, body } = await mesh.sandbox("POST", "/sandbox/api/changes", { vendor, ...hooks[vendor], ...how, send: false });
  expect(status, JSON.stringify(body)).toBe(200);
  for (const message of body.messages as Signed[]) expect((await send(message)).status, `${vendor}: ${message.body}`).toBeLessThan(300);
  return body.messages.length;
}

/** Delivers what CRMs have to tell, and waits until all of it is taken in; gives how much it was. */
async function heard(world: World): Promise<number> {
  const { mesh, contractor, patient } = world;
  let count = 0;
  for (const vendor of VENDORS) count += await tell(world, vendor, { duplicates: 1 });
  await vi.waitFor(
    async () => {
      const open = await mesh.db
        .prepare("SELECT state, type, reason FROM events WHERE contractor = ? AND state <> 'done'")
        .bind(contractor)
        .all();
      expect(open.results).toEqual([]);
    },
    // What tells of a record that we are making is looked at again, in the end two minutes later.
    { timeout: patient ? 200_000 : 20_000, interval: 50 },
  );
  return count;
}

/** Lets everything come to its end, and sees that all sides agree. */
async function quiet(world: World, people: readonly Somebody[]): Promise<ReadonlyMap<Somebody, Said>> {
  const { mesh, runs } = world;
  await mesh.sandbox("DELETE", "/sandbox/api/faults");
  await lag(world, 0);
  for (const who of people)
    for (const [vendor, run] of who.open)
      if ((await sync(world, who, vendor, PATIENCE_MS)) === undefined)
        expect.fail(`${vendor} is not through: ${JSON.stringify(await runs.view(run))}`);
  let outcomes: readonly (string | undefined)[] = [];
  let told = 0;
  for (let round = 0; round < 6; round++) {
    told = await heard(world);
    const all = people.map(async (who) => {
      const each = [];
      for (const vendor of VENDORS) each.push(await sync(world, who, vendor, PATIENCE_MS));
      return each;
    });
    outcomes = (await Promise.all(all)).flat();
    if (told === 0 && outcomes.every((outcome) => outcome === "unchanged")) break;
  }
  expect([told, new Set(outcomes)], "after six rounds there is still something to write").toEqual([0, new Set(["unchanged"])]);
  const agreed = new Map<Somebody, Said>();
  for (const who of people) {
    const { name, custom, external } = await leadOf(world, who);
    const here: Said = { name, town: custom.town ?? null };
    for (const vendor of VENDORS) {
      expect(await records(world, who, vendor), `one record in ${vendor}`).toHaveLength(1);
      const crm = CRMS[vendor] ?? expect.fail();
      const there = crm.read(await (await ask(world, vendor, "GET", crm.url(external[vendor]))).json());
      expect({ vendor, ...there }).toEqual({ vendor, ...here });
    }
    agreed.set(who, here);
  }
  return agreed;
}
