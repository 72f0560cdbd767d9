/** `/api/service-areas`: where the contractor works, as drawn on a map. */
import { areasOf, keepArea, removeArea } from "@junction/areas";
import { Boundary } from "@junction/core";
import { saveContractor } from "@junction/db";
import { Hono } from "hono";
import { describeRoute } from "hono-openapi";
import * as z from "zod";
import { type Api, input, json, only } from "./border.ts";
import { notFound, Refused } from "./problem.ts";

const Shown = z.object({ name: z.string(), boundary: Boundary, updated_at: z.iso.datetime() });
const Named = z.object({ name: z.string().min(1).max(60) });

export const serviceAreas = new Hono<Api>()
  .get(
    "/",
    describeRoute({
      summary: "The areas the contractor works in",
      responses: { 200: json(z.object({ areas: z.array(Shown) }), "By name") },
    }),
    async (c) => c.json({ areas: await areasOf(c.env.DB, c.get("session").contractor) }),
  )
  .put(
    "/:name",
    only("owner"),
    describeRoute({
      summary: "Keep an area under a name, in the place of one that has it",
      responses: { 200: json(Shown, "What is kept now") },
    }),
    input("param", Named),
    input("json", z.strictObject({ boundary: Boundary })),
    async (c) => {
      const { contractor } = c.get("session");
      const now = Date.now();
      await saveContractor(c.env.DB, contractor, now);
      const kept = await keepArea(c.env.DB, contractor, c.req.valid("param").name, c.req.valid("json").boundary, now);
      if (kept.ok) return c.json(kept.value);
      throw new Refused(422, {
        kind: "InvalidRequest",
        message: "It was not kept: some fields are wrong.",
        fields: { [kept.field]: kept.words },
      });
    },
  )
  .delete(
    "/:name",
    only("owner"),
    describeRoute({ summary: "Forget an area", responses: { 200: json(z.object({ removed: z.literal(true) }), "Forgotten") } }),
    input("param", Named),
    async (c) => {
      if (!(await removeArea(c.env.DB, c.get("session").contractor, c.req.valid("param").name))) throw notFound("service area");
      return c.json({ removed: true as const });
    },
  );
