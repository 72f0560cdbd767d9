/** One vendor's life in the sandbox: serving its requests, its switches, and what it saw. Runs inside the vendor's Durable Object. */
import { type Arrival, readCall } from "./call.ts";
import { type AddressAsk, anyWaits, ChangesAsk, takeChanges } from "./changes.ts";
import { type Call, type Emulator, findOperation, type InboxEntry, type Operation, type Settings } from "./emulator.ts";
import { errorOf, type FaultKind, type FaultSwitch } from "./faults.ts";
import { declaredSecrets, type MaskedRequest, masker, maskRequest } from "./mask.ts";
import { type LeadsAsk, type Person, personOf } from "./people.ts";
import { type PushesAsk, type SignedPush, signedChanges, signedPushes } from "./pushes.ts";
import { empty, json, Refusal, type Reply, text } from "./reply.ts";
import { type State, sqlState } from "./state.ts";

/** What the Worker does with the connection instead of answering plainly. */
export type Wire = "answer" | "hang" | "drop" | "break" | "endless";
export interface Served {
  readonly reply: Reply;
  readonly wire: Wire;
  /** A change waits, and the vendor has an address to tell of it. */
  readonly tells?: boolean;
}

export interface SeenRequest extends MaskedRequest {
  readonly at: number;
  readonly operation: string;
  /** The status that was answered; 0 where there was no answer. */
  readonly status: number;
  readonly fault: FaultKind | null;
}

/** All that `/sandbox` shows of a vendor. */
export interface Overview {
  readonly inbox: readonly InboxEntry[];
  readonly requests: readonly SeenRequest[];
  readonly faults: readonly FaultSwitch[];
  readonly counts: Readonly<Record<string, number>>;
  readonly settings: Settings;
}

const DEFAULTS: Settings = { tokenLifetimeSeconds: 3600, clockAheadSeconds: 0, indexLagSeconds: 0, aiCallsEnd: "answered" };
const KEPT_REQUESTS = 200;
const DEFAULT_DELAY_MS = 2000;

const TABLES = `
CREATE TABLE IF NOT EXISTS requests (seq INTEGER PRIMARY KEY AUTOINCREMENT, value TEXT);
CREATE TABLE IF NOT EXISTS counts (operation TEXT PRIMARY KEY, n INTEGER);
CREATE TABLE IF NOT EXISTS faults (operation TEXT PRIMARY KEY, value TEXT);
CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value TEXT);`;

/** The methods of the vendor's Durable Object, over its SQLite. */
export function vendorLife(sql: SqlStorage, emulatorOf: (vendor: string) => Emulator) {
  sql.exec(TABLES);
  const state = sqlState(sql);

  // Nobody else writes these: what was read once is so until it is written here.
  let known: { settings?: Settings; address?: AddressAsk | null; seeded?: true } = {};

  function setting<T>(name: string): T | undefined {
    const [row] = sql.exec<{ value: string }>("SELECT value FROM settings WHERE name = ?", name).toArray();
    return row && JSON.parse(row.value);
  }
  function readSettings(): Settings {
    known.settings ??= { ...DEFAULTS, ...setting<Partial<Settings>>("settings") };
    return known.settings;
  }
  function writeSettings(changes: Partial<Settings>): Settings {
    const settings = { ...readSettings(), ...changes };
    sql.exec("INSERT OR REPLACE INTO settings VALUES ('settings', ?)", JSON.stringify(settings));
    known.settings = settings;
    return settings;
  }
  function seedOnce(emulator: Emulator): void {
    if (known.seeded) return;
    if (setting("seeded") === undefined) {
      emulator.seed?.(state, Date.now());
      sql.exec("INSERT INTO settings VALUES ('seeded', '1')");
    }
    known.seeded = true;
  }
  function address(): AddressAsk | undefined {
    if (known.address === undefined) known.address = setting<AddressAsk>("address") ?? null;
    return known.address ?? undefined;
  }
  /** How often each operation was asked for. */
  function counts(): Readonly<Record<string, number>> {
    const rows = sql.exec<{ operation: string; n: number }>("SELECT operation, n FROM counts ORDER BY operation").toArray();
    return Object.fromEntries(rows.map(({ operation, n }) => [operation, n]));
  }
  function faults(): readonly FaultSwitch[] {
    return sql
      .exec<{ value: string }>("SELECT value FROM faults ORDER BY operation")
      .toArray()
      .map((row): FaultSwitch => JSON.parse(row.value));
  }
  function putFault(fault: FaultSwitch): void {
    sql.exec("INSERT OR REPLACE INTO faults VALUES (?, ?)", fault.operation, JSON.stringify(fault));
  }
  function clearFault(operation: string | null): void {
    if (operation === null) sql.exec("DELETE FROM faults");
    else sql.exec("DELETE FROM faults WHERE operation = ?", operation);
  }
  /** The switch this request meets, counted down. An operation's own goes before `*`. */
  function takeFault(operation: string, apart: boolean): FaultSwitch | undefined {
    const all = faults();
    const fault = all.find((one) => one.operation === operation) ?? (apart ? undefined : all.find((one) => one.operation === "*"));
    if (fault?.times === 1) clearFault(fault.operation);
    else if (fault?.times !== undefined) putFault({ ...fault, times: fault.times - 1 });
    return fault;
  }
  function record(call: Call, emulator: Emulator, served: Served, fault: FaultSwitch | undefined): void {
    const answered = served.wire === "answer" || served.wire === "endless" || served.wire === "break";
    const seen: SeenRequest = {
      ...maskRequest(call, emulator),
      at: call.now(),
      operation: call.operation,
      status: answered ? served.reply.status : 0,
      fault: fault?.fault ?? null,
    };
    sql.exec("INSERT INTO requests (value) VALUES (?)", JSON.stringify(seen));
    sql.exec("DELETE FROM requests WHERE seq <= (SELECT MAX(seq) FROM requests) - ?", KEPT_REQUESTS);
  }

  return {
    async serve(vendor: string, arrival: Arrival): Promise<Served> {
      const emulator = emulatorOf(vendor);
      seedOnce(emulator);
      const url = new URL(arrival.url);
      const found = findOperation(emulator, url.host, arrival.method, url.pathname);
      const read = await readCall(arrival, found, state, readSettings());
      sql.exec("INSERT INTO counts VALUES (?, 1) ON CONFLICT DO UPDATE SET n = n + 1", read.operation);
      const fault = takeFault(read.operation, found?.operation.apart ?? false);
      const call = fault?.fault === "cut_upload" ? { ...read, body: halved(read) } : read;
      const served = instead(emulator, call, fault) ?? afterwards(await carryOut(emulator, call, fault), fault);
      if (call.body && !call.body.locked) await call.body.cancel(); // refused unread
      record(call, emulator, served, fault);
      return anyWaits(state, true) || (address() !== undefined && anyWaits(state, false)) ? { ...served, tells: true } : served;
    },
    overview(vendor: string): Overview {
      const emulator = emulatorOf(vendor);
      seedOnce(emulator);
      const clean = masker(declaredSecrets(emulator));
      return {
        inbox: [...(emulator.inbox?.(state) ?? [])]
          .sort((a, b) => b.at - a.at)
          .map(({ title, text, at }) => ({ title: clean(title), text: clean(text), at })),
        requests: sql
          .exec<{ value: string }>("SELECT value FROM requests ORDER BY seq DESC")
          .toArray()
          .map((row): SeenRequest => JSON.parse(row.value)),
        faults: faults(),
        counts: counts(),
        settings: readSettings(),
      };
    },
    pushes(vendor: string, ask: PushesAsk): Promise<readonly SignedPush[]> {
      const emulator = emulatorOf(vendor);
      seedOnce(emulator);
      return signedPushes(emulator, ask, state, Date.now() + readSettings().clockAheadSeconds * 1000);
    },
    changes(vendor: string, ask: ChangesAsk): Promise<readonly SignedPush[]> {
      return signedChanges(emulatorOf(vendor), ask, takeChanges(state, false), Date.now() + readSettings().clockAheadSeconds * 1000);
    },
    /** What waits, signed for the address that was set. */
    async told(vendor: string): Promise<readonly SignedPush[]> {
      const now = Date.now() + readSettings().clockAheadSeconds * 1000;
      const own = await Promise.all(
        takeChanges(state, true).flatMap((change) => (change.to ? signedChanges(emulatorOf(vendor), change.to, [change], now) : [])),
      );
      const to = address();
      return [...own.flat(), ...(to === undefined ? [] : await this.changes(vendor, ChangesAsk.parse(to)))];
    },
    /** Null: the vendor tells nobody by itself any more. */
    setAddress(to: AddressAsk | null): void {
      known.address = to;
      if (to === null) sql.exec("DELETE FROM settings WHERE name = 'address'");
      else sql.exec("INSERT OR REPLACE INTO settings VALUES ('address', ?)", JSON.stringify(to));
    },
    addPeople(vendor: string, { count, first }: LeadsAsk): readonly (Person & { readonly id: string })[] {
      const emulator = emulatorOf(vendor);
      const { addPerson } = emulator;
      if (!addPerson) throw new Error(`${vendor} keeps no people`);
      seedOnce(emulator);
      const about = { now: Date.now() + readSettings().clockAheadSeconds * 1000, state };
      return Array.from({ length: count }, (_, at) => {
        const person = personOf(first + at);
        return { ...person, id: addPerson(person, about) };
      });
    },
    counts,
    putFault,
    clearFault,
    writeSettings,
    /** Forgets everything, switches and settings too. */
    reset(): void {
      known = {};
      for (const table of ["items", "requests", "counts", "faults", "settings"]) sql.exec(`DELETE FROM ${table}`);
    },
  };
}

/** The first half of an upload. */
function halved({ body, headers }: Call): ReadableStream<Uint8Array> | null {
  if (!body) return null;
  // Between two Workers a body's length is not told, and an upload that can be cut says what it is of.
  const [, from, to] = /(\d+)-(\d+)/.exec(headers.get("content-range") ?? "") ?? [];
  let left = Math.ceil((to === undefined ? Number(headers.get("content-length") ?? 0) : Number(to) - Number(from) + 1) / 2);
  return body.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        controller.enqueue(chunk.subarray(0, left));
        left -= Math.min(chunk.byteLength, left);
        if (left === 0) controller.terminate();
      },
    }),
  );
}

/** What a fault answers in place of carrying the request out, if it does. */
function instead(emulator: Emulator, call: Call, fault: FaultSwitch | undefined): Served | null {
  if (fault === undefined) return null;
  const error = errorOf(fault.fault);
  if (error !== undefined) {
    const reply = emulator.fault(error, call);
    const delay = fault.ms ?? DEFAULT_DELAY_MS;
    const after =
      fault.fault === "429_seconds"
        ? String(Math.ceil(delay / 1000))
        : fault.fault === "429_date"
          ? new Date(call.now() + delay).toUTCString()
          : null;
    return { reply: after === null ? reply : { ...reply, headers: { ...reply.headers, "retry-after": after } }, wire: "answer" };
  }
  const html = { "content-type": "text/html; charset=utf-8" };
  switch (fault.fault) {
    case "hang":
      return { reply: empty(504), wire: "hang" };
    case "drop":
      return { reply: empty(502), wire: "drop" };
    case "huge":
      return { reply: json(200, null), wire: "endless" };
    case "html_200":
      return { reply: text(200, "<!doctype html><title>Welcome</title><h1>Sign in to the network</h1>", html), wire: "answer" };
    case "html_502":
      return {
        reply: text(502, "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>", html),
        wire: "answer",
      };
    case "redirect":
      return { reply: empty(302, { location: `https://elsewhere.example${call.url.pathname}` }), wire: "answer" };
    default:
      return null;
  }
}

async function carryOut(emulator: Emulator, call: Call, fault: FaultSwitch | undefined): Promise<Reply> {
  const found = findOperation(emulator, call.url.host, call.method, call.url.pathname);
  if (found === null) return emulator.fault("404", call);
  const { operation } = found;
  const refusal = operation.authenticated === false ? null : emulator.authenticate?.(call);
  if (refusal) return refusal;
  const early = emulator.admit?.(call);
  if (early) return early;
  if (operation.takesMs !== undefined) await scheduler.wait(operation.takesMs);
  const reply = await run(operation, call);
  if (fault?.fault === "slow") await scheduler.wait(fault.ms ?? DEFAULT_DELAY_MS);
  return emulator.finish?.(call, reply) ?? reply;
}

async function run(operation: Operation, call: Call): Promise<Reply> {
  try {
    return await operation.run(call);
  } catch (error) {
    if (error instanceof Refusal) return error.reply;
    throw error;
  }
}

/** What a fault makes of the answer of a request that was carried out. */
function afterwards(reply: Reply, fault: FaultSwitch | undefined): Served {
  switch (fault?.fault) {
    case "commit_then_drop":
    case "cut_upload":
      return { reply, wire: "drop" };
    case "broken_body":
      return { reply, wire: "break" };
    case "truncated_json": {
      const whole = typeof reply.body === "string" && reply.body !== "" ? reply.body : '{"ok":true}';
      // 204 may carry no body at all, so there a cut one has to come with another status.
      return {
        reply: { ...reply, status: reply.status === 204 ? 200 : reply.status, body: whole.slice(0, Math.ceil(whole.length / 2)) },
        wire: "answer",
      };
    }
    default:
      return { reply, wire: "answer" };
  }
}

export type VendorLife = ReturnType<typeof vendorLife>;
export type { State };
