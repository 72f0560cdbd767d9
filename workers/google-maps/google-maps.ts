import { byHost, defineVendor, header, path, query, secret } from "@junction/kit";
import { geocodeAddress, tool } from "@junction/tools";
import * as z from "zod";

/** The legacy services say REQUEST_DENIED both of a bad key and of a good key that may not; only the message tells. */
const BAD_KEY = /api key is (invalid|expired|missing|not valid)|invalid api key|must (use|provide) an? (valid )?api key/i;

const Legacy = z.object({ status: z.string(), error_message: z.string().optional() }).transform(({ status, error_message = "" }) => ({
  code: status === "REQUEST_DENIED" && BAD_KEY.test(error_message) ? "BAD_KEY" : status,
  message: error_message,
}));
const Envelope = z
  .object({
    error: z.object({
      status: z.string().optional(),
      message: z.string().optional(),
      details: z.array(z.object({ reason: z.string().optional() })).default([]),
    }),
  })
  .transform(({ error: { status, message, details } }) => ({
    code: details.find(({ reason }) => reason !== undefined)?.reason ?? status,
    message,
  }));
/** Answers of the newer services carry no status of their own. */
const Plain = z.object({}).transform(() => ({ code: "OK" }));

const maps = defineVendor({
  id: "google-maps",
  name: "Google Maps",
  category: "mapping",
  powers: "Addresses on the map, and driving times between jobs",
  docs: "https://developers.google.com/maps/documentation",
  credentials: {
    api_key: secret({
      label: "API key",
      help: "Google Cloud Console, Credentials; enable Geocoding API and Routes API, and do not restrict the key to websites or IP addresses",
      placeholder: "AIza…",
    }),
  },
  auth: byHost({ "maps.googleapis.com": query("key", "api_key"), "routes.googleapis.com": header("X-Goog-Api-Key", "api_key") }),
  hosts: ["maps.googleapis.com", "routes.googleapis.com"],
  limit: { requests: 3000, perSeconds: 60 },
  errors: {
    body: z.union([Legacy, Envelope, Plain]),
    success: ["OK", "ZERO_RESULTS"],
    codes: {
      BAD_KEY: "CredentialError",
      API_KEY_INVALID: "CredentialError", // comes as a 400
      REQUEST_DENIED: "PermissionError",
      OVER_DAILY_LIMIT: "PermissionError", // billing is off, or the owner's own cap is reached: waiting does not help
      OVER_QUERY_LIMIT: "RateLimited",
      RATE_LIMIT_EXCEEDED: "RateLimited", // the newer services say so as a 403 too
      INVALID_REQUEST: "InvalidRequest",
    },
  },
  // Each service is enabled, and each key restricted, by itself: so one call to each.
  async test({ http }) {
    const address = "1600 Amphitheatre Parkway, Mountain View, CA";
    (await http.get(path`/maps/api/geocode/json`, { query: { address } })).json(Geocoded);
    (await http.post(path`/directions/v2:computeRoutes`, routing({ origin: { address }, destination: { address } }))).json(Routed);
    return { id: "google-maps", name: "Google Maps" };
  },
});

const Geocoded = z.object({
  results: z.array(
    z.object({
      formatted_address: z.string(),
      place_id: z.string().optional(),
      geometry: z.object({ location: z.object({ lat: z.number(), lng: z.number() }), location_type: z.string().optional() }),
    }),
  ),
});
const Routed = z.object({
  routes: z
    .array(
      z.object({
        distanceMeters: z.number().default(0), // left out where it is zero
        duration: z.string().regex(/^\d+(\.\d+)?s$/),
      }),
    )
    .default([]),
});
/** The field mask has no default: without it the Routes API refuses. */
const routing = (json: object) => ({
  host: "routes.googleapis.com" as const,
  headers: { "X-Goog-FieldMask": "routes.distanceMeters,routes.duration" },
  json,
});

const geocode = maps.implement(geocodeAddress, {
  async run({ http, input: { address, country } }) {
    // `region` prefers a country; `components` would hide every match outside it.
    const reply = await http.get(path`/maps/api/geocode/json`, { query: { address, region: country?.toLowerCase() } });
    return {
      matches: reply.json(Geocoded).results.map(({ formatted_address, place_id, geometry: { location, location_type } }) => ({
        address: formatted_address,
        latitude: location.lat,
        longitude: location.lng,
        precision: location_type === "ROOFTOP" ? "rooftop" : location_type === "RANGE_INTERPOLATED" ? "interpolated" : "area",
        place_id,
      })),
    };
  },
});

const Address = z.string().min(3).max(500).describe("an address in one line, 3 to 500 characters, or a place's name and town");
const computeRoute = tool({
  id: "google-maps/compute_route",
  title: "Work out a driving route",
  description: "Says how far apart two addresses are by road and how long the drive takes. No road between them: found is false.",
  effect: "read",
  input: z.strictObject({
    origin: Address.describe("where the drive begins: an address in one line, 3 to 500 characters"),
    destination: Address.describe("where it ends: an address in one line, 3 to 500 characters"),
    depart_at: z.iso
      .datetime({ offset: true })
      .optional()
      .describe("a future ISO 8601 date and time with offset: the drive in that hour's traffic; left out, without traffic"),
  }),
  output: z.object({
    found: z.boolean(),
    distance_meters: z.number().optional(),
    distance_miles: z.number().optional(),
    duration_seconds: z.number().optional(),
  }),
});

const route = maps.implement(computeRoute, {
  async run({ http, input: { origin, destination, depart_at } }) {
    const ends = { origin: { address: origin }, destination: { address: destination }, travelMode: "DRIVE" };
    const when = depart_at && { routingPreference: "TRAFFIC_AWARE", departureTime: new Date(depart_at).toISOString() };
    const [best] = (await http.post(path`/directions/v2:computeRoutes`, routing({ ...ends, ...when }))).json(Routed).routes;
    if (!best) return { found: false };
    const meters = best.distanceMeters;
    return {
      found: true,
      distance_meters: meters,
      distance_miles: Math.round(meters / 160.9344) / 10,
      duration_seconds: Math.round(Number.parseFloat(best.duration)),
    };
  },
});

export default maps.provides({ actions: [geocode, route] });
