/** Google Maps: how it is connected, and the ways its services say that something is wrong. */
import { byHost, defineVendor, header, path, query, secret } from "@junction/kit";
import * as z from "zod/mini";

/** The legacy services say REQUEST_DENIED both of a bad key and of a good key that may not; only the message tells. */
const BAD_KEY = /api key is (invalid|expired|missing|not valid)|invalid api key|must (use|provide) an? (valid )?api key/i;

const Legacy = z.pipe(
  z.object({ status: z.string(), error_message: z.optional(z.string()) }),
  z.transform(({ status, error_message = "" }) => ({
    code: status === "REQUEST_DENIED" && BAD_KEY.test(error_message) ? "BAD_KEY" : status,
    message: error_message,
  })),
);
const Envelope = z.pipe(
  z.object({
    error: z.object({
      status: z.optional(z.string()),
      message: z.optional(z.string()),
      details: z._default(z.array(z.object({ reason: z.optional(z.string()) })), []),
    }),
  }),
  z.transform(({ error: { status, message, details } }) => ({
    code: details.find(({ reason }) => reason !== undefined)?.reason ?? status,
    message,
  })),
);
/** Answers of the newer services carry no status of their own. */
const Plain = z.pipe(
  z.object({}),
  z.transform(() => ({ code: "OK" })),
);
/** A matrix is a list of answers, and an error in its place the only one of a list. */
const first = (said: unknown): unknown => (Array.isArray(said) ? (said[0] ?? {}) : said);

export const maps = defineVendor({
  id: "google-maps",
  name: "Google Maps",
  category: "mapping",
  powers: "Addresses on the map, driving times between jobs, and the best order of the day's stops",
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
    body: z.pipe(z.transform(first), z.union([Legacy, Envelope, Plain])),
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
    (await http.get(path`/maps/api/geocode/json`, { query: { address } })).json(z.object({ results: z.array(z.unknown()) }));
    const ends = { origin: { address }, destination: { address } };
    (await http.post(path`/directions/v2:computeRoutes`, asking("routes.duration", ends))).json(z.object({}));
    return { id: "google-maps", name: "Google Maps" };
  },
});

/** A question to the Routes API, which has no default of what to answer: without a mask it refuses. */
export const asking = (mask: string, json: object) => ({
  host: "routes.googleapis.com" as const,
  headers: { "X-Goog-FieldMask": mask },
  json,
});
