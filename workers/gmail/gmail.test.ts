import { failed, trial } from "@junction/testkit";
import { expect, test } from "vitest";

const { action, answers, call, checkFields, stage } = trial("gmail");
const SEND = "crm/send_email";
const mail = { to: "tom@example.com", subject: "Your estimate", text: "Here it is." };
const inbox = async () => ((await stage().rig.sandbox("GET", "/inbox?vendor=gmail")) as { inbox: { title: string; text: string }[] }).inbox;

test("a message goes out as it was written, with its files, from an address that is the contractor's", async () => {
  const attachments = ["https://media.example.com/estimate.pdf"];
  expect(await call(SEND, { ...mail, subject: "Kostenvoranschlag für Müller", to_name: "Tom Ø", attachments })).toMatchObject({ ok: true });
  const [sent] = await inbox();
  expect(sent?.title).toBe("Email to Tom Ø <tom@example.com> from office@sandbox-plumbing.example: Kostenvoranschlag für Müller");
  expect(sent?.text).toMatch(/^Here it is\.\n\[sample\.pdf, \d+ bytes\]$/);
  for (const from of ["old@sandbox-plumbing.example", "eve@example.com"])
    expect(await call(SEND, { ...mail, from })).toMatchObject(failed({ kind: "Declined", code: "sender_not_verified" }));
});

test("a template is a message under the label Templates; a placeholder without a value is no email", async () => {
  const listed = await call("crm/list_email_templates", {});
  expect(listed).toMatchObject({ ok: true, value: { items: [{ name: "We are coming on {{day}}" }, { name: "Thank you" }] } });
  const template_id = (listed?.ok ? (listed.value as { items: { id: string }[] }).items : [])[0]?.id ?? "";
  const templated = { to: "tom@example.com", template_id };
  expect(await call(SEND, { ...templated, variables: { name: "Tom & Söhne", day: "Friday" } })).toMatchObject({ ok: true });
  const [sent] = await inbox();
  expect(sent).toMatchObject({
    title: expect.stringContaining("We are coming on Friday"),
    text: "Hello Tom & Söhne, we are coming on Friday.",
  });
  const issues = ["variables: give a value for day"];
  expect(await call(SEND, { ...templated, variables: { name: "Tom" } })).toMatchObject(failed({ kind: "InvalidRequest", issues }));
});

test("a sent message is found by its own id, and by our header where Gmail gave it another; not at once called unsent", async () => {
  const key = "7".repeat(64);
  const sentAt = Date.now();
  const probe = async (idempotencyKey: string, at = sentAt) =>
    (await stage().probe(action(SEND), { input: mail, idempotencyKey, sentAt: at })).outcome;
  expect(await probe(key)).toMatchObject(failed({ kind: "NotFound" }));
  expect(await call(SEND, mail, key)).toMatchObject({ ok: true });
  const found = await probe(key);
  expect(found).toMatchObject({ ok: true, value: { status: "queued" } });
  expect(await probe("8".repeat(64), sentAt - 3_600_000)).toMatchObject({ ok: true, value: null });
  answers(200, {
    messages: [{ id: "m1" }],
    ...{ id: "m1", payload: { headers: [{ name: "X-Junction-Key", value: "9".repeat(64) }] } },
  });
  expect(await probe("9".repeat(64))).toMatchObject({ ok: true, value: { message_id: "m1" } });
});

test("whose account it is, by its own address; one without Gmail is none", async () => {
  expect(await checkFields("valid")).toMatchObject({
    ok: true,
    value: { id: "office@sandbox-plumbing.example", name: "Sandbox Plumbing" },
  });
  answers(200, { sendAs: [] });
  expect(await checkFields("valid")).toMatchObject(failed({ kind: "InvalidRequest" }));
});
