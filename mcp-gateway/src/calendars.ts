/** Calendars kept in step with jobs, put together from the gateway's bindings. */
import { type CalendarRpc, type CalendarsAt, calendarObject, nudgeCalendars } from "@junction/calendar";
import { vendorById } from "@junction/catalog";
import { listCalendarSyncs } from "@junction/db";
import { contractorOf, type Env, meshOf } from "./env.ts";
import { hookUrl } from "./hooks/address.ts";
import { generatedSecret, hasWebhook, setHookSecret } from "./webhook.ts";

/** The Durable Object of a contractor's calendar at a vendor. */
export const calendarOf = (env: Env, contractor: string, vendor: string): CalendarRpc =>
  env.CALENDAR.getByName(`${contractor}/${vendor}`) as unknown as CalendarRpc; // RPC's own types know no object's methods

export const calendarsAt =
  (env: Env): CalendarsAt =>
  (contractor, vendor) =>
    calendarOf(env, contractor, vendor);

/** A job changed: every calendar that is kept in step looks at it. */
export const jobsChanged = (env: Env, contractor: string): Promise<void> => nudgeCalendars(env.DB, calendarsAt(env), contractor);

export const CalendarObject = calendarObject<Env>((env, ctx) => ({
  ...{ mesh: meshOf(env, ctx), db: env.DB },
  hook: (contractor, vendor) => hookAddress(env, contractor, vendor),
  others: (contractor, vendor) => nudgeCalendars(env.DB, calendarsAt(env), contractor, vendor),
}));

/** Where a vendor tells of changes. The secret that proves it is made once, and whoever opens a channel is told its generation alone. */
async function hookAddress(env: Env, contractor: string, id: string) {
  const vendor = vendorById(id);
  if (!vendor || !hasWebhook(vendor) || vendor.webhook.secret.from !== "own") return null;
  const desk = contractorOf(env, contractor);
  const now = Date.now();
  const before = await desk.endpoint({ contractor, vendor: id, now });
  if (before.secretGeneration === 0) await setHookSecret(env, contractor, vendor, generatedSecret(vendor.webhook.secret.pattern));
  const endpoint = before.secretGeneration === 0 ? await desk.endpoint({ contractor, vendor: id, now }) : before;
  return { address: hookUrl(env, id, endpoint.id), secretGeneration: endpoint.secretGeneration };
}

/** Forgets how a contractor's calendars stand; the rows are the database's to forget. */
export async function eraseCalendars(env: Env, contractor: string): Promise<void> {
  for (const { vendor } of await listCalendarSyncs(env.DB, contractor)) await calendarOf(env, contractor, vendor).erase();
}
