import { generated } from "@junction/sandbox";
import { describe, expect, test } from "vitest";
import { rangeOf } from "./links.ts";
import { isOf, typeOf } from "./sniff.ts";

const head = (type: string) => generated({ bytes: 100, seed: 1, type }).next().value ?? new Uint8Array();
const bytes = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));

describe("what a file is, its first bytes say", () => {
  test.each(["image/jpeg", "image/png", "video/mp4", "video/quicktime", "audio/mpeg", "audio/wav", "application/pdf"])("%s", (type) => {
    expect(typeOf(head(type), type)).toBe(type);
    expect(typeOf(head(type), "application/octet-stream")).toBe(type);
    expect(typeOf(head(type), "text/html")).toBe(type);
  });
  test.each([
    ["RIFF\0\0\0\0WEBPVP8 ", "image/webp"],
    ["\0\0\0\x18ftypheic\0\0\0\0", "image/heic"],
    ["\0\0\0\x18ftypM4A \0\0\0\0", "audio/mp4"],
    ["\x1aE\xdf\xa3\0\0\0\0webm", "video/webm"],
    ["\xff\xfb\x90\0", "audio/mpeg"],
    ["GIF89a", "image/gif"],
  ])("%j is %s", (text, type) => expect(typeOf(bytes(text), "application/octet-stream")).toBe(type));
  test("what claims to be one of these and is none is nothing; what bytes cannot tell is as was said", () => {
    expect(typeOf(bytes("<html>"), "image/jpeg")).toBe("application/octet-stream");
    expect(typeOf(bytes("<html>"), "application/pdf")).toBe("application/octet-stream");
    expect(typeOf(bytes("a,b\n1,2"), "text/csv; charset=utf-8")).toBe("text/csv");
    expect(typeOf(bytes("x"), "nonsense\r\nx: y")).toBe("application/octet-stream");
  });
  test("a format that is another underneath, and another name for the same, are what they are called", () => {
    const word = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
    expect(typeOf(bytes("PK\x03\x04"), word)).toBe(word);
    expect(typeOf(bytes("PK\x03\x04"), "image/png")).toBe("application/zip");
    expect(typeOf(head("image/jpeg"), "image/jpg")).toBe("image/jpeg");
    expect(typeOf(head("audio/wav"), "audio/x-wav")).toBe("audio/wav");
  });
  test("a kind allows all of its own", () => {
    expect([isOf("video/webm", ["video/*"]), isOf("audio/ogg", ["video/*", "audio/mpeg"]), isOf("x/y", ["*/*"])]).toEqual([
      true,
      false,
      true,
    ]);
  });
});

test.each([
  [null, null],
  ["bytes=0-0", { from: 0, length: 1 }],
  ["bytes=90-", { from: 90, length: 10 }],
  ["bytes=90-200", { from: 90, length: 10 }],
  ["bytes=-10", { from: 90, length: 10 }],
  ["bytes=-200", { from: 0, length: 100 }],
  ["bytes=100-", "unsatisfiable"],
  ["bytes=-0", "unsatisfiable"],
  ["bytes=5-4", null],
  ["bytes=0-1,5-6", null],
  ["bytes=-", null],
  ["lines=0-1", null],
] as const)("of 100 bytes, the range %s is %j", (header, part) => expect(rangeOf(header, 100)).toEqual(part));
