/** `/api/files`: files that tools take and give, by reference. */
import { type FileRow, getFiles, listFiles, saveContractor } from "@junction/db";
import { keep, LARGEST_BYTES, removeFiles, shown as withLink } from "@junction/files";
import { Hono } from "hono";
import { describeRoute } from "hono-openapi";
import * as z from "zod";
import { filesOf } from "../env.ts";
import { type Api, input, json, only } from "./border.ts";
import { notFound, Refused } from "./problem.ts";

const Shown = z.object({
  file_id: z.string(),
  name: z.string(),
  type: z.string(),
  size_bytes: z.number(),
  created_at: z.number(),
  expires_at: z.number(),
});
const shown = ({ id, name, type, size, createdAt, expiresAt }: FileRow): z.output<typeof Shown> => ({
  ...{ file_id: id, name, type, size_bytes: size, created_at: createdAt, expires_at: expiresAt },
});
/** `url`: where whoever has it gets the file. */
const Linked = Shown.extend({ url: z.string() });
const Id = z.string().regex(/^file_[0-9a-z]{25}$/);
const One = z.object({ id: Id });

export const files = new Hono<Api>()
  .get(
    "/",
    describeRoute({
      summary: "Files, newest first",
      responses: { 200: json(z.object({ files: z.array(Shown), next: z.string().nullable() }), "Files") },
    }),
    input("query", z.object({ before: Id.optional(), limit: z.coerce.number().int().min(1).max(100).default(50) })),
    async (c) => {
      const { before, limit } = c.req.valid("query");
      const { contractor } = c.get("session");
      const now = Date.now();
      const [place] = before === undefined ? [] : await getFiles(c.env.DB, contractor, [before], now);
      if (before !== undefined && !place) throw notFound("file to go on from");
      const rows = await listFiles(c.env.DB, { contractor, before: place, limit: limit + 1, now });
      const page = rows.slice(0, limit);
      return c.json({ files: page.map(shown), next: rows.length > limit ? (page.at(-1)?.id ?? null) : null });
    },
  )
  .post(
    "/",
    only("owner"),
    describeRoute({
      summary: "Put a file in: the body is the file, of the media type that Content-Type says. It is kept for 30 days",
      responses: { 201: json(Linked, "The file") },
    }),
    input("query", z.object({ name: z.string().min(1, "say what it is called").max(200, "at most 200 characters") })),
    async (c) => {
      const { contractor } = c.get("session");
      const { body, headers } = c.req.raw;
      const length = headers.get("content-length");
      const size = length === null ? undefined : Number(length);
      if (!body || size === 0) throw wrong("body", "is empty: send the file itself as the body");
      const type = headers.get("content-type") ?? "application/octet-stream";
      await saveContractor(c.env.DB, contractor, Date.now());
      const kept = await keep(filesOf(c.env), { contractor, name: c.req.valid("query").name, type, size, kept: "upload" }, body);
      if ("refused" in kept) throw wrong("body", kept.refused, size !== undefined && size > LARGEST_BYTES ? 413 : 422);
      return c.json({ ...shown(kept), url: (await withLink(filesOf(c.env), kept)).url }, 201);
    },
  )
  .get(
    "/:id",
    describeRoute({ summary: "A file, and a new link to it", responses: { 200: json(Linked, "The file") } }),
    input("param", One),
    async (c) => {
      const row = await own(c.env.DB, c.get("session").contractor, c.req.valid("param").id);
      return c.json({ ...shown(row), url: (await withLink(filesOf(c.env), row)).url });
    },
  )
  .delete(
    "/:id",
    only("owner"),
    describeRoute({ summary: "Delete a file, and every link to it", responses: { 204: { description: "Deleted" } } }),
    input("param", One),
    async (c) => {
      const row = await own(c.env.DB, c.get("session").contractor, c.req.valid("param").id);
      await removeFiles(filesOf(c.env), [row]);
      return c.body(null, 204);
    },
  );

const wrong = (field: string, what: string, status: 413 | 422 = 422) =>
  new Refused(status, {
    kind: status === 413 ? "TooLarge" : "InvalidRequest",
    message: "The file was not taken.",
    fields: { [field]: what },
  });

/** The same for another contractor's as for none. */
async function own(db: D1Database, contractor: string, id: string): Promise<FileRow> {
  const [row] = await getFiles(db, contractor, [id], Date.now());
  if (!row) throw notFound("file");
  return row;
}
