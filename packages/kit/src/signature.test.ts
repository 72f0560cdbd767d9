import { createHash, createHmac, generateKeyPairSync, sign } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import * as z from "zod/mini";
import { digest, ecdsa, formOf, fromBase64, hmac, joined, jsonOf, multipartOf, pairs, same, seconds } from "./signature.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const body = (text: string) => ({ body: bytes(text) });

describe("hmac", () => {
  // RFC 2202 and RFC 4231, test case 2; and RFC 4231, test case 1, whose key is no text.
  test.each([
    ["SHA-1", "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"],
    ["SHA-256", "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"],
    [
      "SHA-512",
      "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737",
    ],
  ] as const)("%s of the standard's example", async (hash, wanted) => {
    expect(await hmac(hash, "Jefe", "what do ya want for nothing?", "hex")).toBe(wanted);
    expect(await hmac(hash, bytes("Jefe"), bytes("what do ya want for nothing?"), "base64")).toBe(
      Buffer.from(wanted, "hex").toString("base64"),
    );
  });
  test("with a key of bytes", async () => {
    const wanted = "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7";
    expect(await hmac("SHA-256", new Uint8Array(20).fill(0x0b), "Hi There", "hex")).toBe(wanted);
  });
  test("is what another library says, for any key and any bytes", () =>
    fc.assert(
      fc.asyncProperty(fc.string({ unit: "binary", minLength: 1 }), fc.uint8Array({ maxLength: 300 }), async (key, data) => {
        expect(await hmac("SHA-256", key, data, "hex")).toBe(createHmac("sha256", bytes(key)).update(data).digest("hex"));
      }),
    ));
  test("refuses an empty key, by which anybody could sign", async () => {
    await expect(hmac("SHA-256", "", "x", "hex")).rejects.toThrow("empty key");
    await expect(hmac("SHA-256", new Uint8Array(), "x", "hex")).rejects.toThrow("empty key");
  });
});

test("digest is what another library says", () =>
  fc.assert(
    fc.asyncProperty(fc.uint8Array(), async (data) => {
      expect(await digest("SHA-256", data)).toBe(createHash("sha256").update(data).digest("hex"));
    }),
  ));

describe("same", () => {
  test("holds of equal texts alone", () =>
    fc.assert(
      fc.property(fc.string({ unit: "binary", minLength: 1 }), fc.string({ unit: "binary" }), (a, b) => {
        expect(same(a, a)).toBe(true);
        expect(same(b, a)).toBe(a === b);
      }),
    ));
  test.each([
    [undefined, "x"],
    [undefined, ""],
    ["", ""],
    ["", "x"],
    ["x", ""],
    ["abc", "abcd"],
    ["abcd", "abc"],
    ["abc\u0000", "abc"],
    ["ABC", "abc"],
  ])("%j is not %j", (given, wanted) => expect(same(given, wanted)).toBe(false));
});

describe("ecdsa", () => {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const key = publicKey.export({ type: "spki", format: "der" }).toString("base64");
  const signed = (data: string) => sign("sha256", bytes(data), privateKey).toString("base64");

  test("takes the key's own signature, however its numbers fall, and no other text's", () =>
    fc.assert(
      fc.asyncProperty(fc.string(), async (data) => {
        expect(await ecdsa(key, signed(data), data)).toBe(true);
        expect(await ecdsa(key, signed(data), `${data}x`)).toBe(false);
      }),
    ));
  test("what is no key, no signature or of another curve proves nothing, and does not throw", async () => {
    const other = generateKeyPairSync("ec", { namedCurve: "P-384" }).publicKey.export({ type: "spki", format: "der" }).toString("base64");
    for (const bad of ["", "x", "%%%", other, key.slice(0, 40), btoa("no key")]) expect(await ecdsa(bad, signed("x"), "x")).toBe(false);
    for (const bad of [undefined, "", "MA==", "MAYCAQACAQA=", signed("x").slice(0, 60), `${signed("x").slice(0, -4)}AAAA`])
      expect(await ecdsa(key, bad, "x")).toBe(false);
    await fc.assert(
      fc.asyncProperty(fc.base64String(), fc.base64String(), async (a, b) => {
        expect(await ecdsa(a, b, "x")).toBe(false);
        expect(await ecdsa(key, b, "x")).toBe(false);
      }),
    );
  });
});

describe("fromBase64", () => {
  test("reads what another library writes, in either alphabet, padded or not", () =>
    fc.assert(
      fc.property(fc.uint8Array(), (data) => {
        const padded = Buffer.from(data).toString("base64");
        for (const text of [padded, padded.replace(/=+$/, ""), Buffer.from(data).toString("base64url")])
          expect([...(fromBase64(text) ?? [-1])]).toEqual([...data]);
      }),
    ));
  test("is null for anything else, and never throws", () => {
    for (const text of ["%", "a b", "ab\n", "a", "abcde", "====", "é", "-----BEGIN KEY-----"]) expect(fromBase64(text), text).toBeNull();
    fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => void fromBase64(text)));
  });
});

describe("pairs", () => {
  test("gives each name its values in order", () => {
    expect(pairs("t=1, v1=abc,v0=x ,v1=def==")).toEqual({ t: ["1"], v1: ["abc", "def=="], v0: ["x"] });
    expect(pairs("a=1;b=2", ";")).toEqual({ a: ["1"], b: ["2"] });
  });
  test("leaves out what is no pair", () => {
    for (const header of [undefined, "", ",", "=", "=x", "v1", "v1,,t"]) expect(Object.keys(pairs(header))).toEqual([]);
  });
  test("has no name that was not written", () => {
    expect(pairs("t=1")["constructor"]).toBeUndefined();
    expect(Object.entries(pairs("__proto__=1,t=2"))).toEqual([
      ["__proto__", ["1"]],
      ["t", ["2"]],
    ]);
  });
  test("reads back whatever is written", () =>
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.stringMatching(/^[\w-]+$/), fc.stringMatching(/^[\w=/+.]*$/))), (all) => {
        const read = pairs(all.map((pair) => pair.join("=")).join(","));
        for (const [name] of all) expect(read[name]).toEqual(all.filter(([other]) => other === name).map(([, value]) => value));
      }),
    ));
});

test("joined puts texts and bytes together, byte for byte", () =>
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.string({ unit: "binary" }), fc.uint8Array())), (parts) => {
      expect([...joined(...parts)]).toEqual([...Buffer.concat(parts.map((part) => Buffer.from(part)))]);
    }),
  ));

const TIMES: readonly (readonly [string | undefined, number | undefined])[] = [
  ["1700000000", 1_700_000_000],
  ["1700000000000", 1_700_000_000_000],
  ["0", 0],
  ...["", " 1", "1.5", "-1", "1e9", "0x10", "12345678901234", "NaN", undefined].map((text) => [text, undefined] as const),
];
test.each(TIMES)("seconds(%j) is %j", (text, wanted) => expect(seconds(text)).toBe(wanted));

describe("a body", () => {
  test("as JSON that does not fit throws what the kit takes for unreadable", () => {
    const schema = z.object({ id: z.string() });
    expect(jsonOf(body('{"id":"1","more":2}'), schema)).toEqual({ id: "1" });
    expect(() => jsonOf(body("{"), schema)).toThrow(SyntaxError);
    expect(() => jsonOf(body('{"id":1}'), schema)).toThrow(z.core.$ZodError);
  });
  test("as a form keeps repeated names", () => {
    expect(formOf(body("a=1&a=2+%26&b")).getAll("a")).toEqual(["1", "2 &"]);
  });
  test("as multipart gives its parts; cut, or without a boundary, it is none", async () => {
    const whole = '--x\r\ncontent-disposition: form-data; name="json"\r\n\r\n{"a":1}\r\n--x--\r\n';
    const headers = { "content-type": "multipart/form-data; boundary=x" };
    expect(await multipartOf({ ...body(whole), headers })).toEqual(new Map([["json", '{"a":1}']]));
    for (const [text, type] of [
      [whole.slice(0, 30), headers["content-type"]],
      [whole, "multipart/form-data"],
      [whole, "application/json"],
      ["", headers["content-type"]],
    ] as const)
      expect(await multipartOf({ ...body(text), headers: { "content-type": type } })).toBeNull();
    expect(await multipartOf({ ...body(whole), headers: {} })).toBeNull();
  });
});
