/** One order of deciding, whoever the vendor is: each test is a step that must not be left out, or come too early. */
import type { ReceiveAsk, VendorEvent } from "@junction/core";
import { expect, test } from "vitest";
import * as z from "zod/mini";
import type { Vendor } from "./define.ts";
import { type Proofs, receive } from "./receive.ts";

type Hook = NonNullable<Vendor["webhook"]>;
const NOW = 1_800_000_000_000;
const PAID: VendorEvent = {
  id: "evt_1",
  type: "payment.succeeded",
  entity: "payment:pi_1",
  data: { payment_id: "pi_1", amount_minor: 100, currency: "usd" },
};
const delivery = (changes: Partial<ReceiveAsk["delivery"]> = {}): ReceiveAsk["delivery"] => ({
  method: "POST",
  url: "https://junction.example/hooks/acme/demo.x",
  headers: {},
  body: new TextEncoder().encode("{}"),
  receivedAt: NOW,
  ...changes,
});

/** A webhook whose right secret is "right", and all it was asked for, in order. */
function acme(changes: Partial<Hook> = {}) {
  const asked: string[] = [];
  const webhook: Hook = {
    events: ["payment.succeeded"],
    secret: { from: "own", label: "Secret", help: "Shown to you" },
    setup: "Under Settings, Webhooks",
    verify(_, secret) {
      asked.push(`verify ${secret}`);
      return secret === "right";
    },
    receive() {
      asked.push("receive");
      return [PAID];
    },
    ...changes,
  };
  return { webhook, asked };
}
const holding = (fields: Readonly<Record<string, string>> | null, from: Exclude<keyof Proofs, "key"> = "own"): Proofs => {
  const none = () => Promise.reject(new Error("it opens what it has no use for"));
  return { own: none, credential: none, app: none, key: none, [from]: async () => fields };
};
const right = holding({ secret: "right" });
const signature = { verdict: "forged", reason: "signature" };

test("what is proved is read, and says by which secret", async () => {
  const { webhook, asked } = acme();
  expect(await receive(webhook, { delivery: delivery() }, right)).toEqual({ verdict: "verified", events: [PAID], previous: false });
  expect(asked).toEqual(["verify right", "receive"]);
});

test("what is not proved is never read", async () => {
  const { webhook, asked } = acme();
  expect(await receive(webhook, { delivery: delivery() }, holding({ secret: "wrong" }))).toEqual(signature);
  expect(asked).toEqual(["verify wrong"]);
});

test.each([
  ["no secret is stored", null],
  ["the one that is stored is empty", { secret: "" }],
  ["it has other fields", { api_key: "right" }],
  ["only the previous one is left, and its overlap is over", { secret: "", previous: "right", previous_until: String(NOW) }],
])("%s: unverifiable, and verify is not asked", async (_, fields) => {
  const { webhook, asked } = acme();
  expect(await receive(webhook, { delivery: delivery() }, holding(fields))).toEqual({ verdict: "unverifiable" });
  expect(asked).toEqual([]);
});

test.each(["credential", "app"] as const)("the secret may be a field of the %s, and is never its previous", async (from) => {
  const secret = from === "app" ? { from, field: "client_secret" as const } : { from, field: "token" as never };
  const { webhook, asked } = acme({ secret });
  const fields = { [secret.field]: "wrong", secret: "right", previous: "right", previous_until: String(NOW + 1000) };
  expect(await receive(webhook, { delivery: delivery() }, holding(fields, from))).toEqual(signature);
  expect(asked).toEqual(["verify wrong"]);
  const proved = await receive(webhook, { delivery: delivery() }, holding({ [secret.field]: "right" }, from));
  expect(proved).toMatchObject({ verdict: "verified", previous: false });
  expect(await receive(webhook, { delivery: delivery() }, holding({ other: "right" }, from))).toEqual({ verdict: "unverifiable" });
});

test("the previous secret is tried after the newest, until the moment its overlap ends", async () => {
  const { webhook, asked } = acme();
  const proofs = holding({ secret: "new", previous: "right", previous_until: String(NOW + 1) });
  expect(await receive(webhook, { delivery: delivery() }, proofs)).toMatchObject({ verdict: "verified", previous: true });
  expect(asked).toEqual(["verify new", "verify right", "receive"]);
  expect(await receive(webhook, { delivery: delivery({ receivedAt: NOW + 1 }) }, proofs)).toEqual(signature);
  const garbled = holding({ secret: "new", previous: "right", previous_until: "soon" });
  expect(await receive(webhook, { delivery: delivery() }, garbled)).toEqual(signature);
});

test("a delivery that waited is judged by the time at which it came", async () => {
  const { webhook } = acme();
  const proofs = holding({ secret: "new", previous: "right", previous_until: String(Date.now() - 60_000) });
  const came = delivery({ receivedAt: Date.now() - 120_000 });
  expect(await receive(webhook, { delivery: came }, proofs)).toMatchObject({ verdict: "verified", previous: true });
});

test.each([
  [-300, "verified"],
  [-300.001, "stale"],
  [60, "verified"],
  [60.001, "future"],
  [undefined, "signature"],
])("signed %s s from now, within 300 s and 60 s ahead: %s", async (seconds, wanted) => {
  const at = seconds === undefined ? undefined : NOW / 1000 + seconds;
  const { webhook, asked } = acme({ window: { maxAgeSeconds: 300, maxAheadSeconds: 60, signedAt: async () => at } });
  const said = await receive(webhook, { delivery: delivery() }, right);
  expect("reason" in said ? said.reason : said.verdict).toBe(wanted);
  expect(asked).toEqual(wanted === "verified" ? ["verify right", "receive"] : ["verify right"]);
});

test("its time is looked at only once it is proved: a forger learns nothing of the window", async () => {
  const signedAt = () => {
    throw new Error("asked too early");
  };
  const { webhook } = acme({ window: { maxAgeSeconds: 300, maxAheadSeconds: 60, signedAt } });
  expect(await receive(webhook, { delivery: delivery() }, holding({ secret: "wrong" }))).toEqual(signature);
});

test.each([
  ["no JSON", () => JSON.parse("{"), "its body is not what the vendor documents"],
  ["no such field", () => z.object({ data: z.object({ card: z.string() }) }).parse({ data: { card: 4242 } }), "data.card: invalid_type"],
  ["not even an object", () => z.object({}).parse("4242"), "its body: invalid_type"],
  ["an event that does not fit the vocabulary", () => [{ ...PAID, data: { amount_minor: 4242.5 } }], "payment_id: invalid_type"],
  ["an entity that is none", () => [{ ...PAID, entity: "4242" }], "entity: invalid_format"],
])("%s: unreadable, in words that name the field and not its value", async (_, read, reason) => {
  const { webhook } = acme({ receive: read });
  expect(await receive(webhook, { delivery: delivery() }, right)).toEqual({ verdict: "unreadable", reason });
  expect(reason).not.toContain("4242");
});

test("an event the webhook does not declare is a bug of ours, and so is any other throw", async () => {
  const undeclared = acme({ events: ["payment.failed"] });
  await expect(receive(undeclared.webhook, { delivery: delivery() }, right)).rejects.toThrow("payment.succeeded is not among the events");
  const broken = acme({ receive: () => Promise.reject(new TypeError("a bug")) });
  await expect(receive(broken.webhook, { delivery: delivery() }, right)).rejects.toThrow("a bug");
});

test("data of an event's own making does not pass", async () => {
  const { webhook } = acme({ receive: () => [{ ...PAID, data: { ...PAID.data, card_number: "4242" } } as VendorEvent] });
  expect(await receive(webhook, { delivery: delivery() }, right)).toMatchObject({ events: [{ data: PAID.data }] });
  expect(JSON.stringify(await receive(webhook, { delivery: delivery() }, right))).not.toContain("4242");
});

test("what was verified once is read again without any proof, but not without its shape", async () => {
  const { webhook, asked } = acme({ window: { maxAgeSeconds: 1, maxAheadSeconds: 1, signedAt: () => 0 } });
  const nothing = holding(null);
  expect(await receive(webhook, { delivery: delivery(), verified: true }, nothing)).toMatchObject({ verdict: "verified", events: [PAID] });
  expect(asked).toEqual(["receive"]);
  const unreadable = acme({ receive: () => JSON.parse("{") });
  expect(await receive(unreadable.webhook, { delivery: delivery(), verified: true }, nothing)).toMatchObject({ verdict: "unreadable" });
});

test("a GET is the vendor's question or nothing, and nothing of it is read", async () => {
  const reply = { status: 200, type: "text/plain", body: "yes" };
  const asking = acme({ challenge: ({ url }, { secret }) => (url.endsWith(`?token=${secret}`) ? reply : null) });
  const get = (url: string) => ({ delivery: delivery({ method: "GET", url }) });
  expect(await receive(asking.webhook, get("https://x.example/?token=right"), right)).toEqual({ verdict: "challenge", reply });
  expect(await receive(asking.webhook, get("https://x.example/?token=wrong"), right)).toEqual(signature);
  expect(await receive(asking.webhook, get("https://x.example/?token=undefined"), holding(null))).toEqual(signature);
  expect(await receive(acme().webhook, get("https://x.example/"), right)).toEqual(signature);
  expect(asking.asked).toEqual([]);
});
