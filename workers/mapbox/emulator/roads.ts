/** Mapbox's roads: directions, matrices, optimized trips and isochrones. https://docs.mapbox.com/api/navigation */
import { type Call, json, type Reply, refuse } from "@junction/sandbox";
import { invalid, type Spot } from "./places.ts";

const PROFILES = ["driving", "driving-traffic", "walking", "cycling"];

/** The coordinates of the path, as many as the service takes. */
function spotsOf(call: Call, least: number, most: number): readonly Spot[] {
  if (!PROFILES.includes(call.param("profile"))) refuse(json(404, { message: "Profile not found", code: "ProfileNotFound" }));
  const spots = call
    .param("coordinates")
    .split(";")
    .map((pair): Spot => {
      const [longitude = Number.NaN, latitude = Number.NaN] = pair.split(",").map((part) => (part === "" ? Number.NaN : Number(part)));
      if (!(Math.abs(longitude) <= 180) || !(Math.abs(latitude) <= 90)) invalid(`Coordinate is invalid: ${pair}`);
      return [longitude, latitude];
    });
  if (spots.length < least) invalid(`Not enough input coordinates given; minimum number of coordinates is ${least}.`);
  if (spots.length > most) invalid(`Too many coordinates; maximum number of coordinates is ${most}.`);
  return spots;
}

function meters([lng1, lat1]: Spot, [lng2, lat2]: Spot): number {
  const radians = (degrees: number): number => (degrees * Math.PI) / 180;
  const [sinLat, sinLng] = [Math.sin(radians(lat2 - lat1) / 2), Math.sin(radians(lng2 - lng1) / 2)];
  return 2 * 6_371_000 * Math.asin(Math.sqrt(sinLat ** 2 + Math.cos(radians(lat1)) * Math.cos(radians(lat2)) * sinLng ** 2));
}
/** No road crosses the Atlantic. Roads are a third longer than the straight line; traffic takes a fifth more time. */
function leg(from: Spot, to: Spot, profile: string): { readonly distance: number; readonly duration: number } | null {
  if (from[0] < -30 !== to[0] < -30) return null;
  const distance = Math.round(meters(from, to) * 13) / 10;
  const duration = Math.round((distance / (profile === "walking" ? 1.4 : 16)) * (profile === "driving-traffic" ? 12 : 10)) / 10;
  return { distance, duration };
}
const at = (spots: readonly Spot[], index: number): Spot => spots[index] ?? [0, 0];

function tripOf(spots: readonly Spot[], profile: string) {
  const legs = spots.slice(0, -1).map((from, index) => leg(from, at(spots, index + 1), profile));
  if (legs.some((one) => one === null)) return null;
  const driven = legs.flatMap((one) => (one ? [{ ...one, steps: [], summary: "", weight: one.duration }] : []));
  const sum = (name: "distance" | "duration") => Math.round(driven.reduce((all, one) => all + one[name], 0) * 10) / 10;
  return { geometry: "", legs: driven, weight: sum("duration"), weight_name: "auto", distance: sum("distance"), duration: sum("duration") };
}
const waypoint = (spot: Spot) => ({ name: "Sandbox Street", location: spot, distance: 1.5 });

const DEPARTURE = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\dZ|(:?\d\d)?[+-]\d\d:\d\d)?$/;
export function directions(call: Call): Reply {
  const spots = spotsOf(call, 2, 25);
  const departs = call.query.get("depart_at");
  if (departs !== null && (!DEPARTURE.test(departs) || !/^driving/.test(call.param("profile")))) return invalid("depart_at is invalid");
  const trip = tripOf(spots, call.param("profile"));
  if (!trip) return json(200, { code: "NoRoute", message: "No route found", routes: [] });
  return json(200, { routes: [trip], waypoints: spots.map(waypoint), code: "Ok", uuid: call.random(22) });
}

export function matrix(call: Call): Reply {
  const profile = call.param("profile");
  const spots = spotsOf(call, 2, profile === "driving-traffic" ? 10 : 25);
  const chosen = (name: string): readonly number[] => {
    const given = call.query.get(name) ?? "all";
    const indexes = given === "all" ? [...spots.keys()] : given.split(";").map(Number);
    if (indexes.some((index) => !Number.isInteger(index) || spots[index] === undefined))
      invalid(`${name} holds an index that is no coordinate`);
    return indexes;
  };
  const [sources, targets] = [chosen("sources"), chosen("destinations")];
  const wanted = (call.query.get("annotations") ?? "duration").split(",");
  if (wanted.some((one) => one !== "duration" && one !== "distance")) return invalid("annotations value must be one of distance, duration");
  const cells = (name: "distance" | "duration") =>
    sources.map((from) => targets.map((to) => leg(at(spots, from), at(spots, to), profile)?.[name] ?? null));
  return json(200, {
    code: "Ok",
    ...(wanted.includes("duration") && { durations: cells("duration") }),
    ...(wanted.includes("distance") && { distances: cells("distance") }),
    ...{ sources: sources.map((index) => waypoint(at(spots, index))), destinations: targets.map((index) => waypoint(at(spots, index))) },
  });
}

/** Always on to the nearest that is left: not the best order there is, and a good one. */
function order(spots: readonly Spot[], lastFixed: boolean): readonly number[] {
  const driven = [0];
  const left = new Set([...spots.keys()].slice(1, lastFixed ? -1 : undefined));
  while (left.size > 0) {
    const here = at(spots, driven.at(-1) ?? 0);
    const next = [...left].reduce((best, one) => (meters(here, at(spots, one)) < meters(here, at(spots, best)) ? one : best));
    left.delete(next);
    driven.push(next);
  }
  return lastFixed ? [...driven, spots.length - 1] : driven;
}

export function optimizedTrips(call: Call): Reply {
  const spots = spotsOf(call, 2, 12);
  const [round, source, end] = [
    call.query.get("roundtrip") ?? "true",
    call.query.get("source") ?? "any",
    call.query.get("destination") ?? "any",
  ];
  if (!["true", "false"].includes(round) || !["any", "first"].includes(source) || !["any", "last"].includes(end))
    return invalid("roundtrip, source or destination is invalid");
  // https://docs.mapbox.com/api/navigation/optimization-v1/#retrieve-an-optimization
  if (round === "false" && (source === "any" || end === "any"))
    return json(200, { code: "NotImplemented", message: "This request is not supported", trips: [], waypoints: [] });
  const driven = order(spots, end === "last");
  const trip = tripOf(
    [...driven, ...(round === "true" ? [0] : [])].map((index) => at(spots, index)),
    call.param("profile"),
  );
  if (!trip) return json(200, { code: "NoTrips", message: "No trip visiting all destinations is possible", trips: [], waypoints: [] });
  const waypoints = spots.map((spot, index) => ({ ...waypoint(spot), waypoint_index: driven.indexOf(index), trips_index: 0 }));
  return json(200, { code: "Ok", waypoints, trips: [trip] });
}

export function isochrone(call: Call): Reply {
  const [spot] = spotsOf(call, 1, 1);
  const [minutes, far] = [call.query.get("contours_minutes"), call.query.get("contours_meters")];
  if ((minutes === null) === (far === null)) return invalid("Exactly one of contours_minutes and contours_meters is required");
  const contours = (minutes ?? far ?? "").split(",").map(Number);
  const most = minutes === null ? 100_000 : 60;
  if (contours.length > 4 || contours.some((one, index) => !(one >= 1) || one > most || one <= (contours[index - 1] ?? 0)))
    return invalid(`contours must be 1 to 4 increasing values of at most ${most}`);
  const [lng, lat] = spot ?? [0, 0];
  if (lng > -60 && lng < -12) return json(200, { code: "NoSegment", message: "Could not find a matching segment for the coordinate" });
  const features = contours.toReversed().map((contour) => {
    const reach = (minutes === null ? contour : contour * 60 * 16) / 1.3 / 111_000; // degrees
    const ring = Array.from({ length: 25 }, (_, step): Spot => {
      const angle = ((step % 24) / 24) * 2 * Math.PI;
      const wide = reach * (0.8 + 0.2 * Math.cos(5 * angle));
      return [lng + (wide * Math.cos(angle)) / Math.cos((lat * Math.PI) / 180), lat + wide * Math.sin(angle)];
    });
    const closed = call.query.get("polygons") === "true";
    const geometry = closed ? { type: "Polygon", coordinates: [ring] } : { type: "LineString", coordinates: ring };
    return {
      type: "Feature",
      properties: { contour, color: "#bf4040", opacity: 0.33, metric: minutes === null ? "distance" : "time" },
      geometry,
    };
  });
  return json(200, { type: "FeatureCollection", features });
}
