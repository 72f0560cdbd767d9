/** Addresses, drives and areas on the map. Distances are in meters and in miles, as both are asked for. */
import { Boundary } from "@junction/core";
import * as z from "zod/mini";
import { tool } from "./tool.ts";
import { Instant } from "./words.ts";

const Country = z
  .string()
  .check(z.regex(/^[A-Z]{2}$/), z.describe("an ISO 3166 country code in upper case to prefer, such as US"), z.meta({ examples: ["US"] }));
const Latitude = z.number().check(z.minimum(-90), z.maximum(90), z.describe("degrees north of the equator, -90 to 90, such as 37.4224"));
const Longitude = z
  .number()
  .check(z.minimum(-180), z.maximum(180), z.describe("degrees east of Greenwich, -180 to 180, such as -122.0842"));
const ADDRESS = "an address in one line, 3 to 500 characters, or a latitude and longitude such as 37.4224,-122.0842";
const Place = z.string().check(z.minLength(3), z.maxLength(500), z.describe(ADDRESS));

const POINT = /^\s*(-?\d{1,2}(?:\.\d+)?)\s*,\s*(-?\d{1,3}(?:\.\d+)?)\s*$/;
/** The coordinates a place is given by; null where it is an address. */
export function pointOf(place: string): { readonly latitude: number; readonly longitude: number } | null {
  const [, latitude, longitude] = (POINT.exec(place) ?? []).map(Number);
  if (latitude === undefined || longitude === undefined || Math.abs(latitude) > 90 || Math.abs(longitude) > 180) return null;
  return { latitude, longitude };
}

/** A drive as the contracts say it: meters, miles to a tenth, whole seconds. */
export const driveOf = (meters: number, seconds: number) => ({
  distance_meters: Math.round(meters),
  distance_miles: Math.round(meters / 160.9344) / 10,
  duration_seconds: Math.round(seconds),
});

const matches = z.object({
  matches: z
    .array(
      z.object({
        address: z.string(),
        latitude: z.number().check(z.minimum(-90), z.maximum(90)),
        longitude: z.number().check(z.minimum(-180), z.maximum(180)),
        precision: z
          .enum(["rooftop", "interpolated", "area"])
          .check(z.describe("rooftop: this very building; area: only the street, town or region")),
        place_id: z.optional(z.string()),
      }),
    )
    .check(z.describe("best first")),
});

export const geocodeAddress = tool({
  id: "crm/geocode_address",
  title: "Find an address on the map",
  description: "Turns a postal address into its full form and coordinates. An address that is not found gives an empty list.",
  effect: "read",
  interchangeable: true,
  input: z.strictObject({
    address: z
      .string()
      .check(
        z.minLength(3),
        z.maxLength(500),
        z.describe("the address in one line, 3 to 500 characters, such as 1600 Amphitheatre Parkway, Mountain View, CA"),
      ),
    country: z.optional(Country),
  }),
  output: matches,
});

export const reverseGeocode = tool({
  id: "crm/reverse_geocode",
  title: "Find the address of a point on the map",
  description: "Turns coordinates, such as where a crew or a photo is, into the nearest postal address. None nearby gives an empty list.",
  effect: "read",
  interchangeable: true,
  input: z.strictObject({ latitude: Latitude, longitude: Longitude }),
  output: matches,
});

const drive = {
  distance_meters: z.optional(z.number()),
  distance_miles: z.optional(z.number()),
  duration_seconds: z.optional(z.number()),
};

export const getRoute = tool({
  id: "crm/get_route",
  title: "Work out a driving route",
  description:
    "Says how far apart two places are by road and how long the drive takes, such as when a crew will arrive. No road between them: found is false.",
  effect: "read",
  interchangeable: true,
  input: z.strictObject({
    origin: Place.check(z.describe(`where the drive begins: ${ADDRESS}`)),
    destination: Place.check(z.describe(`where it ends: ${ADDRESS}`)),
    depart_at: z.optional(
      Instant.check(z.describe("a future ISO 8601 date and time with offset: the drive in that hour's traffic; left out, without traffic")),
    ),
  }),
  output: z.object({ found: z.boolean(), ...drive }),
});

export const getDistances = tool({
  id: "crm/get_distances",
  title: "Compare driving distances",
  description:
    "Gives the driving distance and time from each of several places to each of several others at once, such as which crew is nearest to a job.",
  effect: "read",
  interchangeable: true,
  input: z.strictObject({
    origins: z.array(Place).check(z.minLength(1), z.maxLength(10), z.describe(`1 to 10 places where drives begin: each ${ADDRESS}`)),
    destinations: z.array(Place).check(z.minLength(1), z.maxLength(10), z.describe(`1 to 10 places where they end: each ${ADDRESS}`)),
  }),
  output: z.object({
    distances: z
      .array(
        z.object({
          origin: z.string(),
          destination: z.string(),
          found: z.boolean().check(z.describe("false: a place is not known, or no road leads there")),
          ...drive,
        }),
      )
      .check(z.describe("each origin with each destination, in the order they were given")),
  }),
});

export const optimizeRoute = tool({
  id: "crm/optimize_route",
  title: "Put the day's stops in order",
  description:
    "Finds the order in which to drive to several stops, such as the day's jobs, so that the whole trip is shortest, with each leg's distance and time. No road: found is false.",
  effect: "read",
  interchangeable: true,
  input: z.strictObject({
    start: Place.check(z.describe(`where the trip begins: ${ADDRESS}`)),
    stops: z.array(Place).check(z.minLength(2), z.maxLength(10), z.describe(`2 to 10 stops in any order: each ${ADDRESS}`)),
    end: z.optional(Place.check(z.describe(`where it ends: ${ADDRESS}; left out, back at the start`))),
  }),
  output: z.object({
    found: z.boolean(),
    ...drive,
    stops: z.optional(z.array(z.string()).check(z.describe("the stops in the best order, as they were given"))),
    legs: z.optional(
      z
        .array(z.object({ from: z.string(), to: z.string(), distance_meters: z.number(), duration_seconds: z.number() }))
        .check(z.describe("the drives from the start to each stop in turn and to the end")),
    ),
  }),
});

export { Boundary } from "@junction/core";

export const getServiceArea = tool({
  id: "crm/get_service_area",
  title: "Draw how far one can drive",
  description:
    "Draws the area that can be reached by road from a place within some minutes or miles, as GeoJSON for a map. Give crm/set_service_area its boundary to keep it as the contractor's own.",
  effect: "read",
  input: z
    .strictObject({
      place: Place.check(z.describe(`where drives begin: ${ADDRESS}`)),
      minutes: z.optional(
        z.int().check(z.minimum(1), z.maximum(60), z.describe("how long a drive may take, 1 to 60 minutes; or give miles instead")),
      ),
      miles: z.optional(
        z.number().check(z.minimum(1), z.maximum(60), z.describe("how long a drive may be, 1 to 60 miles; or give minutes instead")),
      ),
    })
    .check(z.refine(({ minutes, miles }) => (minutes === undefined) !== (miles === undefined), { error: "give either minutes or miles" })),
  output: z.object({
    found: z.boolean().check(z.describe("false: the place is not known, or no road is near it")),
    latitude: z.optional(z.number()),
    longitude: z.optional(z.number()),
    boundary: z.optional(Boundary.check(z.describe("GeoJSON geometry, longitude before latitude"))),
  }),
});

const AreaName = z._default(
  z.string().check(z.minLength(1), z.maxLength(60), z.describe("the area's name, up to 60 characters; left out, Service area")),
  "Service area",
);

export const setServiceArea = tool({
  id: "crm/set_service_area",
  title: "Keep the contractor's service area",
  description:
    "Keeps an area the contractor works in, drawn as a GeoJSON boundary, under a name; an area of the same name is replaced. crm/check_service_area then says who lives inside.",
  effect: "write",
  input: z.strictObject({
    name: AreaName,
    boundary: Boundary.check(
      z.describe("GeoJSON geometry of the type Polygon or MultiPolygon, longitude before latitude, whose rings end where they begin"),
    ),
  }),
  output: z.object({ name: z.string(), points: z.int() }),
});

export const checkServiceArea = tool({
  id: "crm/check_service_area",
  title: "Check whether an address is served",
  description:
    "Says whether an address, or a point on the map, is inside the contractor's own service area, before a job is promised there. Give an address, or latitude and longitude.",
  effect: "read",
  input: z
    .strictObject({
      address: z.optional(
        z
          .string()
          .check(
            z.minLength(3),
            z.maxLength(500),
            z.describe("an address in one line, 3 to 500 characters; or give latitude and longitude"),
          ),
      ),
      latitude: z.optional(Latitude),
      longitude: z.optional(Longitude),
    })
    .check(
      z.refine(
        ({ address, latitude, longitude }) =>
          address === undefined ? latitude !== undefined && longitude !== undefined : latitude === undefined && longitude === undefined,
        {
          error: "give either an address, or latitude and longitude",
        },
      ),
    ),
  output: z.object({
    inside: z.boolean(),
    areas: z.array(z.string()).check(z.describe("the names of the areas it is in")),
    address: z.optional(z.string().check(z.describe("the address that was found, in full"))),
    latitude: z.number(),
    longitude: z.number(),
  }),
});

export const getMapToken = tool({
  id: "crm/get_map_token",
  title: "Get a token to show a map",
  description:
    "Gives a token that lets a web page show map tiles for a while, and the address of the tiles. It can do nothing else, and expires by itself.",
  effect: "read",
  input: z.strictObject({
    minutes: z._default(z.int().check(z.minimum(1), z.maximum(60), z.describe("how long it is good for, 1 to 60 minutes")), 30),
  }),
  output: z.object({
    token: z.string(),
    expires_at: z.iso.datetime(),
    tiles_url: z.string().check(z.describe("the address of a tile, with {z}, {x}, {y} and {token} in it")),
  }),
});
