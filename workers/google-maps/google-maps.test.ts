import { failed, trial } from "@junction/testkit";
import { expect, test } from "vitest";

const { action, answers, call, checkFields, stage } = trial("google-maps");
const address = "1600 Amphitheatre Parkway, Mountain View, CA";
const denied = (error_message: string) => answers(200, { status: "REQUEST_DENIED", error_message, results: [] });

test("a request that is denied is the key's fault, or only lacks a permission", async () => {
  denied("The provided API key is invalid. ");
  expect(await call("crm/geocode_address", { address })).toMatchObject(failed({ kind: "CredentialError" }));
  denied("This API project is not authorized to use this API.");
  expect(await call("crm/geocode_address", { address })).toMatchObject(failed({ kind: "PermissionError" }));
  stage().behave();
  expect(await checkFields("restricted")).toMatchObject(failed({ kind: "PermissionError" }));
});

test("each host gets the key where it wants it, and only there", async () => {
  const geocode = action("crm/geocode_address");
  const route = action("crm/get_route");
  const [geocoding] = (await stage().call(geocode, { input: { address } })).sent;
  const [routing] = (await stage().call(route, { input: { origin: address, destination: "1 Hacker Way, Menlo Park, CA" } })).sent;
  expect([geocoding?.query.has("key"), geocoding?.headers.has("x-goog-api-key")]).toEqual([true, false]);
  expect([routing?.query.has("key"), routing?.headers.has("x-goog-api-key")]).toEqual([false, true]);
});

test("nothing found is an answer", async () => {
  answers(200, { status: "ZERO_RESULTS", results: [] });
  expect(await call("crm/geocode_address", { address })).toMatchObject({ ok: true, value: { matches: [] } });
  answers(200, {});
  expect(await call("crm/get_route", { origin: address, destination: address })).toMatchObject({
    ok: true,
    value: { found: false },
  });
});
