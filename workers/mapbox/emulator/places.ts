/** Mapbox's sandbox world: a few places that are real, and for any other text one that is made of the text, always the same. */
import { type Call, json, type Reply, refuse } from "@junction/sandbox";

export type Spot = readonly [longitude: number, latitude: number];
interface Place {
  readonly name: string;
  readonly around: string;
  readonly spot: Spot;
  readonly type: "address" | "place";
  readonly accuracy?: "rooftop" | "interpolated";
}

const KNOWN: readonly (readonly [RegExp, Place])[] = [
  [
    /^1600 amphitheatre/i,
    {
      name: "1600 Amphitheatre Parkway",
      around: "Mountain View, California 94043, United States",
      spot: [-122.084157, 37.422442],
      type: "address",
      accuracy: "rooftop",
    },
  ],
  [
    /^1 hacker way/i,
    {
      name: "1 Hacker Way",
      around: "Menlo Park, California 94025, United States",
      spot: [-122.148389, 37.484735],
      type: "address",
      accuracy: "rooftop",
    },
  ],
  [/^denver\b/i, { name: "Denver", around: "Colorado, United States", spot: [-104.984862, 39.739236], type: "place" }],
];

/** A number between 0 and 1 from a text, well spread (FNV-1a). */
function fraction(text: string): number {
  let hash = 0x811c9dc5;
  for (const character of text) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  return hash / 0x1_0000_0000;
}
const round = (value: number): number => Math.round(value * 1e6) / 1e6;

/** Within the continental United States. */
function invented(text: string): Place {
  const seed = text.trim().toLowerCase().replace(/\s+/g, " ");
  const spot: Spot = [round(-115 + 35 * fraction(`${seed}|lng`)), round(30 + 15 * fraction(`${seed}|lat`))];
  const numbered = /^\d/.test(seed);
  const [name = seed, ...around] = text.trim().split(/,\s*/);
  return {
    ...{ name, around: [...around, "United States"].join(", "), spot },
    ...(numbered ? { type: "address", accuracy: "interpolated" } : { type: "place" }),
  };
}

function placesFor(text: string): readonly Place[] {
  const known = KNOWN.filter(([words]) => words.test(text.trim())).map(([, place]) => place);
  // Only what looks like an address or a town with its state is one.
  const shaped = /^\s*\d+\s+\p{L}{2}|\p{L}{2},\s*[A-Z]{2}\b/u.test(text) && !/nowhere/i.test(text);
  return known.length > 0 ? known : shaped ? [invented(text)] : [];
}

const collection = (places: readonly Place[]) => ({
  type: "FeatureCollection",
  features: places.map(({ name, around, spot, type, accuracy }) => {
    const mapbox_id = `dXJuOm1ieGFkci${Math.floor(fraction(name + around) * 1e9).toString(36)}`;
    return {
      ...{ type: "Feature", id: mapbox_id, geometry: { type: "Point", coordinates: spot } },
      properties: {
        ...{ mapbox_id, feature_type: type, full_address: `${name}, ${around}`, name, name_preferred: name, place_formatted: around },
        coordinates: { longitude: spot[0], latitude: spot[1], ...(accuracy && { accuracy }) },
        context: { country: { mapbox_id: "dXJuOm1ieHBsYzpJdXc", name: "United States", country_code: "US" } },
      },
    };
  }),
  attribution: "NOTICE: the sandbox's own data",
});

export const invalid = (message: string): never => refuse(json(422, { message, code: "InvalidInput" }));

function limited(limit: string | null, places: readonly Place[]): readonly Place[] {
  const most = Number(limit ?? 5);
  if (!Number.isInteger(most) || most < 1 || most > 10) invalid("Limit must be between 1 and 10");
  return places.slice(0, most);
}
function searched(q: string, country: string | null): readonly Place[] {
  if (q.length > 256) invalid("Query too long - 256 characters is the limit");
  if (country !== null && !/^[a-z]{2}(,[a-z]{2})*$/i.test(country)) invalid(`Country "${country}" is not a valid ISO 3166 code`);
  return country === null || /\bus\b/i.test(country) ? placesFor(q) : [];
}

export function forward({ query }: Call): Reply {
  const q = query.get("q");
  if (!q) return invalid("Query parameter q is required");
  return json(200, collection(limited(query.get("limit"), searched(q, query.get("country")))));
}

export function reverse({ query }: Call): Reply {
  const spot: Spot = [Number(query.get("longitude") ?? Number.NaN), Number(query.get("latitude") ?? Number.NaN)];
  if (!(Math.abs(spot[0]) <= 180) || !(Math.abs(spot[1]) <= 90)) return invalid("longitude and latitude must be within their ranges");
  // Out at sea there is nothing.
  if (spot[0] > -60 && spot[0] < -12) return json(200, collection([]));
  const near = KNOWN.find(([, place]) => Math.abs(place.spot[0] - spot[0]) + Math.abs(place.spot[1] - spot[1]) < 0.01);
  const made = { ...invented(`${Math.ceil(fraction(String(spot)) * 9000)} Sandbox St`), spot };
  return json(200, collection(limited(query.get("limit"), [near?.[1] ?? made])));
}

export function batch(call: Call): Reply {
  if (!Array.isArray(call.json) || call.json.length === 0) return invalid("Batch must be an array of queries");
  if (call.json.length > 1000) return invalid("Batch may hold at most 1000 queries");
  const found = call.json.map((one: { readonly q?: unknown; readonly limit?: unknown; readonly country?: unknown }) =>
    typeof one.q === "string" && one.q !== ""
      ? collection(limited(one.limit === undefined ? null : String(one.limit), searched(one.q, one.country ? String(one.country) : null)))
      : invalid("Each query of a batch needs q"),
  );
  return json(200, { batch: found });
}
