/** Endpoints in the contractor's real Durable Object. */
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { convertV4MiniflareOptions, Miniflare } from "../../../scripts/local/miniflare.ts";
import { CONTRACTOR_DELIVERIES, ENDPOINT_BYTES, ENDPOINT_DELIVERIES } from "./flood.ts";
import { ATTACK_FORGED, WRONG_SECRET_FORGED } from "./forgeries.ts";
import type { Alert } from "./records.ts";
import type { Admission, ConnectionView, ContractorRpc, EndpointView } from "./rpc.ts";

// Calls any method; `rows` looks into the storage, `crash` loses the memory, `age` makes the database an older one, `flood` admits what it can.
const CALLER = `
import { ContractorObject } from "./contractor.ts";
export class Contractor extends ContractorObject {
  rows(table) { return this.ctx.storage.sql.exec("SELECT * FROM " + table).toArray(); }
  tables() { return this.ctx.storage.sql.exec("SELECT name FROM sqlite_master WHERE type = 'table'").toArray().map(({ name }) => name); }
  age() { this.ctx.storage.sql.exec("DROP TABLE endpoints"); }
  crash() { this.ctx.abort("crash"); }
  async flood(endpoint, now) { let admitted = 0; while ((await this.admit({ endpoint, bytes: 0, now })).admitted) admitted++; return admitted; }
}
export default {
  async fetch(request, env) {
    const { contractor, method, args } = await request.json();
    const stub = env.CONTRACTOR.get(env.CONTRACTOR.idFromName(contractor));
    try {
      return Response.json({ value: (await stub[method](...args)) ?? null });
    } catch (error) {
      return Response.json({ error: String(error) });
    }
  },
};`;

let mf: Miniflare;
beforeAll(async () => {
  const { outputFiles } = await build({
    stdin: { contents: CALLER, resolveDir: import.meta.dirname, loader: "ts" },
    ...{ bundle: true, write: false, format: "esm", target: "es2024", conditions: ["workerd"], external: ["cloudflare:*"] },
  });
  mf = new Miniflare(
    convertV4MiniflareOptions({
      cf: false,
      workers: [
        {
          name: "desk",
          modules: true,
          script: outputFiles[0]?.text ?? "",
          compatibilityDate: "2026-11-01",
          durableObjects: { CONTRACTOR: { className: "Contractor", useSQLite: true } },
          d1Databases: { DB: "junction" },
          bindings: { PUBLIC_URL: "http://junction.test" },
        },
      ],
    }),
  );
});
afterAll(() => mf.dispose());

async function on<T>(contractor: string, method: string, ...args: unknown[]): Promise<T> {
  const reply = await mf.dispatchFetch("http://desk/", { method: "POST", body: JSON.stringify({ contractor, method, args }) });
  const { value, error } = (await reply.json()) as { value: T; error?: string };
  if (error !== undefined) throw new Error(error);
  return value;
}
/** Later than now, so that no alarm rings before it was looked at. */
const T = Date.now() + 3_600_000;
let contractors = 0;
/** A contractor of its own, with the address of one vendor. */
async function contractorWith(vendor: string) {
  const contractor = `c-${++contractors}`;
  const { id } = await on<EndpointView>(contractor, "endpoint", { contractor, vendor, now: T });
  const ask = <M extends keyof ContractorRpc>(method: M, args: unknown) =>
    on<Awaited<ReturnType<ContractorRpc[M]>>>(contractor, method, args);
  return {
    ...{ contractor, id, ask },
    admit: (now: number, bytes = 100, endpoint = id): Promise<Admission> => ask("admit", { endpoint, bytes, now }),
    seen: (seen: unknown, now: number) => ask("seen", { endpoint: id, seen, now }),
    view: () => ask("endpoint", { contractor, vendor, now: T }),
    alerts: () => on<Alert[]>(contractor, "alerts"),
    attach: (generation: number, now: number) =>
      ask("attach", {
        ...{ contractor, vendor, connection: "", account: { id: "a", name: "A" }, generation, scopes: [], now, call: "call_1" },
      }),
    connection: async (now: number) => (await ask("connections", { now })).find((one) => one.vendor === vendor) as ConnectionView,
  };
}

describe("admission", () => {
  test("knows its own address alone, and says what the vendor's Worker needs", async () => {
    const desk = await contractorWith("stripe");
    expect(desk.id).toMatch(new RegExp(`^${desk.contractor}\\.[a-z2-7]{32}$`));
    expect(await desk.admit(T)).toEqual({
      ...{ admitted: true, vendor: "stripe", connection: expect.stringMatching(/^con_/) },
      ...{ generation: 0, secretGeneration: 0, holding: false },
    });
    await desk.ask("hookSecret", { vendor: "stripe", generation: 3, now: T });
    await desk.ask("hookSecret", { vendor: "stripe", generation: 2, now: T }); // reported late
    await desk.ask("hold", { vendor: "stripe", holding: true });
    await desk.attach(7, T);
    expect(await desk.admit(T)).toMatchObject({ generation: 7, secretGeneration: 3, holding: true });
    await desk.ask("detach", { vendor: "stripe", now: T });
    expect(await desk.admit(T)).toMatchObject({ admitted: true, generation: 0 });
    const unknown = { admitted: false, reason: "unknown" };
    for (const made of [`${desk.id}a`, desk.id.slice(0, -1), desk.id.toUpperCase(), `${desk.contractor}.`, "", "app", "__proto__"])
      expect(await desk.admit(T, 0, made)).toEqual(unknown);
  });

  test("stores nothing for a contractor there is none of", async () => {
    expect(await on("made-up", "admit", { endpoint: "made-up.x", bytes: 0, now: T })).toEqual({ admitted: false, reason: "unknown" });
    await on("made-up", "seen", { endpoint: "made-up.x", seen: { forged: 1 }, now: T });
    await on("made-up", "hold", { vendor: "stripe", holding: true });
    expect(await on("made-up", "tables")).not.toContain("meta");
  });

  test("holds a flood back at its endpoint, then at its contractor, and never for long", async () => {
    const desk = await contractorWith("stripe");
    const { id: second } = await desk.ask("endpoint", { contractor: desk.contractor, vendor: "twilio", now: T });
    const { id: third } = await desk.ask("endpoint", { contractor: desk.contractor, vendor: "sendgrid", now: T });
    const flood = (endpoint: string) => on<number>(desk.contractor, "flood", endpoint, T);
    expect(await flood(desk.id)).toBe(ENDPOINT_DELIVERIES.burst);
    expect(await desk.admit(T)).toEqual({ admitted: false, reason: "flooded", retryAfterMs: 1000 / ENDPOINT_DELIVERIES.perSecond });
    expect(await flood(second)).toBe(CONTRACTOR_DELIVERIES.burst - ENDPOINT_DELIVERIES.burst);
    expect(await flood(third)).toBe(0);
    expect((await desk.admit(T + 1000)).admitted).toBe(true);
    expect((await desk.admit(T + 1000, ENDPOINT_BYTES.burst + 1)).admitted).toBe(false);
  });
});

test("what is counted is written down by the alarm, and an older database gains its table", async () => {
  const desk = await contractorWith("stripe");
  await on(desk.contractor, "age");
  await expect(on(desk.contractor, "crash")).rejects.toThrow();
  const { id } = await desk.view(); // made anew: the table was gone
  expect(id).not.toBe(desk.id);
  await desk.ask("seen", { endpoint: id, seen: { verified: 2, duplicates: 1 }, now: Date.now() });
  const rows = () => on<{ record: string }[]>(desk.contractor, "rows", "endpoints");
  const stored = async () => JSON.parse((await rows())[0]?.record ?? "{}");
  expect(await stored()).toMatchObject({ verified: 0 });
  await vi.waitFor(async () => expect(await stored()).toMatchObject({ verified: 2, duplicates: 1 }), { timeout: 15_000, interval: 250 });
  await expect(on(desk.contractor, "crash")).rejects.toThrow();
  expect(await desk.view()).toMatchObject({ id, verified: 2, duplicates: 1 });
});

describe("a delivery that verified", () => {
  test("is heard of, at most once a minute, and mends no rejected credential", async () => {
    const desk = await contractorWith("stripe");
    await desk.attach(1, T);
    const evidence = async () =>
      JSON.parse((await on<{ record: string }[]>(desk.contractor, "rows", "connections"))[0]?.record ?? "{}").evidence;
    const heard = async () => (await evidence()).filter(({ source }: { source: string }) => source === "webhook");
    for (const after of [1, 2, 59_999]) await desk.seen({ verified: 1 }, T + after);
    expect(await heard()).toEqual([expect.objectContaining({ at: T + 1, kind: "ok" })]);
    await desk.seen({ verified: 1 }, T + 60_001);
    expect(await heard()).toEqual([expect.objectContaining({ at: T + 60_001 })]);
    await desk.ask("tested", {
      ...{ vendor: "stripe", call: "call_2", now: T + 70_000, outcome: { ok: false, error: { kind: "CredentialError" } } },
    });
    await desk.seen({ verified: 1 }, T + 200_000);
    expect((await desk.connection(T + 200_000)).health).toMatchObject({ status: "error", because: { call: "call_2" } });
    expect((await desk.connection(T + 200_000)).nextTestAt).toBe(T + 70_000 + 24 * 3_600_000);
  });
});

describe("forged deliveries", () => {
  const forge = async (desk: Awaited<ReturnType<typeof contractorWith>>, times: number) => {
    for (let i = 0; i < times; i++) await desk.seen({ forged: 1 }, T);
  };
  const notices = async (contractor: string) =>
    (await on<{ record: string }[]>(contractor, "rows", "notices"))
      .map(({ record }) => JSON.parse(record))
      .map(({ type, channel }) => `${channel} ${type}`);

  test("in a row where none ever verified are told of once as a wrong secret, and their end once", async () => {
    const desk = await contractorWith("stripe");
    await desk.ask("hookSecret", { vendor: "stripe", generation: 1, now: T });
    await forge(desk, WRONG_SECRET_FORGED - 1);
    expect(await desk.alerts()).toEqual([]);
    await forge(desk, 10);
    expect(await desk.alerts()).toEqual([
      expect.objectContaining({ about: "webhook", kind: "WrongWebhookSecret", state: "open", vendor: "stripe" }),
    ]);
    expect((await notices(desk.contractor)).sort()).toEqual(["email webhook.error", "event webhook.error"]);
    await desk.ask("hookSecret", { vendor: "stripe", generation: 2, now: T });
    expect(await desk.alerts()).toMatchObject([{ state: "open" }]); // a new secret is no proof yet
    await desk.seen({ verified: 1 }, T);
    await desk.seen({ verified: 1 }, T);
    expect(await desk.alerts()).toMatchObject([{ state: "recovered" }]);
    expect(await notices(desk.contractor)).toHaveLength(4);
    expect(await desk.view()).toMatchObject({ verified: 2, forged: 14, lastForgedAt: T, lastVerifiedAt: T });
  });

  test("among others that verify are an attack, which ends with a delivery that verifies once it is quiet", async () => {
    const desk = await contractorWith("stripe");
    await desk.ask("hookSecret", { vendor: "stripe", generation: 1, now: T });
    await desk.seen({ verified: 1 }, T);
    await forge(desk, ATTACK_FORGED);
    for (let i = 0; i < 5; i++) await desk.seen({ verified: 1, forged: 2 }, T);
    expect(await desk.alerts()).toEqual([expect.objectContaining({ kind: "ForgedDeliveries", state: "open" })]);
    await desk.seen({ verified: 1 }, T + 11 * 60_000);
    expect(await desk.alerts()).toMatchObject([{ state: "recovered" }]);
  });

  test("have episodes of their own beside the connection's", async () => {
    const desk = await contractorWith("stripe");
    await desk.attach(1, T);
    await desk.ask("hookSecret", { vendor: "stripe", generation: 1, now: T });
    const test = (outcome: unknown) => desk.ask("tested", { vendor: "stripe", call: "call_2", now: T, outcome });
    await test({ ok: false, error: { kind: "CredentialError" } });
    await forge(desk, WRONG_SECRET_FORGED);
    const states = async () => Object.fromEntries((await desk.alerts()).map(({ about, state }) => [about, state]));
    expect(await states()).toEqual({ connection: "open", webhook: "open" });
    await test({ ok: true, value: { id: "a", name: "A" } });
    expect(await states()).toEqual({ connection: "recovered", webhook: "open" });
    await desk.ask("hookSecret", { vendor: "stripe", generation: 0, now: T }); // withdrawn: over, without a word
    expect(await states()).toEqual({ connection: "recovered", webhook: "recovered" });
    expect((await notices(desk.contractor)).filter((one) => one.includes("webhook"))).toHaveLength(2);
    expect(await desk.view()).toMatchObject({ id: desk.id, secretGeneration: 0, lastVerifiedAt: null });
  });
});
