/** Plays two services of Google Maps: the legacy Geocoding API and the Routes API. */
import { type Call, defineEmulator, type ErrorFault, json, type Reply } from "@junction/sandbox";
import { type Place, placeAt, placesFor } from "./emulator/gazetteer.ts";
import { computeMatrix, computeRoutes, envelope } from "./emulator/routes.ts";

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
    {
      ...{ name: "compute_route_matrix", method: "POST", host: "routes.googleapis.com" },
      ...{ path: "/distanceMatrix/v2:computeRouteMatrix", run: computeMatrix },
    },
  ],
  fault: (error, { url }) => (url.host === "maps.googleapis.com" ? LEGACY : NEWER)[error](),
});
