/** Save & Test over a connection that is there: another account, a wrong key, and what is said of a renewed credential. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Mesh, startMesh } from "./mesh.ts";

let mesh: Mesh;
let docusign: Record<string, Record<string, string>>;
beforeAll(async () => {
  mesh = await startMesh({ vendors: ["docusign"] });
  docusign = (await mesh.sandbox("GET", "/sandbox/api/credentials")).body.credentials.docusign;
});
afterAll(() => mesh.stop());

const FIELDS = ["integration_key", "user_id", "rsa_private_key", "environment"];
const form = (set: string, more: Record<string, string> = {}) => ({
  ...Object.fromEntries(FIELDS.map((name) => [name, docusign[set]?.[name]])),
  ...more,
});
const save = (fields: unknown, more: Record<string, unknown> = {}) => mesh.api("POST", "/connections/docusign", { fields, ...more });
const now = async () => (await mesh.api("GET", "/connections/docusign")).body;
const ARCHIVE = { account_id: "1b2c3d4e-5f60-4718-92a3-b4c5d6e7f809" };

test("another account takes the connected one's place only where that is confirmed; the same one needs no word", async () => {
  expect((await save(form("valid"))).status).toBe(200);
  const before = await now();
  const asked = await save(form("valid", ARCHIVE));
  expect(asked).toMatchObject({ status: 409, body: { error: { kind: "OtherAccount", next: expect.stringContaining("replace") } } });
  expect(asked.body.error.message).toMatch(/"Sandbox Plumbing, archive".*"Sandbox Plumbing" is connected/);
  expect(await now()).toMatchObject({ account: before.account, credential: before.credential });
  expect((await save(form("valid"))).status).toBe(200);

  expect(await save(form("valid", ARCHIVE), { replace: true })).toMatchObject({
    status: 200,
    body: { account: { id: ARCHIVE.account_id } },
  });
  await mesh.api("DELETE", "/connections/docusign");
  expect((await save(form("valid"))).status).toBe(200); // nothing is replaced, so nothing is asked
  expect((await save(form("valid"), { replace: "yes" })).body.error.fields).toHaveProperty("replace");
});

test.each([
  ["is no key", { rsa_private_key: "-----BEGIN nothing" }, "RSA private key is not an RSA private key in PEM form"],
  ["has lost its middle", { rsa_private_key: "-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----" }, "RSA private key is not"],
])("a service account's key that %s is named as the field", async (_, change, words) => {
  const { body, status } = await save(form("valid", change));
  expect(status).toBe(422);
  expect(body.error).toMatchObject({ kind: "InvalidRequest", fields: { rsa_private_key: expect.stringContaining(words) } });
  expect(JSON.stringify(body)).not.toContain("MIIB");
});

test("what only the vendor rejects may be any field, so none is blamed", async () => {
  const { body, status } = await save(form("wrong"));
  expect(status).toBe(422);
  expect(body.error).toMatchObject({ kind: "CredentialError" });
  expect(body.error.fields).toBeUndefined();
});
