/** The Routes API: routes, the order of their stops, and matrices. https://developers.google.com/maps/documentation/routes */
import { type Call, json, type Reply, refuse } from "@junction/sandbox";
import { placesFor } from "./gazetteer.ts";

/** The envelope of the newer services. */
export function envelope(code: number, status: string, message: string, reason?: string): Reply {
  const info = {
    "@type": "type.googleapis.com/google.rpc.ErrorInfo",
    reason,
    domain: "googleapis.com",
    metadata: { service: "routes.googleapis.com" },
  };
  return json(code, { error: { code, message, status, ...(reason !== undefined && { details: [info] }) } });
}

interface Point {
  readonly lat: number;
  readonly lng: number;
}
interface Waypoint {
  readonly address?: unknown;
  readonly placeId?: unknown;
  readonly location?: { readonly latLng?: { readonly latitude?: unknown; readonly longitude?: unknown } };
}
interface RouteAsk {
  readonly origin?: Waypoint;
  readonly destination?: Waypoint;
  readonly intermediates?: readonly Waypoint[];
  readonly travelMode?: unknown;
  readonly routingPreference?: unknown;
  readonly departureTime?: unknown;
  readonly optimizeWaypointOrder?: unknown;
}
interface MatrixAsk {
  readonly origins?: readonly { readonly waypoint?: Waypoint }[];
  readonly destinations?: readonly { readonly waypoint?: Waypoint }[];
  readonly travelMode?: unknown;
  readonly routingPreference?: unknown;
}

const argument = (message: string): never => refuse(envelope(400, "INVALID_ARGUMENT", message));

/** Where a waypoint is; null where its address is not found. */
function pointOf(waypoint: Waypoint | undefined, name: string): Point | null {
  const { latitude, longitude } = waypoint?.location?.latLng ?? {};
  if (typeof latitude === "number" && typeof longitude === "number") return { lat: latitude, lng: longitude };
  if (typeof waypoint?.placeId === "string") return placesFor(waypoint.placeId, true)[0]?.location ?? null;
  if (typeof waypoint?.address === "string" && waypoint.address !== "") return placesFor(waypoint.address)[0]?.location ?? null;
  return argument(`${name} must be set.`);
}

function metersBetween(a: Point, b: Point): number {
  const radians = (degrees: number): number => (degrees * Math.PI) / 180;
  const [sinLat, sinLng] = [Math.sin(radians(b.lat - a.lat) / 2), Math.sin(radians(b.lng - a.lng) / 2)];
  return 2 * 6_371_000 * Math.asin(Math.sqrt(sinLat ** 2 + Math.cos(radians(a.lat)) * Math.cos(radians(b.lat)) * sinLng ** 2));
}

/** No road crosses the Atlantic. */
const sameLand = (a: Point, b: Point): boolean => a.lng < -30 === b.lng < -30;
const MODES = ["TRAVEL_MODE_UNSPECIFIED", "DRIVE", "BICYCLE", "WALK", "TWO_WHEELER", "TRANSIT"];
const SPEED: Readonly<Record<string, number>> = { BICYCLE: 4.5, WALK: 1.4 };

function maskOf(call: Call): string {
  const mask = call.headers.get("x-goog-fieldmask") ?? call.query.get("$fields") ?? call.query.get("fields") ?? "";
  if (mask.trim() === "")
    argument(
      "FieldMask is a required parameter. See https://cloud.google.com/apis/docs/system-parameters#definitions on how to provide it.",
    );
  if (typeof call.json !== "object" || call.json === null) argument("Invalid JSON payload received.");
  return mask;
}
function modeOf({ travelMode: mode = "DRIVE" }: { readonly travelMode?: unknown }): string {
  return typeof mode === "string" && MODES.includes(mode) ? mode : argument(`Invalid value at 'travel_mode': "${String(mode)}"`);
}

export function computeRoutes(call: Call): Reply {
  const mask = maskOf(call);
  const ask: RouteAsk = Object(call.json);
  const mode = modeOf(ask);
  if (ask.departureTime !== undefined && !(Date.parse(String(ask.departureTime)) > call.now()))
    argument("Timestamp must be set to a future time.");
  if ((ask.intermediates?.length ?? 0) > 25) argument("Too many intermediate waypoints: the limit is 25.");
  const optimized = ask.optimizeWaypointOrder === true;
  if (optimized && ask.routingPreference === "TRAFFIC_AWARE_OPTIMAL")
    argument("Waypoint order cannot be optimized with the routing preference TRAFFIC_AWARE_OPTIMAL.");
  const [origin, destination] = [pointOf(ask.origin, "Origin"), pointOf(ask.destination, "Destination")];
  const between = (ask.intermediates ?? []).map((stop) => pointOf(stop, "Intermediate"));
  const order = optimized ? nearestFirst(origin, between) : [...between.keys()];
  const stops = [origin, ...order.map((index) => between[index] ?? null), destination];
  const legs = [];
  for (const [index, from] of stops.slice(0, -1).entries()) {
    const to = stops[index + 1];
    if (!from || !to || !sameLand(from, to)) return json(200, masked({ routes: [] }, mask));
    legs.push(leg(from, to, mode, ask.routingPreference));
  }
  const meters = legs.reduce((sum, { distanceMeters = 0 }) => sum + distanceMeters, 0);
  const seconds = legs.reduce((sum, { duration }) => sum + Number.parseInt(duration, 10), 0);
  const route = {
    ...amounts(meters, seconds),
    legs,
    polyline: { encodedPolyline: "_p~iF~ps|U_ulLnnqC" },
    description: "The sandbox's road",
    routeLabels: ["DEFAULT_ROUTE"],
    ...(optimized && { optimizedIntermediateWaypointIndex: order }),
  };
  return json(200, masked({ routes: [route] }, mask));
}

/** Always on to the nearest that is left: not the best order there is, and a good one. */
function nearestFirst(from: Point | null, stops: readonly (Point | null)[]): readonly number[] {
  const left = new Set(stops.keys());
  const order: number[] = [];
  for (let here = from; left.size > 0; ) {
    const far = (index: number): number => (here && stops[index] ? metersBetween(here, stops[index]) : 0);
    const next = [...left].reduce((best, index) => (far(index) < far(best) ? index : best));
    left.delete(next);
    order.push(next);
    here = stops[next] ?? here;
  }
  return order;
}

/** Most addresses and place ids in one matrix, and most cells. https://developers.google.com/maps/documentation/routes/compute_route_matrix */
const MOST_NAMED = 50;
const MOST_CELLS = 625;

export function computeMatrix(call: Call): Reply {
  const mask = maskOf(call);
  const paths = mask.split(",").map((path) => path.trim());
  const { origins = [], destinations = [], ...ask }: MatrixAsk = Object(call.json);
  if (origins.length === 0 || destinations.length === 0) argument("Origins and destinations must be set.");
  if (origins.length * destinations.length > MOST_CELLS) argument("The maximum number of elements that can be computed is 625.");
  const named = [...origins, ...destinations].filter(({ waypoint }) => waypoint?.location === undefined);
  if (named.length > MOST_NAMED) argument("The maximum number of waypoints given as addresses or place ids is 50.");
  const mode = modeOf(ask);
  const ends = (list: typeof origins, name: string) => list.map(({ waypoint }) => pointOf(waypoint, name));
  const [from, to] = [ends(origins, "Origin"), ends(destinations, "Destination")];
  const cells = from.flatMap((start, originIndex) =>
    to.map((end, destinationIndex) => {
      // A first index of zero is left out, as every zero is.
      const at = { ...(originIndex > 0 && { originIndex }), ...(destinationIndex > 0 && { destinationIndex }) };
      if (!start || !end) return { ...at, status: { code: 5, message: "A waypoint was not found." } };
      if (!sameLand(start, end)) return { ...at, status: {}, condition: "ROUTE_NOT_FOUND" };
      const { startLocation: _, endLocation: __, ...drive } = leg(start, end, mode, ask.routingPreference);
      return { ...at, status: {}, condition: "ROUTE_EXISTS", ...drive };
    }),
  );
  const shown = paths.includes("*")
    ? cells
    : cells.map((cell) =>
        pick(
          cell,
          paths.map((path) => path.split(".")),
        ),
      );
  return json(200, shown.reverse()); // in no order one could count on
}

/** A distance of nothing is left out, as the wire format of these services leaves out every zero. */
const amounts = (meters: number, seconds: number) => ({
  ...(meters > 0 && { distanceMeters: meters }),
  duration: `${seconds}s`,
  staticDuration: `${seconds}s`,
});

/** Roads are a third longer than the straight line; traffic takes a fifth more time. */
function leg(from: Point, to: Point, mode: string, preference: unknown) {
  const meters = Math.round(metersBetween(from, to) * 1.3);
  const traffic = preference === "TRAFFIC_AWARE" || preference === "TRAFFIC_AWARE_OPTIMAL" ? 1.2 : 1;
  const at = ({ lat, lng }: Point) => ({ latLng: { latitude: lat, longitude: lng } });
  return { ...amounts(meters, Math.round((meters / (SPEED[mode] ?? 16)) * traffic)), startLocation: at(from), endLocation: at(to) };
}

const KNOWN = /^(\*|routes|geocodingResults|fallbackInfo)(\.[A-Za-z*]+)*$/;

/** Only what the mask names; what is then empty is left out. */
function masked(whole: { readonly routes: readonly object[] }, mask: string): object {
  const paths = mask.split(",").map((path) => path.trim());
  for (const path of paths)
    if (!KNOWN.test(path)) argument(`Error expanding 'fields' parameter. Cannot find matching fields for path '${path}'.`);
  if (whole.routes.length === 0) return {};
  return paths.includes("*")
    ? whole
    : pick(
        whole,
        paths.map((path) => path.split(".")),
      );
}
function pick(value: object, paths: readonly (readonly string[])[]): object {
  const chosen = Object.entries(value).flatMap(([name, inner]): [string, unknown][] => {
    const rests = paths.filter(([first]) => first === name || first === "*").map(([, ...rest]) => rest);
    if (rests.length === 0) return [];
    if (rests.some((rest) => rest.length === 0) || typeof inner !== "object" || inner === null) return [[name, inner]];
    return [[name, Array.isArray(inner) ? inner.map((item: object) => pick(item, rests)) : pick(inner, rests)]];
  });
  return Object.fromEntries(chosen);
}
