import type { Delivery, VendorEvent } from "@junction/kit";
import { openHooks, trial } from "@junction/testkit";
import { expect, test } from "vitest";
import { webhook } from "./webhook.ts";

const { call, stage } = trial("docusign");
const KEY = "DocuSignTestHmacKey";
const BODY = '{"event":"envelope-completed"}';
const SIGNATURE = "TrCeO0xMlu/xluebHLDtQIq8jy5GxEPZp70qQiY/bH8=";
const delivery = (body: string, headers: Readonly<Record<string, string>> = {}): Delivery => ({
  ...{ method: "POST", url: "https://example.com/hooks/docusign/a", headers, receivedAt: Date.now() },
  body: new TextEncoder().encode(body),
});

test("any of the account's keys signs, under a number that says nothing of whose it is", async () => {
  const other = SIGNATURE.replace("T", "U");
  for (const headers of [
    { "x-docusign-signature-1": SIGNATURE },
    { "x-docusign-signature-1": other, "x-docusign-signature-2": SIGNATURE },
    { "x-docusign-signature-100": SIGNATURE, "x-docusign-signature-3": "" },
  ])
    expect(await webhook.verify(delivery(BODY, headers), KEY)).toBe(true);
  const signed = { "x-docusign-signature-1": SIGNATURE };
  expect(await webhook.verify(delivery(`${BODY}\r\n`, signed), KEY)).toBe(false);
  expect(await webhook.verify(delivery(BODY, signed), `${KEY}1`)).toBe(false);
  for (const headers of [
    {},
    { "x-docusign-signature-1": other },
    { "x-docusign-signature": SIGNATURE },
    { "x-authorization-digest": SIGNATURE },
  ])
    expect(await webhook.verify(delivery(BODY, headers), KEY)).toBe(false);
});

const told = (event: string, more: object = {}) => {
  const data = { accountId: "a1", envelopeId: "e1", envelopeSummary: { emailSubject: "Estimate" }, ...more };
  return webhook.receive(delivery(JSON.stringify({ event, generatedDateTime: "2026-11-21T12:00:00.1234567Z", data })));
};

test("an envelope's stages are told, each under its own time; what Docusign tells beside is left out", async () => {
  expect(await told("envelope-completed")).toEqual([
    {
      ...{ id: "e1:envelope-completed:2026-11-21T12:00:00.1234567Z", type: "contract.signed", entity: "envelope:e1", account: "a1" },
      occurredAt: Date.UTC(2026, 10, 21, 12, 0, 0, 123),
      data: { contract_id: "e1", title: "Estimate" },
    },
  ]);
  const types = await Promise.all(["sent", "delivered", "declined"].map((stage) => told(`envelope-${stage}`)));
  expect(types.flat().map(({ type }) => type)).toEqual(["contract.sent", "contract.viewed", "contract.declined"]);
  for (const event of ["recipient-completed", "envelope-voided", "envelope-resent", "template-created", "constructor"])
    expect(await told(event)).toEqual([]);
  expect(await told("envelope-completed", { envelopeSummary: null })).toMatchObject([{ data: { contract_id: "e1" } }]);
});

test("an old delivery that comes again says nothing that the envelope does not say now", async () => {
  const made = await call("crm/send_contract", {
    ...{ title: "Estimate", subject: "Your estimate", text: "Sign here:", text_format: "txt" },
    signers: [{ name: "Ann O'Neil", email: "ann@example.com" }],
  });
  const contract_id = made?.ok ? (made.value as { contract_id: string }).contract_id : expect.fail();
  const { confirm } = await openHooks(stage());
  const event = (type: VendorEvent["type"]) =>
    ({ id: "x", type, entity: `envelope:${contract_id}`, data: { contract_id } }) as VendorEvent & { type: `contract.${string}` };
  const confirmed = async (type: VendorEvent["type"]) => (await confirm(event(type))).value;
  expect(await confirmed("contract.sent")).toMatchObject({
    value: { person: { name: "Ann O'Neil", email: "ann@example.com" }, data: { title: "Your estimate", signer_email: "ann@example.com" } },
  });
  for (const type of ["contract.viewed", "contract.signed", "contract.declined"] as const)
    expect(await confirmed(type), type).toMatchObject({ ok: true, value: null });
  await stage().rig.visit(new URL(`https://demo.docusign.net/Signing/${contract_id}`), { decision: "open" });
  await stage().rig.visit(new URL(`https://demo.docusign.net/Signing/${contract_id}`), { decision: "sign" });
  for (const type of ["contract.sent", "contract.viewed", "contract.signed"] as const)
    expect(await confirmed(type)).toMatchObject({ value: { type, id: "x" } });
  expect(await confirmed("contract.declined")).toMatchObject({ ok: true, value: null });
});

test("why somebody declined is told", async () => {
  const hooks = await openHooks(stage());
  const [{ value } = {}] = await hooks.deliver([await hooks.one({ kind: "contract.declined" })]);
  const [event] = value?.verdict === "verified" ? value.events : [];
  expect((await hooks.confirm(event ?? expect.fail())).value).toMatchObject({ value: { data: { reason: "Too dear" } } });
});
