/**
 * The sandbox's Worker. The generated `.junction/sandbox/entry.ts` is all that is deployed of it, and only locally:
 *
 *     import { createSandbox } from "../../packages/sandbox/src/worker.ts";
 *     import googleCalendar from "../../workers/google-calendar/google-calendar.emulator.ts";
 *     import twilio from "../../workers/twilio/twilio.emulator.ts";
 *     const sandbox = createSandbox([googleCalendar, twilio]);
 *     export const VendorState = sandbox.VendorState;
 *     export const Mailbox = sandbox.Mailbox;
 *     export default sandbox.handler;
 */
import { DurableObject, WorkerEntrypoint } from "cloudflare:workers";
import type { Mailer } from "@junction/core";
import * as z from "zod";
import type { Arrival } from "./call.ts";
import type { AddressAsk, ChangesAsk } from "./changes.ts";
import { type Emulator, findOperation, type Settings } from "./emulator.ts";
import type { Env, VendorStateRpc } from "./env.ts";
import type { FaultSwitch } from "./faults.ts";
import { generatedStream } from "./generated.ts";
import { host, MAIL_HOST } from "./host.ts";
import { type IssuerKeys, makeKeys } from "./issuer.ts";
import { media } from "./media.ts";
import type { LeadsAsk } from "./people.ts";
import { deliver, type PushesAsk } from "./pushes.ts";
import { receiver } from "./receiver.ts";
import { makeRegistry, type Registry } from "./registry.ts";
import { sandboxApp } from "./routes.ts";
import { type Served, type VendorLife, vendorLife } from "./vendor-state.ts";

/** A Worker that plays the given vendors, and the class of its Durable Object (binding `VENDOR_STATE`, SQLite). */
export function createSandbox(emulators: readonly Emulator[]) {
  const registry = makeRegistry([...emulators, host, media, receiver]);
  const emulatorOf = (vendor: string): Emulator => {
    const emulator = registry.get(vendor);
    if (emulator === undefined) throw new Error(`no emulator plays ${vendor}`);
    return emulator;
  };

  class VendorState extends DurableObject<Env> implements VendorStateRpc {
    readonly #life: VendorLife;
    constructor(context: DurableObjectState, env: Env) {
      super(context, env);
      this.#life = vendorLife(context.storage.sql, emulatorOf);
    }
    serve(vendor: string, arrival: Arrival) {
      return this.#life.serve(vendor, arrival);
    }
    counts() {
      return this.#life.counts();
    }
    overview(vendor: string) {
      return this.#life.overview(vendor);
    }
    pushes(vendor: string, ask: PushesAsk) {
      return this.#life.pushes(vendor, ask);
    }
    changes(vendor: string, ask: ChangesAsk) {
      return this.#life.changes(vendor, ask);
    }
    told(vendor: string) {
      return this.#life.told(vendor);
    }
    setAddress(to: AddressAsk | null) {
      this.#life.setAddress(to);
    }
    addPeople(vendor: string, ask: LeadsAsk) {
      return this.#life.addPeople(vendor, ask);
    }
    putFault(fault: FaultSwitch) {
      this.#life.putFault(fault);
    }
    clearFault(operation: string | null) {
      this.#life.clearFault(operation);
    }
    writeSettings(changes: Partial<Settings>) {
      return this.#life.writeSettings(changes);
    }
    reset() {
      this.#life.reset();
    }
    async issuerKeys() {
      const { kv } = this.ctx.storage;
      const kept = kv.get<IssuerKeys>("issuer");
      if (kept) return kept;
      const made = await makeKeys();
      const first = kv.get<IssuerKeys>("issuer") ?? made; // another request may have made some meanwhile
      kv.put("issuer", first);
      return first;
    }
  }

  const app = sandboxApp(registry);
  const handler = {
    async fetch(request: Request, env: Env, context: ExecutionContext & { readonly props?: unknown }): Promise<Response> {
      const later = (work: Promise<unknown>) => context.waitUntil(work);
      const vendor = Caller.safeParse(context.props).data?.vendor ?? request.headers.get(CALLER_HEADER) ?? undefined;
      const url = new URL(request.url);
      const [, first = "", ...rest] = url.pathname.split("/");
      if (first !== "sandbox") return serveVendor({ registry, env, later, vendor }, request, first, `/${rest.join("/")}`, url.search);
      // A browser reaches a vendor's own pages (Google's consent) under the gateway's origin.
      const [host = "", ...below] = rest;
      if (registry.ownsHost(host)) return serveVendor({ registry, env, later, vendor }, request, host, `/${below.join("/")}`, url.search);
      return app.fetch(request, env);
    },
  };
  /** The platform's mailer, with the one method of Cloudflare's `send_email` binding. */
  class Mailbox extends WorkerEntrypoint<Env> implements Mailer {
    async send(mail: Parameters<Mailer["send"]>[0]) {
      const request = new Request("https://sandbox/send", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(mail),
      });
      const response = await serveVendor(
        { registry, env: this.env, later: (work) => this.ctx.waitUntil(work) },
        request,
        MAIL_HOST,
        "/send",
        "",
      );
      if (!response.ok) throw new Error(`the mailer answered ${response.status}`);
    }
  }
  return { handler, VendorState, Mailbox };
}

/** Which vendor's Worker the binding is of; a rig, whose requests come from outside, says it in a header. */
const Caller = z.object({ vendor: z.string() });
const CALLER_HEADER = "x-sandbox-vendor";
const GIVES_UP_MS = 60_000;
const BODY_LIMIT = 30 * 1024 * 1024; // an RPC message may not be larger than 32 MiB

interface Serving {
  readonly registry: Registry;
  readonly env: Env;
  /** Whose Worker asks, where that is known. */
  readonly vendor?: string | undefined;
  /** Goes on after the answer. */
  later(work: Promise<unknown>): void;
}

async function serveVendor(
  { registry, env, later, vendor }: Serving,
  request: Request,
  host: string,
  path: string,
  search: string,
): Promise<Response> {
  const header = request.headers.get("authorization") ?? "";
  const early = registry.find(host, request.method, path, { vendor, said: [search, header].map(plain).join(" ") });
  const streams = early !== undefined && findOperation(early, host, request.method, path)?.operation.streams === true;
  const bytes = streams ? new Uint8Array(0) : new Uint8Array(await request.arrayBuffer());
  if (bytes.length > BODY_LIMIT) return new Response("The sandbox takes bodies up to 30 MiB\n", { status: 413 });
  const form = /^application\/x-www-form-urlencoded\b/i.test(request.headers.get("content-type") ?? "");
  const said = [search, header, form ? new TextDecoder().decode(bytes) : ""].map(plain).join(" ");
  const emulator = registry.find(host, request.method, path, { vendor, said });
  if (emulator === undefined) {
    const known = registry.vendors.flatMap(({ hosts }) => hosts).join(", ");
    return new Response(`The sandbox plays no vendor at the host "${host}". It plays: ${known}\n`, { status: 502 });
  }
  const headers = [...request.headers].filter(([name]) => name !== CALLER_HEADER);
  const arrival: Arrival = {
    method: request.method,
    url: `https://${host}${path}${search}`,
    headers,
    bytes,
    ...(streams && { body: request.body ?? undefined }),
  };
  const object = env.VENDOR_STATE.getByName(emulator.vendor);
  const served = await object.serve(emulator.vendor, arrival);
  if (served.tells) later(object.told(emulator.vendor).then((messages) => deliver(messages, 1)));
  return respond(served);
}

/** Without the escapes of a query or a form. */
const plain = (text: string): string =>
  text.replaceAll(/%([0-9A-Fa-f]{2})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));

/** Turns what was served into bytes on the wire, or into the lack of them. */
async function respond({ reply, wire }: Served): Promise<Response> {
  const { status, headers } = reply;
  switch (wire) {
    case "drop":
      throw new Error("sandbox: the connection broke, as its fault switch says");
    case "hang":
      await scheduler.wait(GIVES_UP_MS); // ended early by the platform when the caller goes away
      return new Response(null, { status });
    case "endless": {
      const chunk = new TextEncoder().encode(" ".repeat(65_536));
      return new Response(new ReadableStream({ pull: (stream) => stream.enqueue(chunk) }), { status, headers });
    }
    case "break": {
      const bytes = typeof reply.body === "string" ? new TextEncoder().encode(reply.body || "{") : reply.body;
      const half = bytes.slice(0, Math.ceil(bytes.length / 2));
      let sent = false;
      const broken = new ReadableStream({
        pull(stream) {
          if (sent) return stream.error(new Error("sandbox: the connection broke, as its fault switch says"));
          sent = true;
          stream.enqueue(half);
        },
      });
      return new Response(broken, { status: status === 204 ? 200 : status, headers });
    }
    case "answer":
      if (reply.generated)
        return new Response(generatedStream(reply.generated), {
          status,
          headers: { ...headers, "content-length": String(reply.generated.bytes) },
        });
      return new Response(reply.body.length === 0 ? null : reply.body, { status, headers });
  }
}
