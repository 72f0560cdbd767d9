/** The MCP endpoint, spoken to by both generations of the official client, and by hand where it must refuse. */

import { newId, sha256 } from "@junction/core";
import type { ContractorRpc } from "@junction/dispatch";
import { Client as NewClient, StreamableHTTPClientTransport as NewTransport } from "@modelcontextprotocol/client";
import { Client as OldClient } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport as OldTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { newAgentKey } from "../mcp-gateway/src/auth/agent.ts";
import { type Mesh, startMesh } from "./mesh.ts";

let mesh: Mesh;
let key: string;
beforeAll(async () => {
  mesh = await startMesh({ vendors: ["google-maps", "stripe", "twilio"] });
  await mesh.connect("demo", "twilio", "google-maps");
  key = (await mesh.key("demo")).key;
  const steps = [
    { id: "text", type: "sms", body: "Hello {{name|there}}: {{input.job}}" },
    { id: "pause", type: "wait", for: "P1D" },
  ];
  const made = await mesh.api("POST", "/workflows", { definition: { name: "Say hello", steps } });
  const activated = await mesh.api("POST", `/workflows/${made.body.id}/activate`);
  if (activated.status !== 200) throw new Error(JSON.stringify([made.body, activated.body]));
  await mesh.api("POST", "/leads", { name: "Ada Byron", phones: ["+12025550163"] });
});
afterAll(() => mesh.stop());

interface Agent {
  listTools(): Promise<{
    tools: { name: string; annotations?: unknown; outputSchema?: unknown; inputSchema: { properties?: Record<string, unknown> } }[];
  }>;
  callTool(ask: {
    name: string;
    arguments: Record<string, unknown>;
  }): Promise<{ isError?: boolean; structuredContent?: unknown; content: { type: string; text?: string }[] }>;
  close(): Promise<void>;
}
const requestInit = () => ({ headers: { authorization: `Bearer ${key}` } });
const generations: Record<string, (path?: string) => Promise<Agent>> = {
  "@modelcontextprotocol/sdk 1.x (2025-11-25)": async (path = "/mcp") => {
    const client = new OldClient({ name: "test", version: "1" });
    await client.connect(new OldTransport(new URL(mesh.url + path), { requestInit: requestInit() }) as never);
    return client as unknown as Agent;
  },
  "@modelcontextprotocol/client 2.x (2026-07-28)": async (path = "/mcp") => {
    const client = new NewClient({ name: "test", version: "1" }, { versionNegotiation: { mode: { pin: "2026-07-28" } } } as never);
    await client.connect(new NewTransport(new URL(mesh.url + path), { requestInit: requestInit() }));
    return client as unknown as Agent;
  },
};

describe.each(Object.entries(generations))("%s", (_, connect) => {
  test("lists every tool with schemas and annotations, in one order, whatever is connected", async () => {
    const agent = await connect();
    const { tools } = await agent.listTools();
    const names = tools.map(({ name }) => name);
    expect(names).toEqual([...names].sort());
    expect(names).toContain("crm_send_sms");
    expect(names).toContain("crm_charge_card"); // stripe is not connected
    for (const tool of tools)
      expect(tool).toMatchObject({
        outputSchema: { type: "object" },
        inputSchema: { type: "object" },
        annotations: { openWorldHint: true },
      });
    const of = (name: string) => tools.find((tool) => tool.name === name);
    expect(of("crm_send_sms")).toMatchObject({ annotations: { readOnlyHint: false, destructiveHint: true } });
    expect(of("crm_geocode_address")).toMatchObject({ annotations: { readOnlyHint: true, destructiveHint: false } });
    expect(Object.keys(of("crm_send_sms")?.inputSchema.properties ?? {})).toContain("idempotency_key");
    expect(Object.keys(of("crm_geocode_address")?.inputSchema.properties ?? {})).not.toContain("idempotency_key");
    await agent.close();
  });

  test("calls by wire name and by id, and is told what to do when it cannot", async () => {
    const agent = await connect();
    const args = { to: "+12025550161", body: "Hello" };
    for (const name of ["crm_send_sms", "crm/send_sms"])
      expect(await agent.callTool({ name, arguments: args })).toMatchObject({ structuredContent: { status: "queued" } });
    const wrong = await agent.callTool({ name: "crm_send_sms", arguments: { to: "555" } });
    expect(wrong).toMatchObject({
      isError: true,
      content: [{ text: expect.stringContaining("to: is not valid; give a phone number in E.164 form") }, expect.anything()],
    });
    const lacking = await agent.callTool({ name: "crm_charge_card", arguments: { amount_cents: 1, customer_id: "c", description: "d" } });
    expect(lacking).toMatchObject({
      isError: true,
      content: [{ text: expect.stringContaining(`${mesh.url}/settings/integrations/stripe`) }, expect.anything()],
    });
    await expect(agent.callTool({ name: "crm_send_smss", arguments: {} })).rejects.toThrow(/crm\/send_sms/);
    await agent.close();
  });

  test("starts a workflow about a lead, sees how it goes, lists and cancels it; a repeat starts none; what is wrong is said", async () => {
    const agent = await connect();
    const call = async (name: string, args: Record<string, unknown>) => agent.callTool({ name, arguments: args });
    const key = `start-${_}`;
    const ask = { workflow: "Say hello", lead: "+1 (202) 555-0163", input: { job: "roof" }, idempotency_key: key };
    const started = await call("crm_start_workflow", ask);
    expect(started).toMatchObject({ structuredContent: { run_id: expect.stringMatching(/^run_/) } });
    const { run_id } = started.structuredContent as { run_id: string };
    expect((await call("crm_start_workflow", ask)).structuredContent).toEqual(started.structuredContent);
    const seen = await vi.waitFor(async () => {
      const { structuredContent } = await call("crm_get_workflow_run", { run_id });
      expect(structuredContent).toMatchObject({ state: "waiting", step: "pause", workflow: "Say hello" });
      return structuredContent;
    }, 10_000);
    expect(seen).toMatchObject({
      steps: [
        { step: "text", state: "completed" },
        { step: "pause", state: "waiting" },
      ],
    });
    const of = async (args: Record<string, unknown>) =>
      ((await call("crm_list_workflow_runs", args)).structuredContent as { runs: { run_id: string }[] }).runs.map((run) => run.run_id);
    expect(await of({ workflow: "Say hello", state: "waiting" })).toContain(run_id);
    expect(await of({ state: "failed" })).toEqual([]);
    for (const times of [1, 2])
      expect(await call("crm_cancel_workflow_run", { run_id, idempotency_key: `${key}-${times}` })).toMatchObject({
        structuredContent: { run_id, state: "cancelled" },
      });
    const said = async (name: string, args: Record<string, unknown>) => (await call(name, args)).content[0]?.text;
    expect(await said("crm_start_workflow", { workflow: "Say helo" })).toMatch(/there is none.*these can be started: Say hello \(wf_/);
    expect(await said("crm_start_workflow", { workflow: "Say hello", lead: "+12025550199" })).toContain("lead: nobody is known by this");
    expect(await said("crm_get_workflow_run", { run_id: "run_none" })).toContain("Junction does not have what was named");
    await agent.close();
  });

  test("is given canonical names where it asks for them", async () => {
    const agent = await connect("/mcp?names=canonical");
    expect((await agent.listTools()).tools.map(({ name }) => name)).toContain("crm/send_sms");
    await agent.close();
  });
});

const LEGACY = { "mcp-protocol-version": "2025-11-25" };
const META = {
  "io.modelcontextprotocol/protocolVersion": "2026-07-28",
  "io.modelcontextprotocol/clientInfo": { name: "t", version: "1" },
  "io.modelcontextprotocol/clientCapabilities": {},
};
async function post(body: unknown, headers: Record<string, string> = {}, path = "/mcp") {
  const base = { authorization: `Bearer ${key}`, "content-type": "application/json", accept: "application/json, text/event-stream" };
  const reply = await fetch(mesh.url + path, {
    method: "POST",
    headers: { ...base, ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
  const text = await reply.text();
  const data = reply.headers.get("content-type")?.includes("event-stream") ? (/^data: (.*)$/m.exec(text)?.[1] ?? "{}") : text || "{}";
  return { status: reply.status, headers: reply.headers, body: JSON.parse(data) };
}
const modern = (method: string, params: object, name?: string) =>
  [
    { jsonrpc: "2.0", id: 7, method, params: { ...params, _meta: META } },
    { "mcp-protocol-version": "2026-07-28", "mcp-method": method, ...(name !== undefined && { "mcp-name": name }) },
  ] as const;

describe("the two ways to an answer", () => {
  const oddly = { progressToken: 1 }; // what makes a request one for the SDK, and changes nothing in its answer
  test.each([
    ["tools/list", {}],
    ["tools/call", { name: "crm_geocode_address", arguments: { address: "1 Main St, Springfield" } }],
    ["tools/call", { name: "crm_send_sms", arguments: { to: "1" } }],
    ["tools/call", { name: "crm_no_such", arguments: {} }],
  ])("are the same for %s %j in both revisions", async (method, params) => {
    const clean = (body: unknown) => JSON.parse(JSON.stringify(body).replace(/call_[a-z0-9]{25}/g, "call_x"));
    const name = "name" in params ? String(params.name) : undefined;
    const [message, headers] = modern(method, params, name);
    const fast = await post(message, headers);
    const slow = await post({ ...message, extra: oddly }, headers);
    const slower = await post({ ...message, params: { ...message.params, _meta: { ...META, "x/y": 1 } } }, headers);
    expect(clean(slower.body)).toEqual(clean(fast.body));
    expect(slow.status).toBeLessThan(500);
    const legacy = { jsonrpc: "2.0", id: 7, method, params };
    const quick = await post(legacy, LEGACY);
    const bySdk = await post([legacy], { ...LEGACY, "mcp-protocol-version": "2025-03-26" });
    expect(clean([bySdk.body].flat()[0])).toEqual(clean(quick.body));
  });
});

describe("tasks", () => {
  const TASKS = { extensions: { "io.modelcontextprotocol/tasks": {} } };
  const ask = (method: string, params: Record<string, unknown>, capabilities: object = TASKS) => {
    const _meta = { ...META, "io.modelcontextprotocol/clientCapabilities": capabilities };
    const name = String(params["name"] ?? params["taskId"] ?? "");
    const headers = { "mcp-protocol-version": "2026-07-28", "mcp-method": method, ...(name !== "" && { "mcp-name": name }) };
    return post({ jsonrpc: "2.0", id: 7, method, params: { ...params, _meta } }, headers);
  };
  const start = { name: "crm_start_workflow", arguments: { workflow: "Say hello", lead: "+12025550163", input: { job: "roof" } } };

  test("a client that declares the extension gets one for a workflow it starts, asks after it and cancels it; others get the result", async () => {
    expect((await ask("server/discover", {})).body.result.capabilities.extensions).toHaveProperty("io.modelcontextprotocol/tasks");
    expect((await ask("tools/call", start, {})).body.result).toMatchObject({
      resultType: "complete",
      structuredContent: { run_id: expect.stringMatching(/^run_/) },
    });
    const begun = (await ask("tools/call", start)).body.result;
    expect(begun).toMatchObject({ resultType: "task", status: "working", ttlMs: null, createdAt: expect.stringMatching(/Z$/) });
    const { taskId } = begun;
    expect((await ask("tasks/get", { taskId }, {})).body.error).toMatchObject({ code: -32021, data: { requiredCapabilities: TASKS } });
    expect((await ask("tasks/get", { taskId })).body.result).toMatchObject({ resultType: "complete", taskId, status: "working" });
    expect((await ask("tasks/update", { taskId, inputResponses: {} })).body.result).toMatchObject({ resultType: "complete" });
    expect((await ask("tasks/cancel", { taskId })).body.result).toMatchObject({ resultType: "complete" });
    expect((await ask("tasks/get", { taskId })).body.result).toMatchObject({ status: "cancelled", statusMessage: "Cancelled by an agent" });
    expect((await ask("tasks/cancel", { taskId })).body.result).toMatchObject({ resultType: "complete" });
    expect((await ask("tasks/get", { taskId: "run_none" })).body.error).toMatchObject({ code: -32602 });
    const wrong = await ask("tools/call", { name: "crm_start_workflow", arguments: { workflow: "None" } });
    expect(wrong.body.result).toMatchObject({ resultType: "complete", isError: true });
  });

  test("its end is the result of the call: a value, or an error with the reason", async () => {
    for (const [name, words, end] of [
      ["Short", "Done", { structuredContent: { state: "completed" } }],
      ["Stuck", "{{email}}", { isError: true, content: [{ text: expect.stringContaining("email") }] }],
    ] as const) {
      const steps = [{ id: "text", type: "sms", to: "+12025550164", body: words }];
      const { id } = (await mesh.api("POST", "/workflows", { definition: { name, steps } })).body;
      await mesh.api("POST", `/workflows/${id}/activate`);
      const { taskId } = (await ask("tools/call", { name: "crm_start_workflow", arguments: { workflow: id, lead: "+12025550163" } })).body
        .result;
      await vi.waitFor(
        async () => expect((await ask("tasks/get", { taskId })).body.result).toMatchObject({ status: "completed", result: end }),
        { timeout: 10_000 },
      );
    }
  });
});

describe("bad input", () => {
  test.each([
    ["no key", { authorization: "" }],
    ["a wrong key", { authorization: "Bearer jn_demo_wrongwrongwrongwrongwrongwrongwrong" }],
    ["a key of nobody", { authorization: "Bearer jn_nobody_wrongwrongwrongwrongwrongwrongwrong" }],
    ["another scheme", { authorization: "Basic abc" }],
  ])("%s is a 401 that says how", async (_, headers) => {
    const reply = await post({ jsonrpc: "2.0", id: 1, method: "tools/list" }, headers);
    expect(reply).toMatchObject({ status: 401, body: { error: { message: expect.stringContaining("/settings/agents") } } });
    expect(reply.headers.get("www-authenticate")).toMatch(/^Bearer /);
  });

  test("a key is good until its end, and a 401 after it", async () => {
    const secret = newAgentKey("demo");
    const stub = mesh.object<ContractorRpc>("CONTRACTOR", "demo");
    const make = (expiresAt: number) => ({
      id: newId("key"),
      name: "old",
      tools: null,
      createdAt: 0,
      expiresAt,
      revokedAt: null,
      lastUsedAt: null,
    });
    const list = () => post({ jsonrpc: "2.0", id: 1, method: "tools/list" }, { ...LEGACY, authorization: `Bearer ${secret}` });
    await stub.addKey({ contractor: "demo", hash: await sha256(secret), key: make(Date.now() - 1) });
    expect((await list()).status).toBe(401);
    await stub.addKey({ contractor: "demo", hash: await sha256(secret), key: make(Date.now() + 60_000) });
    expect((await list()).status).toBe(200);
  });

  test("a strange host or origin is a 403", async () => {
    const list = { jsonrpc: "2.0", id: 1, method: "tools/list" };
    expect((await post(list, { origin: "https://evil.example" })).status).toBe(403);
    expect((await post(list, { origin: mesh.url })).status).toBe(200);
  });

  test("a body over the limit is a 413", async () => {
    expect((await post({ jsonrpc: "2.0", id: 1, method: "tools/call", params: { name: "x".repeat(1_200_000) } })).status).toBe(413);
  });

  test.each([
    ["no JSON", "{nope", 400, -32700],
    ["another method", { jsonrpc: "2.0", id: 1, method: "no/such" }, 200, -32601],
  ])("%s is the specification's error", async (_, body, status, code) => {
    expect(await post(body, LEGACY)).toMatchObject({ status, body: { error: { code } } });
  });

  test("headers that disagree with the body are refused", async () => {
    const [message, headers] = modern("tools/call", { name: "crm_send_sms", arguments: {} }, "crm_charge_card");
    expect(await post(message, headers)).toMatchObject({ status: 400, body: { error: { code: -32020 } } });
  });

  test("a revision nobody serves is refused, naming the ones that are", async () => {
    const [message, headers] = modern("tools/list", {});
    const future = { ...message, params: { _meta: { ...META, "io.modelcontextprotocol/protocolVersion": "2031-01-01" } } };
    expect(await post(future, { ...headers, "mcp-protocol-version": "2031-01-01" })).toMatchObject({
      status: 400,
      body: { error: { data: { supported: ["2026-07-28"] } } },
    });
  });

  test("an idempotency_key of the wrong shape is refused before anything is done", async () => {
    const params = { name: "crm_send_sms", arguments: { to: "+12025550161", body: "x", idempotency_key: 5 } };
    expect((await post({ jsonrpc: "2.0", id: 1, method: "tools/call", params }, LEGACY)).body.result).toMatchObject({
      isError: true,
      content: [{ text: expect.stringContaining("idempotency_key") }],
    });
  });
});
