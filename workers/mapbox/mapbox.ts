import { path, refuse } from "@junction/kit";
import {
  Boundary,
  driveOf,
  geocodeAddress,
  getDistances,
  getMapToken,
  getRoute,
  getServiceArea,
  optimizeRoute,
  reverseGeocode,
} from "@junction/tools";
import * as z from "zod/mini";
import { coordinates, Features, mapbox, matchesOf, NO_ROAD, type Spot, spotsOf } from "./manifest.ts";

const geocode = mapbox.implement(geocodeAddress, {
  async run({ http, input: { address, country } }) {
    const ask = (within?: string) => http.get(path`/search/geocode/v6/forward`, { query: { q: address, limit: 5, country: within } });
    // Mapbox has no preference of a country, only a limit to one: what is not found in it may be found elsewhere.
    const near = country === undefined ? [] : matchesOf((await ask(country.toLowerCase())).json(Features));
    return { matches: near.length > 0 ? near : matchesOf((await ask()).json(Features)) };
  },
});

const reverse = mapbox.implement(reverseGeocode, {
  async run({ http, input: { latitude, longitude } }) {
    return { matches: matchesOf((await http.get(path`/search/geocode/v6/reverse`, { query: { longitude, latitude } })).json(Features)) };
  },
});

const Leg = z.object({ distance: z.number(), duration: z.number() });
const Trip = z.extend(Leg, { legs: z._default(z.array(Leg), []) });
const nothing = { found: false };

const route = mapbox.implement(getRoute, {
  async run({ http, input: { origin, destination, depart_at } }) {
    const [from, to] = await spotsOf(http, [origin, destination]);
    if (!from || !to) return nothing;
    const profile = depart_at === undefined ? "driving" : "driving-traffic";
    const depart = depart_at && `${new Date(depart_at).toISOString().slice(0, 19)}Z`;
    const query = { overview: "false", depart_at: depart };
    const reply = await http.get(path`/directions/v5/mapbox/${profile}/${coordinates([from, to])}`, { query, ...NO_ROAD });
    const [best] = reply.json(z.object({ routes: z._default(z.array(Leg), []) })).routes;
    return best ? { found: true, ...driveOf(best.distance, best.duration) } : nothing;
  },
});

const Cells = z._default(z.array(z.array(z.nullable(z.number()))), []);

const distances = mapbox.implement(getDistances, {
  async run({ http, input: { origins, destinations } }) {
    const spots = await spotsOf(http, [...origins, ...destinations]);
    const known = spots.flatMap((spot, index) => (spot ? [{ spot, index }] : []));
    const [sources, targets] = [known.filter(({ index }) => index < origins.length), known.filter(({ index }) => index >= origins.length)];
    const ask = async () => {
      const at = (some: typeof known) => some.map((one) => known.indexOf(one)).join(";");
      const query = { sources: at(sources), destinations: at(targets), annotations: "distance,duration" };
      const where = coordinates(known.map(({ spot }) => spot));
      const reply = await http.get(path`/directions-matrix/v1/mapbox/driving/${where}`, { query, ...NO_ROAD });
      return reply.json(z.object({ distances: Cells, durations: Cells }));
    };
    const matrix = sources.length > 0 && targets.length > 0 ? await ask() : { distances: [], durations: [] };
    return {
      distances: origins.flatMap((origin, from) =>
        destinations.map((destination, to) => {
          const row = sources.findIndex(({ index }) => index === from);
          const column = targets.findIndex(({ index }) => index === origins.length + to);
          const [meters, seconds] = [matrix.distances[row]?.[column] ?? null, matrix.durations[row]?.[column] ?? null];
          const found = meters !== null && seconds !== null;
          return { origin, destination, found, ...(found && driveOf(meters, seconds)) };
        }),
      ),
    };
  },
});

const Optimized = z.object({
  waypoints: z._default(z.array(z.object({ waypoint_index: z.number() })), []),
  trips: z._default(z.array(Trip), []),
});

const optimize = mapbox.implement(optimizeRoute, {
  async run({ http, input: { start, stops, end } }) {
    const places = [start, ...stops, ...(end === undefined ? [] : [end])];
    const spots = (await spotsOf(http, places)).flatMap((spot): readonly Spot[] => (spot ? [spot] : []));
    if (spots.length < places.length) return nothing;
    const back = end === undefined;
    const query = { source: "first", destination: back ? "any" : "last", roundtrip: back, overview: "false" };
    const reply = await http.get(path`/optimized-trips/v1/mapbox/driving/${coordinates(spots)}`, { query, ...NO_ROAD });
    const { waypoints, trips } = reply.json(Optimized);
    const [best] = trips;
    if (!best) return nothing;
    const turn = (place: number) => waypoints[place]?.waypoint_index ?? place;
    const driven = [...places.keys()].sort((one, other) => turn(one) - turn(other)).flatMap((index) => places[index] ?? []);
    const trip = back ? [...driven, start] : driven;
    const legs = best.legs.map(({ distance, duration }, index) => {
      const { distance_meters, duration_seconds } = driveOf(distance, duration);
      return { from: trip[index] ?? "", to: trip[index + 1] ?? "", distance_meters, duration_seconds };
    });
    return { found: true, ...driveOf(best.distance, best.duration), stops: trip.slice(1, -1), legs };
  },
});

const METERS_IN_A_MILE = 1609.344;
/** How far the drawn line may be from the true one: a finer one is of no use on a map, and long. */
const TOLERANCE_METERS = 150;

const area = mapbox.implement(getServiceArea, {
  async run({ http, input: { place, minutes, miles } }) {
    const [spot] = await spotsOf(http, [place]);
    if (!spot) return nothing;
    const far = miles === undefined ? { contours_minutes: minutes } : { contours_meters: Math.round(miles * METERS_IN_A_MILE) };
    const query = { ...far, polygons: true, denoise: 1, generalize: TOLERANCE_METERS };
    const reply = await http.get(path`/isochrone/v1/mapbox/driving/${coordinates([spot])}`, { query, ...NO_ROAD });
    const { features } = reply.json(z.object({ features: z._default(z.array(z.object({ geometry: z.unknown() })), []) }));
    const boundary = Boundary.safeParse(features[0]?.geometry).data; // a line that does not close is no area
    return boundary ? { found: true, longitude: spot[0], latitude: spot[1], boundary } : nothing;
  },
});

const SHOWN = ["styles:tiles", "styles:read", "fonts:read"];
/** Mapbox refuses more than an hour, by its own clock. */
const MOST_MINUTES = 59;

const token = mapbox.implement(getMapToken, {
  async run({ http, account: { username }, input: { minutes } }) {
    if (username === undefined) return refuse({ kind: "InvalidRequest", issues: ["Mapbox must be tested once more in the settings"] });
    const expires_at = new Date(Date.now() + Math.min(minutes, MOST_MINUTES) * 60_000).toISOString();
    const reply = await http.post(path`/tokens/v2/${username}`, { json: { expires: expires_at, scopes: SHOWN }, accept: [404] });
    // So Mapbox says that a token may not make others.
    if (reply.status === 404) refuse({ kind: "PermissionError", missing: ["tokens:write", ...SHOWN] });
    const made = reply.json(z.object({ token: z.string().check(z.startsWith("tk.")) })).token; // the contractor's own never leaves here
    const tiles_url = "https://api.mapbox.com/styles/v1/mapbox/streets-v12/tiles/256/{z}/{x}/{y}@2x?access_token={token}";
    return { token: made, expires_at, tiles_url };
  },
});

export default mapbox.provides({ actions: [geocode, reverse, route, distances, optimize, area, token] });
