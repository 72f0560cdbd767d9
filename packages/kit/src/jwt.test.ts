import { createPublicKey, generateKeyPairSync } from "node:crypto";
import { jwtVerify } from "jose";
import { expect, test } from "vitest";
import { OurFailure, VendorFailure } from "./failure.ts";
import { assertion, keyOf } from "./jwt.ts";

const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const pem = (type: "pkcs8" | "pkcs1") => privateKey.export({ type, format: "pem" }).toString();
const claims = {
  issuer: "integration",
  subject: "user",
  audience: "account.example",
  scope: "a b",
  issuedAt: 1_800_000_000,
  lifetimeSeconds: 600,
};

/** What an assertion says, once its signature is found to be the key's. */
async function read(text: string, field = "key") {
  const token = await assertion(keyOf(text, field), claims);
  const currentDate = new Date(claims.issuedAt * 1000);
  return jwtVerify(token, createPublicKey(privateKey), { audience: claims.audience, algorithms: ["RS256"], currentDate });
}

test.each([
  ["PKCS #8", pem("pkcs8")],
  ["PKCS #1", pem("pkcs1")],
  ["written-out line ends", pem("pkcs8").replaceAll("\n", "\\n")],
  ["Windows line ends, and text around it", `my key:\r\n${pem("pkcs1").replaceAll("\n", "\r\n")}\r\n`],
  ["a JSON key file", JSON.stringify({ private_key: pem("pkcs8"), project_number: 7 })],
])("a key as %s signs", async (_, text) => {
  const { payload, protectedHeader } = await read(text);
  expect(payload).toEqual({
    iss: "integration",
    sub: "user",
    aud: "account.example",
    scope: "a b",
    iat: 1_800_000_000,
    exp: 1_800_000_600,
  });
  expect(protectedHeader).toEqual({ alg: "RS256", typ: "JWT" });
});

test("a key file's id goes into the header, so that the vendor finds the key", async () => {
  const { protectedHeader } = await read(JSON.stringify({ private_key: pem("pkcs8"), private_key_id: "k1" }));
  expect(protectedHeader).toMatchObject({ kid: "k1" });
});

test("no subject, no scope: no such claims", async () => {
  const token = await assertion(keyOf(pem("pkcs8"), "key"), { ...claims, subject: undefined, scope: "" });
  const [, body = ""] = token.split(".");
  expect(Object.keys(JSON.parse(atob(body)))).toEqual(["iss", "aud", "iat", "exp"]);
});

const ec = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export({ type: "pkcs8", format: "pem" }).toString();
test.each([
  ["empty", ""],
  ["a public key", createPublicKey(privateKey).export({ type: "spki", format: "pem" }).toString()],
  ["of another kind", ec],
  ["cut", pem("pkcs8").slice(0, 900)],
  ["no JSON", "{ private_key"],
  ["JSON without a key", "{}"],
  ["JSON that is no object", "{}]"],
])("a key that is %s is the field's to mend, and is not repeated", async (_, text) => {
  const raised: unknown = await read(text, "rsa_key").catch((error: unknown) => error);
  expect(raised).toBeInstanceOf(VendorFailure);
  expect((raised as VendorFailure).error).toEqual({ kind: "InvalidRequest", issues: [expect.stringMatching(/^rsa_key is not (a|an) /)] });
});

test("our own key that cannot be used is no fault of the contractor's", async () => {
  const raised: unknown = await assertion(keyOf("", null), claims).catch((error: unknown) => error);
  expect(raised).toBeInstanceOf(OurFailure);
});
