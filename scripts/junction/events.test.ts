import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { junction } from "../junction.ts";
import { type Stack, startStack } from "../stack.ts";

const SECRET = "whsec_0123456789abcdef0123456789abcdef";
let stack: Stack;
let received: string;
const state = mkdtempSync(join(tmpdir(), "junction-cli-events-"));

async function run(...args: string[]) {
  let [out, said] = ["", ""];
  const io = {
    env: {},
    out: (text: string) => {
      out += text;
    },
    say: (words: string) => {
      said += `${words}\n`;
    },
    prompt: () => undefined,
    input: Object.assign(new PassThrough(), { isTTY: false }),
    colour: false,
  };
  return { code: await junction(args, io, [state]), out, said };
}
const json = async (...args: string[]) => JSON.parse((await run(...args, "--json")).out);

beforeAll(async () => {
  stack = await startStack({ stateDir: state, vendors: ["sendgrid", "stripe", "twilio"] });
  const send = async (method: string, path: string, body?: unknown, token?: string) => {
    const headers = { "content-type": "application/json", ...(token && { authorization: `Bearer ${token}` }) };
    const reply = await fetch(stack.url + path, { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) });
    expect(reply.status, `${method} ${path}`).toBe(200);
    // biome-ignore lint/suspicious/noExplicitAny: a test reads what it expects, and fails where it is not
    return (await reply.json()) as any;
  };
  const { token } = await send("POST", "/sandbox/issuer/token", { contractor: "demo", subject: "o", role: "owner" });
  const { url } = await send("POST", "/api/connections/stripe/webhook-secret", { action: "set", secret: SECRET }, token);
  await send("POST", "/sandbox/api/pushes", { vendor: "stripe", kind: "payment.succeeded", url, secret: SECRET, count: 3, entities: 3 });
  const { webhook } = await send("GET", "/api/connections/sendgrid", undefined, token);
  await send("POST", "/sandbox/api/pushes", { vendor: "sendgrid", url: webhook.url });
  await vi.waitFor(async () => expect((await json("events")).counts).toMatchObject({ done: 3, quarantined: 1 }), {
    timeout: 15_000,
    interval: 200,
  });
  received = (await json("events", "--vendor", "stripe", "--limit", "1")).events[0].id;
});
afterAll(async () => {
  await stack?.dispose();
  rmSync(state, { recursive: true });
});

test("events are listed, filtered and paged, and what waits for a person is said", async () => {
  const { code, out, said } = await run("events");
  expect(code).toBe(0);
  expect(out).toMatch(/^RECEIVED +VENDOR +EVENT +ABOUT +STATE +TRIES +ID\n/);
  expect(out).toMatch(/20\S+ \S+ +stripe +payment\.succeeded +payment:\S+ +done +1 +evt_\w+\n/);
  expect(out).toMatch(/sendgrid +– +– +quarantined +0 +evt_\w+\n/);
  expect(said).toBe("1 in quarantine: kept, and not acted on, until the integration's webhook secret is set.\n");
  const first = await run("events", "--type", "payment.succeeded", "--state", "done", "--from", "1h", "--limit", "2");
  expect(first.out.trimEnd().split("\n")).toHaveLength(3);
  const [, before = ""] = /--before (evt_\w+)/.exec(first.said) ?? [];
  const second = await json("events", "--type", "payment.succeeded", "--state", "done", "--limit", "2", "--before", before);
  expect([second.events.length, second.next]).toEqual([1, null]);
  expect(await run("events", "--to", "2020-01-01")).toMatchObject({ code: 0, out: "", said: expect.stringMatching(/^There are none\./) });
});

test("one event is shown with what it says, masked", async () => {
  const { code, out } = await run("events", "show", received);
  expect(code).toBe(0);
  expect(out).toMatch(/^event +evt_\w+\nvendor +stripe\ntype +payment\.succeeded\nabout +payment:/);
  expect(out).toMatch(/taken by +.*leads/);
  expect(out).toContain("\nwhat it says\n");
  expect(out).not.toMatch(/\S+@\S+\.\S+/);
  expect(await run("events", "show", "evt_none")).toMatchObject({ code: 1, said: expect.stringContaining("There is no such event.") });
});

test("events are worked off again by name, or by what they have in common", async () => {
  expect(await run("events", "replay", received)).toMatchObject({ code: 0, said: "1 event is worked off again.\n" });
  await vi.waitFor(async () => expect((await json("events")).counts.done).toBe(3), { timeout: 15_000, interval: 200 });
  expect(await run("events", "replay", "--from", "1d", "--vendor", "stripe")).toMatchObject({
    code: 0,
    said: "3 events are worked off again.\n",
  });
  await vi.waitFor(async () => expect((await json("events")).counts.done).toBe(3), { timeout: 15_000, interval: 200 });
  expect(await run("events", "replay", "evt_none")).toMatchObject({ code: 0, said: expect.stringMatching(/^Nothing to work off again/) });
});

test("a wrong filter is refused with what is allowed, and nothing is asked", async () => {
  const wrong: [string[], string][] = [
    [["events", "--state", "ded"], "--state must be one of received, quarantined, processing, done, failed, dead. Did you mean dead?"],
    [["events", "--type", "payment.suceeded"], "Did you mean payment.succeeded?"],
    [["events", "--vendor", "strip"], "Did you mean stripe?"],
    [["events", "--from", "yesterday"], "--from must be a time such as 2026-11-21"],
    [["events", "--from", "2026-01-02", "--to", "2026-01-01"], "--from must not be after --to."],
    [["events", "--limit", "0"], "--limit must be a whole number from 1 to 200."],
    [["events", "show"], "Usage: junction events show <event>"],
    [["events", "replay"], "Name events, or say --from"],
    [["events", "replay", "evt_1", "--from", "1d"], "and not both"],
    [["events", "replay", "--vendor", "stripe"], "say --from"],
    [["events", "replay", "--from", "1d", "--state", "quarantined"], "--state must be one of done, failed, dead."],
    [["events", "replai"], 'There is no command "events replai". There are: events, events show, events replay.'],
  ];
  for (const [args, words] of wrong)
    expect(await run(...args), args.join(" ")).toMatchObject({ code: 2, said: expect.stringContaining(words) });
});
