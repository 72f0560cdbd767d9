import type { Delivery } from "@junction/kit";
import { failed, trial } from "@junction/testkit";
import { expect, test } from "vitest";
import { webhook } from "./webhook.ts";

const { action, answers, call, checkFields, stage } = trial("dropbox-sign");
const BOUNDARY = "----HelloSign";
const at = 1_669_926_500_000;
const bytes = (text: string) => new TextEncoder().encode(text);
const delivery = (type: string, body: string): Delivery => ({
  method: "POST",
  url: "https://junction.example/hooks/dropbox-sign/demo.x",
  headers: { "content-type": type },
  body: bytes(body),
  receivedAt: at,
});
const asJson = (json: unknown) => delivery("application/json", JSON.stringify(json));
const multipart = (json: unknown, more = "") =>
  delivery(
    `multipart/form-data; boundary=${BOUNDARY}`,
    `--${BOUNDARY}\r\nContent-Disposition: form-data; name="json"${more}\r\n\r\n${JSON.stringify(json)}\r\n--${BOUNDARY}--\r\n`,
  );
const ways = { "a part": multipart, "a file": (json: unknown) => multipart(json, '; filename="event.json"'), "the body": asJson };

// hellosign-openapi, the SDKs' own tests
test.each([
  [
    "324e3b0840f065eb51f3fd63231d0d33daa35d4ed10d27718839e81737065782",
    "1669926463",
    "account_confirmed",
    "ff8b03439122f9160500c3fb855bdee5a9ccba5fff27d3b258745d8f3074832f",
  ],
  [
    "324e3b0840f065eb51f3fd63231d0d33daa35d4ed10d27718839e81737065782",
    "1348177752",
    "account_confirmed",
    "6dc5b7aad93cf54915e0089d6c31d61b3833f66f51459171c69f8fa211308848",
  ],
  [
    "324e3b0840f065eb51f3fd63231d0d33daa35d4ed10d27718839e81737065782",
    "1348177752",
    "unknown_error",
    "c574f5d3090c2936360b4e36cf6835cf3e2206b84fdc6347e6b28ca721ae1371",
  ],
])("the published hash proves an event, as a part, as a file and as the body", async (key, event_time, event_type, event_hash) => {
  const event = { event_time, event_type, event_hash };
  for (const [way, deliver] of Object.entries(ways)) {
    expect(await webhook.verify(deliver({ event }), key), way).toBe(true);
    expect(await webhook.window?.signedAt(deliver({ event })), way).toBe(Number(event_time));
    expect(await webhook.verify(deliver({ event: { ...event, event_time: "1669926464" } }), key), way).toBe(false);
    expect(await webhook.verify(deliver({ event: { ...event, event_type: "signature_request_all_signed" } }), key), way).toBe(false);
    expect(await webhook.verify(deliver({ event }), `${key}0`), way).toBe(false);
  }
});

test("what has no event in it proves nothing, and breaks nothing", async () => {
  const bodies = [
    delivery("application/json", "{"),
    delivery("application/json", ""),
    asJson({ event: null }),
    delivery("multipart/form-data", "no boundary"),
    delivery(`multipart/form-data; boundary=${BOUNDARY}`, `--${BOUNDARY}\r\nContent-Disp`),
    delivery(`multipart/form-data; boundary=${BOUNDARY}`, `--${BOUNDARY}--\r\n`),
  ];
  for (const one of bodies) {
    expect(await webhook.verify(one, "key")).toBe(false);
    expect(await webhook.window?.signedAt(one)).toBeUndefined();
  }
});

const request = {
  signature_request_id: "r1",
  title: "Estimate 7",
  is_complete: true,
  signatures: [
    { signature_id: "s1", signer_email_address: "ann@example.com", signer_name: "Ann", status_code: "signed", decline_reason: null },
    { signature_id: "s2", signer_email_address: "bob@example.com", signer_name: "Bob", status_code: "signed", decline_reason: null },
  ],
};
const told = (event_type: string, related_signature_id: string | null = null) => ({
  event: { event_time: "1669926463", event_type, event_hash: "-", event_metadata: { related_signature_id, reported_for_account_id: "a1" } },
  signature_request: request,
});

test("a contract is signed when all have, not when one has; whoever looked is named", async () => {
  expect(await webhook.receive(multipart(told("signature_request_signed", "s1")))).toEqual([]);
  expect(await webhook.receive(multipart(told("signature_request_all_signed")))).toEqual([
    {
      id: "signature_request_all_signed:r1:",
      type: "contract.signed",
      entity: "contract:r1",
      occurredAt: 1_669_926_463_000,
      account: "a1",
      data: { contract_id: "r1", title: "Estimate 7" },
    },
  ]);
  expect(await webhook.receive(asJson(told("signature_request_viewed", "s2")))).toMatchObject([
    { id: "signature_request_viewed:r1:s2", type: "contract.viewed", person: { email: "bob@example.com", name: "Bob" } },
  ]);
  expect(await webhook.receive(asJson({ event: { event_time: "1", event_type: "callback_test", event_hash: "-" } }))).toEqual([]);
});

test("what is told is held against the contract itself: its state, its words and whose signature it was", async () => {
  const { rig } = stage();
  const ask = {
    vendor: "dropbox-sign",
    kind: "contract.viewed",
    entity: 41,
    url: "https://junction.example/hooks/dropbox-sign/x",
    send: false,
  };
  const { messages } = (await rig.sandbox("POST", "/pushes", ask)) as { messages: { body: string; headers: Record<string, string> }[] };
  const [message] = messages;
  const [event] = await webhook.receive(delivery(message?.headers["content-type"] ?? "", message?.body ?? ""));
  if (event?.type !== "contract.viewed") throw new Error("no event was read");
  const confirm = (
    one: typeof event | (Omit<typeof event, "type"> & { type: "contract.signed" | "contract.declined" | "contract.sent" }),
  ) => rig.vendor("dropbox-sign").confirm({ ...stage().held("valid"), event: one });
  const lies = { ...event, person: { email: "mallory@example.com" }, data: { ...event.data, title: "Everything I own" } };
  expect(await confirm(lies)).toMatchObject({
    ok: true,
    value: { person: { email: "ann.41@example.com" }, data: { title: "Estimate 41" } },
  });
  expect(await confirm({ ...event, type: "contract.signed" })).toMatchObject({ ok: true, value: null });
  expect(await confirm({ ...event, type: "contract.declined" })).toMatchObject({ ok: true, value: null });
  expect(await confirm({ ...event, id: `${event.id}0` })).toMatchObject({ ok: true, value: null });
  expect(await confirm({ ...event, data: { ...event.data, contract_id: "0".repeat(40) } })).toMatchObject({ ok: true, value: null });
});

test("the account's test passes; what the plan does not allow is no matter of the key", async () => {
  expect(await checkFields("valid")).toMatchObject({ ok: true, value: { name: "office@sandbox-plumbing.example" } });
  answers(402, { error: { error_name: "payment_required", error_msg: "…" } });
  expect(await checkFields("valid")).toMatchObject(failed({ kind: "Declined" }));
});

const ann = { name: "Ann O'Neil", email: "ann@example.com" };
const sam = { name: "Sam Owner", email: "sam@example.com" };
const contract = {
  title: "Estimate 1042",
  text: "<p>Réparé: $1,250. Signature: Countersigned:</p>",
  signers: [
    { ...ann, sign_at: "Signature:" },
    { ...sam, sign_at: "Countersigned:" },
  ],
};
const sent = async (more: object = {}) => {
  const made = await call("crm/send_contract", { ...contract, ...more });
  return made?.ok ? (made.value as { contract_id: string }).contract_id : expect.fail(JSON.stringify(made));
};
const decide = (id: string, decision: string) => stage().rig.visit(new URL(`https://app.hellosign.com/sign/${id}`), { decision });
const changes = async () => {
  const ask = { vendor: "dropbox-sign", url: "https://junction.example/hooks/dropbox-sign/x", send: false };
  const { messages } = (await stage().rig.sandbox("POST", "/changes", ask)) as {
    messages: { body: string; headers: Record<string, string> }[];
  };
  return (await Promise.all(messages.map(({ body, headers }) => webhook.receive(delivery(headers["content-type"] ?? "", body))))).flat();
};

test("a contract goes from one signer to the next, its file is fetched once it is made, and each stage is told", async () => {
  await changes();
  const contract_id = await sent();
  const is = async (status: string, ...signers: string[]) =>
    expect(await call("crm/get_contract", { contract_id })).toMatchObject({
      ok: true,
      value: { contract_id, title: "Estimate 1042", status, signers: signers.map((status) => ({ status })) },
    });
  await is("sent", "sent", "waiting");
  await decide(contract_id, "open");
  await is("viewed", "viewed", "waiting");
  expect(await call("crm/remind_contract", { contract_id })).toMatchObject({ value: { reminded: [ann.email] } });
  expect(await call("crm/remind_contract", { contract_id })).toMatchObject(failed({ kind: "InvalidRequest" }));
  await decide(contract_id, "sign");
  await is("viewed", "signed", "sent");
  await decide(contract_id, "sign");
  await is("signed", "signed", "signed");
  expect(await call("crm/get_contract", { contract_id })).toMatchObject({ value: { signed_at: expect.stringMatching(/^\d{4}-.*Z$/) } });
  expect((await changes()).map(({ type }) => type)).toEqual(["sent", "viewed", "viewed", "signed"].map((stage) => `contract.${stage}`));

  const settings = (indexLagSeconds: number) => stage().rig.sandbox("PUT", "/settings", { vendor: "dropbox-sign", indexLagSeconds });
  await settings(60);
  expect(await call("crm/download_contract", { contract_id })).toMatchObject(failed({ kind: "VendorUnavailable" }));
  await settings(0);
  expect(await call("crm/download_contract", { contract_id })).toMatchObject({ value: { file: { type: "application/pdf" } } });
  expect(await call("crm/void_contract", { contract_id, reason: "x" })).toMatchObject(failed({ kind: "InvalidRequest" }));
});

test("a contract that was withdrawn is canceled, and nobody signs it", async () => {
  const contract_id = await sent();
  for (let twice = 0; twice < 2; twice++)
    expect(await call("crm/void_contract", { contract_id, reason: "Dearer now" })).toMatchObject({ value: { status: "canceled" } });
  expect((await decide(contract_id, "sign")).status).toBe(404);
  expect(await call("crm/get_contract", { contract_id })).toMatchObject({ value: { status: "canceled", signers: [] } });
});

test("each signs after their own words, a file goes as it is, and words that are not there are the caller's mistake", async () => {
  const body = async (more: object) => (await stage().call(action("crm/send_contract"), { input: { ...contract, ...more } })).sent[0]?.body;
  expect(await body({})).toContain("Signature: [sig|req|signer1] Countersigned: [sig|req|signer2]</p>");
  const file = await body({ text: undefined, signers: [ann], document: "https://media.example.com/estimate.pdf" });
  expect(file).toMatch(/name="files\[0\]"; filename="sample.pdf"\r\ncontent-type: application\/pdf\r\n\r\n%PDF/);
  expect(await call("crm/send_contract", { ...contract, signers: [{ ...ann, sign_at: "nowhere" }] })).toMatchObject(
    failed({ kind: "InvalidRequest", issues: ["signers.0.sign_at: must be words that the text has"] }),
  );
});

test("a template is sent to its roles, with its fields filled in", async () => {
  const { items, next_page } = await call("crm/list_contract_templates", {}).then((listed) =>
    listed?.ok ? (listed.value as { items: { id: string; roles: string[]; fields: string[] }[]; next_page: string }) : expect.fail(),
  );
  expect(items[0]).toMatchObject({ roles: ["Customer", "Contractor"], fields: ["address", "price"], usable: true });
  expect(await call("crm/list_contract_templates", { page: next_page })).toMatchObject({ value: { items: [{ usable: false }] } });
  const plan = { text: undefined, template_id: items[0]?.id, fields: { price: "$290" } };
  await sent({
    ...plan,
    signers: [
      { ...sam, role: "Contractor" },
      { ...ann, role: "Customer" },
    ],
  });
  expect(await call("crm/send_contract", { ...contract, ...plan, signers: [ann, sam] })).toMatchObject(
    failed({ kind: "InvalidRequest", issues: [0, 1].map((at) => `signers.${at}.role: give one of the template's roles`) }),
  );
  await sent({ text: undefined, template_id: items[1]?.id, signers: [ann] });
});
