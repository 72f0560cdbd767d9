import type { Delivery } from "@junction/kit";
import { failed, trial } from "@junction/testkit";
import { expect, test } from "vitest";
import { webhook } from "./webhook.ts";

const { answers, call, checkFields, stage } = trial("whatsapp");
const at = 1_790_000_000_000;
const delivery = (body: string, signature = "", url = "https://junction.example/hooks/whatsapp/demo.x"): Delivery => ({
  method: "POST",
  url,
  headers: { "x-hub-signature-256": signature },
  body: new TextEncoder().encode(body),
  receivedAt: at,
});

test("Meta's scheme over the raw bytes", async () => {
  const [secret, body] = ["app-secret-test", '{"object":"whatsapp_business_account","entry":[]}'];
  const signature = "sha256=5d4a1124b075cf092476e6677b89ce220ec42f3593e0c842f738827622e0c143";
  expect(await webhook.verify(delivery(body, signature), secret)).toBe(true);
  expect(await webhook.verify(delivery(body, signature.slice("sha256=".length)), secret)).toBe(false);
  expect(await webhook.verify(delivery(`${body}\n`, signature), secret)).toBe(false);
  expect(await webhook.verify(delivery(body, signature), "app-secret-Test")).toBe(false);
  expect(await webhook.receive(delivery(body))).toEqual([]);
});

const ask = (query: Readonly<Record<string, string>>, token = "word") =>
  webhook.challenge?.(
    { ...delivery("", "", `https://junction.example/hooks/whatsapp/x?${new URLSearchParams(query)}`), method: "GET" },
    { verify_token: token },
  );

test("the address is ours for whoever knows the verify token, and for nobody where there is none", async () => {
  const query = { "hub.mode": "subscribe", "hub.challenge": "1158201444", "hub.verify_token": "word" };
  expect(await ask(query)).toEqual({ status: 200, type: "text/plain", body: "1158201444" });
  expect(await ask({ ...query, "hub.verify_token": "Word" })).toBeNull();
  expect(await ask({ ...query, "hub.mode": "unsubscribe" })).toBeNull();
  expect(await ask({ ...query, "hub.challenge": "<script>" })).toBeNull();
  expect(await ask({ ...query, "hub.verify_token": "" }, "")).toBeNull();
});

const metadata = { display_phone_number: "1 202-555-0123", phone_number_id: "106853218861309" };
const change = (value: object, field = "messages") => ({
  changes: [{ field, value: { messaging_product: "whatsapp", metadata, ...value } }],
});
const notice = (...entry: object[]) => delivery(JSON.stringify({ object: "whatsapp_business_account", entry }));

test("one delivery may say several things, of several conversations; a stage on the way is none of them", async () => {
  const messages = [{ from: "12025560001", id: "wamid.A", timestamp: "1790000000", type: "text", text: { body: "Hi" } }];
  const statuses = [
    { id: "wamid.B", status: "sent", timestamp: "1790000001", recipient_id: "12025560002" },
    { id: "wamid.B", status: "delivered", timestamp: "1790000002", recipient_id: "12025560002" },
    { id: "wamid.B", status: "read", timestamp: "1790000003", recipient_id: "12025560002" },
    {
      id: "wamid.C",
      status: "failed",
      timestamp: "1790000004",
      recipient_id: "12025560002",
      errors: [{ code: 131047, title: "Too late" }],
    },
  ];
  const contacts = [{ wa_id: "12025560001", profile: { name: "Ann" } }];
  const events = await webhook.receive(
    notice(change({ contacts, messages }), change({ statuses }), change({}, "message_template_status_update")),
  );
  const between = "conversation:106853218861309|+1202556000";
  expect(events).toMatchObject([
    {
      id: "wamid.A",
      type: "message.received",
      entity: `${between}1`,
      occurredAt: 1_790_000_000_000,
      person: { phone: "+12025560001", name: "Ann" },
      data: { channel: "whatsapp", from: "+12025560001", to: "+12025550123", body: "Hi" },
    },
    { id: "wamid.B:message.delivered", entity: `${between}2`, data: { from: "+12025550123", to: "+12025560002" } },
    { id: "wamid.B:message.delivered" },
    { id: "wamid.C:message.failed", type: "message.failed", data: { reason: "131047 Too late" } },
  ]);
});

test("someone with a user name and no number is known by the id", async () => {
  const contacts = [{ user_id: "US.1349", profile: { name: "Ann" } }];
  const messages = [{ from_user_id: "US.1349", id: "wamid.A", type: "text", text: { body: "Hi" } }];
  const [event] = await webhook.receive(notice(change({ contacts, messages })));
  expect(event).toMatchObject({
    entity: "conversation:106853218861309|US.1349",
    person: { id: "US.1349", name: "Ann" },
    data: { from: "US.1349" },
  });
  expect(event?.person?.phone).toBeUndefined();
});

test.each([
  [{ type: "image", image: { id: "77", mime_type: "image/jpeg", caption: "The leak" } }, "The leak", "https://graph.facebook.com/v23.0/77"],
  [{ type: "button", button: { text: "Yes", payload: "y" } }, "Yes", undefined],
  [{ type: "interactive", interactive: { type: "list_reply", list_reply: { id: "1", title: "Friday" } } }, "Friday", undefined],
  [{ type: "reaction", reaction: { message_id: "wamid.X", emoji: "👍" } }, "👍", undefined],
  [{ type: "location", location: { latitude: 38.9, longitude: -77, name: "Home" } }, "Home, 38.9, -77", undefined],
  [{ type: "unsupported", errors: [{ code: 131051 }] }, "", undefined],
])("a message that is no text is read all the same: %j", async (message, body, url) => {
  const [event] = await webhook.receive(notice(change({ messages: [{ from: "12025560001", id: "wamid.A", ...message }] })));
  expect(event).toMatchObject({ data: { body, ...(url && { media: [{ url }] }) } });
});

test("a token that may not manage the account fails the test; a limit is waited for", async () => {
  expect(await checkFields("sender")).toMatchObject(failed({ kind: "PermissionError", missing: ["whatsapp_business_management"] }));
  answers(400, { error: { code: 131056, message: "(#131056) pair rate limit" } });
  expect(await checkFields("valid")).toMatchObject(failed({ kind: "RateLimited", retryAfterMs: 60_000 }));
});

const to = "+12025560001";
const template = { name: "estimate_ready", language: "en_US", parameters: ["Ann", "$1,250"] };

test("a template is sent with what stands in it; one that is paused, unknown or filled wrongly is refused in words", async () => {
  expect(await call("crm/send_whatsapp", { to, template })).toMatchObject({ ok: true, value: { status: "accepted" } });
  const { inbox } = (await stage().rig.sandbox("GET", "/inbox?vendor=whatsapp")) as { inbox: { title: string; text: string }[] };
  expect(inbox[0]).toMatchObject({ title: `WhatsApp to ${to}`, text: "Hi Ann, your estimate over $1,250 is ready." });
  const sent = (other: object) => call("crm/send_whatsapp", { to, template: { ...template, ...other } });
  expect(await sent({ name: "spring_offer", parameters: [] })).toMatchObject(failed({ kind: "Declined", code: "template_paused" }));
  const refused = (field: string) => failed({ kind: "InvalidRequest", issues: [`the vendor refused the value of ${field}`] });
  expect(await sent({ name: "nobody" })).toMatchObject(refused("template"));
  expect(await sent({ parameters: ["Ann"] })).toMatchObject(refused("template.parameters"));
  expect(await call("crm/send_whatsapp", { to, text: "Hi", template })).toMatchObject(failed({ kind: "InvalidRequest" }));
});

test("a text reaches only who has written within a day; that it did not is told afterwards", async () => {
  const told = async (send: object) => {
    expect(await call("crm/send_whatsapp", { to: "+12025561000", text: "Hi" })).toMatchObject({ ok: true });
    const { messages } = (await stage().rig.sandbox("POST", "/changes", { vendor: "whatsapp", ...send })) as {
      messages: { body: string }[];
    };
    return (await webhook.receive(delivery(messages.at(-1)?.body ?? ""))).at(0);
  };
  const there = { url: "https://junction.example/hooks/whatsapp/x", send: false };
  expect(await told(there)).toMatchObject({ type: "message.failed", data: { reason: "131047 Re-engagement message", to: "+12025561000" } });
  await stage().rig.sandbox("POST", "/pushes", { vendor: "whatsapp", kind: "message.received", ...there });
  expect(await told(there)).toMatchObject({ type: "message.delivered" });
});

test("templates to choose from say their text, or why they cannot be sent", async () => {
  expect(await call("crm/list_whatsapp_templates", {})).toEqual({
    ok: true,
    value: {
      items: [
        {
          id: "estimate_ready:en_US",
          name: "estimate_ready (en_US)",
          detail: "Hi {{1}}, your estimate over {{2}} is ready.",
          usable: true,
        },
        { id: "visit_reminder:en_US", name: "visit_reminder (en_US)", detail: "Hi {{1}}, we come tomorrow.", usable: true },
        { id: "spring_offer:en_US", name: "spring_offer (en_US)", detail: "Meta says: paused", usable: false },
        { id: "before_and_after:en_US", name: "before_and_after (en_US)", detail: "Its header needs more than text", usable: false },
      ],
    },
  });
});

test("a text that Meta refuses at once is declined, and says that a template is wanted", async () => {
  answers(400, { error: { message: "(#131047) Re-engagement message", code: 131047 } });
  expect(await call("crm/send_whatsapp", { to, text: "Hi" })).toMatchObject(
    failed({ kind: "Declined", code: "outside_24_hours_use_template" }),
  );
});

test("accounts and numbers to choose from: which is the default, and which cannot send", async () => {
  stage().behave();
  expect(await call("crm/list_whatsapp_accounts", {})).toMatchObject({
    value: { items: [{ id: "102290129340398", name: "Sandbox Plumbing" }] },
  });
  expect(await call("crm/list_whatsapp_numbers", {})).toMatchObject({
    value: {
      items: [
        { id: "106853218861309", name: "+1 202-555-0123", detail: "Sandbox Plumbing, default", usable: true },
        { name: "+1 202-555-0177", detail: "Sandbox Drains, Meta says: restricted, rated poor by those who got messages", usable: false },
      ],
    },
  });
});
