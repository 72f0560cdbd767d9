/** `/api/approvals`: what agents may not do before the contractor has said yes. */
import { platformsOf, publicTools, toolById, vendorById } from "@junction/catalog";
import { ToolId } from "@junction/core";
import { type Answer, dispatch } from "@junction/dispatch";
import { Hono } from "hono";
import { describeRoute } from "hono-openapi";
import * as z from "zod";
import { meshOf } from "../env.ts";
import { explain } from "../words.ts";
import { type Api, input, json, only, own } from "./border.ts";
import { notFound } from "./problem.ts";

/** Whether agents ask before they call a tool; of one that serves several platforms, for each of them. */
const Asking = z.object({
  tool: z.string(),
  platform: z.string().nullable(),
  title: z.string(),
  description: z.string(),
  asks: z.boolean(),
});

const Approval = z.object({
  id: z.string(),
  tool: z.string(),
  title: z.string(),
  actor: z.string(),
  /** The arguments the agent gave; null once decided. */
  input: z.unknown(),
  state: z.enum(["pending", "approved", "rejected"]),
  asked_at: z.number(),
  decided_at: z.number().nullable(),
  decided_by: z.string().nullable(),
});
/** Of an approved call: what came of it at once. */
const Decided = z.object({
  state: z.enum(["approved", "rejected"]),
  outcome: z.object({ ok: z.boolean(), call: z.string(), message: z.string() }).nullable(),
});

export const approvals = new Hono<Api>()
  .get(
    "/",
    describeRoute({
      summary: "Calls that wait, or waited, for approval",
      responses: {
        200: json(z.object({ approvals: z.array(Approval), unasked: z.array(z.string()), asking: z.array(Asking) }), "Approvals"),
      },
    }),
    async (c) => {
      const [found, unasked] = await Promise.all([own(c).approvals(), own(c).unasked()]);
      return c.json({
        approvals: found.map(({ id, tool, actor, input: given, state, askedAt, decidedAt, decidedBy }) => ({
          ...{
            id,
            tool,
            title: toolById(tool)?.title ?? tool,
            actor,
            state,
            asked_at: askedAt,
            decided_at: decidedAt,
            decided_by: decidedBy,
          },
          input: given === null ? null : (JSON.parse(given) as unknown),
        })),
        unasked: [...unasked],
        asking: askingOf(unasked),
      });
    },
  )
  .post(
    "/:id",
    only("owner"),
    describeRoute({
      summary: "Approve a waiting call, which is then made at once, or reject it",
      responses: { 200: json(Decided, "Decided") },
    }),
    input("param", z.object({ id: z.string().max(64) })),
    input("json", z.strictObject({ approve: z.boolean() })),
    async (c) => {
      const { contractor, sub } = c.get("session");
      const { approve } = c.req.valid("json");
      const asked = await own(c).approve({ id: c.req.valid("param").id, approved: approve, by: sub, now: Date.now() });
      if (!asked) throw notFound("call that waits for approval");
      if (!approve) return c.json({ state: "rejected" as const, outcome: null });
      // Made as the agent's own call, under its own name for the effect: when the agent asks again it gets this result.
      const answer = await dispatch(meshOf(c.env, c.executionCtx), {
        ...{ contractor, tool: asked.tool, vendor: asked.vendor, within: asked.within, idempotencyKey: asked.name },
        actor: { kind: "agent", keyHash: asked.keyHash },
        input: JSON.parse(asked.input ?? "{}"),
      });
      return c.json({ state: "approved" as const, outcome: { ok: answer.ok, call: answer.call, message: said(answer, c.env.PUBLIC_URL) } });
    },
  )
  .put(
    "/unasked/:domain/:name",
    only("owner"),
    describeRoute({
      summary: "Let agents call a tool without asking, or have them ask again",
      responses: { 200: json(z.object({ tool: z.string(), platform: z.string().optional(), unasked: z.boolean() }), "The setting") },
    }),
    input("param", z.object({ domain: z.string().max(64), name: z.string().max(64) })),
    input("json", z.strictObject({ unasked: z.boolean(), platform: z.string().max(64).optional() })),
    async (c) => {
      const { domain, name } = c.req.valid("param");
      const tool = ToolId.safeParse(`${domain}/${name}`).data;
      if (tool === undefined || !toolById(tool)?.approval) throw notFound("tool that asks for approval");
      const { unasked, platform } = c.req.valid("json");
      const platforms = platformsOf(toolById(tool) ?? { input: {} });
      if (platform !== undefined && !platforms.includes(platform)) throw notFound("platform of this tool");
      const all = platform === undefined && platforms.length > 0 ? platforms : [platform];
      for (const one of all) await own(c).setUnasked({ contractor: c.get("session").contractor, tool, platform: one, unasked });
      return c.json({ tool, platform, unasked });
    },
  );

function askingOf(unasked: readonly string[]): z.output<typeof Asking>[] {
  const tools = publicTools.filter(({ approval }) => approval);
  return tools.flatMap((contract): z.output<typeof Asking>[] => {
    const { id: tool, title, description } = contract;
    const platforms = platformsOf(contract);
    if (platforms.length === 0) return [{ tool, platform: null, title, description, asks: !unasked.includes(tool) }];
    const on = (platform: string) => `${title} on ${vendorById(platform)?.name ?? platform}`;
    const asks = (platform: string) => !unasked.includes(tool) && !unasked.includes(`${tool} ${platform}`);
    return platforms.map((platform) => ({ tool, platform, title: on(platform), description, asks: asks(platform) }));
  });
}

const said = (answer: Answer, publicUrl: string): string =>
  answer.ok ? "Done." : explain(answer.trouble, { publicUrl, tool: answer.tool, vendor: answer.vendor, call: answer.call }).text;
