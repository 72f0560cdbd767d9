/** `/api/connections`: what is connected, and how well; Save & Test; grants; re-test; disconnect. */
import { catalog, plannedById, vendorById } from "@junction/catalog";
import { type CatalogVendor, CredentialType, VendorId } from "@junction/core";
import { type Context, Hono, type MiddlewareHandler } from "hono";
import { getCookie, setCookie } from "hono/cookie";
import { describeRoute } from "hono-openapi";
import * as z from "zod";
import { SESSION_COOKIE } from "../auth/session.ts";
import { connectByForm, disconnect, retest, wayOf } from "../connect.ts";
import { beginGrant, grantCookie } from "../grant.ts";
import { notYet, onRoadmap } from "../on-roadmap.ts";
import { type Api, input, json, only, own } from "./border.ts";
import { otherAccount, refusedTest } from "./connect-refusals.ts";
import { Detail, detail, Integration, integration } from "./integration.ts";
import { notFound, Refused } from "./problem.ts";
import { webhookSecret } from "./webhook.ts";

const Param = z.object({ vendor: VendorId });
const typesOf = (vendor: CatalogVendor) => `one of ${[vendor, ...vendor.ways].map(({ credentialType }) => credentialType).join(", ")}`;

/** Lets a body be left out where all of it is optional. */
const emptyIsObject: MiddlewareHandler<Api> = async (c, next) => {
  if ((await c.req.text()) === "") c.req.bodyCache.text = Promise.resolve("{}") as never; // what Hono keeps there, its types do not say
  await next();
};

function vendorOf(c: Context<Api>): CatalogVendor {
  const id = c.req.param("vendor") ?? "";
  const vendor = vendorById(id);
  if (vendor) return vendor;
  const planned = plannedById(id);
  throw planned ? notYet(planned) : notFound("integration");
}

export const connections = new Hono<Api>()
  .route("/", webhookSecret)
  .get(
    "/",
    describeRoute({
      summary: "Every integration of the catalog with its status",
      responses: { 200: json(z.object({ integrations: z.array(Integration) }), "Integrations") },
    }),
    async (c) => {
      const held = new Map((await own(c).connections({ now: Date.now() })).map((one) => [one.vendor, one]));
      return c.json({
        integrations: [...catalog.vendors.map((vendor) => integration(vendor, held.get(vendor.id))), ...catalog.planned.map(onRoadmap)],
      });
    },
  )
  .get(
    "/:vendor",
    describeRoute({
      summary: "One integration, with what may be shown of its credential",
      responses: { 200: json(Detail, "The integration") },
    }),
    input("param", Param),
    async (c) => {
      return c.json(await detail(c, vendorOf(c)));
    },
  )
  .post(
    "/:vendor",
    only("owner"),
    describeRoute({
      summary: "Save & Test: stores the credential if the vendor accepts it, and nothing if not",
      responses: { 200: json(Integration, "Connected") },
    }),
    input("param", Param),
    input(
      "json",
      z.strictObject({
        fields: z.record(z.string().max(100), z.string().max(8192)),
        type: z.optional(CredentialType),
        /** Another account may take the place of the one that is connected. */
        replace: z.boolean().optional(),
      }),
    ),
    async (c) => {
      const vendor = vendorOf(c);
      const { fields, type, replace = false } = c.req.valid("json");
      const way = wayOf(vendor, type);
      if (!way) throw new Refused(422, { kind: "InvalidRequest", message: "Some fields are wrong.", fields: { type: typesOf(vendor) } });
      if (way.oauth)
        throw new Refused(409, {
          kind: "Conflict",
          message: `${vendor.name} is connected at its own page: POST to /api/connections/${vendor.id}/authorize.`,
        });
      const done = await connectByForm(c.env, c.get("session").contractor, vendor, way, fields, replace);
      if (done.state === "wrong_fields")
        throw new Refused(422, {
          kind: "InvalidRequest",
          message: "Some fields are wrong. Nothing was stored.",
          fields: { ...done.fields },
        });
      if (done.state === "other_account") throw otherAccount(vendor, done);
      if (done.state === "refused") throw refusedTest(c, vendor.id, done.trouble, way);
      return c.json(integration(vendor, done.connection));
    },
  )
  .get(
    "/:vendor/consent",
    describeRoute({
      summary: "What a person will be asked to allow at the vendor, and which of it the connection lacks",
      responses: {
        200: json(
          z.object({ scopes: z.array(z.object({ scope: z.string(), words: z.string() })), lacking: z.array(z.string()) }),
          "Scopes",
        ),
      },
    }),
    input("param", Param),
    async (c) => {
      const vendor = vendorOf(c);
      const held = (await own(c).connections({ now: Date.now() })).find((one) => one.vendor === vendor.id);
      const connected = held !== undefined && held.health.status !== "not_connected";
      return c.json({
        scopes: Object.entries(vendor.scopes).map(([scope, words]) => ({ scope, words })),
        lacking: connected ? Object.keys(vendor.scopes).filter((scope) => !held.scopes.includes(scope)) : [],
      });
    },
  )
  .post(
    "/:vendor/authorize",
    only("owner"),
    describeRoute({
      summary: "Where to send the browser to grant access at the vendor",
      responses: { 200: json(z.object({ url: z.string() }), "The vendor's page") },
    }),
    input("param", Param),
    emptyIsObject,
    // `scopes: "lacking"` says why the person is sent; all scopes are asked for, or those held now would be lost.
    input("json", z.strictObject({ scopes: z.enum(["all", "lacking"]).optional(), replace: z.boolean().optional() })),
    async (c) => {
      const vendor = vendorOf(c);
      if (!wayOf(vendor, "oauth_token")?.oauth)
        throw new Refused(409, {
          kind: "Conflict",
          message: `${vendor.name} is connected by a form: POST its fields to /api/connections/${vendor.id}.`,
        });
      const { replace = false } = c.req.valid("json");
      const cookie = c.req.header("authorization") === undefined && getCookie(c, SESSION_COOKIE) !== undefined;
      const begun = await beginGrant(c.env, vendor, { session: c.get("session"), cookie, replace });
      if (!begun)
        throw new Refused(409, { kind: "Conflict", message: `The operator has not set Junction's own app at ${vendor.name} yet.` });
      setCookie(c, await grantCookie(begun.state), begun.verifier, {
        httpOnly: true,
        sameSite: "Lax",
        secure: c.env.PUBLIC_URL.startsWith("https:"),
        path: "/oauth",
        maxAge: 600,
      });
      return c.json({ url: begun.url });
    },
  )
  .post(
    "/:vendor/test",
    only("owner"),
    describeRoute({ summary: "Re-test a connection", responses: { 200: json(Integration, "Its status now") } }),
    input("param", Param),
    async (c) => {
      const vendor = vendorOf(c);
      const done = await retest(c.env, c.get("session").contractor, vendor.id);
      if (!done) throw notFound("connection");
      return c.json(integration(vendor, done.connection));
    },
  )
  .delete(
    "/:vendor",
    only("owner"),
    describeRoute({
      summary: "Disconnect: revoked at the vendor where it can be, and always here",
      responses: { 200: json(Integration, "Disconnected") },
    }),
    input("param", Param),
    async (c) => {
      const vendor = vendorOf(c);
      const gone = await disconnect(c.env, c.get("session").contractor, vendor.id);
      if (!gone) throw notFound("connection");
      return c.json(integration(vendor, gone));
    },
  );
