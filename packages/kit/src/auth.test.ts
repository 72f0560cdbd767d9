import { expect, test } from "vitest";
import { authenticate, basic, bearer, byHost, firstOf, header, pair, query } from "./auth.ts";
import { oauth2 } from "./oauth.ts";

test("each scheme puts its fields where it says", () => {
  expect(authenticate(basic("user", "pass"), { user: "u", pass: "pä:ss" }, "h")).toEqual({
    headers: { authorization: `Basic ${Buffer.from("u:pä:ss").toString("base64")}` },
    query: {},
  });
  expect(authenticate(bearer("key"), { key: "k" }, "h")).toEqual({ headers: { authorization: "Bearer k" }, query: {} });
  expect(authenticate(bearer("key", "Token"), { key: "k" }, "h")).toEqual({ headers: { authorization: "Token k" }, query: {} });
  expect(authenticate(header("X-Api-Key", "key"), { key: "k" }, "h")).toEqual({ headers: { "x-api-key": "k" }, query: {} });
  expect(authenticate(query("key", "key"), { key: "k" }, "h")).toEqual({ headers: {}, query: { key: "k" } });
  expect(authenticate(pair("Key", "id", "secret"), { id: "i", secret: "s" }, "h")).toEqual({
    headers: { authorization: "Key i:s" },
    query: {},
  });
  expect(authenticate(pair("Key", "id", "secret"), { id: "i" }, "h")).toEqual({ lacking: "id and secret" });
  const google = oauth2({ authorizationUrl: "https://a.example", tokenUrl: "https://t.example", scopes: {} });
  expect(authenticate(google, { access_token: "t" }, "h")).toEqual({ headers: { authorization: "Bearer t" }, query: {} });
});

test("the first choice whose fields are filled in is taken, and none says what is lacking", () => {
  const either = firstOf(basic("key", "key_secret"), bearer("token"));
  expect(authenticate(either, { key: "k", key_secret: "s", token: "t" }, "h")).toMatchObject({ headers: { authorization: "Basic azpz" } });
  expect(authenticate(either, { key: "k", token: "t" }, "h")).toMatchObject({ headers: { authorization: "Bearer t" } });
  expect(authenticate(either, { key: "k", token: "" }, "h")).toEqual({ lacking: "key and key_secret, or token" });
});

test("a host the manifest says nothing of gets no credential", () => {
  const scheme = byHost({ "a.example": query("key", "key"), "b.example": bearer("key") });
  expect(authenticate(scheme, { key: "k" }, "b.example")).toMatchObject({ headers: { authorization: "Bearer k" } });
  expect(() => authenticate(scheme, { key: "k" }, "c.example")).toThrow("no authentication for c.example");
});

test("half of Basic may be the same for every account", () => {
  const authorization = (pair: string) => ({ headers: { authorization: `Basic ${btoa(pair)}` }, query: {} });
  expect(authenticate(basic({ literal: "api" }, "key"), { key: "k" }, "h")).toEqual(authorization("api:k"));
  expect(authenticate(basic("key", { literal: "" }), { key: "k" }, "h")).toEqual(authorization("k:"));
  expect(authenticate(basic({ literal: "api" }, "key"), { key: "" }, "h")).toEqual({ lacking: "key" });
});
