/**
 * Deliveries with duplicates and disorder from several vendors, while the process is killed hard again and again. What is answered well
 * is kept whatever happens then; what is not answered is sent again, as vendors do. Seeded.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { globSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import { addressOf, type Signed, send, signed } from "./deliveries.ts";
import { type Users, usersOf } from "./mesh.ts";

export interface CrashOptions {
  readonly stateDir: string;
  readonly vendors: readonly string[];
  /** Requests in all, duplicates among them, but not those that are sent again since they were not answered. */
  readonly deliveries: number;
  readonly entities: number;
  readonly kills: number;
  readonly seed: number;
}
export interface CrashReport {
  readonly distinct: number;
  readonly requests: number;
  readonly answers: Readonly<Record<string, number>>;
  /** Rows by state, and how often an event was done; `lanes`: those in which an event was done before one that came earlier. */
  readonly states: Readonly<Record<string, number>>;
  readonly doneTwice: number;
  readonly neverDone: number;
  readonly lanes: { readonly all: number; readonly disordered: readonly string[] };
  /** Entries of timelines: an event's own effect, seen where it is kept. */
  readonly timeline: { readonly entries: number; readonly disordered: readonly string[]; readonly lacking: number };
}

const CONTRACTOR = "storm";
/** A vendor's own secret, made here: those whose deliveries the credential proves have none. */
const SECRETS: Readonly<Record<string, string>> = {
  stripe: `whsec_${"5torm".repeat(8)}`,
  square: "square-storm-signature-key",
  vapi: "vapi-storm-hmac-secret",
  elevenlabs: `wsec_${"7".repeat(64)}`,
};

/** Mulberry32: the same numbers for the same seed. */
function random(state: number): () => number {
  let a = state;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

interface Running extends Users {
  readonly process: ChildProcess;
}

/** `port`: the address is signed, so it must stay; 0: any that is free. */
async function start(stateDir: string, port: number, vendors: readonly string[]): Promise<Running> {
  const child = spawn(process.execPath, [join(import.meta.dirname, "hooks-child.ts"), stateDir, String(port), vendors.join()], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let said = "";
  for await (const chunk of child.stdout) {
    said += String(chunk);
    const [, url] = /ready at (\S+)\n/.exec(said) ?? [];
    if (url) {
      child.stdout.resume();
      return { ...usersOf(url), process: child };
    }
  }
  throw new Error(`the mesh ended before it was ready:\n${said}`);
}

/** SIGKILL: no handler runs, nothing is flushed. */
async function kill({ process: child, url }: Running): Promise<void> {
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

const DUPLICATES = 0.3;
const RECENT_MS = 120_000;

export async function crashStorm(options: CrashOptions, say: (line: string) => void = () => {}): Promise<CrashReport> {
  const { stateDir, vendors, deliveries, entities, kills, seed } = options;
  const draw = random(seed);
  const answers: Record<string, number> = {};
  let requests = 0;
  let distinct = 0;
  let running: Running | undefined;
  /** What one entity of a vendor's has to say, in order: the next is sent once the one before it was taken. */
  const lanes = new Map<string, Signed[]>();
  let recent: { message: Signed; at: number }[] = [];
  const rounds = kills + 1;
  const perRound = Math.ceil((deliveries * (1 - DUPLICATES)) / rounds / vendors.length);

  const prepare = async (mesh: Running, round: number) => {
    for (const vendor of vendors) {
      const url = await addressOf(mesh, CONTRACTOR, vendor);
      const secret = SECRETS[vendor];
      // The second vendor's secret is set late, so that what waits for it is released while the process is killed.
      const late = vendor === vendors[1];
      if (secret !== undefined && round === (late ? 1 : 0)) {
        const set = await mesh.api("POST", `/connections/${vendor}/webhook-secret`, { action: "set", secret }, { contractor: CONTRACTOR });
        if (set.status !== 200) throw new Error(`${vendor}: ${JSON.stringify(set.body)}`);
      }
      const ask = {
        vendor,
        url,
        ...(secret && { secret }),
        count: perRound,
        entities,
        seed: seed + round * 1000 + vendors.indexOf(vendor),
      };
      for (const [index, message] of (await signed(mesh, ask)).entries()) {
        const lane = `${vendor} ${index % entities}`;
        lanes.set(lane, [...(lanes.get(lane) ?? []), message]);
        distinct++;
      }
    }
  };

  /** What a vendor does: sends, and counts as taken only what was answered well. */
  const taken = async (message: Signed): Promise<boolean> => {
    requests++;
    const answer = await send(message).then(
      ({ status }) => String(status),
      () => "none",
    );
    answers[answer] = (answers[answer] ?? 0) + 1;
    if (!["200", "429", "503", "none"].includes(answer)) throw new Error(`${answer} for ${message.kind} ${message.id}`);
    return answer === "200";
  };

  const sendRound = async (until: () => boolean) => {
    const one = async (lane: Signed[]) => {
      while (lane[0] && !until()) {
        const message = lane[0];
        const copies = draw() < DUPLICATES ? 1 : 0;
        const results = await Promise.all(Array.from({ length: 1 + copies }, () => taken(message)));
        if (results.some((well) => well)) {
          lane.shift();
          recent.push({ message, at: Date.now() });
        } else if (!until()) await sleep(100); // a vendor, too, waits a moment before it tries again
        const old = recent[Math.floor(draw() * recent.length)];
        if (old && draw() < DUPLICATES / 2) await taken(old.message);
      }
    };
    await Promise.all([...lanes.values()].sort(() => draw() - 0.5).map(one));
  };

  try {
    for (let round = 0; round < rounds; round++) {
      const last = round === rounds - 1;
      running = await start(stateDir, running ? Number(new URL(running.url).port) : 0, vendors);
      const mesh = running;
      if (round === 0) await mesh.connect(CONTRACTOR, "twilio");
      recent = recent.filter(({ at }) => Date.now() - at < RECENT_MS);
      await prepare(mesh, round);
      let killed = false;
      const before = answers["200"] ?? 0;
      const enough = before + Math.floor((0.1 + 0.85 * draw()) * perRound * vendors.length);
      const moment = draw() * 40;
      const killer = last
        ? Promise.resolve()
        : (async () => {
            while ((answers["200"] ?? 0) < enough) await sleep(5);
            await sleep(moment); // the moment of the kill is the experiment, not a wait for anything
            killed = true;
            await kill(mesh);
          })();
      await sendRound(() => killed);
      await killer;
      say(`round ${round + 1} of ${rounds}: ${(answers["200"] ?? 0) - before} taken`);
    }
    await allDone(stateDir, distinct);
    return { distinct, requests, answers, ...judged(stateDir) };
  } finally {
    if (running) await kill(running);
  }
}

/** The gateway's database, read beside the process that writes it. */
function open(stateDir: string): DatabaseSync {
  for (const file of globSync("storage/**/*.sqlite", { cwd: stateDir })) {
    const db = new DatabaseSync(join(stateDir, file), { readOnly: true });
    if (db.prepare("SELECT 1 FROM sqlite_master WHERE name = 'watched'").get()) return db;
    db.close();
  }
  throw new Error("there is no database of events");
}
const all = <T>(db: DatabaseSync, sql: string): T[] => db.prepare(sql).all() as T[];

async function allDone(stateDir: string, distinct: number): Promise<void> {
  const limit = Date.now() + 60_000 + distinct * 100;
  const db = open(stateDir);
  try {
    for (;;) {
      const [count] = all<{ open: number; all: number }>(
        db,
        "SELECT count(*) AS \"all\", sum(state NOT IN ('done', 'dead')) AS open FROM events",
      );
      if (count && count.open === 0 && count.all >= distinct) return;
      if (Date.now() > limit) throw new Error(`${count?.all} of ${distinct} are there, and ${count?.open} of them still open`);
      await sleep(250);
    }
  } finally {
    db.close();
  }
}

function judged(stateDir: string): Pick<CrashReport, "states" | "doneTwice" | "neverDone" | "lanes" | "timeline"> {
  const db = open(stateDir);
  try {
    const states = Object.fromEntries(
      all<{ state: string; n: number }>(db, "SELECT state, count(*) AS n FROM events GROUP BY state").map(({ state, n }) => [state, n]),
    );
    const doneTwice = all(db, "SELECT event FROM watched GROUP BY event HAVING count(*) > 1").length;
    const neverDone = all(db, "SELECT id FROM events WHERE id NOT IN (SELECT event FROM watched)").length;
    const done = all<Placed>(db, "SELECT e.lane, e.position, e.seq, e.id FROM watched w JOIN events e ON e.id = w.event ORDER BY w.place");
    const entries = all<Placed>(
      db,
      "SELECT e.lane, e.position, e.seq, e.id FROM timeline t JOIN events e ON e.id = t.event ORDER BY t.rowid",
    );
    const lacking = all(
      db,
      `SELECT id FROM events WHERE lane IN (SELECT lane FROM events WHERE id IN (SELECT event FROM timeline)) AND id NOT IN (SELECT event FROM timeline)`,
    ).length;
    return {
      states,
      doneTwice,
      neverDone,
      lanes: { all: new Set(done.map(({ lane }) => lane)).size, disordered: disordered(done) },
      timeline: { entries: entries.length, disordered: disordered(entries), lacking },
    };
  } finally {
    db.close();
  }
}

interface Placed {
  readonly lane: string;
  readonly position: number;
  readonly seq: number;
  readonly id: string;
}
/** Lanes in which something stands after what came later than it. */
function disordered(placed: readonly Placed[]): string[] {
  const last = new Map<string, Placed>();
  const found = new Set<string>();
  for (const one of placed) {
    const before = last.get(one.lane);
    if (before && (before.position > one.position || (before.position === one.position && before.seq > one.seq))) found.add(one.lane);
    last.set(one.lane, one);
  }
  return [...found];
}
