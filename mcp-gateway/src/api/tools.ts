/** `/api/tools`, `/api/routes`, `/api/keys`, `/api/calls`: trying tools, who serves them, who may use them, and what came of it. */
import { searchTools, toolById, vendorsServing } from "@junction/catalog";
import { Effect, newId, sha256, ToolId, VendorId } from "@junction/core";
import { listCalls } from "@junction/db";
import { type AgentKey, dispatch } from "@junction/dispatch";
import { Hono } from "hono";
import { describeRoute } from "hono-openapi";
import * as z from "zod";
import { newAgentKey } from "../auth/agent.ts";
import { meshOf } from "../env.ts";
import { refusalOf } from "./answer.ts";
import { type Api, input, json, only, own } from "./border.ts";
import { notFound, Refused } from "./problem.ts";

const Named = z.object({ domain: z.string().regex(/^[a-z][a-z0-9-]*$/), name: z.string().regex(/^[a-z][a-z0-9_]*$/) });
const Attempt = z.strictObject({ input: z.record(z.string(), z.unknown()), idempotency_key: z.string().min(1).max(200).optional() });
const Done = z.object({ call: z.string(), tool: z.string(), result: z.unknown(), replayed: z.boolean() });

const Searched = z.object({
  tools: z.array(z.object({ id: z.string(), title: z.string(), description: z.string(), effect: Effect, score: z.number() })),
});

export const tools = new Hono<Api>()
  .get(
    "/",
    describeRoute({
      summary: "The tools that a request in plain words is about, the best first",
      responses: { 200: json(Searched, "Tools") },
    }),
    input("query", z.strictObject({ q: z.string().min(1).max(500), limit: z.coerce.number().int().min(1).max(50).default(5) })),
    (c) => {
      const { q, limit } = c.req.valid("query");
      const found = searchTools(q, limit).map(({ tool: { id, title, description, effect }, score }) => ({
        id,
        title,
        description,
        effect,
        score,
      }));
      return c.json({ tools: found });
    },
  )
  .post(
    "/:domain/:name/call",
    describeRoute({ summary: "Call a tool, as an agent would", responses: { 200: json(Done, "What came of it") } }),
    input("param", Named),
    input("json", Attempt),
    async (c) => {
      const { domain, name } = c.req.valid("param");
      const { input: given, idempotency_key: idempotencyKey } = c.req.valid("json");
      const { contractor, sub, role } = c.get("session");
      if (role === "operator") throw new Refused(403, { kind: "NotAllowed", message: "An operator calls no tools for a contractor." });
      const answer = await dispatch(meshOf(c.env, c.executionCtx), {
        contractor,
        actor: { kind: "user", id: sub, role },
        tool: `${domain}/${name}`,
        input: given,
        idempotencyKey,
      });
      if (answer.ok) return c.json({ call: answer.call, tool: answer.tool, result: answer.value, replayed: answer.replayed });
      throw refusalOf(c.env, answer);
    },
  );

const Route = z.object({ tool: z.string(), vendors: z.array(z.string()) });
export const routes = new Hono<Api>()
  .get(
    "/",
    describeRoute({
      summary: "The contractor's own order of vendors, tool by tool",
      responses: { 200: json(z.object({ routes: z.array(Route) }), "Routes") },
    }),
    async (c) => {
      return c.json({ routes: Object.entries(await own(c).routes()).map(([tool, vendors]) => ({ tool, vendors: [...vendors] })) });
    },
  )
  .put(
    "/:domain/:name",
    only("owner"),
    describeRoute({ summary: "Say which vendor serves a tool first, and which after it", responses: { 200: json(Route, "The route") } }),
    input("param", Named),
    input("json", z.strictObject({ vendors: z.array(VendorId).max(20) })),
    async (c) => {
      const { domain, name } = c.req.valid("param");
      const tool = `${domain}/${name}`;
      if (!toolById(tool)) throw notFound("tool");
      const { vendors } = c.req.valid("json");
      const serving = vendorsServing(tool).map(({ id }) => id);
      const stranger = vendors.find((id) => !serving.includes(id));
      if (stranger !== undefined)
        throw new Refused(422, {
          kind: "InvalidRequest",
          message: "Some fields are wrong.",
          fields: { vendors: `${stranger} does not serve ${tool}; allowed: ${serving.join(", ")}` },
        });
      await own(c).setRoute({ contractor: c.get("session").contractor, tool, vendors, now: Date.now() });
      return c.json({ tool, vendors });
    },
  );

const Key = z.object({
  id: z.string(),
  name: z.string(),
  tools: z.array(z.string()).nullable(),
  created_at: z.number(),
  expires_at: z.number().nullable(),
  revoked_at: z.number().nullable(),
  last_used_at: z.number().nullable(),
});
const shown = (key: AgentKey): z.output<typeof Key> => {
  const { id, name, tools, createdAt, expiresAt, revokedAt, lastUsedAt } = key;
  return {
    id,
    name,
    tools: tools && [...tools],
    created_at: createdAt,
    expires_at: expiresAt,
    revoked_at: revokedAt,
    last_used_at: lastUsedAt,
  };
};
const NewKey = z.strictObject({
  name: z.string().min(1).max(100),
  /** Left out: every tool. */
  tools: z.array(ToolId).min(1).max(500).optional(),
  expires_in_days: z.number().int().min(1).max(3650).optional(),
});

export const keys = new Hono<Api>()
  .get(
    "/",
    describeRoute({ summary: "Agent keys, without the keys", responses: { 200: json(z.object({ keys: z.array(Key) }), "Keys") } }),
    async (c) => c.json({ keys: (await own(c).keys()).map(shown) }),
  )
  .post(
    "/",
    only("owner"),
    describeRoute({
      summary: "Make an agent key; it is shown this once",
      responses: { 201: json(Key.extend({ key: z.string() }), "The key") },
    }),
    input("json", NewKey),
    async (c) => {
      const { name, tools: allowed, expires_in_days: days } = c.req.valid("json");
      const unknown = allowed?.find((tool) => !toolById(tool));
      if (unknown !== undefined)
        throw new Refused(422, { kind: "InvalidRequest", message: "Some fields are wrong.", fields: { tools: `${unknown} is no tool` } });
      const { contractor } = c.get("session");
      const now = Date.now();
      const secret = newAgentKey(contractor);
      const key: AgentKey = {
        id: newId("key", now),
        name,
        tools: allowed ?? null,
        createdAt: now,
        expiresAt: days === undefined ? null : now + days * 86_400_000,
        revokedAt: null,
        lastUsedAt: null,
      };
      await own(c).addKey({ contractor, hash: await sha256(secret), key });
      return c.json({ ...shown(key), key: secret }, 201);
    },
  )
  .delete(
    "/:id",
    only("owner"),
    describeRoute({ summary: "Revoke an agent key, at once", responses: { 200: json(z.object({ revoked: z.literal(true) }), "Revoked") } }),
    input("param", z.object({ id: z.string().max(64) })),
    async (c) => {
      if (!(await own(c).revokeKey({ id: c.req.valid("param").id, now: Date.now() }))) throw notFound("key");
      return c.json({ revoked: true as const });
    },
  );

const Call = z.object({
  id: z.string(),
  actor: z.string(),
  tool: z.string(),
  vendor: z.string().nullable(),
  state: z.string(),
  kind: z.string().nullable(),
  /** The vendor's own words: untrusted. Not shown to members. */
  vendor_said: z.unknown(),
  attempts: z.number(),
  started_at: z.number(),
  duration_ms: z.number(),
});
const Filter = z.object({
  tool: z.optional(ToolId),
  vendor: z.optional(VendorId),
  state: z.enum(["confirmed", "failed", "unknown", "refused"]).optional(),
  before: z.coerce.number().int().positive().optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});

const CSV = ["started_at", "id", "actor", "tool", "vendor", "state", "kind", "attempts", "duration_ms"] as const;
/** RFC 4180; a cell that a spreadsheet would run as a formula is disarmed. */
const cell = (value: unknown): string =>
  `"${String(value ?? "")
    .replace(/^[=+\-@\t\r]/, "'$&")
    .replaceAll('"', '""')}"`;

export const calls = new Hono<Api>()
  .get(
    "/csv",
    describeRoute({
      summary: "The audit of calls as CSV, newest first",
      responses: { 200: { description: "CSV", content: { "text/csv": {} } } },
    }),
    input("query", Filter),
    async (c) => {
      const { contractor } = c.get("session");
      await own(c).flush({ contractor });
      const found = await listCalls(c.env.DB, { contractor, ...c.req.valid("query"), limit: 10_000 });
      const rows = found.map(({ startedAt, settledAt, ...rest }) => ({
        ...rest,
        started_at: new Date(startedAt).toISOString(),
        duration_ms: settledAt - startedAt,
      }));
      const lines = [CSV.map(cell).join(","), ...rows.map((row) => CSV.map((column) => cell(row[column])).join(","))];
      return c.body(`${lines.join("\r\n")}\r\n`, 200, {
        "content-type": "text/csv; charset=utf-8",
        "content-disposition": 'attachment; filename="calls.csv"',
      });
    },
  )
  .get(
    "/",
    describeRoute({ summary: "The audit of calls, newest first", responses: { 200: json(z.object({ calls: z.array(Call) }), "Calls") } }),
    input("query", Filter),
    async (c) => {
      const { contractor, role } = c.get("session");
      await own(c).flush({ contractor });
      const found = await listCalls(c.env.DB, { contractor, ...c.req.valid("query") });
      return c.json({
        calls: found.map(({ id, actor, tool, vendor, state, kind, said, attempts, startedAt, settledAt }) => ({
          ...{ id, actor, tool, vendor, state, kind, attempts },
          vendor_said: role === "owner" && said !== null ? (JSON.parse(said) as unknown) : null,
          started_at: startedAt,
          duration_ms: settledAt - startedAt,
        })),
      });
    },
  )
  .post(
    "/:id/decide",
    only("owner"),
    describeRoute({
      summary: "Say whether an effect of unknown outcome happened",
      responses: { 200: json(z.object({ decided: z.literal(true) }), "Decided") },
    }),
    input("param", z.object({ id: z.string().max(64) })),
    input("json", z.strictObject({ happened: z.boolean() })),
    async (c) => {
      const decided = await own(c).decide({ call: c.req.valid("param").id, ...c.req.valid("json"), now: Date.now() });
      if (decided !== "decided") throw notFound("call with an unknown outcome");
      return c.json({ decided: true as const });
    },
  );
