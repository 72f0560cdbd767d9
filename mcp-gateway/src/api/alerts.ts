/** `/api/alerts`: the episodes in which an integration was broken, or its deliveries looked forged. */
import { Hono } from "hono";
import { describeRoute } from "hono-openapi";
import * as z from "zod";
import { type Api, input, json, only, own } from "./border.ts";
import { notFound } from "./problem.ts";

const Alert = z.object({
  id: z.string(),
  vendor: z.string(),
  /** The connection's credential, what comes in at its webhook, what is sent to a subscription, or jobs that were changed here and on the calendar. */
  about: z.enum(["connection", "webhook", "subscription", "calendar"]),
  state: z.enum(["open", "recovered"]),
  opened_at: z.number(),
  recovered_at: z.number().nullable(),
  read_at: z.number().nullable(),
  kind: z.string(),
  /** The call that met it, or the subscription; empty for a webhook. */
  call: z.string(),
  /** Workflows that wait for the integration, and how many runs of each. */
  waiting: z.array(z.object({ id: z.string(), name: z.string(), runs: z.number() })),
});
const Alerts = z.object({ alerts: z.array(Alert), unread: z.number() });

export const alerts = new Hono<Api>()
  .get(
    "/",
    describeRoute({ summary: "Episodes in which an integration was broken, newest first", responses: { 200: json(Alerts, "Alerts") } }),
    async (c) => {
      const [found, parked] = await Promise.all([own(c).alerts(), own(c).waiting()]);
      return c.json({
        alerts: found.map(({ id, vendor, about, state, openedAt, recoveredAt, readAt, kind, call }) => ({
          ...{ id, vendor, about, state, kind, call, opened_at: openedAt, recovered_at: recoveredAt, read_at: readAt },
          waiting: parked.flatMap(({ vendor: broken, workflow, count }) =>
            about === "connection" && state === "open" && broken === vendor && workflow ? [{ ...workflow, runs: count }] : [],
          ),
        })),
        unread: found.filter(({ readAt }) => readAt === null).length,
      });
    },
  )
  .post(
    "/read",
    only("owner"),
    describeRoute({ summary: "Mark every alert as read", responses: { 200: json(z.object({ marked: z.number() }), "How many") } }),
    async (c) => c.json({ marked: await own(c).markAlerts({ id: null, readAt: Date.now() }) }),
  )
  .post(
    "/:id/read",
    only("owner"),
    describeRoute({ summary: "Mark an alert as read or unread", responses: { 200: json(z.object({ marked: z.number() }), "Marked") } }),
    input("param", z.object({ id: z.string().max(64) })),
    input("json", z.strictObject({ read: z.boolean() })),
    async (c) => {
      const marked = await own(c).markAlerts({ id: c.req.valid("param").id, readAt: c.req.valid("json").read ? Date.now() : null });
      if (marked === 0) throw notFound("alert");
      return c.json({ marked });
    },
  );
