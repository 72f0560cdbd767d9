/** Telling the owner of a broken integration, of forged deliveries, or of an address that takes nothing from us: once for each episode, and once when it is over. */

import { JUNCTION, newId } from "@junction/core";
import { type Desk, wake } from "./desk.ts";
import type { Suspicion } from "./forgeries.ts";
import type { Health } from "./health.ts";
import type { Alert, Connection, Notice } from "./records.ts";

/** An error this soon after a recovery belongs to the same episode. */
export const SAME_EPISODE_MS = 10 * 60_000;
const KEEP_ALERTS = 200;

/** What an alert becomes when the connection's status is `status` at `now`, and what to announce. A pure function. */
export function episode(
  last: Alert | undefined,
  status: Health["status"],
  seen: Pick<Alert, "id" | "vendor" | "about" | "kind" | "call">,
  now: number,
): { readonly alert: Alert; readonly announce: Notice["type"] | null } | null {
  if (status === "error") {
    if (last?.state === "open") return null;
    const { id, vendor, about, kind, call } = seen;
    if (last?.recoveredAt && now - last.recoveredAt < SAME_EPISODE_MS)
      return { alert: { ...last, state: "open", recoveredAt: null, readAt: null, relapsedAt: now, kind, call }, announce: null };
    return {
      alert: {
        ...{ id, vendor, about, kind, call, state: "open", openedAt: now },
        ...{ recoveredAt: null, readAt: null, announced: false, relapsedAt: null },
      },
      announce: `${about}.error`,
    };
  }
  if (last?.state !== "open") return null;
  const announce = status === "not_connected" || last.announced ? null : (`${last.about}.recovered` as const);
  return { alert: { ...last, state: "recovered", recoveredAt: now, relapsedAt: null, announced: true }, announce };
}

/** A relapse that lasts is announced after all: the last word the owner had was that it works again. A pure function. */
export function lasting(alert: Alert, now: number): { readonly alert: Alert; readonly announce: Notice["type"] } | null {
  const { state, relapsedAt, announced } = alert;
  if (state !== "open" || relapsedAt === null || !announced || now - relapsedAt < SAME_EPISODE_MS) return null;
  return { alert: { ...alert, relapsedAt: null, announced: false }, announce: `${alert.about}.error` };
}

/** Announces the relapses that last, and rings again for those that may. */
export function announceLasting(desk: Desk, now: number): void {
  for (const alert of alerts(desk)) {
    const next = lasting(alert, now);
    if (next) announceTo(desk, next, now);
    else if (alert.state === "open" && alert.relapsedAt !== null && alert.announced)
      wake(desk, Math.max(alert.relapsedAt + SAME_EPISODE_MS, now + 1_000));
  }
}

/** A run found it broken: others will, and the owner is told of all that wait at once. */
const GATHER_MS = 5_000;

/** Called whenever a connection's evidence changed. `byRun`: a run of a workflow was the one to see it. */
export function announce(
  desk: Desk,
  { vendor }: Pick<Connection, "vendor">,
  { status, because }: Health,
  now: number,
  byRun = false,
): void {
  const seen = { vendor, about: "connection", kind: because?.kind ?? "", call: because?.call ?? "" } as const;
  turn(desk, status, seen, now, byRun && status === "error" ? GATHER_MS : 0);
}

/** Called when deliveries begin to look forged, when they verify again, and when the secret they were held against is withdrawn. */
export function announceForgeries(desk: Desk, vendor: string, what: Suspicion | "over" | "withdrawn", now: number): void {
  const status = what === "over" ? "connected" : what === "withdrawn" ? "not_connected" : "error";
  turn(desk, status, { vendor, about: "webhook", kind: what, call: "" }, now);
}

/** Called when something is to be decided between jobs and a calendar, and when nothing is any more: the person who decided need not be told. */
export function announceCalendar(desk: Desk, vendor: string, disputed: boolean, now: number): void {
  turn(desk, disputed ? "error" : "not_connected", { vendor, about: "calendar", kind: "ChangedOnBothSides", call: "" }, now);
}

/** Called when deliveries to one of the contractor's addresses are given up, and when a person has switched them on again. */
export function announceSubscription(desk: Desk, subscription: string, stopped: boolean, now: number): void {
  const seen = { vendor: JUNCTION, about: "subscription", kind: "SubscriptionStopped", call: subscription } as const;
  turn(desk, stopped ? "error" : "not_connected", seen, now);
}

function turn(
  desk: Desk,
  status: Health["status"],
  seen: Pick<Alert, "vendor" | "about" | "kind" | "call">,
  now: number,
  delayMs = 0,
): void {
  const last = alerts(desk).find(
    ({ vendor, about, call }) => vendor === seen.vendor && about === seen.about && (about !== "subscription" || call === seen.call),
  );
  const next = episode(last, status, { id: newId("alert", now), ...seen }, now);
  if (!next) return;
  if (next.announce !== null) announceTo(desk, { alert: next.alert, announce: next.announce }, now, delayMs);
  else saveAlert(desk, next.alert);
  if (next.alert.relapsedAt !== null) wake(desk, next.alert.relapsedAt + SAME_EPISODE_MS);
}

function announceTo(
  desk: Desk,
  { alert, announce: type }: { readonly alert: Alert; readonly announce: Notice["type"] },
  now: number,
  delayMs = 0,
): void {
  saveAlert(desk, alert);
  // What was held back goes first: the word that it works again must not overtake the word that it broke.
  const { sql } = desk.storage;
  sql.exec("UPDATE notices SET dueAt = ? WHERE dueAt > ? AND json_extract(record, '$.alert.id') = ?", now, now, alert.id);
  const channels = ["email", "event", ...(alert.about === "connection" ? (["subscriptions"] as const) : [])] as const;
  for (const channel of channels) saveNotice(desk, { id: newId("note", now), channel, type, alert, tries: 0 }, now + delayMs);
}

/** Newest first. */
export function alerts(desk: Desk): Alert[] {
  if (desk.contractor === null) return [];
  const rows = desk.storage.sql.exec<{ record: string }>("SELECT record FROM alerts ORDER BY id DESC LIMIT ?", KEEP_ALERTS).toArray();
  // Those from before webhooks do not say what they are about.
  return rows.map(({ record }) => ({ about: "connection", ...(JSON.parse(record) as Partial<Alert>) }) as Alert);
}

export function markRead(desk: Desk, id: string | null, readAt: number | null): number {
  const wanted = alerts(desk).filter((alert) => id === null || alert.id === id);
  for (const alert of wanted) saveAlert(desk, { ...alert, readAt: readAt === null ? null : (alert.readAt ?? readAt) });
  return wanted.length;
}

function saveAlert(desk: Desk, alert: Alert): void {
  desk.storage.sql.exec("INSERT OR REPLACE INTO alerts (id, record) VALUES (?, ?)", alert.id, JSON.stringify(alert));
}

function saveNotice(desk: Desk, notice: Notice, dueAt: number): void {
  desk.storage.sql.exec("INSERT OR REPLACE INTO notices (id, dueAt, record) VALUES (?, ?, ?)", notice.id, dueAt, JSON.stringify(notice));
  wake(desk, dueAt);
}

const MOST_TRIES = 10;

/** Delivers what is due. What cannot be delivered is tried again, later each time, for about half a day. */
export async function deliver(desk: Desk, send: (notice: Notice) => Promise<void>, now: number): Promise<void> {
  const { sql } = desk.storage;
  const due = sql.exec<{ record: string }>("SELECT record FROM notices WHERE dueAt <= ? ORDER BY id", now).toArray();
  for (const { record } of due) {
    const notice = JSON.parse(record) as Notice;
    try {
      await send(notice);
      sql.exec("DELETE FROM notices WHERE id = ?", notice.id);
    } catch (error) {
      const tries = notice.tries + 1;
      console.error(
        JSON.stringify({ at: "notice", contractor: desk.contractor, id: notice.id, channel: notice.channel, tries, error: String(error) }),
      );
      if (tries >= MOST_TRIES) sql.exec("DELETE FROM notices WHERE id = ?", notice.id);
      else saveNotice(desk, { ...notice, tries }, Date.now() + 30_000 * 2 ** tries);
    }
  }
  for (const { dueAt } of sql.exec<{ dueAt: number }>("SELECT min(dueAt) AS dueAt FROM notices WHERE dueAt IS NOT NULL"))
    if (dueAt !== null) wake(desk, dueAt);
}
