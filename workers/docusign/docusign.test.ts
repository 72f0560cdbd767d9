import { failed, trial } from "@junction/testkit";
import { expect, test } from "vitest";

const { action, answers, call, checkFields, stage } = trial("docusign");
const ann = { name: "Ann O'Neil", email: "ann@example.com" };
const sam = { name: "Sam Owner", email: "sam@example.com" };
const input = {
  title: "Estimate 1042",
  subject: "Your estimate",
  text: "<p>Réparé: $1,250. Signature: Countersigned:</p>",
  signers: [
    { ...ann, sign_at: "Signature:" },
    { ...sam, sign_at: "Countersigned:" },
  ],
};
const sent = async (more: object = {}) => {
  const made = await call("crm/send_contract", { ...input, ...more });
  return made?.ok ? (made.value as { contract_id: string }).contract_id : expect.fail(JSON.stringify(made));
};
const decide = (contract_id: string, decision: string) => page("demo.docusign.net", `/Signing/${contract_id}`, { decision });
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

test("a contract goes from one signer to the next, and is signed when all have", async () => {
  const contract_id = await sent();
  const step = async (decision: string, status: string, ...signers: string[]) => {
    if (decision !== "") await decide(contract_id, decision);
    expect(await call("crm/get_contract", { contract_id })).toMatchObject({
      ok: true,
      value: { contract_id, title: "Your estimate", status, signers: signers.map((status) => ({ status })) },
    });
  };
  await step("", "sent", "sent", "waiting");
  await step("open", "viewed", "viewed", "waiting");
  expect(await call("crm/remind_contract", { contract_id })).toMatchObject({ value: { reminded: [ann.email] } });
  await step("sign", "sent", "signed", "sent");
  expect(await call("crm/remind_contract", { contract_id })).toMatchObject({ value: { reminded: [sam.email] } });
  await step("sign", "signed", "signed", "signed");
  expect(await call("crm/get_contract", { contract_id })).toMatchObject({ value: { signed_at: expect.stringMatching(/^\d{4}-/) } });
  expect(await call("crm/download_contract", { contract_id })).toMatchObject({ value: { file: { type: "application/pdf" } } });
  expect(await call("crm/remind_contract", { contract_id })).toMatchObject(failed({ kind: "InvalidRequest" }));
  expect(await call("crm/void_contract", { contract_id, reason: "x" })).toMatchObject(
    failed({ kind: "InvalidRequest", issues: ["the contract is signed already"] }),
  );
  expect(await call("crm/get_contract", { contract_id: "nobody" })).toMatchObject(failed({ kind: "NotFound" }));
});

test("a contract that was withdrawn cannot be signed", async () => {
  const contract_id = await sent();
  for (let twice = 0; twice < 2; twice++)
    expect(await call("crm/void_contract", { contract_id, reason: "Dearer now" })).toMatchObject({ value: { status: "canceled" } });
  await decide(contract_id, "sign");
  expect(await call("crm/get_contract", { contract_id })).toMatchObject({ value: { status: "canceled" } });
});

test("a document is sent as it was written, a file as it is", async () => {
  const document = async (more: object) => {
    const { sent } = await stage().call(action("crm/send_contract"), { input: { ...input, ...more } });
    const [one] = (JSON.parse(sent[0]?.body ?? "{}") as { documents: { fileExtension: string; documentBase64: string }[] }).documents;
    return { type: one?.fileExtension, body: Buffer.from(one?.documentBase64 ?? "", "base64") };
  };
  expect((await document({})).body.toString("utf8")).toBe(input.text);
  const file = { text: undefined, signers: [ann], document: "https://media.example.com/estimate.pdf" };
  expect(await document(file)).toMatchObject({ type: "pdf" });
});

test("a template's roles are filled by name, and its fields with the role that has them", async () => {
  const listed = await call("crm/list_contract_templates", {});
  expect(listed).toMatchObject({
    value: { items: [{ name: "Maintenance agreement", roles: ["Customer", "Contractor"] }, { name: "Warranty" }] },
  });
  const [two, one] = listed?.ok ? (listed.value as { items: { id: string }[] }).items : [];
  const plan = { text: undefined, template_id: two?.id, fields: { price: "$290" } };
  const contract_id = await sent({
    ...plan,
    signers: [
      { ...sam, role: "Contractor" },
      { ...ann, role: "Customer" },
    ],
  });
  expect(await call("crm/get_contract", { contract_id })).toMatchObject({
    value: { signers: [{ email: ann.email }, { email: sam.email }] },
  });
  expect(await call("crm/send_contract", { ...input, ...plan, fields: { Preis: "x" }, signers: [ann] })).toMatchObject(
    failed({
      kind: "InvalidRequest",
      issues: [
        "fields: the template has no field Preis",
        "signers.0.role: give one of the template's roles, as crm/list_contract_templates says them",
      ],
    }),
  );
  expect(await sent({ text: undefined, template_id: one?.id, signers: [ann] })).toMatch(/-/);
});

test("a signature place that is not in the document is the caller's mistake", async () => {
  expect(await call("crm/send_contract", { ...input, signers: [{ ...ann, sign_at: "nowhere" }] })).toMatchObject(
    failed({ kind: "InvalidRequest" }),
  );
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
    expect(await call("crm/get_contract", { contract_id: "0c9d4a51-7b0e-4c31-8d7e-6f1a2b3c4d5e" }), errorCode).toMatchObject(
      failed({ kind }),
    );
  }
});
