import { failed, trial } from "@junction/testkit";
import { expect, test } from "vitest";

const { action, answers, call, checkFields, stage } = trial("twilio");
const text = (to: string) => call("crm/send_sms", { to, body: "Hi" });

test("a person who said STOP declined; a country that is switched off is a permission; a bad number is the caller's", async () => {
  expect(await text("+15005550004")).toMatchObject(failed({ kind: "Declined", code: "unsubscribed" }));
  expect(await text("+15005550003")).toMatchObject(failed({ kind: "PermissionError" }));
  expect(await text("+15005550001")).toMatchObject(failed({ kind: "InvalidRequest", issues: ["the vendor refused the value of to"] }));
  const from = await call("crm/send_sms", { to: "+12025550199", body: "Hi", from: "+12025550188" });
  expect(from).toMatchObject(failed({ kind: "InvalidRequest", issues: ["the vendor refused the value of from"] }));
});

test("an API key is used where one is given, and one that may only read passes the test but sends nothing", async () => {
  expect(await checkFields("key")).toMatchObject({ ok: true });
  expect(await checkFields({ ...stage().subject.emulator.credentials["key"], auth_token: "not looked at" })).toMatchObject({ ok: true });
  expect(await checkFields("restricted")).toMatchObject({ ok: true });
  answers(401, { code: 70051, message: "Authorization Failed", status: 401 });
  expect(await text("+12025550199")).toMatchObject(failed({ kind: "PermissionError" }));
});

test("an account without token and without key is told what to give", async () => {
  const { account_sid = "", default_from = "" } = stage().subject.emulator.credentials.valid;
  expect(await checkFields({ account_sid, default_from })).toMatchObject(
    failed({ kind: "InvalidRequest", issues: ["give api_key_sid and api_key_secret, or account_sid and auth_token"] }),
  );
});

test("a full page of newer messages is no proof that a text was not sent", async () => {
  const sentAt = Date.now();
  const message = {
    sid: "SM1",
    status: "sent",
    to: "+12025550199",
    from: "+12025550123",
    body: "Another",
    date_created: new Date().toUTCString(),
  };
  answers(200, { messages: Array(200).fill(message) });
  const ask = { input: { to: "+12025550199", body: "Hi" }, idempotencyKey: "f".repeat(64), sentAt };
  expect((await stage().probe(action("crm/send_sms"), ask)).outcome).toMatchObject(failed({ kind: "VendorUnavailable" }));
});

test("numbers to text from: which is the default, which sends none; page by page", async () => {
  expect(await call("crm/list_phone_numbers", {})).toMatchObject({
    ok: true,
    value: {
      items: [
        { id: "+12025550123", name: "+12025550123", detail: "(202) 555-0123, default", usable: true },
        { id: "+15005550006", usable: true },
        { id: "+12025550177", detail: "(202) 555-0177, sends no texts", usable: false },
      ],
    },
  });
  const [number] = [{ phone_number: "+12025550123", friendly_name: null, capabilities: { sms: true } }];
  answers(200, {
    incoming_phone_numbers: [number],
    next_page_uri: "/2010-04-01/Accounts/AC/IncomingPhoneNumbers.json?PageSize=1&Page=1&PageToken=PAPN1",
  });
  expect(await call("crm/list_phone_numbers", {})).toMatchObject({ ok: true, value: { next_page: "PAPN1" } });
});
