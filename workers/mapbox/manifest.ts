/** Mapbox: how it is connected, what its errors mean, and where the places are that a question names. */
import { defineVendor, found, type Http, path, query, refuse, secret } from "@junction/kit";
import { pointOf } from "@junction/tools";
import * as z from "zod/mini";

export const mapbox = defineVendor({
  id: "mapbox",
  name: "Mapbox",
  category: "mapping",
  powers: "Addresses, routes and service areas, and maps to show",
  docs: "https://docs.mapbox.com/api",
  credentials: {
    access_token: secret({
      label: "Secret token",
      help: "Under Tokens at account.mapbox.com: begins with sk. and, to show maps, has the scope tokens:write beside the public ones",
      placeholder: "sk.…",
    }),
    username: found(),
  },
  auth: query("access_token", "access_token"),
  hosts: ["api.mapbox.com"],
  limit: { requests: 300, perSeconds: 60 },
  errors: {
    body: z.object({ code: z.optional(z.string()), message: z.optional(z.string()) }),
    codes: { ProfileNotFound: "InvalidRequest" }, // a 404, though nothing that was named is lacking
  },
  // A bad token is told inside a 200; a good one may be of no use, where it is restricted to websites.
  async test({ http }) {
    const { code, token } = (await http.get(path`/tokens/v2`)).json(Token);
    if (code !== "TokenValid" || !token) return refuse({ kind: "CredentialError" });
    (await http.get(path`/search/geocode/v6/forward`, { query: { q: "Denver, CO", limit: 1 } })).json(Features);
    return { id: token.user, name: token.user, found: { username: token.user } };
  },
});

const Token = z.object({ code: z.string(), token: z.nullish(z.object({ user: z.string().check(z.minLength(1)) })) });

const Feature = z.object({
  geometry: z.object({ coordinates: z.tuple([z.number(), z.number()]) }),
  properties: z.object({
    mapbox_id: z.optional(z.string()),
    feature_type: z.string(),
    name: z.optional(z.string()),
    place_formatted: z.optional(z.string()),
    full_address: z.optional(z.string()),
    coordinates: z.optional(z.object({ accuracy: z.nullish(z.string()) })),
  }),
});
export const Features = z.object({ features: z.array(Feature) });

/** What was found, as the contracts say it. https://docs.mapbox.com/api/search/geocoding/#point-accuracy-for-address-features */
export const matchesOf = ({ features }: z.output<typeof Features>) =>
  features.map(({ geometry, properties: { mapbox_id, feature_type, name, place_formatted, full_address, coordinates } }) => {
    const [longitude, latitude] = geometry.coordinates;
    const address = full_address ?? [name, place_formatted].filter(Boolean).join(", ");
    return { address, latitude, longitude, precision: precisionOf(feature_type, coordinates?.accuracy), place_id: mapbox_id };
  });

function precisionOf(type: string, accuracy: string | null | undefined): "rooftop" | "interpolated" | "area" {
  if (type !== "address" && type !== "secondary_address") return "area";
  if (accuracy === "rooftop" || accuracy === "parcel" || accuracy === "point") return "rooftop";
  return accuracy === "interpolated" ? "interpolated" : "area";
}

/** `longitude,latitude`, as all of Mapbox has it. */
export type Spot = readonly [number, number];

/** Where each place is, by one question for all that are addresses; null where none is found. */
export async function spotsOf(http: Http, places: readonly string[]): Promise<readonly (Spot | null)[]> {
  const points = places.map(pointOf);
  const addresses = places.filter((_, index) => points[index] === null);
  const asked = addresses.map((q) => ({ q, limit: 1 }));
  const answers =
    asked.length > 0
      ? (await http.post(path`/search/geocode/v6/batch`, { json: asked })).json(z.object({ batch: z.array(Features) })).batch
      : [];
  return points.map((point, index) => {
    if (point) return [point.longitude, point.latitude];
    const at = places.slice(0, index).filter((_, earlier) => points[earlier] === null).length;
    return answers[at]?.features[0]?.geometry.coordinates ?? null;
  });
}

export const coordinates = (spots: readonly Spot[]): string => spots.map((spot) => spot.join(",")).join(";");
/** Answers that say there is no road, whatever their status. */
export const NO_ROAD = { accept: ["NoRoute", "NoSegment", "NoTrips"] };
