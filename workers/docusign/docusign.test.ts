import { failed, trial } from "@junction/testkit";
import { expect, test } from "vitest";

const { action, answers, call, checkFields, stage } = trial("docusign");
const input = {
  signer_name: "Ann O'Neil",
  signer_email: "ann@example.com",
  subject: "Your estimate",
  document: "<p>Réparé: $1,250. Signature:</p>",
  document_name: "Estimate 1042",
  sign_at: "Signature:",
};
const creds = (set: string) => {
  const { account: _, base: __, ...typed } = stage().subject.emulator.credentials[set] ?? {};
  return typed;
};
const page = (host: string, path: string, form: Readonly<Record<string, string>>) =>
  stage().rig.visit(new URL(`https://${host}${path}`), form);

test("connecting finds the account and the site it lives on", async () => {
  const archive = "1B2C3D4E-5F60-4718-92A3-B4C5D6E7F809";
  expect(await checkFields(creds("valid"))).toMatchObject({
    ok: true,
    value: { name: "Sandbox Plumbing", found: { account: "9a8b7c6d-5e4f-4a3b-8c2d-1e0f9a8b7c6d", base: "https://demo.docusign.net" } },
  });
  expect(await checkFields({ ...creds("valid"), account_id: archive })).toMatchObject({
    value: { name: "Sandbox Plumbing, archive", found: { account: archive.toLowerCase() } },
  });
  expect(await checkFields({ ...creds("valid"), account_id: "another" })).toMatchObject(failed({ kind: "InvalidRequest" }));
});

test("what is wrong with a key is told: nobody's, no key, or one of the other environment", async () => {
  for (const wrong of [creds("wrong"), { ...creds("valid"), integration_key: "nobody" }, { ...creds("valid"), environment: "production" }])
    expect(await checkFields(wrong)).toMatchObject(failed({ kind: "CredentialError" }));
  expect(
    await checkFields({ ...creds("valid"), rsa_private_key: "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----" }),
  ).toMatchObject(failed({ kind: "InvalidRequest", issues: ["rsa_private_key is not an RSA private key in PEM form"] }));
});

test("a person who has not consented is sent to the page where they do, once", async () => {
  const refused = await checkFields(creds("newcomer"));
  expect(refused).toMatchObject(failed({ kind: "PermissionError", missing: ["signature", "impersonation"] }));
  const consent = refused.ok || refused.error.kind !== "PermissionError" ? "" : (refused.error.consent ?? "");
  const url = new URL(consent);
  expect([url.host, url.pathname, url.searchParams.get("scope")]).toEqual([
    "account-d.docusign.com",
    "/oauth/auth",
    "signature impersonation",
  ]);
  url.searchParams.set("redirect_uri", "https://junction.example/oauth/callback");
  const { headers } = await stage().rig.visit(url, { decision: "approve" });
  expect(new URL(headers["location"] ?? "").searchParams.has("code")).toBe(true);
  expect(await checkFields(creds("newcomer"))).toMatchObject({ ok: true });
});

test("a site that is not Docusign's is never asked, so no token reaches it", async () => {
  stage().misbehave(({ path }) =>
    path === "/oauth/userinfo"
      ? (passed) => ({ ...passed, body: passed.body.replaceAll("https://demo.docusign.net", "https://demo.docusign.net.evil.example") })
      : "pass",
  );
  const { outcome, sent } = await stage().check("valid");
  expect(outcome).toMatchObject(failed({ kind: "VendorUnavailable" }));
  expect(sent.map(({ host }) => host)).toEqual(["account-d.docusign.com"]);
});

test("a document goes out, is opened and is signed", async () => {
  const made = await call("crm/send_for_signature", input);
  expect(made).toMatchObject({ ok: true, value: { status: "sent" } });
  const request_id = made?.ok ? (made.value as { request_id: string }).request_id : "";
  for (const [decision, status] of [
    ["open", "viewed"],
    ["sign", "signed"],
  ] as const) {
    await page("demo.docusign.net", `/Signing/${request_id}`, { decision });
    expect(await call("crm/get_signature_status", { request_id })).toMatchObject({ ok: true, value: { request_id, status } });
  }
  expect(await call("crm/get_signature_status", { request_id })).toMatchObject({ value: { signed_at: expect.stringMatching(/^\d{4}-/) } });
  expect(await call("crm/get_signature_status", { request_id: "nobody" })).toMatchObject(failed({ kind: "NotFound" }));
});

test("a document is sent as it was written, and one that is no file is refused before it is sent", async () => {
  const { sent } = await stage().call(action("crm/send_for_signature"), { input });
  const [document] = (JSON.parse(sent[0]?.body ?? "{}") as { documents: { documentBase64: string }[] }).documents;
  expect(Buffer.from(document?.documentBase64 ?? "", "base64").toString("utf8")).toBe(input.document);
  const none = await stage().call(action("crm/send_for_signature"), { input: { ...input, document_type: "pdf" } });
  expect(none.outcome).toMatchObject(failed({ kind: "InvalidRequest", issues: ["document must be the file in Base64"] }));
  expect(none.sent).toEqual([]);
  const pdf = { ...input, document_type: "pdf", document: Buffer.from("%PDF-1.7 x").toString("base64"), sign_at: undefined };
  expect(await call("crm/send_for_signature", pdf)).toMatchObject({ ok: true });
});

test("a signature place that is not in the document is the caller's mistake", async () => {
  expect(await call("crm/send_for_signature", { ...input, sign_at: "nowhere" })).toMatchObject(failed({ kind: "InvalidRequest" }));
});

test("Docusign's own codes go before its statuses", async () => {
  for (const [errorCode, kind] of [
    ["HOURLY_APIINVOCATION_LIMIT_EXCEEDED", "RateLimited"],
    ["Hourly_Envelope_Polling_Limit_Exceeded", "RateLimited"],
    ["USER_LACKS_PERMISSIONS", "PermissionError"],
    ["USER_DOES_NOT_BELONG_TO_SPECIFIED_ACCOUNT", "PermissionError"],
    ["ENVELOPE_ALLOWANCE_EXCEEDED", "Declined"],
    ["ENVELOPE_DOES_NOT_EXIST", "NotFound"],
    ["SOMETHING_ELSE", "InvalidRequest"],
  ] as const) {
    answers(400, { errorCode, message: "x" });
    expect(await call("crm/get_signature_status", { request_id: "r" }), errorCode).toMatchObject(failed({ kind }));
  }
});
