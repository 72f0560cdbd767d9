import { expect, test } from "vitest";
import { addresses, decoded, filesIn, header, readMessage, textIn } from "./emulator/mime.ts";
import { type Email, rfc5322 } from "./message.ts";

const plain: Email = {
  id: "1@mail.junction.invalid",
  from: { email: "office@example.com", name: "Office" },
  to: { email: "ann@example.com", name: "Ann" },
  subject: "Your estimate",
  text: "Hello\nAnn",
  attachments: [],
  headers: {},
  boundary: "b",
};
/** Read by another's eyes: the emulator's reader, which was written from the RFCs. */
const read = (email: Partial<Email>) => {
  const wire = rfc5322({ ...plain, ...email });
  expect(wire).toMatch(/^[\x20-\x7e\r\n]*$/);
  expect(wire.replaceAll("\r\n", "")).not.toMatch(/[\r\n]/);
  const message = readMessage(wire);
  const [to] = addresses(header(message.headers, "To") ?? "");
  return { wire, message, to, subject: decoded(header(message.headers, "Subject") ?? ""), names: message.headers.map(({ name }) => name) };
};

test.each([
  ["plain", "Your estimate"],
  ["not ASCII, and long", `${"Réparation – 水道 🚰 ".repeat(10)}fin`],
  ["what looks encoded", "=?UTF-8?B?SGk=?= is free"],
  ["a header of its own", "Hi\r\nBcc: eve@example.com"],
])("a subject that is %s arrives as it is, and as a subject", (_, subject) => {
  const { wire, names, ...sent } = read({ subject });
  expect(sent.subject).toBe(subject.replace(/[\r\n]+/g, " "));
  expect(names).not.toContain("Bcc");
  const [head = ""] = wire.split("\r\n\r\n");
  for (const line of head.split("\r\n")) if (line.includes("=?")) expect(line.length).toBeLessThanOrEqual(76);
});

test.each([["Ann O'Neil"], ['Ann "The" \\ O, <eve@example.com>'], ["Zoë Müller-Łęcki"], ['"\r\nBcc: eve@example.com'], ["=?x?"]])(
  "the name %j stays the name of the one recipient",
  (name) => {
    const { message, to, names } = read({ to: { email: "ann@example.com", name } });
    expect(to).toEqual({ email: "ann@example.com", name: name.replace(/[\r\n]+/g, " ") });
    expect(addresses(header(message.headers, "To") ?? "")).toHaveLength(1);
    expect(names).not.toContain("Bcc");
  },
);

test("text, HTML and files each stand in a part of their own, byte for byte", () => {
  const bytes = Uint8Array.from({ length: 1000 }, (_, index) => index % 256);
  const base64 = btoa(String.fromCharCode(...bytes));
  const attachments = [
    { name: 'Rechnung "März".pdf', type: "application/pdf", base64 },
    { name: "a\r\nX: y", type: "bad\r\ntype", base64: "" },
  ];
  const { message } = read({ text: "Ça va?\n--b-mixed--\n.", html: "<p>Ça va?</p>", attachments });
  expect(message.type).toBe("multipart/mixed");
  expect(textIn(message, "text/plain")).toBe("Ça va?\r\n--b-mixed--\r\n.");
  expect(textIn(message, "text/html")).toBe("<p>Ça va?</p>");
  const files = filesIn(message);
  expect(files.map(({ filename, type }) => [filename, type])).toEqual([
    ['Rechnung "März".pdf', "application/pdf"],
    ["a X: y", "application/octet-stream"],
  ]);
  expect(files[0]?.bytes).toEqual(bytes);
});
