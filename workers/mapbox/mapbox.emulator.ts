/** Plays Mapbox: geocoding v6, the navigation services, tokens, and tiles for who has one. https://docs.mapbox.com/api */
import { type Call, defineEmulator, type ErrorFault, json, type Operation, type Reply, refuse } from "@junction/sandbox";
import { batch, forward, invalid, reverse } from "./emulator/places.ts";
import { directions, isochrone, matrix, optimizedTrips } from "./emulator/roads.ts";

const USER = "sandboxplumbing";
// Put together here, so that no scanner takes them for somebody's.
const key = (kind: string, tail: string): string =>
  [kind, btoa(JSON.stringify({ u: USER, a: tail })).replace(/=+$/, ""), `${tail}Sig`].join(".");
const PUBLIC_SCOPES = ["styles:tiles", "styles:read", "fonts:read", "datasets:read"];
const KEYS: Readonly<Record<string, readonly string[]>> = {
  [key("sk", "sandboxWholeRights00")]: [...PUBLIC_SCOPES, "tokens:write"],
  /** May be used for the services, and make no other. */
  [key("sk", "sandboxServicesOnly0")]: PUBLIC_SCOPES,
};
const [KEY = "", SERVICES_KEY = ""] = Object.keys(KEYS);

interface Temporary {
  readonly scopes: readonly string[];
  readonly expires: number;
}
const temporaryOf = ({ state }: Call) => state.collection<Temporary>("tokens");

const said = (status: number, message: string): Reply => json(status, { message });
const unauthorized = (): Reply => said(401, "Not Authorized - Invalid Token");
const scopesOf = (call: Call, token: string): readonly string[] | undefined => {
  const made = temporaryOf(call).get(token);
  return made ? (made.expires > call.now() ? made.scopes : undefined) : KEYS[token];
};

function authenticate(call: Call): Reply | null {
  const token = call.query.get("access_token");
  if (token === null) return said(401, "Not Authorized - No Token");
  const scopes = scopesOf(call, token);
  if (!scopes) return unauthorized();
  return call.operation === "get_tile" && !scopes.includes("styles:tiles") ? said(403, "Forbidden") : null;
}

/** Always a 200: the code says what the token is. https://docs.mapbox.com/api/accounts/tokens/#retrieve-a-token */
function retrieveToken(call: Call): Reply {
  const token = call.query.get("access_token") ?? "";
  if (!/^(pk|sk|tk)\.[\w-]+\.[\w-]+$/.test(token)) return json(200, { code: "TokenMalformed" });
  if (!scopesOf(call, token)) return json(200, { code: temporaryOf(call).get(token) ? "TokenExpired" : "TokenInvalid" });
  return json(200, { code: "TokenValid", token: { usage: token.slice(0, 2), user: USER, authorization: `c${"i".repeat(24)}` } });
}

/** A token may make others only with tokens:write; who lacks it is told that there is nothing. */
function createToken(call: Call): Reply {
  const own = scopesOf(call, call.query.get("access_token") ?? "") ?? [];
  if (!own.includes("tokens:write") || call.param("user") !== USER) return said(404, "Not Found");
  const asked: { readonly expires?: unknown; readonly scopes?: unknown } = Object(call.json);
  const scopes = Array.isArray(asked.scopes) ? asked.scopes.map(String) : invalid("scopes is required");
  if (scopes.some((scope) => !own.includes(scope))) invalid("scopes are invalid");
  const expires = typeof asked.expires === "string" ? Date.parse(asked.expires) : invalid("expires is required");
  if (Number.isNaN(expires)) invalid("expires is invalid");
  if (expires <= call.now()) invalid("expires is in the past");
  if (expires > call.now() + 3_600_000) invalid("expires is more than one hour in the future");
  const token = key("tk", call.random(20));
  temporaryOf(call).put(token, { scopes, expires });
  return json(200, { token });
}

const TILE = Uint8Array.from(
  atob("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="),
  (character) => character.charCodeAt(0),
);

/** Each service counts its own minute. */
const LIMITS: Readonly<Record<string, number>> = {
  get_matrix: 60,
  create_token: 100,
  get_directions: 300,
  get_isochrone: 300,
  optimize_trip: 300,
};
function withLimits(call: Call, reply: Reply): Reply {
  const limit = LIMITS[call.operation] ?? 1000;
  const headers = { "x-rate-limit-interval": "60", "x-rate-limit-limit": String(limit), "x-rate-limit-reset": String(resets(call)) };
  return { ...reply, headers: { ...reply.headers, ...headers } };
}
const resets = (call: Call): number => (Math.floor(call.now() / 60_000) + 1) * 60;

const tooMany = (): Reply => said(429, "Too Many Requests");
const FAULTS: Readonly<Record<ErrorFault, () => Reply>> = {
  "401": unauthorized,
  "403": () => said(403, "Forbidden"),
  "404": () => said(404, "Not Found"),
  "409": () => said(409, "Conflict"),
  "422": () => json(422, { message: "Coordinate is invalid", code: "InvalidInput" }),
  "429": tooMany,
  rate_limit_403: tooMany,
  "500": () => said(500, "Internal Server Error"),
  "503": () => said(503, "Service Unavailable"),
};

const get = (name: string, path: string, run: Operation["run"]): Operation => ({ name, method: "GET", path, run });

export default defineEmulator({
  vendor: "mapbox",
  hosts: ["api.mapbox.com"],
  credentials: {
    valid: { access_token: KEY, username: USER },
    wrong: { access_token: key("sk", "nobodyKnowsThisToken") },
    restricted: { access_token: SERVICES_KEY, username: USER },
  },
  secrets: ["access_token"],
  authenticate,
  finish: withLimits,
  operations: [
    { ...get("retrieve_token", "/tokens/v2", retrieveToken), authenticated: false },
    { name: "create_token", method: "POST", path: "/tokens/v2/:user", run: createToken },
    get("geocode_forward", "/search/geocode/v6/forward", forward),
    get("geocode_reverse", "/search/geocode/v6/reverse", reverse),
    { name: "geocode_batch", method: "POST", path: "/search/geocode/v6/batch", run: batch },
    get("get_directions", "/directions/v5/mapbox/:profile/:coordinates", directions),
    get("get_matrix", "/directions-matrix/v1/mapbox/:profile/:coordinates", matrix),
    get("optimize_trip", "/optimized-trips/v1/mapbox/:profile/:coordinates", optimizedTrips),
    get("get_isochrone", "/isochrone/v1/mapbox/:profile/:coordinates", isochrone),
    get("get_tile", "/styles/v1/mapbox/:style/tiles/256/:z/:x/:y", (call) =>
      /^\d+$/.test(call.param("z"))
        ? { status: 200, headers: { "content-type": "image/png" }, body: TILE }
        : refuse(said(404, "Not Found")),
    ),
  ],
  fault: (error) => FAULTS[error](),
});
