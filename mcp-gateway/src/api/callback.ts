/** `/oauth/callback`: where a vendor's page sends a person back to. */
import { vendorById } from "@junction/catalog";
import { Hono } from "hono";
import { deleteCookie, getCookie } from "hono/cookie";
import * as z from "zod";
import { sessionOf } from "../auth/session.ts";
import { finishGrant, grantCookie, landing } from "../grant.ts";
import type { Api } from "./border.ts";

const Return = z.object({
  state: z.string().max(300),
  code: z.string().min(1).max(4096).optional(),
  error: z.string().max(300).optional(),
});
/** What else a vendor may say there, such as which of its regions the account is in. */
const Beside = z.record(z.string().max(50), z.string().max(300));
/** The state of a consent that no grant waits for (see `words.ts`): it only says whose page to go back to. */
const CONSENT = /^consent[.]([a-z0-9-]{1,64})$/;

export const callback = new Hono<Api>().get("/", async (c) => {
  c.header("cache-control", "no-store");
  const query = Return.safeParse(c.req.query());
  // The code and the state end here: the page that follows has neither in its address.
  const go = (where: string) => c.redirect(where, 303);
  if (!query.success) return go(landing(c.env, { state: "expired" }));
  const { state } = query.data;
  const consented = vendorById(CONSENT.exec(state)?.[1] ?? "");
  if (consented) return go(`${c.env.PUBLIC_URL}/settings/integrations/${consented.id}`);
  const name = await grantCookie(state);
  const verifier = getCookie(c, name) ?? "";
  deleteCookie(c, name, { path: "/oauth" });
  const session = await sessionOf(c.req.raw, c.env);
  const { code: _, state: __, ...beside } = c.req.query();
  const { data: returned } = Beside.safeParse(beside);
  return go(
    landing(
      c.env,
      await finishGrant(c.env, { ...query.data, ...(returned && { returned }) }, verifier, "problem" in session ? null : session),
    ),
  );
});
