/** `/api/templates`: the contractor's email templates, which workflows send. */
import { newId } from "@junction/core";
import { addTemplate, changeTemplate, listTemplates, removeTemplate, type Template } from "@junction/db";
import { ANYWHERE, check } from "@junction/workflow";
import { Hono } from "hono";
import { describeRoute } from "hono-openapi";
import * as z from "zod";
import { type Api, input, json, only } from "./border.ts";
import { notFound, Refused } from "./problem.ts";

const MOST = 200;

const Shown = z.object({
  id: z.string(),
  name: z.string(),
  subject: z.string(),
  text: z.string(),
  created_at: z.number(),
  updated_at: z.number(),
});
const shown = ({ id, name, subject, text, createdAt, updatedAt }: Template): z.output<typeof Shown> => ({
  ...{ id, name, subject, text, created_at: createdAt, updated_at: updatedAt },
});

const Wanted = z.strictObject({
  name: z.string().trim().min(1, "give it a name").max(120, "at most 120 characters"),
  subject: z.string().trim().min(1, "give the email a subject").max(200, "at most 200 characters"),
  text: z.string().min(1, "say what the email says").max(50_000, "at most 50,000 characters"),
});
/** A misspelt placeholder is named while it is written, not once a run stands still over it. */
function checked(template: z.output<typeof Wanted>): z.output<typeof Wanted> {
  const wrong = Object.entries(template).flatMap(([field, text]) =>
    field === "name" ? [] : check(text, ANYWHERE).map(({ message }) => [field, message] as const),
  );
  const [first] = wrong;
  if (first) throw new Refused(422, { kind: "InvalidRequest", message: first[1], fields: Object.fromEntries(wrong.toReversed()) });
  return template;
}
const One = z.object({ id: z.string().regex(/^tpl_[a-z0-9]{1,60}$/) });

export const templates = new Hono<Api>()
  .get(
    "/",
    describeRoute({
      summary: "Email templates, by name",
      responses: { 200: json(z.object({ templates: z.array(Shown) }), "Templates") },
    }),
    async (c) => c.json({ templates: (await listTemplates(c.env.DB, c.get("session").contractor)).map(shown) }),
  )
  .post(
    "/",
    only("owner"),
    describeRoute({ summary: "Add an email template", responses: { 201: json(Shown, "The template") } }),
    input("json", Wanted),
    async (c) => {
      const now = Date.now();
      const row = {
        id: newId("tpl", now),
        contractor: c.get("session").contractor,
        ...checked(c.req.valid("json")),
        createdAt: now,
        updatedAt: now,
      };
      if (!(await addTemplate(c.env.DB, row, MOST)))
        throw new Refused(409, { kind: "Conflict", message: `There may be ${MOST} templates at most. Delete one that nothing uses.` });
      return c.json(shown(row), 201);
    },
  )
  .put(
    "/:id",
    only("owner"),
    describeRoute({ summary: "Change an email template", responses: { 200: json(Shown, "The template") } }),
    input("param", One),
    input("json", Wanted),
    async (c) => {
      const wanted = checked(c.req.valid("json"));
      const changed = await changeTemplate(c.env.DB, c.get("session").contractor, c.req.valid("param").id, wanted, Date.now());
      if (!changed) throw notFound("template");
      return c.json(shown(changed));
    },
  )
  .delete(
    "/:id",
    only("owner"),
    describeRoute({
      summary: "Delete an email template; a workflow that uses it says so in its checklist, and its runs fail at that step",
      responses: { 200: json(z.object({ removed: z.literal(true) }), "Deleted") },
    }),
    input("param", One),
    async (c) => {
      if (!(await removeTemplate(c.env.DB, c.get("session").contractor, c.req.valid("param").id))) throw notFound("template");
      return c.json({ removed: true as const });
    },
  );
