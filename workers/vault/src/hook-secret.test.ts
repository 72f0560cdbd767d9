import { JUNCTION } from "@junction/core";
import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { KEYRING, type Rig, startRig, TWILIO } from "./rig.ts";

let rig: Rig;
beforeAll(async () => {
  rig = await startRig({ vaults: { vault: JSON.stringify(KEYRING), other: JSON.stringify(KEYRING) } });
});
afterAll(() => rig.dispose());

const DAY = 24 * 60 * 60_000;
let made = 0;
const fresh = () => ({ contractor: `hook-${++made}`, connection: "con_1-hook", vendor: "twilio" });
type Ref = ReturnType<typeof fresh>;
const rotate = (ref: Ref, secret: string, overlapMs = DAY, vault = "vault") => rig.adminOf(vault).rotate({ ...ref, secret, overlapMs });
const fieldsOf = async ({ vendor, ...ref }: Ref, generation = 1) => {
  const opened = await rig.vendor(vendor).open({ ...ref, generation, purpose: "webhook", call: "c" });
  return opened.ok ? opened.fields : opened.reason;
};

describe("a webhook's secret", () => {
  test("is a credential of its own type, and shows its last four alone", async () => {
    const ref = fresh();
    const described = await rotate(ref, "whsec_first0123456789");
    expect(described).toMatchObject({ ...ref, type: "webhook_secret", generation: 1, shown: { secret: "••••6789" } });
    expect(await fieldsOf(ref)).toEqual({ secret: "whsec_first0123456789" });
  });

  test("keeps the one before it for the overlap, and says until when", async () => {
    const ref = fresh();
    await rotate(ref, "first");
    const before = Date.now();
    const { shown, generation } = await rotate(ref, "whsec_second0123456+/a");
    const until = Number(shown.previous_until);
    expect(until).toBeGreaterThanOrEqual(before + DAY);
    expect(until).toBeLessThanOrEqual(Date.now() + DAY);
    expect(shown).toEqual({ secret: "••••6+/a", previous: "••••", previous_until: String(until) });
    expect(await fieldsOf(ref, generation)).toEqual({ secret: "whsec_second0123456+/a", previous: "first", previous_until: String(until) });
  });

  test("replaced without overlap leaves nothing of the one before", async () => {
    const ref = fresh();
    await rotate(ref, "leaked");
    await rotate(ref, "second", 0);
    expect(await fieldsOf(ref, 2)).toEqual({ secret: "second" });
  });

  // The accident: the person presses Save twice, and the secret the vendor still signs with is gone.
  test("set again is no rotation", async () => {
    const ref = fresh();
    await rotate(ref, "first");
    const once = await rotate(ref, "second");
    expect(await rotate(ref, "second")).toEqual(once);
    expect(await fieldsOf(ref, 2)).toMatchObject({ secret: "second", previous: "first" });
  });

  // The race: two rotations read the same generation, and the later write forgets the secret of the earlier.
  test("of many rotations at once each follows on another: the last two secrets are those that count", async () => {
    const ref = fresh();
    await rotate(ref, "first");
    const names = Array.from({ length: 16 }, (_, at) => `secret-${at}`);
    const all = await Promise.all(names.map((name, at) => rotate(ref, name, DAY, at % 2 ? "vault" : "other")));
    const order = all.map(({ generation }, at) => [generation, names[at]] as const).toSorted(([a], [b]) => a - b);
    expect(order.map(([generation]) => generation)).toEqual(names.map((_, at) => at + 2));
    expect(await fieldsOf(ref, 17)).toMatchObject({ secret: order.at(-1)?.[1], previous: order.at(-2)?.[1] });
  });

  test("comes back after a revoke without what was before", async () => {
    const ref = fresh();
    await rotate(ref, "first");
    await rig.admin.revoke(ref);
    expect(await fieldsOf(ref)).toBe("absent");
    expect(await rotate(ref, "second")).toMatchObject({ generation: 3 });
    expect(await fieldsOf(ref, 3)).toEqual({ secret: "second" });
  });

  test("takes no other credential's place, and cannot be set for a shredded contractor", async () => {
    const ref = fresh();
    await rig.admin.store({ ...TWILIO, ...ref });
    await expect(rotate(ref, "x")).rejects.toThrow(/cannot hold a webhook secret/);
    const second = fresh();
    await rotate(second, "x");
    await expect(rotate({ ...second, vendor: "stripe" }, "x")).rejects.toThrow(/cannot hold a webhook secret/);
    await rig.admin.shred({ contractor: second.contractor });
    await expect(rotate(second, "x")).rejects.toThrow(/was shredded/);
  });
});

describe("our own signature", () => {
  const secretOf = (letter: string) => `whsec_${btoa(letter.repeat(24))}`;
  const own = () => ({ ...fresh(), connection: "sub_1", vendor: JUNCTION });
  const message = (body: string) => ({ id: "evt_1", timestamp: Date.now(), body });
  const sign = ({ contractor, connection }: Ref, messages: ReturnType<typeof message>[]) =>
    rig.payloads().sign({ contractor, connection, messages });
  const verified = (secret: string, { id, timestamp, body }: ReturnType<typeof message>, signature: string) =>
    new Webhook(secret).verify(body, {
      "webhook-id": id,
      "webhook-timestamp": String(Math.floor(timestamp / 1000)),
      "webhook-signature": signature,
    });

  test("is what the Standard Webhooks library verifies, over any text", async () => {
    const ref = own();
    await rotate(ref, secretOf("a"));
    const messages = ['{"a":1}', '{"name":"Zoë 🌍","text":"a.b\\n"}'].map(message);
    const signatures = await sign(ref, messages);
    for (const [at, one] of messages.entries()) expect(verified(secretOf("a"), one, signatures[at] ?? "")).toEqual(JSON.parse(one.body));
    const [first, second] = messages;
    if (!first || !second) throw new Error("no messages");
    expect(() => verified(secretOf("a"), second, signatures[0] ?? "")).toThrow(/No matching signature/);
    expect(() => verified(secretOf("b"), first, signatures[0] ?? "")).toThrow(/No matching signature/);
  });

  test("is by both secrets during a rotation, and by the new one alone after it", async () => {
    const ref = own();
    await rotate(ref, secretOf("a"));
    await rotate(ref, secretOf("b"), DAY);
    const during = message("{}");
    const [both = ""] = await sign(ref, [during]);
    expect(both.split(" ")).toHaveLength(2);
    for (const letter of ["a", "b"]) expect(verified(secretOf(letter), during, both)).toEqual({});
    await rotate(ref, secretOf("c"), 0);
    const [one = ""] = await sign(ref, [during]);
    expect(one.split(" ")).toHaveLength(1);
    expect(verified(secretOf("c"), during, one)).toEqual({});
  });

  test("ends the overlap by itself", async () => {
    const ref = own();
    await rotate(ref, secretOf("a"));
    const { shown } = await rotate(ref, secretOf("b"), 1);
    while (Date.now() <= Number(shown.previous_until)) await rig.admin.describe(ref);
    const [signature = ""] = await sign(ref, [message("{}")]);
    expect(signature.split(" ")).toHaveLength(1);
  });

  // The attack: whoever may sign signs with the secret by which a vendor's deliveries are proved.
  test("is never made with a vendor's secret, nor with one revoked", async () => {
    const ref = { ...own(), vendor: "twilio" };
    await rotate(ref, secretOf("a"));
    await expect(sign(ref, [message("{}")])).rejects.toThrow(/no signing secret/);
    const gone = own();
    await rotate(gone, secretOf("a"));
    await rig.admin.revoke(gone);
    await expect(sign(gone, [message("{}")])).rejects.toThrow(/no signing secret/);
    await expect(rotate(own(), "short")).rejects.toThrow(/asked wrongly: secret/);
  });
});
