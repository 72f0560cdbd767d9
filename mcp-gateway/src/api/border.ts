/** What every route has in common: who is asking, and what a body must look like. */
import { MOST_BYTES } from "@junction/workflow";
import type { Context, MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import { resolver, validator as validate } from "hono-openapi";
import type * as z from "zod";
import { type Session, sessionOf } from "../auth/session.ts";
import { contractorOf, type Env } from "../env.ts";
import { Refused } from "./problem.ts";

export interface Api {
  Bindings: Env;
  Variables: { session: Session };
}

/** The session of the host CRM, on every route but the public ones. */
export const signedIn: MiddlewareHandler<Api> = async (c, next) => {
  const session = await sessionOf(c.req.raw, c.env);
  if ("problem" in session) throw new Refused(401, { kind: "Unauthenticated", message: session.problem });
  c.set("session", session);
  const { contractor, email, role } = session;
  if (role === "owner" && email !== undefined) c.executionCtx.waitUntil(contractorOf(c.env, contractor).owner({ contractor, email }));
  await next();
};

/** Refuses everyone who has not this role. */
export const only =
  (role: Session["role"]): MiddlewareHandler<Api> =>
  async (c, next) => {
    if (c.get("session").role !== role) throw new Refused(403, { kind: "NotAllowed", message: `Only an ${role} may do this.` });
    await next();
  };

const limited = (maxSize: number, message: string) =>
  bodyLimit({
    maxSize,
    onError: () => {
      throw new Refused(413, { kind: "TooLarge", message });
    },
  });
/** What may be larger than the rest: the path it begins with → its limit. */
const LARGER: readonly (readonly [path: string, limit: MiddlewareHandler])[] = [
  ["/api/leads/import", limited(4 * 1024 * 1024, "A file of leads may weigh at most 4 MB. Split it.")],
  [
    "/api/workflows",
    limited(MOST_BYTES + 1024, "A workflow may weigh at most 262,144 bytes as JSON. Shorten its texts, or keep emails as templates."),
  ],
];
const small = limited(64 * 1024, "The request body must be at most 65,536 bytes.");
/** A file is streamed, and has limits of its own. */
const isUpload = ({ path, method }: { readonly path: string; readonly method: string }) => path === "/api/files" && method === "POST";
export const smallBody: MiddlewareHandler<Api> = (c, next) =>
  isUpload(c.req) ? next() : (LARGER.find(([path]) => c.req.path === path || c.req.path.startsWith(`${path}/`))?.[1] ?? small)(c, next);

/** Parses part of a request by a schema; what does not fit is refused, naming each field and what is allowed. */
export const input = <S extends z.ZodType, T extends "json" | "query" | "param">(target: T, schema: S) =>
  validate(target, schema, (result) => {
    if (result.success) return;
    const fields = Object.fromEntries(
      result.error.map(({ path, message }) => [
        (path ?? []).map((part) => String(typeof part === "object" ? part.key : part)).join(".") || target,
        message,
      ]),
    );
    throw new Refused(target === "param" ? 404 : 422, { kind: "InvalidRequest", message: "Some fields are wrong.", fields });
  });

/** An answer of a route, for its description. */
export const json = (schema: z.ZodType, description: string) => ({
  description,
  content: { "application/json": { schema: resolver(schema) } },
});

/** The Durable Object of the contractor who is signed in. */
export const own = (c: Context<Api>) => contractorOf(c.env, c.get("session").contractor);
