import { failed, trial } from "@junction/testkit";
import { expect, test } from "vitest";

const { action, answers, call, checkFields, stage } = trial("mailgun");
const TOOL = "crm/send_email";
const mail = { to: "ann@example.com", subject: "Your estimate", text: "Here it is." };
const inbox = async () => ((await stage().rig.sandbox("GET", "/inbox?vendor=mailgun")) as { inbox: { title: string }[] }).inbox;
const key = (digit: string) => digit.repeat(64);
const probe = async (idempotencyKey: string, sentAt: number) =>
  (await stage().probe(action(TOOL), { input: mail, idempotencyKey, sentAt })).outcome;

test("a sending key passes: it may send, and nothing else is asked of it", async () => {
  expect(await checkFields("sending")).toMatchObject({ ok: true, value: { id: "mg.sandbox-plumbing.example" } });
});

test("a key that may not send is refused, though it were to read the domain", async () => {
  answers(401, "Forbidden");
  expect(await checkFields("valid")).toMatchObject(failed({ kind: "CredentialError" }));
  answers(403, "Forbidden");
  expect(await checkFields("valid")).toMatchObject(failed({ kind: "PermissionError" }));
});

test("a domain lives in one region: the other does not know it", async () => {
  stage().rig.egress.take("mailgun");
  expect(await checkFields("european")).toMatchObject({ ok: true });
  const { region: _, ...elsewhere } = stage().subject.emulator.credentials["european"] ?? {};
  expect(await checkFields(elsewhere)).toMatchObject(failed({ kind: "NotFound" }));
  const hosts = stage().rig.egress.take("mailgun");
  expect(hosts.map(({ host }) => host)).toEqual(["api.eu.mailgun.net", "api.eu.mailgun.net", "api.mailgun.net"]);
});

test("a domain without its DNS records is found out by the test, not by the first customer", async () => {
  expect(await checkFields("unverified")).toMatchObject(failed({ kind: "Declined", code: "domain_not_verified" }));
});

test.each([
  ["a second recipient", 'Ann", "Eve" <eve@example.com>, "X'],
  ["a header", "Ann\r\nBcc: eve@example.com"],
  ["an end of the address", "Ann> <eve@example.com"],
  ["a list", "Ann, eve@example.com; eve@example.com"],
])("a name that would be %s stays a name", async (_, to_name) => {
  const before = (await inbox()).length;
  expect(await call(TOOL, { ...mail, to_name })).toMatchObject({ ok: true });
  const [newest, ...older] = await inbox();
  expect(older).toHaveLength(before);
  expect(newest?.title).toMatch(/^Email to "[^"\r\n]*" <ann@example\.com> from /);
});

test("what Mailgun says in words is told apart", async () => {
  answers(429, {
    message: "Domain example.com is not allowed to send: account-requests-per-sec limit exceeded, try again after 120 seconds",
  });
  expect(await call(TOOL, mail)).toMatchObject(failed({ kind: "RateLimited", retryAfterMs: 120_000 }));
  answers(403, { message: "Domain example.com is not allowed to send: The domain is unverified and requires DNS configuration." });
  expect(await call(TOOL, mail)).toMatchObject(failed({ kind: "Declined", code: "domain_not_verified" }));
  answers(400, { message: "to parameter is not a valid address. please check documentation" });
  expect(await call(TOOL, mail)).toMatchObject(failed({ kind: "InvalidRequest", issues: ["the vendor refused the value of to"] }));
});

test("an email is found in the log by its key; one that is not there yet is not called unsent for half an hour", async () => {
  const sentAt = Date.now();
  await stage().rig.sandbox("PUT", "/settings", { vendor: "mailgun", indexLagSeconds: 600 });
  expect(await call(TOOL, mail, key("7"))).toMatchObject({ ok: true });
  expect(await probe(key("7"), sentAt)).toMatchObject(failed({ kind: "NotFound" }));
  await stage().rig.sandbox("PUT", "/settings", { vendor: "mailgun", indexLagSeconds: 0 });
  expect(await probe(key("7"), sentAt)).toMatchObject({ ok: true, value: { status: "queued" } });
  expect(await probe(key("8"), sentAt)).toMatchObject(failed({ kind: "NotFound" }));
  expect(await probe(key("8"), sentAt - 31 * 60_000)).toMatchObject({ ok: true, value: null });
});

test("a log that may not be read, or has more than a page, proves nothing", async () => {
  const long = Date.now() - 3_600_000;
  answers(401, "Forbidden");
  expect(await probe(key("8"), long)).toMatchObject(failed({ kind: "NotFound" }));
  answers(200, {
    items: Array(300).fill({ event: "accepted", id: "x", timestamp: 1, message: { headers: { "message-id": "other@example.com" } } }),
  });
  expect(await probe(key("8"), long)).toMatchObject(failed({ kind: "NotFound" }));
});

test("a template is listed, filled in and sent, with its own subject and a file; one that is unknown is the caller's", async () => {
  const listed = await call("crm/list_email_templates", {});
  expect(listed).toMatchObject({ ok: true, value: { items: [{ id: "appointment-reminder", usable: true }, {}] } });
  const templated = { to: "tom@example.com", template_id: "appointment-reminder", variables: { name: "Tom", day: "Friday" } };
  const attachments = ["https://media.example.com/estimate.pdf"];
  expect(await call("crm/send_email", { ...templated, attachments })).toMatchObject({ ok: true });
  const { inbox } = (await stage().rig.sandbox("GET", "/inbox?vendor=mailgun")) as { inbox: { title: string; text: string }[] };
  expect(inbox[0]?.title).toContain("We are coming");
  expect(inbox[0]?.text).toBe("Hello Tom, we are coming on Friday.\n[sample.pdf]");
  expect(await call("crm/send_email", { ...templated, template_id: "d-none" })).toMatchObject(failed({ kind: "InvalidRequest" }));
});
