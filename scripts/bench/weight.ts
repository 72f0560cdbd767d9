/** What a Worker weighs before it has done anything: its bundle, what starting it takes, the memory it holds. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { bundle } from "../local/bundle.ts";
import { convertV4MiniflareOptions, Miniflare } from "../local/miniflare.ts";
import { compatibilityDate } from "./arena.ts";
import type { Ground } from "./ground.ts";
import { median } from "./rounds.ts";
import { cpuMs, memoryMiB, runtimes } from "./runtime.ts";

export interface Weight {
  readonly name: string;
  readonly kib: number;
  readonly gzipKib: number;
  /** CPU of a fresh runtime up to its first answer, over that of the empty Worker, ms. */
  readonly coldMs: number;
  /** Memory of that runtime, over that of the empty Worker, MiB. */
  readonly memoryMiB: number;
}

/** The ground must have been started once, so that the entries of its Workers are there. */
export async function weigh({ root }: Ground, rounds: number): Promise<Weight[]> {
  const rival = (name: string) => join(root, `scripts/bench/workers/${name}.ts`);
  const entries = {
    empty: rival("empty"),
    floor: rival("floor"),
    "low-level": rival("low-level"),
    naive: rival("naive"),
    "junction-gateway": join(root, "mcp-gateway/src/index.ts"),
    "junction-vault": join(root, "workers/vault/src/index.ts"),
    "junction-twilio": join(root, ".junction/workers/twilio/entry.ts"),
  };
  const bundled = await bundle(root, entries);
  const code = Object.keys(entries).map((name) => [name, readFileSync(bundled(name), "utf8")] as const);
  const starts = new Map(code.map(([name]) => [name, [] as Start[]]));
  for (let round = 0; round < rounds; round++) for (const [name, text] of code) starts.get(name)?.push(await start(name, text));
  const over = (name: string, field: keyof Start) => {
    const empty = starts.get("empty") ?? [];
    return median((starts.get(name) ?? []).map((one, round) => one[field] - (empty[round]?.[field] ?? Number.NaN)));
  };
  return code.map(([name, text]) => ({
    name,
    kib: Buffer.byteLength(text) / 1024,
    gzipKib: gzipSync(text).length / 1024,
    coldMs: over(name, "cpu"),
    memoryMiB: over(name, "memory"),
  }));
}

interface Start {
  readonly cpu: number;
  readonly memory: number;
}

async function start(name: string, contents: string): Promise<Start> {
  const others = runtimes();
  const modules = [{ type: "ESModule" as const, path: `${name}.mjs`, contents }];
  const mf = new Miniflare(convertV4MiniflareOptions({ cf: false, host: "127.0.0.1", workers: [{ name, compatibilityDate, modules }] }));
  try {
    const url = await mf.ready;
    const pid = runtimes().find((one) => !others.includes(one));
    await (await fetch(url)).arrayBuffer(); // that it answers is enough: without its bindings it can say little
    return { cpu: cpuMs(pid), memory: memoryMiB(pid) };
  } finally {
    await mf.dispose();
  }
}
