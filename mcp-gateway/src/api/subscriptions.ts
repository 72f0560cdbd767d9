/** `/api/subscriptions`, `/api/deliveries`: where a contractor's own systems take events, and what came of each. */
import { EventType } from "@junction/core";
import {
  attemptsOf,
  DELIVERY_STATES,
  getSubscription,
  listDeliveries,
  listSubscriptions,
  replayDelivery,
  type Subscription,
} from "@junction/db";
import { OWN_EVENTS, sendTest, wake } from "@junction/outgoing";
import { Hono } from "hono";
import { describeRoute } from "hono-openapi";
import * as z from "zod";
import { outgoingOf } from "../env.ts";
import { change, MOST_SUBSCRIPTIONS, rotate, secretOf, subscribe, unsubscribe, wrongTarget } from "../subscribe.ts";
import { type Api, input, json, only } from "./border.ts";
import { notFound, Refused } from "./problem.ts";

const Shown = z.object({
  id: z.string(),
  url: z.string(),
  description: z.string(),
  /** Null: all. */
  types: z.array(z.string()).nullable(),
  /** `disabled`: given up after three days of nothing but failure; set it to `active` to go on. */
  state: z.enum(["active", "paused", "disabled"]),
  failing_since: z.number().nullable(),
  /** As a connection's: red once it was given up, yellow while its last message was not taken, gray while it is paused. */
  status: z.enum(["connected", "warning", "error", "not_connected"]),
  created_at: z.number(),
  updated_at: z.number(),
});
const Secret = z.object({ secret_last_four: z.string().nullable(), previous_accepted_until: z.number().nullable() });
const Detail = Shown.extend(Secret.shape);
const Attempt = z.object({ at: z.number(), status: z.number().nullable(), ms: z.number(), error: z.string().nullable() });
const Delivery = z.object({
  id: z.string(),
  subscription: z.string(),
  event: z.string(),
  type: z.string(),
  state: z.enum(DELIVERY_STATES),
  attempts: z.number(),
  /** When the next attempt is made; null where none is. */
  due_at: z.number().nullable(),
  created_at: z.number(),
  updated_at: z.number(),
  /** The last dozen attempts. */
  log: z.array(Attempt),
});
const Page = z.object({ deliveries: z.array(Delivery), next: z.string().nullable() });

const shown = ({ id, url, description, types, state, ...at }: Subscription): z.output<typeof Shown> => ({
  ...{ id, url, description, types: types && [...types], state },
  status: state === "disabled" ? "error" : state === "paused" ? "not_connected" : at.failingSince === null ? "connected" : "warning",
  ...{ failing_since: at.failingSince, created_at: at.createdAt, updated_at: at.updatedAt },
});
const shownDelivery = (row: Awaited<ReturnType<typeof listDeliveries>>[number]): z.output<typeof Delivery> => {
  const state = z.enum(DELIVERY_STATES).parse(row.state);
  return {
    ...{ id: row.id, subscription: row.subscription, event: row.event, type: row.type, state, attempts: row.attempts },
    due_at: state === "pending" || state === "failed" ? row.dueAt : null,
    ...{ created_at: row.createdAt, updated_at: row.updatedAt, log: attemptsOf(row) },
  };
};

const Url = z.string().min(1).max(2_000);
const Description = z.string().max(200, "at most 200 characters");
const Types = z
  .array(z.enum([...EventType.options, ...OWN_EVENTS], "an event's type, such as message.received"))
  .min(1, "at least one, or null for all")
  .max(100)
  .nullable();
const Wanted = z.strictObject({ url: Url, description: Description.default(""), types: Types.default(null) });
const Changes = z.strictObject({
  url: Url.optional(),
  description: Description.optional(),
  types: Types.optional(),
  state: z.enum(["active", "paused"]).optional(),
});
const OfSubscription = z.object({ id: z.string().regex(/^sub_[a-z0-9]{1,60}$/) });
const OfDelivery = z.object({ id: z.string().regex(/^dlv_[a-z0-9]{1,60}$/) });
const Paging = z.strictObject({ before: OfDelivery.shape.id.optional(), limit: z.coerce.number().int().min(1).max(200).default(50) });

const wrongUrl = (what: string) => new Refused(422, { kind: "InvalidRequest", message: "Some fields are wrong.", fields: { url: what } });

export const subscriptions = new Hono<Api>()
  .get(
    "/",
    describeRoute({
      summary: "Where your own systems take events",
      responses: { 200: json(z.object({ subscriptions: z.array(Shown) }), "Subscriptions") },
    }),
    async (c) => c.json({ subscriptions: (await listSubscriptions(c.env.DB, c.get("session").contractor)).map(shown) }),
  )
  .post(
    "/",
    only("owner"),
    describeRoute({
      summary: "Have events sent to an address; the secret that they are signed with is shown this once",
      responses: { 201: json(Detail.extend({ secret: z.string() }), "The subscription") },
    }),
    input("json", Wanted),
    async (c) => {
      const wanted = c.req.valid("json");
      const wrong = await wrongTarget(c.env, wanted.url);
      if (wrong !== null) throw wrongUrl(wrong);
      const made = await subscribe(c.env, c.get("session").contractor, wanted);
      if (!made) throw new Refused(409, { kind: "Conflict", message: `There may be ${MOST_SUBSCRIPTIONS} subscriptions at most.` });
      return c.json({ ...shown(made.subscription), ...(await secretOf(c.env, made.subscription)), secret: made.secret }, 201);
    },
  )
  .get(
    "/:id",
    describeRoute({ summary: "One subscription", responses: { 200: json(Detail, "The subscription") } }),
    input("param", OfSubscription),
    async (c) => {
      const found = await getSubscription(c.env.DB, c.get("session").contractor, c.req.valid("param").id);
      if (!found) throw notFound("subscription");
      return c.json({ ...shown(found), ...(await secretOf(c.env, found)) });
    },
  )
  .patch(
    "/:id",
    only("owner"),
    describeRoute({
      summary: "Change a subscription, pause it, or switch it on again",
      responses: { 200: json(Shown, "The subscription") },
    }),
    input("param", OfSubscription),
    input("json", Changes),
    async (c) => {
      const { contractor } = c.get("session");
      const { id } = c.req.valid("param");
      const { url, description, types, state } = c.req.valid("json");
      if (!(await getSubscription(c.env.DB, contractor, id))) throw notFound("subscription");
      const wrong = url === undefined ? null : await wrongTarget(c.env, url);
      if (wrong !== null) throw wrongUrl(wrong);
      const changed = await change(c.env, contractor, id, {
        ...(url !== undefined && { url }),
        ...(description !== undefined && { description }),
        ...(types !== undefined && { types }),
        ...(state !== undefined && { state }),
      });
      if (!changed) throw notFound("subscription");
      return c.json(shown(changed));
    },
  )
  .delete(
    "/:id",
    only("owner"),
    describeRoute({
      summary: "End a subscription, and forget what was on its way to it",
      responses: { 200: json(z.object({ removed: z.boolean() }), "Removed") },
    }),
    input("param", OfSubscription),
    async (c) => {
      if (!(await unsubscribe(c.env, c.get("session").contractor, c.req.valid("param").id))) throw notFound("subscription");
      return c.json({ removed: true });
    },
  )
  .post(
    "/:id/rotate",
    only("owner"),
    describeRoute({
      summary: "A new signing secret, shown this once; for a day deliveries are signed with the one before it too",
      responses: { 200: json(Secret.extend({ secret: z.string() }), "The secret") },
    }),
    input("param", OfSubscription),
    async (c) => {
      const made = await rotate(c.env, c.get("session").contractor, c.req.valid("param").id);
      if (!made) throw notFound("subscription");
      return c.json(made);
    },
  )
  .post(
    "/:id/test",
    only("owner"),
    describeRoute({
      summary: "Send an event of type `test` now, once, and say what came of it",
      responses: { 200: json(Attempt.extend({ delivered: z.boolean() }), "What came of it") },
    }),
    input("param", OfSubscription),
    async (c) => {
      const found = await getSubscription(c.env.DB, c.get("session").contractor, c.req.valid("param").id);
      if (!found) throw notFound("subscription");
      const tried = await sendTest(outgoingOf(c.env), found);
      return c.json({ ...tried, delivered: tried.error === null });
    },
  )
  .get(
    "/:id/deliveries",
    describeRoute({ summary: "What was sent to it, newest first, attempt by attempt", responses: { 200: json(Page, "Deliveries") } }),
    input("param", OfSubscription),
    input("query", Paging),
    async (c) => {
      const { contractor } = c.get("session");
      const { id } = c.req.valid("param");
      const { before, limit } = c.req.valid("query");
      if (!(await getSubscription(c.env.DB, contractor, id))) throw notFound("subscription");
      const found = (await listDeliveries(c.env.DB, { contractor, subscription: id, before, limit })).map(shownDelivery);
      return c.json({ deliveries: found, next: found.length === limit ? (found.at(-1)?.id ?? null) : null });
    },
  );

export const deliveries = new Hono<Api>().post(
  "/:id/replay",
  only("owner"),
  describeRoute({
    summary: "Send a delivery once more, with its schedule from the start",
    responses: { 200: json(Delivery, "It is on its way") },
  }),
  input("param", OfDelivery),
  async (c) => {
    const { contractor } = c.get("session");
    const row = await replayDelivery(c.env.DB, contractor, c.req.valid("param").id, Date.now());
    if (!row) throw notFound("delivery");
    await wake(c.env.DELIVERIES, { contractor, subscription: row.subscription });
    return c.json(shownDelivery(row));
  },
);
