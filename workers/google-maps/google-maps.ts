import { path } from "@junction/kit";
import { driveOf, geocodeAddress, getDistances, getRoute, optimizeRoute, pointOf, reverseGeocode } from "@junction/tools";
import * as z from "zod/mini";
import { asking, maps } from "./manifest.ts";

const Geocoded = z.pipe(
  z.object({
    results: z.array(
      z.object({
        formatted_address: z.string(),
        place_id: z.optional(z.string()),
        geometry: z.object({ location: z.object({ lat: z.number(), lng: z.number() }), location_type: z.optional(z.string()) }),
      }),
    ),
  }),
  z.transform(({ results }) => ({
    matches: results.map(({ formatted_address, place_id, geometry: { location, location_type } }) => ({
      address: formatted_address,
      latitude: location.lat,
      longitude: location.lng,
      precision: precisionOf(location_type),
      place_id,
    })),
  })),
);
function precisionOf(type: string | undefined): "rooftop" | "interpolated" | "area" {
  return type === "ROOFTOP" ? "rooftop" : type === "RANGE_INTERPOLATED" ? "interpolated" : "area";
}

const geocode = maps.implement(geocodeAddress, {
  async run({ http, input: { address, country } }) {
    // `region` prefers a country; `components` would hide every match outside it.
    return (await http.get(path`/maps/api/geocode/json`, { query: { address, region: country?.toLowerCase() } })).json(Geocoded);
  },
});

const reverse = maps.implement(reverseGeocode, {
  async run({ http, input: { latitude, longitude } }) {
    return (await http.get(path`/maps/api/geocode/json`, { query: { latlng: `${latitude},${longitude}` } })).json(Geocoded);
  },
});

const at = (place: string) => {
  const latLng = pointOf(place);
  return latLng ? { location: { latLng } } : { address: place };
};

const Meters = z._default(z.number(), 0); // left out where it is zero
const Seconds = z.pipe(
  z.string().check(z.regex(/^\d+(\.\d+)?s$/)),
  z.transform((text) => Number.parseFloat(text)),
);
const Leg = z.object({ distanceMeters: Meters, duration: Seconds });
const Routes = z.object({
  routes: z._default(
    z.array(z.extend(Leg, { legs: z._default(z.array(Leg), []), optimizedIntermediateWaypointIndex: z._default(z.array(z.number()), []) })),
    [],
  ),
});

const route = maps.implement(getRoute, {
  async run({ http, input: { origin, destination, depart_at } }) {
    const ends = { origin: at(origin), destination: at(destination), travelMode: "DRIVE" };
    const when = depart_at && { routingPreference: "TRAFFIC_AWARE", departureTime: new Date(depart_at).toISOString() };
    const question = asking("routes.distanceMeters,routes.duration", { ...ends, ...when });
    const [best] = (await http.post(path`/directions/v2:computeRoutes`, question)).json(Routes).routes;
    return best ? { found: true, ...driveOf(best.distanceMeters, best.duration) } : { found: false };
  },
});

const Cell = z.object({
  originIndex: z._default(z.number(), 0),
  destinationIndex: z._default(z.number(), 0),
  condition: z.optional(z.string()),
  distanceMeters: Meters,
  duration: z.optional(Seconds),
});

const distances = maps.implement(getDistances, {
  async run({ http, input: { origins, destinations } }) {
    const ends = (places: readonly string[]) => places.map((place) => ({ waypoint: at(place) }));
    const question = asking("originIndex,destinationIndex,condition,distanceMeters,duration", {
      ...{ origins: ends(origins), destinations: ends(destinations), travelMode: "DRIVE" },
    });
    const cells = (await http.post(path`/distanceMatrix/v2:computeRouteMatrix`, question)).json(z.array(Cell)); // in any order
    return {
      distances: origins.flatMap((origin, from) =>
        destinations.map((destination, to) => {
          const cell = cells.find(({ originIndex, destinationIndex }) => originIndex === from && destinationIndex === to);
          const drive = cell?.condition === "ROUTE_EXISTS" && cell.duration !== undefined && driveOf(cell.distanceMeters, cell.duration);
          return { origin, destination, found: drive !== false, ...(drive || {}) };
        }),
      ),
    };
  },
});

const MASK = ["distanceMeters", "duration", "optimizedIntermediateWaypointIndex", "legs.distanceMeters", "legs.duration"];

const optimize = maps.implement(optimizeRoute, {
  async run({ http, input: { start, stops, end = start } }) {
    const question = asking(MASK.map((name) => `routes.${name}`).join(), {
      ...{ origin: at(start), destination: at(end), intermediates: stops.map(at) },
      ...{ travelMode: "DRIVE", optimizeWaypointOrder: true },
    });
    const [best] = (await http.post(path`/directions/v2:computeRoutes`, question)).json(Routes).routes;
    if (!best) return { found: false };
    const ordered = best.optimizedIntermediateWaypointIndex.flatMap((index) => stops[index] ?? []);
    const trip = [start, ...ordered, end];
    const legs = best.legs.map(({ distanceMeters, duration }, index) => {
      const { distance_meters, duration_seconds } = driveOf(distanceMeters, duration);
      return { from: trip[index] ?? "", to: trip[index + 1] ?? "", distance_meters, duration_seconds };
    });
    return { found: true, ...driveOf(best.distanceMeters, best.duration), stops: ordered, legs };
  },
});

export default maps.provides({ actions: [geocode, reverse, route, distances, optimize] });
