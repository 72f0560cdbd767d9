/** The settings of a number, as people and agents read and change them: one way in, whoever asks. */
import { type CallAsk, CallRouting, type Outcome, routingIssue } from "@junction/core";
import { getCallRouting, listCallRoutings, type RoutingRow, removeCallRouting, saveCallRouting } from "@junction/db";
import * as z from "zod";
import { isOpen } from "./hours.ts";

/** A contractor has a handful of numbers. */
const MOST = 100;

export type Shown = CallRouting & { readonly open_now: boolean; readonly updated_at: string };
export type Saved =
  | { readonly ok: true; readonly value: Shown }
  /** Field → what is wrong with it. */
  | { readonly ok: false; readonly issues: Readonly<Record<string, string>> };

const shown = ({ settings, updatedAt }: RoutingRow, now: number): Shown => {
  const routing = CallRouting.parse(JSON.parse(settings)); // written below alone
  return { ...routing, open_now: isOpen(routing, now), updated_at: new Date(updatedAt).toISOString() };
};

export const allRoutings = async (db: D1Database, contractor: string, now: number): Promise<Shown[]> =>
  (await listCallRoutings(db, contractor)).map((row) => shown(row, now));

export async function oneRouting(db: D1Database, contractor: string, number: string, now: number): Promise<Shown | null> {
  const row = await getCallRouting(db, contractor, number);
  return row && shown(row, now);
}

export async function saveRouting(db: D1Database, contractor: string, given: unknown, now: number): Promise<Saved> {
  const parsed = CallRouting.safeParse(given);
  if (!parsed.success)
    return { ok: false, issues: Object.fromEntries(parsed.error.issues.map(({ path, message }) => [path.join(".") || "it", message])) };
  const issue = routingIssue(parsed.data);
  if (issue) return { ok: false, issues: { [issue.path]: issue.message } };
  const { phone_number } = parsed.data;
  const row = { contractor, phoneNumber: phone_number, settings: JSON.stringify(parsed.data), updatedAt: now };
  if (!(await saveCallRouting(db, row, MOST)))
    return { ok: false, issues: { phone_number: `${MOST} numbers are set up already: remove one first` } };
  return { ok: true, value: shown(row, now) };
}

/** False: nothing was set. */
export const removeRouting = removeCallRouting;

const Which = z.object({ phone_number: z.string().optional() });

/** The tools that Junction serves itself, for its own vendor. */
export const routingTools = (db: D1Database): Readonly<Record<string, (ask: CallAsk) => Promise<Outcome<unknown>>>> => ({
  async "crm/set_call_routing"({ contractor, input }) {
    const saved = await saveRouting(db, contractor, input, Date.now());
    if (!saved.ok)
      return {
        ok: false,
        error: { kind: "InvalidRequest", issues: Object.entries(saved.issues).map(([field, words]) => `${field}: ${words}`) },
      };
    const { phone_number, updated_at, open_now } = saved.value;
    return { ok: true, value: { phone_number, updated_at, open_now } };
  },
  async "crm/get_call_routing"({ contractor, input }) {
    const { phone_number } = Which.parse(input);
    if (phone_number === undefined) return { ok: true, value: { routings: await allRoutings(db, contractor, Date.now()) } };
    const one = await oneRouting(db, contractor, phone_number, Date.now());
    return one ? { ok: true, value: { routings: [one] } } : { ok: false, error: { kind: "NotFound" } };
  },
});
