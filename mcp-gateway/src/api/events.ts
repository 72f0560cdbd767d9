/** `/api/events`: what vendors told us, what came of it, and how to have it worked off again. */
import { EventType, VendorId } from "@junction/core";
import { countEvents, EVENT_STATES, eventPlace, getEvent, type ListedEvent, listEvents } from "@junction/db";
import { keptIn, purge, replay } from "@junction/ingest";
import { type Context, Hono } from "hono";
import { describeRoute } from "hono-openapi";
import * as z from "zod";
import { ingestOf } from "../ingest.ts";
import { type Api, input, json, only } from "./border.ts";
import { notFound, Refused } from "./problem.ts";
import { redacted, redactedDelivery, redactedId } from "./redact.ts";

const State = z.enum(EVENT_STATES);
const Shown = z.object({
  id: z.string(),
  vendor: z.string(),
  connection: z.string(),
  /** Null for a delivery kept as it came: not verified, or not readable as yet. */
  type: z.string().nullable(),
  entity: z.string().nullable(),
  state: State,
  attempts: z.number().int(),
  /** Why it is where it is. */
  reason: z.string().nullable(),
  occurred_at: z.number().nullable(),
  received_at: z.number(),
  updated_at: z.number(),
  /** Who has taken it. */
  consumers: z.array(z.string()),
});
const Page = z.object({
  events: z.array(Shown),
  /** The `before` of the next page; null where this is the last. */
  next: z.string().nullable(),
  /** Of all events, whatever the filter; each up to 10,000. */
  counts: z.record(State, z.number().int()),
});
/** `payload`: what it says, masked; for owners. Null too where nobody can open it any more. */
const Detail = Shown.extend({ payload: z.unknown() });

const shown = ({ entity, occurredAt, receivedAt, updatedAt, consumers, ...rest }: ListedEvent): z.output<typeof Shown> => ({
  ...rest,
  entity: entity === null ? null : redactedId(entity),
  ...{ occurred_at: occurredAt, received_at: receivedAt, updated_at: updatedAt, consumers: [...consumers] },
});

const Id = z.string().regex(/^evt_[a-z0-9]{1,60}$/, "an event's id, such as evt_…");
const time = "a time in milliseconds since 1970";
const Time = z.coerce.number(time).int(time).min(0, time).max(8.64e15, time);
const StateFilter = z.enum(EVENT_STATES, `one of ${EVENT_STATES.join(", ")}`);
const TypeFilter = z.enum(EventType.options, "an event's type, such as message.received");
const inOrder = ({ from, to }: { readonly from?: number | undefined; readonly to?: number | undefined }): boolean =>
  from === undefined || to === undefined || from <= to;
const ORDER = { path: ["to"], error: "not before `from`" };

const Filter = z
  .strictObject({
    vendor: z.optional(VendorId),
    type: TypeFilter.optional(),
    state: StateFilter.optional(),
    entity: z.string().min(1).max(500).optional(),
    from: Time.optional(),
    to: Time.optional(),
    before: Id.optional(),
    limit: z.coerce.number().int().min(1).max(200).default(50),
  })
  .refine(inOrder, ORDER);

/** Those that are over, or wait to be tried again. What is in quarantine runs by itself once it can be verified. */
const AGAIN = ["done", "failed", "dead"] as const;
const SomeTime = z.number(time).int(time).min(0, time).max(8.64e15, time);
const Replay = z
  .strictObject({
    ids: z.array(Id).min(1, "at least one").max(500, "at most 500 at once").optional(),
    from: SomeTime.optional(),
    to: SomeTime.optional(),
    vendor: z.optional(VendorId),
    type: TypeFilter.optional(),
    state: z.enum(AGAIN, `one of ${AGAIN.join(", ")}; what is in quarantine runs by itself once its secret is set`).optional(),
  })
  .refine(({ ids, from, to }) => ids !== undefined || (from !== undefined && to !== undefined), {
    path: ["ids"],
    error: "give ids, or from and to",
  })
  .refine(({ ids, ...filter }) => ids === undefined || Object.values(filter).every((value) => value === undefined), {
    path: ["ids"],
    error: "stand alone: ids go with no filter",
  })
  .refine(inOrder, ORDER);

const wrong = (fields: Record<string, string>) => new Refused(422, { kind: "InvalidRequest", message: "Some fields are wrong.", fields });

/** The payload, masked; null where it does not open. */
async function payloadOf(c: Context<Api>, event: ListedEvent, sealed: string): Promise<unknown> {
  const { contractor } = c.get("session");
  const [text] = await c.env.PAYLOADS.unseal({ contractor, items: [{ id: event.id, sealed }] });
  if (text === undefined || text === null) return null;
  return event.type === null ? redactedDelivery(keptIn(text).delivery) : redacted(JSON.parse(text));
}

export const events = new Hono<Api>()
  .get(
    "/",
    describeRoute({ summary: "What vendors told us, newest first", responses: { 200: json(Page, "Events") } }),
    input("query", Filter),
    async (c) => {
      const { contractor } = c.get("session");
      const { before, limit, ...filter } = c.req.valid("query");
      const place = before === undefined ? undefined : await eventPlace(c.env.DB, contractor, before);
      if (place === null) throw wrong({ before: "this event is there no longer: begin again without it" });
      const [found, counts] = await Promise.all([
        listEvents(c.env.DB, { contractor, ...filter, before: place, limit: limit + 1 }),
        countEvents(c.env.DB, contractor),
      ]);
      const page = found.slice(0, limit);
      return c.json({ events: page.map(shown), next: found.length > limit ? (page.at(-1)?.id ?? null) : null, counts });
    },
  )
  .get(
    "/:id",
    describeRoute({ summary: "One event, and for owners what it says, masked", responses: { 200: json(Detail, "The event") } }),
    input("param", z.object({ id: Id })),
    async (c) => {
      const { contractor, role } = c.get("session");
      const found = await getEvent(c.env.DB, contractor, c.req.valid("param").id);
      if (!found) throw notFound("event");
      const payload = role === "owner" ? await payloadOf(c, found.event, found.payload) : null;
      // What it says is of many shapes: text to whoever reads it.
      return c.json({ ...shown(found.event), payload: payload as Record<string, never> | null });
    },
  )
  .post(
    "/replay",
    only("owner"),
    describeRoute({
      summary: "Work events off again, some or all of a time: their effects happen once all the same",
      responses: { 200: json(z.object({ replayed: z.number().int() }), "How many") },
    }),
    input("json", Replay),
    async (c) => {
      const { contractor } = c.get("session");
      const replayed = await replay(ingestOf(c.env, c.executionCtx), { contractor, ...c.req.valid("json") });
      return c.json({ replayed });
    },
  )
  .post(
    "/purge",
    only("owner"),
    describeRoute({
      summary: "Delete events that came before a time and are over",
      responses: { 200: json(z.object({ purged: z.number().int() }), "How many") },
    }),
    input("json", z.strictObject({ before: SomeTime.refine((at) => at <= Date.now(), "a time that is past") })),
    async (c) => {
      const { contractor } = c.get("session");
      const purged = await purge(ingestOf(c.env, c.executionCtx), { contractor, ...c.req.valid("json") });
      return c.json({ purged });
    },
  );
