import { failed, trial } from "@junction/testkit";
import { expect, test } from "vitest";

const { action, answers, call, checkFields, stage } = trial("mapbox");
const HERE = "1600 Amphitheatre Parkway, Mountain View, CA";
const THERE = "1 Hacker Way, Menlo Park, CA";
const found = async (tool: string, input: Readonly<Record<string, unknown>>) => {
  const outcome = await call(tool, input);
  expect(outcome).toMatchObject({ ok: true });
  return (outcome?.ok ? outcome.value : {}) as Record<string, unknown>;
};

test("a country is preferred, not a limit; a place no one knows is no error", async () => {
  const rooftop = { precision: "rooftop", latitude: 37.422442, longitude: -122.084157 };
  expect(await found("crm/geocode_address", { address: HERE, country: "FR" })).toMatchObject({ matches: [rooftop] });
  expect(await found("crm/geocode_address", { address: "nowhere at all" })).toEqual({ matches: [] });
  expect(await found("crm/get_route", { origin: HERE, destination: "nowhere" })).toEqual({ found: false });
  expect(await found("crm/get_route", { origin: HERE, destination: "48.8584,2.2945" })).toEqual({ found: false });
  expect(await found("crm/get_service_area", { place: "0,-30", miles: 5 })).toEqual({ found: false });
});

test("a matrix keeps its places, though one of them is not known; coordinates are not looked up", async () => {
  const input = { origins: [HERE, "nowhere", "37.4847,-122.1477"], destinations: ["39.7392,-104.9849", THERE] };
  const { distances } = (await found("crm/get_distances", input)) as {
    distances: { found: boolean; origin: string; distance_miles?: number }[];
  };
  expect(distances.map(({ origin, found }) => [origin, found])).toEqual([
    [HERE, true],
    [HERE, true],
    ["nowhere", false],
    ["nowhere", false],
    ["37.4847,-122.1477", true],
    ["37.4847,-122.1477", true],
  ]);
  expect(distances[1]?.distance_miles).toBeLessThan(15);
  const { sent } = await stage().call(action("crm/get_distances"), { input: { origins: ["37.1,-122.1"], destinations: ["37.2,-122.2"] } });
  expect(sent.map(({ path }) => decodeURIComponent(path))).toEqual(["/directions-matrix/v1/mapbox/driving/-122.1,37.1;-122.2,37.2"]);
});

test("the best order of stops, there and back or to an end, leg by leg", async () => {
  const stops = [THERE, "37.43,-122.09", "37.45,-122.11"];
  const best = ["37.43,-122.09", "37.45,-122.11", THERE];
  const back = await found("crm/optimize_route", { start: HERE, stops });
  expect(back).toMatchObject({ found: true, stops: best, legs: [{ from: HERE, to: best[0] }, {}, {}, { from: THERE, to: HERE }] });
  const on = await found("crm/optimize_route", { start: HERE, stops, end: "37.5,-122.2" });
  expect(on).toMatchObject({ stops: best, legs: [{ from: HERE }, {}, {}, { from: THERE, to: "37.5,-122.2" }] });
});

test("the token for a map is none of the contractor's: it shows tiles, makes no other token, and ends within the hour", async () => {
  const made = await found("crm/get_map_token", { minutes: 60 });
  expect(made["token"]).toMatch(/^tk\./);
  const left = Date.parse(String(made["expires_at"])) - Date.now();
  expect(left).toBeGreaterThan(58 * 60_000);
  expect(left).toBeLessThan(60 * 60_000);
  expect(JSON.stringify(made)).not.toContain(stage().subject.emulator.credentials.valid["access_token"]);
  answers(404, { message: "Not Found" }); // so it says that a token may not make others
  const missing = ["tokens:write", "styles:tiles", "styles:read", "fonts:read"];
  expect(await call("crm/get_map_token", {})).toMatchObject(failed({ kind: "PermissionError", missing }));
});

test("a bad token is told inside a 200, and no road is an answer, whatever its status", async () => {
  answers(200, { code: "TokenRevoked" });
  expect(await checkFields("valid")).toMatchObject(failed({ kind: "CredentialError" }));
  answers(422, { code: "NoSegment", message: "Could not find a matching segment" });
  expect(await call("crm/get_route", { origin: "1,1", destination: "2,2" })).toMatchObject({ ok: true, value: { found: false } });
});
