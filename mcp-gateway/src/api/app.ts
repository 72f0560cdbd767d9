/** The settings API, the OAuth callback, and their OpenAPI document. */
import { catalog, publicTools } from "@junction/catalog";
import { definitionSchema } from "@junction/workflow";
import { Hono } from "hono";
import { HTTPException } from "hono/http-exception";
import { secureHeaders } from "hono/secure-headers";
import { describeRoute, openAPIRouteHandler } from "hono-openapi";
import { alerts } from "./alerts.ts";
import { approvals } from "./approvals.ts";
import { type Api, signedIn, smallBody } from "./border.ts";
import { calendar } from "./calendar.ts";
import { callRouting } from "./call-routing.ts";
import { callback } from "./callback.ts";
import { connections } from "./connections.ts";
import { crm, fetches } from "./crm.ts";
import { events } from "./events.ts";
import { files } from "./files.ts";
import { jobs } from "./jobs.ts";
import { leads } from "./leads.ts";
import { operator } from "./operator.ts";
import { Refused } from "./problem.ts";
import { runs } from "./runs.ts";
import { serviceAreas } from "./service-areas.ts";
import { session } from "./session.ts";
import { placeholders, resources, stepTypes } from "./step-types.ts";
import { deliveries, subscriptions } from "./subscriptions.ts";
import { templates } from "./templates.ts";
import { calls, keys, routes, tools } from "./tools.ts";
import { workflows } from "./workflows.ts";

const api = new Hono<Api>()
  .use(smallBody)
  .use(signedIn)
  .get(
    "/catalog",
    describeRoute({ summary: "Every integration and tool there is", responses: { 200: { description: "The catalog" } } }),
    (c) => c.json({ ...catalog, tools: publicTools }),
  )
  .route("/connections", connections)
  .route("/tools", tools)
  .route("/routes", routes)
  .route("/keys", keys)
  .route("/calls", calls)
  .route("/alerts", alerts)
  .route("/approvals", approvals)
  .route("/events", events)
  .route("/call-routing", callRouting)
  .route("/service-areas", serviceAreas)
  .route("/leads", leads)
  .route("/files", files)
  .route("/jobs", jobs)
  .route("/calendar", calendar)
  .route("/crm", crm)
  .route("/fetches", fetches)
  .route("/subscriptions", subscriptions)
  .route("/deliveries", deliveries)
  .route("/templates", templates)
  .route("/workflows", workflows)
  .route("/runs", runs)
  .route("/resources", resources)
  .route("/step-types", stepTypes)
  .route("/placeholders", placeholders)
  .get("/session", describeRoute({ summary: "Who is signed in", responses: { 200: { description: "The session" } } }), (c) => {
    const { contractor, sub, role, email } = c.get("session");
    return c.json({ contractor, subject: sub, role, email: email ?? null });
  })
  .route("/operator", operator);

const document = openAPIRouteHandler(new Hono<Api>().route("/api", api), {
  documentation: {
    info: { title: "Junction", version: "0.1.0", description: "Connections, routes, agent keys and calls of one contractor." },
    components: { securitySchemes: { session: { type: "http", scheme: "bearer", bearerFormat: "JWT" } } },
    security: [{ session: [] }],
  },
});

export const app = new Hono<Api>()
  .use(secureHeaders({ referrerPolicy: "no-referrer" }))
  .get("/health", (c) => c.json({ ok: true }))
  .route("/oauth/callback", callback)
  .get("/api/openapi.json", document) // before the routes that ask for a session
  .get("/api/workflow.schema.json", (c) => c.json(definitionSchema()))
  .route("/session", session)
  .route("/api", api);
export type App = typeof app;

app.notFound((c) => c.json({ error: { kind: "NotFound", message: "There is nothing at this address." } }, 404));
app.onError((error, c) => {
  if (error instanceof Refused) {
    if (error.status === 401 && c.env.SIGN_IN_URL !== undefined)
      return c.json({ error: error.problem, sign_in_url: c.env.SIGN_IN_URL }, 401);
    const { retry_after_ms } = error.problem;
    if (retry_after_ms !== undefined) c.header("retry-after", String(Math.ceil(retry_after_ms / 1000)));
    return c.json({ error: error.problem }, error.status);
  }
  if (error instanceof HTTPException)
    return c.json({ error: { kind: "InvalidRequest", message: error.message || "The request is malformed." } }, error.status);
  const fault = crypto.randomUUID();
  console.error(JSON.stringify({ at: "api", fault, path: c.req.path, error: String(error) }));
  return c.json({ error: { kind: "Fault", message: `Something broke on our side. Fault id: ${fault}.` } }, 500);
});
