import { describe, expect, test } from "vitest";
import { addKey, importKeyring, newKeyring, parseKeyring, promoteKey, retireKey } from "./keyring.ts";

const KEY = btoa("k".repeat(32));

describe("the vault refuses to start", () => {
  const refused: readonly (readonly [string, string | undefined, RegExp])[] = [
    ["without a keyring", undefined, /refuses to start: KEYRING is not set/],
    ["on an empty keyring", "  ", /KEYRING is not set/],
    ["on text that is not JSON", "hunter2", /KEYRING is not JSON/],
    ["on a keyring without keys", '{"current":"k1","keys":{}}', /current: names a key that keys does not hold/],
    ["when the current key is not there", JSON.stringify({ current: "k2", keys: { k1: KEY } }), /current: names a key/],
    ["when the current key is one every object has", JSON.stringify({ current: "toString", keys: { k1: KEY } }), /current: names a key/],
    ["on a key of the wrong length", JSON.stringify({ current: "k1", keys: { k1: btoa("short") } }), /keys\.k1: a key is 32 bytes/],
    ["on a key that is not base64", JSON.stringify({ current: "k1", keys: { k1: "***" } }), /keys\.k1: a key is 32 bytes/],
  ];
  test.each(refused)("%s", (_, text, message) => {
    expect(() => parseKeyring(text)).toThrow(message);
  });

  test("and its message never quotes the keyring", () => {
    for (const text of [`{"current":"k1","keys":{"k1":"${KEY}"`, JSON.stringify({ current: "k9", keys: { k1: KEY } })]) {
      let said = "";
      try {
        parseKeyring(text);
      } catch (error) {
        said = String(error);
      }
      expect(said).toContain("refuses to start");
      expect(said).not.toContain(KEY.slice(0, 8));
    }
  });
});

describe("a rotation", () => {
  test("adds a key that opens, makes it wrap, and retires the old one", () => {
    const first = newKeyring();
    const { keyring: added, id } = addKey(first);
    expect(id).toBe("k2");
    expect(added.current).toBe("k1");
    const promoted = promoteKey(added, id);
    expect(promoted.current).toBe("k2");
    const retired = retireKey(promoted, "k1");
    expect(Object.keys(retired.keys)).toEqual(["k2"]);
    for (const ring of [first, added, promoted, retired]) expect(parseKeyring(JSON.stringify(ring))).toEqual(ring);
    expect(Object.keys(first.keys)).toEqual(["k1"]);
  });

  test("never gives a new key the id of one that is still there", () => {
    const { keyring } = addKey(addKey(newKeyring()).keyring);
    expect(addKey(retireKey(promoteKey(keyring, "k3"), "k2")).id).toBe("k4");
  });

  test("does not retire the key that wraps, nor promote one it lacks", () => {
    expect(() => retireKey(newKeyring(), "k1")).toThrow("k1 is the current key");
    expect(() => promoteKey(newKeyring(), "k2")).toThrow("no key k2");
    expect(() => retireKey(newKeyring(), "k2")).toThrow("no key k2");
  });
});

test("every new keyring is another one", () => {
  expect(newKeyring()).not.toEqual(newKeyring());
});

test("imported keys cannot be read out again", async () => {
  const { keys } = await importKeyring(newKeyring());
  for (const key of keys.values()) {
    expect(key.extractable).toBe(false);
    await expect(crypto.subtle.exportKey("raw", key)).rejects.toThrow();
  }
});
