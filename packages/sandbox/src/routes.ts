/** What the sandbox serves under `/sandbox`: the page, its forms, the API of tests and tools, and the development session issuer. */
import { type Context, Hono } from "hono";
import * as z from "zod";
import { AddressAsk, ChangesAsk } from "./changes.ts";
import { AI_CALLS_END, type Emulator, type Settings } from "./emulator.ts";
import type { Env } from "./env.ts";
import { FAULTS, FaultSwitch } from "./faults.ts";
import { issue, TokenAsk } from "./issuer.ts";
import { DEMO_PEOPLE, loginPage } from "./login.ts";
import { sandboxPage } from "./page.ts";
import { LeadsAsk } from "./people.ts";
import { arranged, deliver, PushesAsk, planFor, type SignedPush, signingOf } from "./pushes.ts";
import { parse, Refused, refused } from "./refused.ts";
import type { Registry } from "./registry.ts";
import type { Reply } from "./reply.ts";
import type { Overview } from "./vendor-state.ts";

const SettingsAsk = z.strictObject({
  vendor: z.string(),
  tokenLifetimeSeconds: z.number().int().min(1).max(31_536_000).optional(),
  clockAheadSeconds: z.number().int().min(0).max(315_360_000).optional(),
  indexLagSeconds: z.number().int().min(0).max(86_400).optional(),
  aiCallsEnd: z.enum(AI_CALLS_END).optional(),
});

async function bodyOf(context: Context): Promise<unknown> {
  try {
    return await context.req.json();
  } catch (error) {
    if (error instanceof SyntaxError) return refused("body", "must be JSON");
    throw error;
  }
}

const response = ({ status, headers, body }: Reply): Response => new Response(body, { status, headers });

/** The app under `/sandbox`. */
export function sandboxApp(registry: Registry): Hono<{ Bindings: Env }> {
  const app = new Hono<{ Bindings: Env }>().basePath("/sandbox");
  const ids = registry.vendors.map(({ vendor }) => vendor);

  function known(vendor: string): Emulator {
    const emulator = registry.get(vendor);
    if (emulator) return emulator;
    return refused("vendor", `must be one of ${ids.join(", ")}`);
  }
  function knownOperation(emulator: Emulator, operation: string): string {
    const names = ["*", ...emulator.operations.map(({ name }) => name)];
    if (names.includes(operation)) return operation;
    return refused("operation", `must be one of ${names.join(", ")}`);
  }
  const object = (env: Env, vendor: string) => env.VENDOR_STATE.getByName(vendor);
  /** The vendors that are asked about: all, where none is named. */
  function chosen(context: Context<{ Bindings: Env }>): readonly Emulator[] {
    const wanted = context.req.query("vendor");
    return wanted === undefined || wanted === "" ? registry.vendors : [known(wanted)];
  }
  /** The chosen vendors with what their objects know. */
  async function overviews(
    context: Context<{ Bindings: Env }>,
  ): Promise<readonly { readonly emulator: Emulator; readonly seen: Overview }[]> {
    return Promise.all(
      chosen(context).map(async (emulator) => ({ emulator, seen: await object(context.env, emulator.vendor).overview(emulator.vendor) })),
    );
  }
  /** The signed requests asked for, made by the vendor's own object. */
  async function made(env: Env, ask: PushesAsk): Promise<readonly SignedPush[]> {
    planFor(known(ask.vendor), ask);
    return arranged(await object(env, ask.vendor).pushes(ask.vendor, ask), ask);
  }
  async function resetAll(env: Env, vendors: readonly string[]): Promise<void> {
    await Promise.all(vendors.map((vendor) => object(env, vendor).reset()));
  }

  app.onError((error, context) => {
    if (error instanceof Refused) return context.json({ error: { message: error.message, issues: error.issues } }, 400);
    throw error;
  });
  app.use(async (context, next) => {
    // Another site open in the same browser must not work the switches of a sandbox on localhost.
    const site = context.req.header("sec-fetch-site");
    const reads = context.req.method === "GET" || context.req.method === "HEAD";
    if (!reads && site !== undefined && site !== "same-origin" && site !== "none")
      return context.text("From this sandbox's own page only\n", 403);
    await next();
    context.header("cache-control", "no-store");
  });

  app.get("/", async (context) =>
    response(
      sandboxPage(await overviews(context), registry.vendors, context.req.query("vendor") || null, context.req.query("done") ?? null),
    ),
  );
  app.post("/faults", async (context) => {
    const form = await context.req.formData();
    const [vendor = "", operation = "*"] = String(form.get("where") ?? "").split(" ");
    const emulator = known(vendor);
    knownOperation(emulator, operation);
    if (form.get("clear") !== null) {
      await object(context.env, vendor).clearFault(operation);
      return context.redirect("/sandbox?done=cleared#faults", 303);
    }
    const number = (name: string) => (form.get(name) ? Number(form.get(name)) : undefined);
    await object(context.env, vendor).putFault(
      parse(FaultSwitch, { vendor, operation, fault: form.get("fault"), times: number("times"), ms: number("ms") }),
    );
    return context.redirect("/sandbox?done=set#faults", 303);
  });
  app.post("/pushes", async (context) => {
    const form = await context.req.formData();
    const [vendor = "", kind = ""] = String(form.get("where") ?? "").split(" ");
    const given = (name: string) => String(form.get(name) ?? "").trim() || undefined;
    const numbered = (name: string) => (given(name) === undefined ? undefined : Number(given(name)));
    const ask = { vendor, kind, url: given("url"), secret: given("secret"), variant: given("variant"), count: numbered("count") };
    const { sent } = await deliver(await made(context.env, parse(PushesAsk, ask)), 1);
    return response(sandboxPage(await overviews(context), registry.vendors, vendor, null, sent));
  });
  app.post("/reset", async (context) => {
    await resetAll(context.env, ids);
    return context.redirect("/sandbox?done=reset", 303);
  });

  app.get("/api/vendors", (context) =>
    context.json({
      vendors: registry.vendors.map(({ vendor, hosts, operations, pushes }) => ({
        ...{ vendor, hosts, operations: operations.map(({ name }) => name) },
        kinds: Object.keys(pushes?.kinds ?? {}),
      })),
      faults: FAULTS,
    }),
  );
  app.get("/api/credentials", (context) =>
    context.json({
      credentials: Object.fromEntries(
        registry.vendors
          .filter(({ credentials }) => Object.keys(credentials.valid).length > 0)
          .map(({ vendor, credentials }) => [vendor, credentials]),
      ),
    }),
  );
  app.get("/api/faults", async (context) => context.json({ faults: (await overviews(context)).flatMap(({ seen }) => seen.faults) }));
  app.put("/api/faults", async (context) => {
    const fault = parse(FaultSwitch, await bodyOf(context));
    knownOperation(known(fault.vendor), fault.operation);
    await object(context.env, fault.vendor).putFault(fault);
    return context.json(fault);
  });
  app.delete("/api/faults", async (context) => {
    const { vendor, operation } = context.req.query();
    const vendors = vendor === undefined ? ids : [known(vendor).vendor];
    if (vendor !== undefined && operation !== undefined) knownOperation(known(vendor), operation);
    await Promise.all(vendors.map((id) => object(context.env, id).clearFault(operation ?? null)));
    return context.body(null, 204);
  });
  app.get("/api/requests", async (context) => {
    const requests = (await overviews(context)).flatMap(({ emulator, seen }) =>
      seen.requests.map((request) => ({ vendor: emulator.vendor, ...request })),
    );
    return context.json({ requests: requests.sort((a, b) => b.at - a.at).slice(0, 200) });
  });
  app.get("/api/inbox", async (context) => {
    const entries = (await overviews(context)).flatMap(({ emulator, seen }) =>
      seen.inbox.map((entry) => ({ vendor: emulator.vendor, ...entry })),
    );
    return context.json({ inbox: entries.sort((a, b) => b.at - a.at) });
  });
  // Apart from the overview, which reads all that a vendor keeps: whoever counts asks often.
  app.get("/api/counts", async (context) => {
    const counted = chosen(context).map(async ({ vendor }) => [vendor, await object(context.env, vendor).counts()] as const);
    return context.json({ counts: Object.fromEntries(await Promise.all(counted)) });
  });
  app.get("/api/settings", async (context) =>
    context.json({
      settings: Object.fromEntries((await overviews(context)).map(({ emulator, seen }) => [emulator.vendor, seen.settings])),
    }),
  );
  app.put("/api/settings", async (context) => {
    const { vendor, ...asked } = parse(SettingsAsk, await bodyOf(context));
    const changes: { -readonly [name in keyof Settings]?: Settings[name] } = {};
    if (asked.tokenLifetimeSeconds !== undefined) changes.tokenLifetimeSeconds = asked.tokenLifetimeSeconds;
    if (asked.clockAheadSeconds !== undefined) changes.clockAheadSeconds = asked.clockAheadSeconds;
    if (asked.indexLagSeconds !== undefined) changes.indexLagSeconds = asked.indexLagSeconds;
    if (asked.aiCallsEnd !== undefined) changes.aiCallsEnd = asked.aiCallsEnd;
    return context.json(await object(context.env, known(vendor).vendor).writeSettings(changes));
  });
  app.post("/api/pushes", async (context) => {
    const ask = parse(PushesAsk, await bodyOf(context));
    const messages = await made(context.env, ask);
    return context.json(ask.send ? await deliver(messages, ask.concurrency) : { messages });
  });
  app.post("/api/changes", async (context) => {
    const ask = parse(ChangesAsk, await bodyOf(context));
    signingOf(known(ask.vendor), ask.secret);
    const messages = arranged(await object(context.env, ask.vendor).changes(ask.vendor, ask), ask);
    return context.json(ask.send ? await deliver(messages, ask.concurrency) : { messages });
  });
  app.put("/api/addresses", async (context) => {
    const ask = parse(AddressAsk, await bodyOf(context));
    signingOf(known(ask.vendor), ask.secret);
    await object(context.env, ask.vendor).setAddress(ask);
    return context.body(null, 204);
  });
  app.delete("/api/addresses", async (context) => {
    const { vendor } = known(context.req.query("vendor") ?? "");
    await object(context.env, vendor).setAddress(null);
    return context.body(null, 204);
  });
  app.post("/api/leads", async (context) => {
    const ask = parse(LeadsAsk, await bodyOf(context));
    if (!known(ask.vendor).addPerson) return refused("vendor", `${ask.vendor} keeps no people`);
    return context.json({ leads: await object(context.env, ask.vendor).addPeople(ask.vendor, ask) });
  });
  app.post("/api/reset", async (context) => {
    const vendor = context.req.query("vendor");
    await resetAll(context.env, vendor === undefined ? ids : [known(vendor).vendor]);
    return context.body(null, 204);
  });

  const issuerKeys = (env: Env) => env.VENDOR_STATE.getByName("~issuer").issuerKeys();
  app.get("/issuer/jwks.json", async (context) => context.json({ keys: [(await issuerKeys(context.env)).publicKey] }));
  app.post("/issuer/token", async (context) => {
    const ask = parse(TokenAsk, await bodyOf(context));
    return context.json({ token: await issue(await issuerKeys(context.env), ask) });
  });
  /** One click instead of a host CRM's sign-in page: each button posts a session's token to the gateway, as a host CRM would. */
  app.get("/issuer/login", async (context) => {
    const keys = await issuerKeys(context.env);
    const people = await Promise.all(DEMO_PEOPLE.map(async ({ words, ask }) => ({ words, token: await issue(keys, TokenAsk.parse(ask)) })));
    return response(loginPage(people));
  });
  return app;
}
