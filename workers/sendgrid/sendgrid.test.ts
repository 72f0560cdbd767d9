import { failed, trial } from "@junction/testkit";
import { expect, test } from "vitest";

const { answers, call, checkFields } = trial("sendgrid");
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
