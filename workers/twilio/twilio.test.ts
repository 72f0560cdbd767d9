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
  const [number] = [{ sid: "PN1", phone_number: "+12025550123", friendly_name: null, capabilities: { sms: true } }];
  answers(200, {
    incoming_phone_numbers: [number],
    next_page_uri: "/2010-04-01/Accounts/AC/IncomingPhoneNumbers.json?PageSize=1&Page=1&PageToken=PAPN1",
  });
  expect(await call("crm/list_phone_numbers", {})).toMatchObject({ ok: true, value: { next_page: "PAPN1" } });
});

const [NEW, HOOK] = ["+13035550131", "https://junction.example/hooks/twilio/contract."];
const said = (code: string) => failed({ kind: "Declined", code });

test("a number is found, bought once, set up to come here, and given back", async () => {
  const found = await call("crm/search_phone_numbers", { area_code: "303", needs: ["calls"], limit: 2 });
  expect(found).toMatchObject({
    value: { numbers: [{ phone_number: "+13035550130", place: "Denver, CO", can: ["calls", "texts", "pictures"] }, {}] },
  });
  expect(await call("crm/search_phone_numbers", { contains: "PIPE" })).toMatchObject({ value: { numbers: [] } });
  const bought = { ok: true, value: { phone_number: NEW, name: "Yard signs", can: ["calls", "texts", "pictures"] } };
  expect(await call("crm/buy_phone_number", { phone_number: NEW, name: "Yard signs" })).toMatchObject(bought);
  expect(await call("crm/buy_phone_number", { phone_number: NEW, name: "Again" })).toMatchObject(bought);
  expect(await call("crm/buy_phone_number", { phone_number: "+15005550000" })).toMatchObject(said("number_not_available"));
  expect(await call("crm/buy_phone_number", { phone_number: "+442079460131" })).toMatchObject(said("address_required"));

  const setUp = (changes: object) => call("crm/configure_phone_number", { phone_number: NEW, ...changes });
  const stands = (answers_calls: boolean, takes_texts: boolean, name = "Yard signs") => ({
    ok: true,
    value: { phone_number: NEW, name, answers_calls, takes_texts },
  });
  expect(await setUp({})).toMatchObject(stands(false, false));
  expect(await setUp({ answer_calls: true })).toMatchObject(stands(true, false));
  expect(await setUp({ take_texts: true, name: "Signs" })).toMatchObject(stands(true, true, "Signs"));
  expect(await setUp({ answer_calls: false })).toMatchObject(stands(false, true, "Signs"));
  expect(await call("crm/configure_phone_number", { phone_number: "+12025550100" })).toMatchObject(failed({ kind: "NotFound" }));

  const gone = { ok: true, value: { phone_number: NEW, released: true } };
  expect([
    await call("crm/release_phone_number", { phone_number: NEW }),
    await call("crm/release_phone_number", { phone_number: NEW }),
  ]).toMatchObject([gone, gone]);
  expect(await setUp({})).toMatchObject(failed({ kind: "NotFound" }));
});

test("a call says its text and connects; what becomes of it comes to our address; after a lost answer it is found, and not long after", async () => {
  const ask = { to: "+12025550199", say: "It's <b>ready</b> & waiting", connect_to: "+12025550101" };
  const made = await call("crm/place_call", ask);
  expect(made).toMatchObject({ ok: true, value: { status: "queued" } });
  const { inbox } = (await stage().rig.sandbox("GET", "/inbox?vendor=twilio")) as { inbox: { title: string; text: string }[] };
  const { text: twiml } = inbox.find(({ title }) => title === "Call to +12025550199 from +12025550123") ?? expect.fail("nobody was called");
  expect(twiml).toContain(
    '<Response><Say>It\'s &lt;b&gt;ready&lt;/b&gt; &amp; waiting</Say><Dial timeout="30" callerId="+12025550123" answerOnBridge="true"><Number>+12025550101</Number></Dial></Response>',
  );
  const told = { vendor: "twilio", url: `${HOOK}x`, send: false };
  const { messages } = (await stage().rig.sandbox("POST", "/changes", told)) as { messages: { body: string }[] };
  expect(messages.slice(-2).map(({ body }) => new URLSearchParams(body).get("CallStatus"))).toEqual(["ringing", "completed"]);

  const probe = (sentAt: number) => stage().probe(action("crm/place_call"), { input: ask, idempotencyKey: "f".repeat(64), sentAt });
  expect((await probe(Date.now())).outcome).toMatchObject({
    ok: true,
    value: { call_id: made?.ok && (made.value as { call_id: string }).call_id },
  });
  expect((await probe(Date.now() - 120_000)).outcome).toMatchObject({ ok: true, value: null });
  expect(await call("crm/place_call", { ...ask, from: "+12025550177" })).toMatchObject({ ok: true });
  expect(await call("crm/place_call", { ...ask, from: "+12025550188" })).toMatchObject(
    failed({ kind: "InvalidRequest", issues: ["the vendor refused the value of from"] }),
  );
});
