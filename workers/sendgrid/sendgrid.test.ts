import { failed, trial } from "@junction/testkit";
import { expect, test } from "vitest";

const { answers, call, checkFields, stage } = trial("sendgrid");
const email = { to: "ann@example.com", subject: "Hi", text: "Hi" };

test("a key that may not send fails the test, which names what it lacks", async () => {
  expect(await checkFields("restricted")).toMatchObject(failed({ kind: "PermissionError", missing: ["mail.send"] }));
});

test("an address that is not verified declines; a bad one is the caller's", async () => {
  expect(await call("crm/send_email", { ...email, from: "me@unverified.example" })).toMatchObject(
    failed({ kind: "Declined", code: "sender_not_verified" }),
  );
  answers(400, { errors: [{ message: "Does not contain a valid address.", field: "personalizations.0.to.0.email" }] });
  expect(await call("crm/send_email", email)).toMatchObject(
    failed({ kind: "InvalidRequest", issues: ["the vendor refused the value of personalizations.0.to.0.email"] }),
  );
});

test("an account out of credits keeps its connection, though SendGrid says 401", async () => {
  answers(401, { errors: [{ field: null, message: "Maximum credits exceeded" }] });
  expect(await call("crm/send_email", email)).toMatchObject(failed({ kind: "RateLimited" }));
});

test("an email that was taken without an id is known by our own", async () => {
  const key = "e".repeat(64);
  answers(202);
  expect(await call("crm/send_email", email, key)).toMatchObject({ ok: true, value: { message_id: key, status: "queued" } });
});

test("a template is listed, filled in and sent, with its own subject and a file; one that is unknown is the caller's", async () => {
  const listed = await call("crm/list_email_templates", {});
  expect(listed).toMatchObject({ ok: true, value: { items: [{ id: "d-0a1b2c3d4e5f60718293a4b5c6d7e8f9", usable: true }, {}] } });
  const templated = { to: "tom@example.com", template_id: "d-0a1b2c3d4e5f60718293a4b5c6d7e8f9", variables: { name: "Tom", day: "Friday" } };
  const attachments = ["https://media.example.com/estimate.pdf"];
  expect(await call("crm/send_email", { ...templated, attachments })).toMatchObject({ ok: true });
  const { inbox } = (await stage().rig.sandbox("GET", "/inbox?vendor=sendgrid")) as { inbox: { title: string; text: string }[] };
  expect(inbox[0]?.title).toContain("We are coming");
  expect(inbox[0]?.text).toBe("Hello Tom, we are coming on Friday.\n[sample.pdf]");
  expect(await call("crm/send_email", { ...templated, template_id: "d-none" })).toMatchObject(failed({ kind: "InvalidRequest" }));
});
