import type { Delivery, VendorEvent } from "@junction/kit";
import { failed, openHooks, trial } from "@junction/testkit";
import { expect, test } from "vitest";
import { webhook } from "./webhook.ts";

const { answers, call, stage } = trial("meta-pages");
const PAGE = "104729583047001";
const delivery = (body: string, signature = "", url = "https://example.com/hooks/meta-pages/app", method = "POST"): Delivery => ({
  ...{ method, url, headers: { "x-hub-signature-256": signature }, receivedAt: Date.now() },
  body: new TextEncoder().encode(body),
});
const LEADGEN =
  '{"object":"page","entry":[{"id":"111","time":1700000000,"changes":[{"field":"leadgen","value":{"leadgen_id":"222","page_id":"111","form_id":"333","created_time":1700000000}}]}]}';

test.each([
  ["It's a Secret to Everybody", "Hello, World!", "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"], // GitHub's, of the same scheme
  ["meta_app_secret_test", LEADGEN, "cdb250a91d969daaf111e6ba711bfb85760baa281e49fa34aed7f4b08b3ce4ec"],
])("the signature covers the bytes as they came (%s)", async (secret, body, mac) => {
  expect(await webhook.verify(delivery(body, `sha256=${mac}`), secret)).toBe(true);
  expect(await webhook.verify(delivery(`${body} `, `sha256=${mac}`), secret)).toBe(false);
  expect(await webhook.verify(delivery(body, `sha256=${mac}`), `${secret}x`)).toBe(false);
  for (const wrong of [mac, `sha1=${mac}`, `sha256=${mac.toUpperCase()}`, "sha256=", ""])
    expect(await webhook.verify(delivery(body, wrong), secret)).toBe(false);
});

test("whoever asks with our verify token gets the bare challenge back, and nobody else gets a word", async () => {
  const app = { client_id: "1", client_secret: "2", webhook_verify_token: "our word" };
  const ask = (query: Readonly<Record<string, string>>, fields: Readonly<Record<string, string>> = app) =>
    webhook.challenge?.(delivery("", "", `https://example.com/hooks/meta-pages/app?${new URLSearchParams(query)}`, "GET"), fields);
  const right = { "hub.mode": "subscribe", "hub.challenge": "1158201444", "hub.verify_token": "our word" };
  expect(await ask(right)).toEqual({ status: 200, type: "text/plain", body: "1158201444" });
  for (const wrong of [{ "hub.verify_token": "2" }, { "hub.verify_token": "" }, { "hub.mode": "unsubscribe" }, { "hub.challenge": "" }])
    expect(await ask({ ...right, ...wrong })).toBeNull();
  const { webhook_verify_token: _, ...without } = app;
  expect(await ask({ ...right, "hub.verify_token": "" }, without)).toBeNull();
  expect(await ask({ ...right, "hub.verify_token": "undefined" }, without)).toBeNull();
});

test("each lead of a batch is told of the page it came in by; what else pages tell is left out", async () => {
  const [one] = (JSON.parse(LEADGEN) as { entry: { id: string; changes: { field: string; value: object }[] }[] }).entry;
  const other = {
    id: 112,
    changes: [
      { field: "leadgen", value: { leadgen_id: 223, page_id: 112 } },
      { field: "feed", value: { item: "post" } },
    ],
  };
  const said = await webhook.receive(delivery(JSON.stringify({ object: "page", entry: [one, other, { id: "113", messaging: [] }] })));
  expect(said).toEqual([
    {
      ...{ id: "222", type: "lead.created", entity: "lead:222", account: "111", occurredAt: 1_700_000_000_000 },
      data: { lead_id: "222", form_id: "333" },
    },
    { id: "223", type: "lead.created", entity: "lead:223", account: "112", data: { lead_id: "223" } },
  ]);
  expect(await webhook.receive(delivery(JSON.stringify({ object: "instagram", entry: [one] })))).toEqual([]);
});

test("the account's pages are known by its test call, since what Meta delivers names the page", async () => {
  const { outcome } = await stage().check("valid");
  expect(outcome).toMatchObject({ ok: true, value: { name: "Sam Owner", accounts: [PAGE, "104729583047002"] } });
});

test("who the lead is, is asked for as the page", async () => {
  const hooks = await openHooks(stage());
  const [{ value } = {}] = await hooks.deliver([await hooks.one({ kind: "lead.created", entity: 7 })]);
  const [event] = value?.verdict === "verified" ? value.events : [];
  expect(event).toMatchObject({ account: PAGE });
  stage().rig.egress.take("meta-pages");
  expect((await hooks.confirm(event ?? expect.fail())).value).toMatchObject({
    value: {
      id: event?.id,
      person: { name: "Zoë Example", email: "lead7@example.com", phone: "+12025550007" },
      data: { form_id: "339247250000123", campaign_id: "120210000000000456", answers: { "what_needs_repair?": "Water heater, Boiler" } },
    },
  });
  const [asPage, asked] = stage().rig.egress.take("meta-pages");
  expect(asked?.headers.get("authorization")).not.toBe(asPage?.headers.get("authorization"));
});

test("a lead that is not there is null; one that cannot be asked for just now is asked for again", async () => {
  const { confirm } = await openHooks(stage());
  const event: VendorEvent = { id: "404", type: "lead.created", entity: "lead:404", account: PAGE, data: { lead_id: "404" } };
  expect((await confirm(event)).value).toMatchObject({ ok: true, value: null });
  expect((await confirm({ ...event, account: "104729583047002" })).value).toMatchObject(
    failed({ kind: "PermissionError", missing: ["CREATE_CONTENT"] }),
  );
  let seen = 0;
  const says = (error: object, status = 400) => {
    seen = 0;
    stage().misbehave(() =>
      seen++ === 0 ? "pass" : { status, headers: { "content-type": "application/json" }, body: JSON.stringify({ error }) },
    );
  };
  says({ code: 200, message: "(#200) Requires leads_retrieval permission" }, 403);
  expect((await confirm(event)).value).toMatchObject(failed({ kind: "PermissionError" }));
  says({ code: 4, message: "limit" }, 400);
  expect((await confirm(event)).value).toMatchObject(failed({ kind: "VendorUnavailable" }));
  answers(400, { error: { code: 190, message: "expired" } });
  expect((await confirm(event)).value).toMatchObject(failed({ kind: "CredentialError" }));
  stage().behave();
  expect(await call("crm/list_social_pages", {})).toMatchObject({ ok: true });
});
