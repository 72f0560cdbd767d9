/** Signing in and out: the host CRM's token becomes a cookie no script can read. */
import { Hono } from "hono";
import { deleteCookie, setCookie } from "hono/cookie";
import { SESSION_COOKIE, verifySession } from "../auth/session.ts";
import { contractorOf } from "../env.ts";
import type { Api } from "./border.ts";
import { Refused } from "./problem.ts";

const DAY_SECONDS = 12 * 3600;

export const session = new Hono<Api>()
  .post("/", async (c) => {
    const { token } = await c.req.parseBody();
    if (typeof token !== "string" || token.length > 8192)
      throw new Refused(422, { kind: "InvalidRequest", message: "Some fields are wrong.", fields: { token: "the session's token" } });
    const verified = await verifySession(token, c.env);
    if ("problem" in verified) throw new Refused(401, { kind: "Unauthenticated", message: verified.problem });
    const { contractor, email, role } = verified;
    if (role === "owner" && email !== undefined) await contractorOf(c.env, contractor).owner({ contractor, email });
    setCookie(c, SESSION_COOKIE, token, {
      httpOnly: true,
      sameSite: "Lax",
      secure: c.env.PUBLIC_URL.startsWith("https:"),
      path: "/",
      maxAge: DAY_SECONDS,
    });
    return c.redirect(`${c.env.PUBLIC_URL}/settings`, 303);
  })
  .post("/end", (c) => {
    deleteCookie(c, SESSION_COOKIE, { path: "/" });
    return c.redirect(`${c.env.PUBLIC_URL}/settings`, 303);
  });
