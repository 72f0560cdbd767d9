/** Plays two services of Google Maps: the legacy Geocoding API and the Routes API. */
import { type Call, defineEmulator, type ErrorFault, json, type Reply, refuse } from "@junction/sandbox";
import { type Place, placeAt, placesFor } from "./emulator/gazetteer.ts";

// Put together here, so that no scanner takes them for somebody's.
const key = (tail: string): string => ["AI", "za", tail].join("");
const KEY = key("SySandboxJunctionWholeRights0000000");
/** Its project has the Routes API enabled, and nothing else. */
const ROUTES_KEY = key("SySandboxJunctionRoutesOnly00000000");

const legacy = (status: string, error_message: string, http = 200): Reply => json(http, { error_message, results: [], status });

/** https://developers.google.com/maps/documentation/geocoding/requests-geocoding#StatusCodes */
function authenticateLegacy(key: string | null): Reply | null {
  if (key === null || key === "") {
    return legacy(
      "REQUEST_DENIED",
      "You must use an API key to authenticate each request to Google Maps Platform APIs. For additional information, please refer to http://g.co/dev/maps-no-account",
    );
  }
  if (key === ROUTES_KEY) {
    return legacy(
      "REQUEST_DENIED",
      "This API is not activated on your API project. You may need to enable this API in the Google Cloud Console: https://console.cloud.google.com/apis/library?filter=category:maps",
    );
  }
  return key === KEY ? null : legacy("REQUEST_DENIED", "The provided API key is invalid. ");
}

/** The envelope of the newer services. */
function envelope(code: number, status: string, message: string, reason?: string): Reply {
  const info = {
    "@type": "type.googleapis.com/google.rpc.ErrorInfo",
    reason,
    domain: "googleapis.com",
    metadata: { service: "routes.googleapis.com" },
  };
  return json(code, { error: { code, message, status, ...(reason !== undefined && { details: [info] }) } });
}

function authenticate(call: Call): Reply | null {
  if (call.url.host === "maps.googleapis.com") return authenticateLegacy(call.query.get("key"));
  const presented = call.headers.get("x-goog-api-key") ?? call.query.get("key");
  if (presented === null) {
    const message =
      "Method doesn't allow unregistered callers (callers without established identity). Please use API Key or other form of API consumer identity to call this API.";
    return envelope(403, "PERMISSION_DENIED", message);
  }
  if (presented === KEY || presented === ROUTES_KEY) return null;
  return envelope(400, "INVALID_ARGUMENT", "API key not valid. Please pass a valid API key.", "API_KEY_INVALID");
}

function geocode({ query }: Call): Reply {
  const [address, components, latlng, placeId] = ["address", "components", "latlng", "place_id"].map((name) => query.get(name) || null);
  if (latlng) {
    const [lat, lng] = latlng.split(",").map(Number);
    if (lat === undefined || lng === undefined || !(Math.abs(lat) <= 90) || !(Math.abs(lng) <= 180))
      return legacy("INVALID_REQUEST", "Invalid request. Invalid 'latlng' parameter.", 400);
    return found([placeAt({ lat, lng })]);
  }
  if (placeId) return found(placesFor(placeId, true));
  if (!address && !components) {
    return legacy("INVALID_REQUEST", "Invalid request. Missing the 'address', 'components', 'latlng' or 'place_id' parameter.", 400);
  }
  const filters = (components ?? "").split("|").map((filter) => filter.split(":"));
  const country = filters.find(([name]) => name === "country")?.[1]?.toUpperCase();
  const text =
    address ??
    filters
      .filter(([name]) => name !== "country")
      .map(([, value]) => value)
      .join(", ");
  const places = placesFor(text || "United States");
  return found(country === undefined ? places : places.filter((place) => place.country === country));
}

function found(places: readonly Place[]): Reply {
  return json(200, { results: places.map(result), status: places.length > 0 ? "OK" : "ZERO_RESULTS" });
}

function result({ address, location, precision, id, types, parts, partial }: Place): unknown {
  const around = (by: number) => ({
    northeast: { lat: location.lat + by, lng: location.lng + by },
    southwest: { lat: location.lat - by, lng: location.lng - by },
  });
  return {
    address_components: parts.map(([long_name, short_name, type]) => ({ long_name, short_name, types: [type] })),
    formatted_address: address,
    geometry: { location, location_type: precision, viewport: around(precision === "APPROXIMATE" ? 0.1 : 0.0015) },
    ...(partial && { partial_match: true }),
    place_id: id,
    types,
  };
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

function computeRoutes(call: Call): Reply {
  const mask = call.headers.get("x-goog-fieldmask") ?? call.query.get("$fields") ?? call.query.get("fields") ?? "";
  if (mask.trim() === "")
    argument(
      "FieldMask is a required parameter. See https://cloud.google.com/apis/docs/system-parameters#definitions on how to provide it.",
    );
  if (typeof call.json !== "object" || call.json === null) argument("Invalid JSON payload received.");
  const ask: RouteAsk = Object(call.json);
  const mode = ask.travelMode ?? "DRIVE";
  if (typeof mode !== "string" || !MODES.includes(mode)) return argument(`Invalid value at 'travel_mode': "${String(mode)}"`);
  if (ask.departureTime !== undefined && !(Date.parse(String(ask.departureTime)) > call.now()))
    argument("Timestamp must be set to a future time.");
  if ((ask.intermediates?.length ?? 0) > 25) argument("Too many intermediate waypoints: the limit is 25.");
  const stops = [
    pointOf(ask.origin, "Origin"),
    ...(ask.intermediates ?? []).map((stop) => pointOf(stop, "Intermediate")),
    pointOf(ask.destination, "Destination"),
  ];
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
  };
  return json(200, masked({ routes: [route] }, mask));
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

const LEGACY: Readonly<Record<ErrorFault, () => Reply>> = {
  "401": () => legacy("REQUEST_DENIED", "The provided API key is invalid. "),
  "403": () =>
    legacy("REQUEST_DENIED", "This API is not activated on your API project. You may need to enable this API in the Google Cloud Console."),
  "404": () => json(200, { results: [], status: "ZERO_RESULTS" }),
  "409": () => legacy("UNKNOWN_ERROR", "Server error. Please try again."),
  "422": () => legacy("INVALID_REQUEST", "Invalid request. Missing the 'address', 'components', 'latlng' or 'place_id' parameter.", 400),
  "429": () => legacy("OVER_QUERY_LIMIT", "You have exceeded your rate-limit for this API."),
  rate_limit_403: () => legacy("OVER_QUERY_LIMIT", "You have exceeded your rate-limit for this API."),
  "500": () => legacy("UNKNOWN_ERROR", "Server error. Please try again."),
  "503": () => legacy("UNKNOWN_ERROR", "The service is currently unavailable.", 503),
};
const NEWER: Readonly<Record<ErrorFault, () => Reply>> = {
  "401": () => envelope(400, "INVALID_ARGUMENT", "API key not valid. Please pass a valid API key.", "API_KEY_INVALID"),
  "403": () =>
    envelope(403, "PERMISSION_DENIED", "Routes API has not been used in this project before or it is disabled.", "SERVICE_DISABLED"),
  "404": () => envelope(404, "NOT_FOUND", "Method not found."),
  "409": () => envelope(409, "ABORTED", "The operation was aborted."),
  "422": () => envelope(400, "INVALID_ARGUMENT", "Origin must be set."),
  "429": () => envelope(429, "RESOURCE_EXHAUSTED", "Quota exceeded for quota metric 'Compute routes requests'.", "RATE_LIMIT_EXCEEDED"),
  rate_limit_403: () => envelope(403, "RESOURCE_EXHAUSTED", "Quota exceeded.", "RATE_LIMIT_EXCEEDED"),
  "500": () => envelope(500, "INTERNAL", "Internal error encountered."),
  "503": () => envelope(503, "UNAVAILABLE", "The service is currently unavailable."),
};

export default defineEmulator({
  vendor: "google-maps",
  hosts: ["maps.googleapis.com", "routes.googleapis.com"],
  credentials: {
    valid: { api_key: KEY },
    wrong: { api_key: key("SyNobodyKnowsThisKey000000000000000") },
    restricted: { api_key: ROUTES_KEY },
  },
  secrets: ["api_key"],
  authenticate,
  operations: [
    { name: "geocode", method: "GET", path: "/maps/api/geocode/json", run: geocode },
    { name: "compute_routes", method: "POST", host: "routes.googleapis.com", path: "/directions/v2:computeRoutes", run: computeRoutes },
  ],
  fault: (error, { url }) => (url.host === "maps.googleapis.com" ? LEGACY : NEWER)[error](),
});
