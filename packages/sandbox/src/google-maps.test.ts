import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type Sandbox, startSandbox } from "./test-stack.ts";

let sandbox: Sandbox;
let sets: Record<"valid" | "wrong" | "restricted", { api_key: string }>;
beforeAll(async () => {
  sandbox = await startSandbox();
  sets = (await sandbox.api("GET", "/credentials")).body.credentials["google-maps"];
});
afterAll(() => sandbox.dispose());
beforeEach(() => sandbox.reset());

async function geocode(query: Record<string, string>, key = sets.valid.api_key) {
  const reply = await sandbox.send(`/maps.googleapis.com/maps/api/geocode/json?${new URLSearchParams({ ...query, key })}`);
  return { http: reply.status, ...JSON.parse(await reply.text()) };
}
async function routes(body: unknown, headers: Record<string, string> = {}) {
  const all = {
    "content-type": "application/json",
    "x-goog-api-key": sets.valid.api_key,
    "x-goog-fieldmask": "routes.distanceMeters,routes.duration",
    ...headers,
  };
  const reply = await sandbox.send("/routes.googleapis.com/directions/v2:computeRoutes", {
    method: "POST",
    body: JSON.stringify(body),
    headers: all,
  });
  return { status: reply.status, body: JSON.parse(await reply.text()) };
}
const between = (origin: string, destination: string) => ({ origin: { address: origin }, destination: { address: destination } });

test("keys have the form of Google's", () => {
  for (const { api_key } of Object.values(sets)) expect(api_key).toMatch(/^AIza[0-9A-Za-z_-]{35}$/);
});

test("an address that is known is found where it is; any other always at the same made place", async () => {
  const known = await geocode({ address: "1600 Amphitheatre Parkway, Mountain View, CA" });
  expect(known).toMatchObject({
    http: 200,
    status: "OK",
    results: [{ geometry: { location: { lat: 37.4224764, lng: -122.0842499 }, location_type: "ROOFTOP" } }],
  });
  const [one, two, other] = [
    await geocode({ address: "12 Elm St, Boise" }),
    await geocode({ address: "12  elm st, Boise " }),
    await geocode({ address: "13 Elm St, Boise" }),
  ];
  expect(one.results[0].geometry).toEqual(two.results[0].geometry);
  expect(one.results[0].geometry.location).not.toEqual(other.results[0].geometry.location);
  expect(one.results[0].geometry.location_type).toBe("RANGE_INTERPOLATED");
  expect((await geocode({ address: "Springfield" })).results).toHaveLength(2);
  expect((await geocode({ place_id: known.results[0].place_id })).results).toEqual(known.results);
  expect((await geocode({ latlng: "37.4225,-122.0843" })).results).toEqual(known.results);
});

test("nothing found is ZERO_RESULTS, nothing asked is a 400", async () => {
  expect(await geocode({ address: "nowhere at all" })).toMatchObject({ http: 200, status: "ZERO_RESULTS", results: [] });
  expect(await geocode({ address: "Denver", components: "country:FR" })).toMatchObject({ status: "ZERO_RESULTS" });
  expect(await geocode({})).toMatchObject({ http: 400, status: "INVALID_REQUEST" });
  expect(await geocode({ latlng: "100,x" })).toMatchObject({ http: 400, status: "INVALID_REQUEST" });
});

test("a bad key fails inside a 200, in words that differ from a service that is not enabled", async () => {
  expect(await geocode({ address: "Denver" }, sets.wrong.api_key)).toMatchObject({
    http: 200,
    status: "REQUEST_DENIED",
    error_message: expect.stringContaining("invalid"),
  });
  expect(await geocode({ address: "Denver" }, sets.restricted.api_key)).toMatchObject({
    http: 200,
    status: "REQUEST_DENIED",
    error_message: expect.stringContaining("not activated"),
  });
  expect(await geocode({ address: "Denver" }, "")).toMatchObject({ http: 200, status: "REQUEST_DENIED" });
  await sandbox.api("PUT", "/faults", { vendor: "google-maps", operation: "geocode", fault: "429", times: 1 });
  expect(await geocode({ address: "Denver" })).toMatchObject({ http: 200, status: "OVER_QUERY_LIMIT" });
});

test("a route has what the mask names and no more; a distance of nothing is left out", async () => {
  const { status, body } = await routes(between("350 5th Ave, New York", "1600 Pennsylvania Avenue, Washington"));
  expect(status).toBe(200);
  expect(Object.keys(body.routes[0]).sort()).toEqual(["distanceMeters", "duration"]);
  expect(body.routes[0].distanceMeters).toBeGreaterThan(300_000);
  expect(body.routes[0].duration).toMatch(/^\d+s$/);
  expect((await routes(between("Denver", "Denver"))).body).toEqual({ routes: [{ duration: "0s" }] });
  expect((await routes(between("Denver", "Denver"), { "x-goog-fieldmask": "routes.legs.duration" })).body).toEqual({
    routes: [{ legs: [{ duration: "0s" }] }],
  });
});

test("traffic takes longer, an ocean has no road, an unknown address has none either", async () => {
  const trip = between("Denver", "350 5th Ave, New York");
  const seconds = async (more: object) => Number.parseInt((await routes({ ...trip, ...more })).body.routes[0].duration, 10);
  expect(await seconds({ routingPreference: "TRAFFIC_AWARE" })).toBeGreaterThan(await seconds({}));
  const paris = { location: { latLng: { latitude: 48.85, longitude: 2.35 } } };
  expect((await routes({ ...trip, destination: paris })).body).toEqual({});
  expect((await routes(between("Denver", "nowhere"))).body).toEqual({});
});

test("what the Routes API refuses: no mask, a mask of no field, no origin, a time that is past, a key it does not know", async () => {
  const trip = between("Denver", "Boise");
  const error = async (body: unknown, headers?: Record<string, string>) => (await routes(body, headers)).body.error;
  expect(await error(trip, { "x-goog-fieldmask": "" })).toMatchObject({
    code: 400,
    status: "INVALID_ARGUMENT",
    message: expect.stringContaining("FieldMask"),
  });
  expect(await error(trip, { "x-goog-fieldmask": "roads.length" })).toMatchObject({ message: expect.stringContaining("'roads.length'") });
  expect(await error({ destination: { address: "Boise" } })).toMatchObject({ message: "Origin must be set." });
  expect(await error({ ...trip, departureTime: "2020-01-01T00:00:00Z" })).toMatchObject({ message: expect.stringContaining("future") });
  expect(await error(trip, { "x-goog-api-key": sets.wrong.api_key })).toMatchObject({
    code: 400,
    details: [{ reason: "API_KEY_INVALID" }],
  });
  expect((await routes(trip, { "x-goog-api-key": sets.restricted.api_key })).status).toBe(200);
});

test("the key in the query is masked where requests are shown", async () => {
  await geocode({ address: "Denver" });
  await routes(between("Denver", "Boise"));
  const shown = (await (await sandbox.send("/sandbox")).text()) + JSON.stringify((await sandbox.api("GET", "/requests")).body);
  expect(shown).toContain("Denver");
  expect(shown).not.toContain(sets.valid.api_key);
});
