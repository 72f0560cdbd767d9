/** Signing in and out: the host CRM's token becomes a cookie no script can read. */
import { type Context, Hono } from "hono";
import { deleteCookie, setCookie } from "hono/cookie";
import { SESSION_COOKIE, verifySession } from "../auth/session.ts";
import { contractorOf } from "../env.ts";
import { type Api, smallBody } from "./border.ts";
import { Refused } from "./problem.ts";

const DAY_SECONDS = 12 * 3600;

export const session = new Hono<Api>()
  .post("/", smallBody, async (c) => {
    if (!fromSignIn(c)) throw new Refused(403, { kind: "NotAllowed", message: "Sign in from the sign-in page." });
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

/** Another site must not sign a browser in as somebody else: the form comes from our own pages or the host CRM's, or from no browser. */
function fromSignIn(c: Context<Api>): boolean {
  const { PUBLIC_URL, SIGN_IN_URL } = c.env;
  const [site, origin] = [c.req.header("sec-fetch-site"), c.req.header("origin")];
  if (site === "same-origin" || (site === undefined && origin === undefined)) return true;
  return [PUBLIC_URL, SIGN_IN_URL].some((url) => url !== undefined && new URL(url).origin === origin);
}
