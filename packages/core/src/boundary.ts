/** An area on the map, as GeoJSON writes it: a polygon, or several (RFC 7946 §3.1.6, §3.1.7). */
import * as z from "zod/mini";

const Position = z.array(z.number().check(z.minimum(-180), z.maximum(180))).check(z.length(2));
const Ring = z.array(Position).check(z.minLength(4), z.maxLength(5000));

/** Longitude before latitude. What its rings must be besides, `boundaryIssue` says. */
export const Boundary = z.discriminatedUnion("type", [
  z.object({ type: z.literal("Polygon"), coordinates: z.array(Ring).check(z.minLength(1), z.maxLength(100)) }),
  z.object({
    type: z.literal("MultiPolygon"),
    coordinates: z.array(z.array(Ring).check(z.minLength(1), z.maxLength(100))).check(z.minLength(1), z.maxLength(100)),
  }),
]);
export type Boundary = z.output<typeof Boundary>;

export const polygonsOf = (boundary: Boundary): readonly (readonly (readonly (readonly number[])[])[])[] =>
  boundary.type === "Polygon" ? [boundary.coordinates] : boundary.coordinates;

const MOST_POINTS = 10_000;

/** What is wrong with a boundary, for whoever drew it; null: nothing. */
export function boundaryIssue(boundary: Boundary): string | null {
  const rings = polygonsOf(boundary).flat();
  const points = rings.flat();
  if (points.length > MOST_POINTS) return `has ${points.length} points; draw it with at most ${MOST_POINTS}`;
  const beyond = points.find(([, latitude = 0]) => Math.abs(latitude) > 90);
  if (beyond) return `has the point ${beyond.join(", ")}; give longitude before latitude, which is at most 90`;
  const open = rings.some((ring) => ring[0]?.join() !== ring.at(-1)?.join());
  return open ? "has a ring that does not end where it begins; repeat its first point at its end" : null;
}
