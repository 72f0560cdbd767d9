/** `/api/call-routing`: how calls to the contractor's numbers are answered. */
import { CallRouting } from "@junction/core";
import { saveContractor } from "@junction/db";
import { allRoutings, oneRouting, removeRouting, saveRouting } from "@junction/receptionist";
import { Hono } from "hono";
import { describeRoute } from "hono-openapi";
import * as z from "zod";
import { type Api, input, json, only } from "./border.ts";
import { notFound, Refused } from "./problem.ts";

const Shown = z.object({
  ...CallRouting.shape,
  /** Whether it is within opening hours as this is read. */
  open_now: z.boolean(),
  updated_at: z.iso.datetime(),
});
const Wanted = z.object(CallRouting.shape).omit({ phone_number: true });
const One = z.object({ number: z.string().regex(/^\+[1-9]\d{6,14}$/, "a phone number in E.164 form, such as +12025550123") });

export const callRouting = new Hono<Api>()
  .get(
    "/",
    describeRoute({
      summary: "How calls are answered, number by number",
      responses: { 200: json(z.object({ routings: z.array(Shown) }), "What is set") },
    }),
    async (c) => c.json({ routings: await allRoutings(c.env.DB, c.get("session").contractor, Date.now()) }),
  )
  .get(
    "/:number",
    describeRoute({ summary: "How calls to one number are answered", responses: { 200: json(Shown, "What is set") } }),
    input("param", One),
    async (c) => {
      const found = await oneRouting(c.env.DB, c.get("session").contractor, c.req.valid("param").number, Date.now());
      if (!found) throw notFound("call routing");
      return c.json(found);
    },
  )
  .put(
    "/:number",
    only("owner"),
    describeRoute({ summary: "Set how calls to one number are answered", responses: { 200: json(Shown, "What is set now") } }),
    input("param", One),
    input("json", Wanted),
    async (c) => {
      const { contractor } = c.get("session");
      const now = Date.now();
      await saveContractor(c.env.DB, contractor, now);
      const saved = await saveRouting(c.env.DB, contractor, { ...c.req.valid("json"), phone_number: c.req.valid("param").number }, now);
      if (saved.ok) return c.json(saved.value);
      throw new Refused(422, { kind: "InvalidRequest", message: "It was not saved: some fields are wrong.", fields: { ...saved.issues } });
    },
  )
  .delete(
    "/:number",
    only("owner"),
    describeRoute({
      summary: "Forget how calls to one number are answered: from now on callers can leave a message, and no more",
      responses: { 200: json(z.object({ removed: z.literal(true) }), "Forgotten") },
    }),
    input("param", One),
    async (c) => {
      if (!(await removeRouting(c.env.DB, c.get("session").contractor, c.req.valid("param").number))) throw notFound("call routing");
      return c.json({ removed: true as const });
    },
  );
