/** A calendar is chosen to be kept in step with the jobs, or let go. */
import { calendarKey } from "@junction/calendar";
import { type CalendarSync, changeCalendarSync, chooseCalendar, getCalendarSync, saveContractor } from "@junction/db";
import { dispatch } from "@junction/dispatch";
import * as z from "zod";
import { refusalOf } from "./api/answer.ts";
import { notFound, Refused } from "./api/problem.ts";
import type { Session } from "./auth/session.ts";
import { calendarOf } from "./calendars.ts";
import { contractorOf, type Env, meshOf } from "./env.ts";

/** Jobs that were over longer ago than this are not put on a calendar. */
const BACK_MS = 30 * 86_400_000;
const MOST_PAGES = 10;
const Calendars = z.object({
  items: z.array(z.object({ id: z.string(), name: z.string(), usable: z.boolean() })),
  next_page: z.string().optional(),
});

/** The calendar among those of the integration; refused where there is none of that id, or it may only be read. */
async function lookUp(env: Env, ctx: Pick<ExecutionContext, "waitUntil">, { contractor, sub }: Session, vendor: string, id: string) {
  let page: string | undefined;
  for (let count = 0; count < MOST_PAGES; count++) {
    const input = page === undefined ? {} : { page };
    const answer = await dispatch(meshOf(env, ctx), {
      ...{ contractor, actor: { kind: "user", id: sub, role: "owner" }, tool: "crm/list_calendars", vendor, input },
    });
    if (!answer.ok) throw refusalOf(env, answer);
    const { items, next_page } = Calendars.parse(answer.value);
    const found = items.find((one) => one.id === id);
    if (found?.usable) return found;
    if (found) throw wrong("one that may be changed: on this one events can only be read");
    if (next_page === undefined || next_page === page) break;
    page = next_page;
  }
  throw wrong("one of the calendars of this account");
}
const wrong = (calendar: string) => new Refused(422, { kind: "InvalidRequest", message: "Some fields are wrong.", fields: { calendar } });

export async function keepInStep(
  env: Env,
  ctx: Pick<ExecutionContext, "waitUntil">,
  session: Session,
  vendor: string,
  calendar: string,
): Promise<CalendarSync> {
  const { contractor } = session;
  const before = await getCalendarSync(env.DB, contractor, vendor);
  const connections = await contractorOf(env, contractor).connections({ now: Date.now() });
  const key = calendarKey(connections.find((one) => one.vendor === vendor)?.account?.id ?? "", calendar);
  if (before?.state === "on" && before.calendar !== key)
    throw new Refused(409, {
      kind: "Conflict",
      message: `Jobs are on ${before.name}. Turn that off first: the events on it stay there, for you to remove.`,
    });
  const { name } = await lookUp(env, ctx, session, vendor, calendar);
  const now = Date.now();
  await saveContractor(env.DB, contractor, now);
  await chooseCalendar(env.DB, { contractor, vendor, calendar: key, name, since: now - BACK_MS, now });
  await calendarOf(env, contractor, vendor).nudge({ contractor, vendor });
  const after = await getCalendarSync(env.DB, contractor, vendor);
  if (!after) throw notFound("calendar");
  return after;
}

export async function letGo(env: Env, contractor: string, vendor: string): Promise<CalendarSync> {
  const sync = await getCalendarSync(env.DB, contractor, vendor);
  if (!sync) throw notFound("calendar that is kept in step");
  await changeCalendarSync(env.DB, sync, { state: "off", reason: null });
  await calendarOf(env, contractor, vendor).nudge({ contractor, vendor });
  return { ...sync, state: "off", reason: null };
}
