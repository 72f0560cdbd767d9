import { afterAll, beforeAll, expect, test } from "vitest";
import { CANARY, DEMO, KEYRING, type Rig, startRig, TWILIO, withoutD1 } from "./rig.ts";

let rig: Rig;
beforeAll(async () => {
  // Two Workers over one storage are two isolates: each has a memory of its own.
  rig = await startRig({ vaults: { vault: JSON.stringify(KEYRING), other: JSON.stringify(KEYRING) } });
});
afterAll(() => rig.dispose());

let made = 0;
const fresh = () => `payloads-${++made}`;
const texts = [
  { id: "evt_1", text: CANARY },
  { id: "evt_2", text: "Zoë 🌍\u0000" },
  { id: "evt_3", text: "" },
];
const sealed = async (contractor: string, items = texts, vault = "vault") => {
  const boxes = await rig.payloads(vault).seal({ contractor, items });
  return items.map(({ id }, at) => ({ id, sealed: boxes[at] ?? "" }));
};
const open = (contractor: string, items: { id: string; sealed: string }[], vault = "vault") =>
  rig.payloads(vault).unseal({ contractor, items });

test("what is sealed opens, in any isolate, and shows nothing", async () => {
  const contractor = fresh();
  const boxes = await sealed(contractor);
  expect(JSON.stringify(boxes)).not.toContain(CANARY);
  expect(await open(contractor, boxes, "other")).toEqual(texts.map(({ text }) => text));
  const again = await sealed(contractor);
  expect(again[0]?.sealed).not.toBe(boxes[0]?.sealed);
});

test("a first seal in two isolates at once is under one key", async () => {
  const contractor = fresh();
  const [here, there] = await Promise.all([sealed(contractor), sealed(contractor, texts, "other")]);
  expect(await open(contractor, here, "other")).toEqual(texts.map(({ text }) => text));
  expect(await open(contractor, there)).toEqual(texts.map(({ text }) => text));
});

// The attack: write access to the gateway's database, and a row one may read.
test("a payload moved to another row or contractor does not open, nor one altered", async () => {
  const [mine, theirs] = [fresh(), fresh()];
  const [first] = await sealed(mine);
  await sealed(theirs);
  if (!first) throw new Error("nothing sealed");
  expect(await open(mine, [{ ...first, id: "evt_2" }])).toEqual([null]);
  expect(await open(theirs, [first])).toEqual([null]);
  const at = first.sealed.length - 6;
  const flipped = first.sealed.slice(0, at) + (first.sealed[at] === "A" ? "B" : "A") + first.sealed.slice(at + 1);
  const spoilt = [flipped, "", "1.", "1.####", "2." + first.sealed.slice(2), first.sealed.slice(0, 20)];
  expect(await open(mine, [...spoilt.map((sealed) => ({ id: "evt_1", sealed })), first])).toEqual([...spoilt.map(() => null), CANARY]);
});

test("sealing reads no D1 once it is warm", async () => {
  const contractor = fresh();
  await sealed(contractor);
  const boxes = await withoutD1(rig, () => sealed(contractor));
  expect(await open(contractor, boxes)).toEqual(texts.map(({ text }) => text));
  await expect(withoutD1(rig, () => sealed(contractor, texts, "other"))).rejects.toThrow(/contractor_keys/); // D1 was away indeed
});

test("shredding makes all of it unreadable, in every isolate, and the key put back from no cache", async () => {
  const contractor = fresh();
  const boxes = await sealed(contractor);
  await sealed(contractor, texts, "other");
  expect(await open(contractor, boxes, "other")).toEqual(texts.map(({ text }) => text));
  await rig.admin.shred({ contractor });
  for (const vault of ["vault", "other"]) expect(await open(contractor, boxes, vault)).toEqual([null, null, null]);
  await expect(sealed(contractor)).rejects.toThrow(/was shredded/);
  // Another isolate may go on sealing for a minute; what it seals opens nowhere.
  expect(await open(contractor, await sealed(contractor, texts, "other"), "other")).toEqual([null, null, null]);
});

test("a credential is no payload", async () => {
  const contractor = fresh();
  await rig.admin.store({ ...TWILIO, ...DEMO, contractor });
  const row = await rig.db.prepare("SELECT sealed FROM credentials WHERE contractor = ?").bind(contractor).first<string>("sealed");
  expect(await open(contractor, [{ id: "con_1", sealed: row ?? "" }])).toEqual([null]);
});

test.each([
  ["contractor", { contractor: "~platform" }],
  ["items.0.id", { items: [{ id: "", text: CANARY }] }],
  ["items.0.text", { items: [{ id: "evt_1" }] }],
])("a bad %s is named, and no value repeated", async (field, change) => {
  const bad = { contractor: "demo", items: texts, ...change };
  const error = await rig.send("gateway", "vault payloads", "seal", [bad]).then(
    () => new Error("it was let in"),
    (thrown: Error) => thrown,
  );
  expect(error.message).toContain(`asked wrongly: ${field}:`);
  expect(error.message).not.toContain(CANARY);
});
