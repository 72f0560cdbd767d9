/**
 * The rig's own Worker. It hands calls to the vendors' Workers, so that what comes back has crossed real Workers RPC; and it stands where
 * their requests leave, all in one isolate: each is recorded, and goes on to the sandbox or is met as told without leaving the runtime.
 */
import { WorkerEntrypoint } from "cloudflare:workers";
import type { Rule } from "../behaviour.ts";
import type { Ask, Asked, Told } from "../line.ts";
import type { Arrived } from "../sent.ts";
import { Files } from "./files.ts";
import { meet } from "./meet.ts";

type Target = Readonly<Record<string, (ask: unknown) => Promise<unknown>>>;
interface Env {
  readonly SANDBOX: Fetcher;
  /** Where that is done which takes a socket or a test's own code: `<OUTSIDE>/<vendor>/<host>/<path>`. */
  readonly OUTSIDE: string;
}

const rules = new Map<string, Rule & { seen: number }>();
const arrived = new Map<string, Arrived[]>();

/** A vendor's `EGRESS`. */
export class Egress extends WorkerEntrypoint<Env, { readonly vendor: string }> {
  override async fetch(request: Request): Promise<Response> {
    const { vendor } = this.ctx.props;
    const bytes = new Uint8Array(await request.arrayBuffer());
    const [, host = "", rest = ""] = /^https:\/\/egress\/([^/?]+)(.*)$/s.exec(request.url) ?? [];
    const one: Arrived = { method: request.method, host, rest, headers: [...request.headers], ...written(bytes) };
    arrived.set(vendor, [...(arrived.get(vendor) ?? []), one]);
    const rule = rules.get(vendor);
    const [path = ""] = rest.split("?");
    const met = rule !== undefined && !rule.apart.includes(`https://${host}${path}`) && rule.seen++ >= rule.from;
    const how = met ? rule.how : "pass";
    const init: RequestInit = { method: request.method, redirect: "manual", ...(bytes.length > 0 && { body: bytes }) };
    if (how === "ask")
      return fetch(`${this.env.OUTSIDE}/${vendor}/${host}${rest}`, { ...init, headers: one.headers as [string, string][] });
    return meet(how, one, {
      fault: (fault) =>
        this.env.SANDBOX.fetch("http://sandbox/sandbox/api/faults", {
          method: "PUT",
          headers: { "content-type": "application/json" },
          body: JSON.stringify({ vendor, fault, times: 1 }),
        }),
      pass: () =>
        this.env.SANDBOX.fetch(`http://sandbox/${host}${rest}`, {
          ...init,
          headers: [...(one.headers as [string, string][]), ["x-sandbox-vendor", vendor]],
        }),
    });
  }
}

/** As text where it is some, since most are. */
function written(bytes: Uint8Array): Pick<Arrived, "text"> | Pick<Arrived, "base64"> {
  try {
    return { text: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch (error) {
    if (error instanceof TypeError) return { base64: (bytes as Uint8Array & { toBase64(): string }).toBase64() }; // newer than the types
    throw error;
  }
}

const utf8 = new TextEncoder();

async function told(target: Target | undefined, method: string, ask: Asked): Promise<Told<unknown>> {
  const { delivery, files } = ask;
  try {
    const whole = {
      ...ask,
      ...(delivery && { delivery: { ...delivery, body: utf8.encode(delivery.body) } }),
      ...(files && { files: new Files(files) }),
    };
    return { value: await target?.[method]?.(whole) };
  } catch (error) {
    return { threw: String(error instanceof Error ? error.stack : error) };
  }
}

export default {
  /** `/ask`: an ask of a Worker; whatever else there is, the sandbox's. */
  async fetch(request: Request, env: Env): Promise<Response> {
    if (new URL(request.url).pathname !== "/ask") return env.SANDBOX.fetch(request);
    const { binding, method, asks, vendor = "", rule }: Ask = await request.json();
    if (rule && rule.version > (rules.get(vendor)?.version ?? 0)) rules.set(vendor, { ...rule, seen: 0 });
    const target = (env as unknown as Readonly<Record<string, Target>>)[binding];
    const answers = await Promise.all(asks.map((ask) => told(target, method, ask)));
    const sent = arrived.get(vendor) ?? [];
    arrived.delete(vendor);
    return Response.json({ told: answers, sent });
  },
};
