import type { Delivery, PublishedKeys } from "@junction/kit";
import { trial } from "@junction/testkit";
import { expect, test } from "vitest";
import { certificates, token } from "./emulator/pushes.ts";
import { webhook } from "./webhook.ts";

const { stage } = trial("gmail");
const WORD = "our own word";
const NOW = 1_790_000_000_000;
const delivery = (bearer: string, body = "{}"): Delivery => ({
  ...{ method: "POST", url: "https://junction.example/hooks/gmail/app", receivedAt: NOW, body: new TextEncoder().encode(body) },
  headers: { authorization: `Bearer ${bearer}` },
});
const google: PublishedKeys = async (id) => {
  const { keys } = JSON.parse(String((await certificates()).body)) as { keys: (JsonWebKey & { kid: string })[] };
  return keys.find(({ kid }) => kid === id) ?? null;
};
const proved = async (bearer: string, word = WORD, keys = google) => webhook.verify(delivery(bearer), word, keys);

test("a push is Google's if its key signed the token, for our word, in a service account's name", async () => {
  const good = await token(WORD, NOW);
  expect(await proved(good)).toBe(true);
  expect(webhook.window?.signedAt(delivery(good))).toBe(NOW / 1000);
  const [head = "", claims = "", signature = ""] = good.split(".");
  const none = btoa('{"alg":"none","kid":"x"}').replace(/=+$/, "");
  for (const wrong of [
    await token("another word", NOW),
    await token(WORD, NOW, { email: "eve@gmail.com" }),
    await token(WORD, NOW, { email_verified: false }),
    await token(WORD, NOW, { iss: "https://accounts.example" }),
    ...[`${head}.${claims}`, `${none}.${claims}.`, `${head}.${claims}.${signature.replace(/^./, (first) => (first === "A" ? "B" : "A"))}`],
    ...["", "x.y.z", `${head}.${(await token(WORD, NOW, { x: 1 })).split(".")[1]}.${signature}`],
  ])
    expect(await proved(wrong), wrong.slice(0, 40)).toBe(false);
  expect(await proved(good, WORD, async () => null)).toBe(false);
});

test("a notice is all that came back since, each once: to whom, why, and which of ours it was", async () => {
  const { rig } = stage();
  const told = async (entity: number) => {
    const ask = { vendor: "gmail", kind: "email.bounced", entity, url: "https://junction.example/hooks/gmail/app", send: false };
    const { messages } = (await rig.sandbox("POST", "/pushes", ask)) as { messages: { body: string }[] };
    const [event] = await webhook.receive(delivery("", messages[0]?.body ?? ""));
    if (!event) throw new Error("no notice was read");
    return event;
  };
  await told(1);
  const notice = await told(2);
  expect(notice).toMatchObject({
    account: "office@sandbox-plumbing.example",
    entity: expect.stringMatching(/^mailbox:office@sandbox-plumbing\.example:\d+$/),
  });
  const confirm = (event: typeof notice) => rig.vendor("gmail").confirm({ ...stage().held("valid"), event });
  const found = await confirm(notice);
  const bounces = found.ok && Array.isArray(found.value) ? found.value : [];
  expect(bounces).toMatchObject([
    { type: "email.bounced", person: { email: "customer2@example.com" }, data: { reason: "550-5.1.1 The email account does not exist." } },
    { type: "email.bounced", person: { email: "customer1@example.com" } },
  ]);
  expect(new Set(bounces.map(({ id }) => id)).size).toBe(2);
  const [bounce = notice] = bounces;
  expect(await confirm(bounce)).toMatchObject({ ok: true, value: { id: bounce.id } }); // what was found once is itself
  expect(await confirm({ ...notice, occurredAt: Date.now() + 7_200_000 })).toMatchObject({ ok: true, value: [] });
});
