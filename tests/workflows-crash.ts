/**
 * A workflow of six effects over five vendors, while credentials are revoked, answers are lost and the process is killed hard: in the end each
 * effect exists once at its vendor. Seeded.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { vi } from "vitest";
import { type Users, usersOf } from "./mesh.ts";

const CONTRACTOR = "crash";
const as = { contractor: CONTRACTOR };

/** The effects, in their order: where each is made, and what stands there before the person's name. */
export const EFFECTS = [
  { step: "first", mark: "First for", vendor: "twilio", operation: "create_message" },
  { step: "mail", mark: "Estimate for", vendor: "mailgun", operation: "send_message" },
  { step: "visit", mark: "Visit", vendor: "google-calendar", operation: "insert_event" },
  { step: "crm", mark: "Contact", vendor: "hubspot", operation: "create_contact" },
  { step: "post", mark: "Welcome", vendor: "meta-pages", operation: "publish_post" },
  { step: "last", mark: "Last for", vendor: "twilio", operation: "create_message" },
] as const;
export type Effect = (typeof EFFECTS)[number];
const VENDORS = [...new Set(EFFECTS.map(({ vendor }) => vendor))];

const STEPS = [
  { id: "first", type: "sms", body: "First for {{name}}" },
  { id: "mail", type: "email", subject: "Estimate for {{name}}", text: "Hello" },
  { id: "visit", type: "calendar_event", summary: "Visit {{name}}", start: "2026-12-01T09:00:00-05:00" },
  { id: "crm", type: "crm_sync", crm: "hubspot" },
  { id: "post", type: "social_post", page: "104729583047001", text: "Welcome {{name}}" },
  { id: "last", type: "sms", body: "Last for {{name}}" },
];

export interface Person {
  readonly name: string;
  readonly run: string;
}
export interface CrashMesh extends Users {
  readonly process: ChildProcess;
}

export async function startCrashMesh(stateDir: string): Promise<CrashMesh> {
  const child = spawn(process.execPath, [join(import.meta.dirname, "workflows-child.ts"), stateDir, VENDORS.join()], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let said = "";
  for await (const chunk of child.stdout) {
    said += String(chunk);
    const [, url] = /ready at (\S+)\n/.exec(said) ?? [];
    if (!url) continue;
    child.stdout.resume();
    return { ...usersOf(url), process: child };
  }
  throw new Error(`the mesh ended before it was ready:\n${said}`);
}

/** SIGKILL: no handler runs, nothing is flushed. */
export async function killCrashMesh({ process: child, url }: CrashMesh): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, "exit");
  child.kill("SIGKILL");
  await gone;
  const listens = () =>
    fetch(url).then(
      () => true,
      () => false,
    );
  while (await listens()) await sleep(10); // its runtime, which follows it
}

/** The workflow, active, its vendors connected. */
export async function prepare(mesh: Users): Promise<string> {
  await mesh.connect(CONTRACTOR, ...VENDORS);
  const made = await mesh.api("POST", "/workflows", { definition: { name: "Six effects", steps: STEPS } }, as);
  const { status, body } = await mesh.api("POST", `/workflows/${made.body.id}/activate`, undefined, as);
  if (status !== 200) throw new Error(`not activated: ${JSON.stringify(body)}`);
  return made.body.id;
}

let made = 0;
/** A run about somebody new. Throws where the mesh is killed meanwhile. */
export async function begin(mesh: Users, workflow: string): Promise<Person> {
  const number = String(++made).padStart(4, "0");
  const name = `Person ${number}`;
  const person = { name, phones: [`+1202557${number}`], emails: [`p${number}@example.com`] };
  const lead = await mesh.api("POST", "/leads", person, as);
  const { body } = await mesh.api("POST", `/workflows/${workflow}/runs`, { leads: [lead.body.id] }, as);
  return { name, run: body.runs[0].id };
}

export const viewOf = async (mesh: Users, { run }: Person) => (await mesh.api("GET", `/runs/${run}`, undefined, as)).body;

export async function until(mesh: Users, person: Person, state: string, timeout = 300_000): Promise<void> {
  await vi.waitFor(
    async () => {
      const view = await viewOf(mesh, person);
      if (view.state !== state) throw new Error(`${person.name} is not ${state}: ${JSON.stringify({ ...view, definition: undefined })}`);
    },
    { timeout, interval: 100 },
  );
}

/** What a vendor shows to have reached someone, an entry a text. */
export const inboxOf = async (mesh: Users, vendor: string): Promise<string> =>
  JSON.stringify((await mesh.sandbox("GET", `/sandbox/api/inbox?vendor=${vendor}`)).body.inbox);

/** Until a run is completed. A person is asked where nobody else can know, looks at the vendor, and says what is there. Says how often. */
export async function completed(mesh: Users, person: Person, timeout = 600_000): Promise<number> {
  let asked = 0;
  await vi.waitFor(
    async () => {
      const { state, step } = await viewOf(mesh, person);
      const effect = EFFECTS.find((one) => one.step === step);
      if (state === "needs_attention" && effect) {
        const happened = (await inboxOf(mesh, effect.vendor)).includes(`${effect.mark} ${person.name}`);
        await mesh.api("POST", `/runs/${person.run}/orders`, { order: "decided", step, happened }, as);
        asked++;
      }
      if (state !== "completed") throw new Error(`${person.name} is ${state} at ${step}`);
    },
    { timeout, interval: 200 },
  );
  return asked;
}

/** Each effect that is not there exactly once, by person; empty if all is well. */
export async function wrongEffects(mesh: Users, people: readonly Person[]): Promise<readonly string[]> {
  const wrong: string[] = [];
  for (const vendor of VENDORS) {
    const entries: string[] = (await mesh.sandbox("GET", `/sandbox/api/inbox?vendor=${vendor}`)).body.inbox.map((entry: object) =>
      JSON.stringify(entry),
    );
    const wanted = EFFECTS.filter((effect) => effect.vendor === vendor).length;
    for (const { name } of people) {
      const found = entries.filter((entry) => entry.includes(name)).length;
      if (found !== wanted) wrong.push(`${vendor}: ${name} ${found} times, not ${wanted}`);
    }
  }
  return wrong;
}

export const fault = (
  mesh: Users,
  { vendor, operation }: Pick<Effect, "vendor"> & { operation: string },
  kind: string,
  more: object = {},
) => mesh.sandbox("PUT", "/sandbox/api/faults", { vendor, operation, fault: kind, ...more });
export const clear = (mesh: Users, { vendor, operation }: Pick<Effect, "vendor"> & { operation: string }) =>
  mesh.sandbox("DELETE", `/sandbox/api/faults?vendor=${vendor}&operation=${operation}`);

/** A run, of which `effect` meets trouble and none before it: the trouble begins while the effect before it is being made. */
async function meeting(mesh: Users, workflow: string, effect: Effect, trouble: () => Promise<unknown>): Promise<Person> {
  const before = EFFECTS[EFFECTS.indexOf(effect) - 1];
  if (!before) {
    await trouble();
    return begin(mesh, workflow);
  }
  await fault(mesh, before, "slow", { ms: 1_500, times: 1 });
  const person = await begin(mesh, workflow);
  await vi.waitFor(
    async () => {
      const { step } = await viewOf(mesh, person);
      if (step !== before.step) throw new Error(`at ${step}`);
    },
    { timeout: 20_000, interval: 20 },
  );
  await trouble();
  return person;
}

/** The vendor rejects the credential when the run comes to this effect; mended, the run goes on. */
export async function breakBefore(mesh: Users, workflow: string, effect: Effect): Promise<Person> {
  const all = { vendor: effect.vendor, operation: "*" };
  const person = await meeting(mesh, workflow, effect, () => fault(mesh, all, "401"));
  await until(mesh, person, "paused", 30_000);
  const { step, vendor } = await viewOf(mesh, person);
  if (step !== effect.step || vendor !== effect.vendor) throw new Error(`paused at ${step} on ${vendor}, not at ${effect.step}`);
  await clear(mesh, all);
  await mesh.connect(CONTRACTOR, effect.vendor);
  await until(mesh, person, "completed");
  return person;
}

/** The vendor acts, and its answer is lost. */
export async function dropAfter(mesh: Users, workflow: string, effect: Effect): Promise<Person> {
  const person = await meeting(mesh, workflow, effect, () => fault(mesh, effect, "commit_then_drop", { times: 1 }));
  await until(mesh, person, "completed");
  return person;
}

export interface Kills {
  readonly stateDir: string;
  readonly workflow: string;
  readonly kills: number;
  /** Runs begun between one kill and the next. */
  readonly runs: number;
  readonly random: () => number;
}

/** Kills at random instants among runs; gives the mesh that is up in the end, and all whose run had begun. */
export async function killOften(
  mesh: CrashMesh,
  { stateDir, workflow, kills, runs, random }: Kills,
): Promise<{ readonly mesh: CrashMesh; readonly people: readonly Person[] }> {
  const people: Person[] = [];
  let now = mesh;
  for (let round = 0; round < kills; round++) {
    for (const effect of EFFECTS) await fault(now, effect, "slow", { ms: Math.floor(random() * 300) });
    const begun = Array.from({ length: runs }, () =>
      begin(now, workflow)
        .then((person) => people.push(person))
        .catch(() => {}),
    ); // cut off: never begun, or its id is not known
    await sleep(random() * 2_500); // the instant of the kill is the experiment, not a wait for anything
    await killCrashMesh(now);
    await Promise.all(begun);
    now = await startCrashMesh(stateDir);
  }
  for (const effect of EFFECTS) await clear(now, effect);
  return { mesh: now, people };
}
