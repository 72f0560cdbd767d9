/** The areas a contractor works in: kept as drawn, and asked whether an address is inside. One way in, whoever asks. */
import { Boundary, boundaryIssue, type CallAsk, type Outcome } from "@junction/core";
import { type AreaRow, listServiceAreas, removeServiceArea, saveServiceArea } from "@junction/db";
import * as z from "zod";
import { contains } from "./contains.ts";

/** A contractor draws a handful. */
const MOST = 20;

export interface Area {
  readonly name: string;
  readonly boundary: Boundary;
  readonly updated_at: string;
}
export type Kept =
  | { readonly ok: true; readonly value: Area }
  | { readonly ok: false; readonly field: "boundary" | "name"; readonly words: string };

const areaOf = ({ name, boundary, updatedAt }: AreaRow): Area => ({
  ...{ name, boundary: Boundary.parse(JSON.parse(boundary)) }, // written below alone
  updated_at: new Date(updatedAt).toISOString(),
});

export const areasOf = async (db: D1Database, contractor: string): Promise<Area[]> => (await listServiceAreas(db, contractor)).map(areaOf);

export async function keepArea(db: D1Database, contractor: string, name: string, boundary: Boundary, now: number): Promise<Kept> {
  const issue = boundaryIssue(boundary);
  if (issue !== null) return { ok: false, field: "boundary", words: issue };
  const row = { contractor, name, boundary: JSON.stringify(boundary), updatedAt: now };
  if (!(await saveServiceArea(db, row, MOST)))
    return { ok: false, field: "name", words: `${MOST} areas are kept already: remove one first` };
  return { ok: true, value: areaOf(row) };
}

/** False: there was none of this name. */
export const removeArea = removeServiceArea;

const Keep = z.object({ name: z.string().min(1).max(60).default("Service area"), boundary: Boundary });
const Check = z.object({ address: z.string().optional(), latitude: z.number().optional(), longitude: z.number().optional() });
const Matches = z.object({ matches: z.array(z.object({ address: z.string(), latitude: z.number(), longitude: z.number() })) });

const wrong = (issue: string): Outcome<never> => ({ ok: false, error: { kind: "InvalidRequest", issues: [issue] } });

/** Where an address is, by the map the contractor has connected. */
async function pointOf({
  input,
  part,
}: CallAsk): Promise<Outcome<{ readonly address?: string; readonly latitude: number; readonly longitude: number }>> {
  const { address, latitude, longitude } = Check.parse(input);
  if (address === undefined) {
    if (latitude === undefined || longitude === undefined) return wrong("give either an address, or latitude and longitude");
    return { ok: true, value: { latitude, longitude } };
  }
  if (latitude !== undefined || longitude !== undefined) return wrong("give either an address, or latitude and longitude");
  if (!part) throw new Error("nothing can look an address up");
  const found = await part({ tool: "crm/geocode_address", input: { address }, name: "address" });
  if (!found.ok) return wrong(`address: it could not be looked up. ${found.words}`);
  const [match] = Matches.parse(found.value).matches;
  return match ? { ok: true, value: match } : wrong("address: it is not known; give it in full, or give latitude and longitude");
}

/** The tools that Junction serves itself, for its own vendor. */
export const areaTools = (db: D1Database): Readonly<Record<string, (ask: CallAsk) => Promise<Outcome<unknown>>>> => ({
  async "crm/set_service_area"({ contractor, input }) {
    const { name, boundary } = Keep.parse(input);
    const kept = await keepArea(db, contractor, name, boundary, Date.now());
    return kept.ok
      ? { ok: true, value: { name, points: boundary.coordinates.flat(boundary.type === "Polygon" ? 1 : 2).length } }
      : wrong(`${kept.field}: ${kept.words}`);
  },
  async "crm/check_service_area"(ask) {
    const areas = await areasOf(db, ask.contractor);
    if (areas.length === 0) return wrong("no service area is kept yet: crm/set_service_area keeps one");
    const point = await pointOf(ask);
    if (!point.ok) return point;
    const { address, latitude, longitude } = point.value;
    const names = areas.filter(({ boundary }) => contains(boundary, { latitude, longitude })).map(({ name }) => name);
    return { ok: true, value: { inside: names.length > 0, areas: names, ...(address !== undefined && { address }), latitude, longitude } };
  },
});
