/** `/api/connections`: what is connected, and how well; Save & Test; grants; re-test; disconnect. */
import { catalog, plannedById, toolById, vendorById } from "@junction/catalog";
import { CATEGORIES, type CatalogVendor, type CatalogWay, CredentialType, VendorId } from "@junction/core";
import { type ConnectionView, servingOrder, type Trouble } from "@junction/dispatch";
import { type Context, Hono, type MiddlewareHandler } from "hono";
import { getCookie, setCookie } from "hono/cookie";
import { describeRoute } from "hono-openapi";
import * as z from "zod";
import { SESSION_COOKIE } from "../auth/session.ts";
import { connectByForm, disconnect, retest, wayOf } from "../connect.ts";
import { dependentOn } from "../dependents.ts";
import { beginGrant, grantCookie } from "../grant.ts";
import { notYet, onRoadmap } from "../on-roadmap.ts";
import { hasWebhook } from "../webhook.ts";
import { explain } from "../words.ts";
import { type Api, input, json, only, own } from "./border.ts";
import { notFound, Refused } from "./problem.ts";
import { WebhookView, webhookSecret, webhookView } from "./webhook.ts";

const Status = z.enum(["connected", "warning", "error", "not_connected", "planned"]);
const Evidence = z.object({
  kind: z.string(),
  at: z.number(),
  call: z.string(),
  source: z.enum(["call", "test", "probe", "refresh", "webhook"]),
  missing: z.array(z.string()).optional(),
  /** In our words. */
  reason: z.string(),
});
export const Integration = z.object({
  vendor: z.string(),
  name: z.string(),
  category: z.enum(CATEGORIES),
  powers: z.string(),
  /** Null while it is planned: there is nothing to connect. */
  credential_type: CredentialType.nullable(),
  status: Status,
  /** Yellow by time alone: nothing was heard for longer than the re-test interval. */
  stale: z.boolean(),
  /** What was seen that gives the status, and the call that proved it. */
  because: Evidence.nullable(),
  account: z.object({ id: z.string(), name: z.string() }).nullable(),
  connected_at: z.number().nullable(),
  next_test_at: z.number().nullable(),
  scopes: z.array(z.string()),
});
type Integration = z.output<typeof Integration>;

const Detail = Integration.extend({
  /** What may be shown of the credential; null for members, and where there is none. */
  credential: z
    .object({
      fingerprint: z.string(),
      shown: z.record(z.string(), z.string()),
      created_at: z.number(),
      updated_at: z.number(),
      /** When Junction last renewed it by itself; null where it has not since the person connected. */
      refreshed_at: z.number().nullable(),
      expires_at: z.number().nullable(),
    })
    .nullable(),
  limits: z.object({
    declared: z.object({ requests: z.number(), per_seconds: z.number() }).nullable(),
    left: z.number().nullable(),
    resets_at: z.number().nullable(),
    blocked_until: z.number().nullable(),
  }),
  permissions: z.array(z.object({ scope: z.string(), words: z.string(), held: z.boolean(), tools: z.array(z.string()) })),
  /** `first`: this integration is the one that serves the tool now. */
  tools: z.array(z.object({ id: z.string(), title: z.string(), first: z.boolean() })),
  /** Null where the vendor's events do not reach us. */
  webhook: WebhookView.nullable(),
  /** What would stop without it, since nothing else that is connected could take its place. */
  depends: z.object({ workflows: z.array(z.object({ id: z.string(), name: z.string() })) }),
});

const REASONS: Readonly<Record<string, string>> = {
  ok: "It worked when it was last used.",
  CredentialError: "The credentials were rejected.",
  PermissionError: "A permission is lacking.",
  RateLimited: "It was asked to slow down.",
  VendorUnavailable: "It did not answer as it should.",
};

function reasonOf({ kind, source }: { readonly kind: string; readonly source: string }, stale: boolean): string {
  if (stale) return "Nothing was heard of it for over a day.";
  return source === "refresh" ? "Its access could not be renewed yet; it still works." : (REASONS[kind] ?? kind);
}

function integration({ id, name, category, powers, credentialType }: CatalogVendor, connection: ConnectionView | undefined): Integration {
  const { status, because, stale = false } = connection?.health ?? { status: "not_connected" as const, because: null };
  return {
    ...{ vendor: id, name, category, powers, credential_type: credentialType, status, stale },
    because: because && {
      ...{ kind: because.kind, at: because.at, call: because.call, source: because.source, reason: reasonOf(because, stale) },
      ...(because.missing && { missing: [...because.missing] }),
    },
    account: connection?.account ?? null,
    connected_at: status === "not_connected" ? null : (connection?.connectedAt ?? null),
    next_test_at: connection?.nextTestAt ?? null,
    scopes: [...(connection?.scopes ?? [])],
  };
}

/** Everything of one integration that its page shows. */
async function detail(c: Context<Api>, vendor: CatalogVendor): Promise<z.output<typeof Detail>> {
  const { contractor, role } = c.get("session");
  const now = Date.now();
  if (hasWebhook(vendor)) await own(c).connectionId({ contractor, vendor: vendor.id, now }); // the address may be pasted before connecting
  const [all, routes] = await Promise.all([own(c).connections({ now }), own(c).routes()]);
  const connected = all.filter(({ health }) => health.status !== "not_connected");
  const held = all.find((one) => one.vendor === vendor.id);
  const [described, webhook, workflows] = await Promise.all([
    held && role === "owner" ? c.env.VAULT.describe({ contractor, connection: held.id }) : null,
    held && hasWebhook(vendor) ? webhookView(c.env, { contractor, role }, vendor, held) : null,
    dependentOn(
      c.env.DB,
      contractor,
      vendor.id,
      connected.map((one) => one.vendor),
    ),
  ]);
  const limits = held?.limits;
  const declared = vendor.limit ?? null;
  const first = (tool: string) => servingOrder(tool, connected, routes[tool] ?? [])[0]?.vendor === vendor.id;
  return {
    ...integration(vendor, held),
    ...(described && { credential_type: described.type }),
    credential: described && {
      ...{
        fingerprint: described.fingerprint,
        shown: { ...described.shown },
        created_at: described.createdAt,
        updated_at: described.updatedAt,
        // A person's connecting is noted with its generation; what is newer came of a refresh.
        refreshed_at: held && described.generation > held.generation ? described.updatedAt : null,
      },
      expires_at: described.expiresAt ?? null,
    },
    limits: {
      declared: declared && { requests: declared.requests, per_seconds: declared.perSeconds },
      left: limits?.left ?? null,
      resets_at: limits?.resetsAt ?? null,
      blocked_until: limits?.blockedUntil ?? null,
    },
    permissions: Object.entries(vendor.scopes).map(([scope, words]) => ({
      ...{ scope, words, held: held?.scopes.includes(scope) ?? false },
      tools: vendor.actions.filter(({ scopes }) => scopes.includes(scope)).map(({ tool }) => tool),
    })),
    tools: vendor.actions.flatMap(({ tool }) => toolById(tool) ?? []).map(({ id, title }) => ({ id, title, first: first(id) })),
    webhook,
    depends: { workflows },
  };
}

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

/** The error of a test call: our words, and the vendor's for the owner to read. */
function refused(c: Context<Api>, vendor: string, trouble: Trouble, way: Pick<CatalogWay, "fields">): Refused {
  const { kind, text, next, retryAfterMs, url } = explain(trouble, {
    publicUrl: c.env.PUBLIC_URL,
    tool: "the test call",
    vendor,
    call: "",
  });
  const said = "said" in trouble ? trouble.said : undefined;
  const fields = wrongFields(way, trouble);
  if (Object.keys(fields).length > 0)
    return new Refused(422, { kind: "InvalidRequest", message: "Some fields are wrong. Nothing was stored.", fields });
  const [message, after] =
    kind === "CredentialError"
      ? [`${vendorById(vendor)?.name} does not accept these credentials.`, "Check them and save again. Nothing was stored."]
      : [text, kind === "VendorUnavailable" || kind === "RateLimited" ? "Try again in a moment. Nothing was stored." : next];
  return new Refused(kind === "VendorUnavailable" ? 502 : kind === "RateLimited" ? 429 : 422, {
    kind,
    message,
    next: after,
    ...(said && { vendor_said: said }),
    ...("consent" in trouble && url !== undefined && { url }),
    ...(retryAfterMs !== undefined && { retry_after_ms: retryAfterMs }),
  });
}

/** What is wrong with a field of the form by our own reading of it, such as a key file that is none: field → what is wrong. */
function wrongFields({ fields }: Pick<CatalogWay, "fields">, trouble: Trouble): Record<string, string> {
  const issues = trouble.kind === "InvalidRequest" ? (trouble.issues ?? []) : [];
  const found = issues.flatMap((issue) => {
    const field = fields.find(({ name }) => issue.startsWith(`${name} `));
    return field ? [[field.name, `${field.label} ${issue.slice(field.name.length + 1)}`] as const] : [];
  });
  return Object.fromEntries(found);
}

function otherAccount({ name }: CatalogVendor, { given, held }: { readonly given: string; readonly held: string }): Refused {
  const quoted = (account: string) => `"${account.slice(0, 100)}"`;
  return new Refused(409, {
    kind: "OtherAccount",
    message: `These credentials are for another account at ${name}, ${quoted(given)}; ${quoted(held)} is connected now. Nothing was stored.`,
    next: "If the other account is meant to take its place, save again and confirm it (replace: true).",
  });
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
        type: CredentialType.optional(),
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
      if (done.state === "refused") throw refused(c, vendor.id, done.trouble, way);
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
