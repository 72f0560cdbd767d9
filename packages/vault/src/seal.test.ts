import { beforeAll, describe, expect, test } from "vitest";
import { lengthPrefixed } from "./bytes.ts";
import { fingerprint, masked } from "./fingerprint.ts";
import { addKey, importKeyring, type KeyEncryptionKeys, newKeyring, promoteKey } from "./keyring.ts";
import {
  type ContractorKey,
  newContractorKey,
  type Place,
  rewrapContractorKey,
  seal,
  unseal,
  unwrapContractorKey,
  wrappedBy,
} from "./seal.ts";

const PLACE: Place = { contractor: "demo", vendor: "twilio", type: "api_key", connection: "con_1", generation: 1 };
const FIELDS = { account_sid: "AC1", auth_token: "canary-0123456789" };

let keks: KeyEncryptionKeys;
let wrapped: string;
let owner: ContractorKey;

beforeAll(async () => {
  keks = await importKeyring(newKeyring());
  ({ wrapped } = await newContractorKey(keks, "demo"));
  owner = await unwrapContractorKey(keks, "demo", wrapped);
});

describe("a sealed credential", () => {
  test("opens in its place", async () => {
    expect(await unseal(owner, PLACE, await seal(owner, PLACE, FIELDS))).toEqual(FIELDS);
  });

  test("names version, algorithm and key in its header, and no plaintext", async () => {
    const text = await seal(owner, PLACE, FIELDS);
    expect(JSON.parse(text)).toMatchObject({ v: 1, alg: "A256GCM", key: owner.id });
    expect(text).not.toContain("canary");
  });

  // The attack: someone with write access to the database moves a row to where they may open it.
  test.each([
    ["contractor", { contractor: "other" }],
    ["vendor", { vendor: "stripe" }],
    ["type", { type: "oauth_token" }],
    ["connection", { connection: "con_2" }],
    ["generation", { generation: 2 }],
  ] as const)("does not open under another %s", async (_, change) => {
    const text = await seal(owner, PLACE, FIELDS);
    await expect(unseal(owner, { ...PLACE, ...change }, text)).rejects.toThrow(/does not open/);
  });

  test("does not open under another contractor's key, even one relabelled", async () => {
    const text = await seal(owner, PLACE, FIELDS);
    const other = await unwrapContractorKey(keks, "demo", (await newContractorKey(keks, "demo")).wrapped);
    await expect(unseal(other, PLACE, text)).rejects.toThrow(/does not open/);
    await expect(unseal({ ...other, id: owner.id }, PLACE, text)).rejects.toThrow(/does not open/);
  });

  test("does not open with one bit changed, or with a part of another version", async () => {
    const sealed = JSON.parse(await seal(owner, PLACE, FIELDS));
    const other = JSON.parse(await seal(owner, PLACE, FIELDS));
    for (const part of ["dek", "box"]) {
      const bytes = Uint8Array.from(atob(sealed[part]), (c) => c.charCodeAt(0));
      bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
      const altered = { ...sealed, [part]: btoa(String.fromCharCode(...bytes)) };
      await expect(unseal(owner, PLACE, JSON.stringify(altered))).rejects.toThrow(/does not open/);
      await expect(unseal(owner, PLACE, JSON.stringify({ ...sealed, [part]: other[part] }))).rejects.toThrow(/does not open/);
    }
    await expect(unseal(owner, PLACE, JSON.stringify({ ...sealed, key: "0".repeat(16) }))).rejects.toThrow(/does not open/);
  });

  test("refuses a header it does not know", async () => {
    const sealed = JSON.parse(await seal(owner, PLACE, FIELDS));
    await expect(unseal(owner, PLACE, JSON.stringify({ ...sealed, v: 2 }))).rejects.toThrow();
    await expect(unseal(owner, PLACE, JSON.stringify({ ...sealed, alg: "none" }))).rejects.toThrow();
  });

  test("never repeats an initialization vector or a data key", async () => {
    const texts = await Promise.all(Array.from({ length: 50 }, () => seal(owner, PLACE, FIELDS)));
    expect(new Set(texts.map((text) => JSON.parse(text).box.slice(0, 16))).size).toBe(50);
    expect(new Set(texts.map((text) => JSON.parse(text).dek.slice(0, 16))).size).toBe(50);
  });
});

describe("a contractor's key", () => {
  test("does not open for another contractor", async () => {
    await expect(unwrapContractorKey(keks, "other", wrapped)).rejects.toThrow(/another contractor's/);
  });

  test("does not open under another keyring, and says which key is lacking", async () => {
    const other = await importKeyring(newKeyring());
    await expect(unwrapContractorKey(other, "demo", wrapped)).rejects.toThrow(/does not open with k1/);
    const lacking = { current: "k2", keys: new Map([["k2", [...other.keys.values()][0] as CryptoKey]]) };
    await expect(unwrapContractorKey(lacking, "demo", wrapped)).rejects.toThrow(/lacks key k1/);
  });

  test("cannot be read out", () => {
    expect(owner.key.extractable).toBe(false);
  });

  test("re-wrapped, still opens what was sealed before", async () => {
    const ring = newKeyring();
    const before = await importKeyring(ring);
    const key = await newContractorKey(before, "demo");
    const text = await seal(await unwrapContractorKey(before, "demo", key.wrapped), PLACE, FIELDS);
    const { keyring, id } = addKey(ring);
    const after = await importKeyring(promoteKey(keyring, id));
    const next = await rewrapContractorKey(after, "demo", key.wrapped);
    expect(next).toMatchObject({ id: key.id, kek: "k2" });
    expect(wrappedBy(next.wrapped)).toBe("k2");
    const only = { current: "k2", keys: new Map([...after.keys].filter(([name]) => name === "k2")) };
    expect(await unseal(await unwrapContractorKey(only, "demo", next.wrapped), PLACE, text)).toEqual(FIELDS);
  });
});

test("associated data is unambiguous: moving a letter over a border changes it", () => {
  expect(lengthPrefixed(["ab", "c"])).not.toEqual(lengthPrefixed(["a", "bc"]));
  expect(lengthPrefixed(["a", ""])).not.toEqual(lengthPrefixed(["", "a"]));
  expect([...lengthPrefixed(["é", "b"])]).toEqual([0, 0, 0, 2, 0xc3, 0xa9, 0, 0, 0, 1, 98]);
});

describe("what is shown", () => {
  const print = (fields: Record<string, string>, contractor = "demo", key = wrapped) =>
    fingerprint(keks, contractor, key, fields, ["auth_token"]);

  test("a fingerprint is equal for equal secrets of one contractor, whatever is public", async () => {
    const one = await print(FIELDS);
    expect(one).toMatch(/^[0-9a-f]{12}$/);
    expect(await print({ auth_token: FIELDS.auth_token, account_sid: "AC2" })).toBe(one);
    expect(await print({ ...FIELDS, auth_token: "another" })).not.toBe(one);
  });

  test("a fingerprint differs between contractors, so none can be matched across them", async () => {
    const other = await newContractorKey(keks, "other");
    expect(await print(FIELDS, "other", other.wrapped)).not.toBe(await print(FIELDS));
  });

  test("public fields show, secrets show at most their last four", () => {
    const fields = { sid: "AC1", long: "0123456789abcdef", short: "0123456789abcde", pem: "-----BEGIN KEY-----\nabc\n-----END KEY-----\n" };
    expect(masked(fields, ["long", "short", "pem"])).toEqual({ sid: "AC1", long: "••••cdef", short: "••••", pem: "••••" });
  });
});
