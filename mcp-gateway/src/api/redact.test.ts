import { EVENTS, EventType } from "@junction/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { redacted, redactedDelivery, redactedId } from "./redact.ts";

test("addresses, numbers and long texts are masked; ids, words, amounts and times are not", () => {
  const event = {
    id: "SM0123456789abcdef0123456789abcdef",
    type: "message.received",
    entity: "message:SM0123",
    occurredAt: 1_795_000_000_000,
    person: { id: "51234567890", name: "Jane Doe", phone: "+12025550123", email: "jane.doe@example.com" },
    data: {
      from: "+12025550123",
      to: "(202) 555-0199",
      body: `Call me at 202-555-0123 or JANE@Example.com. ${"The roof leaks. ".repeat(9)}`,
      channel: "sms",
    },
  };
  expect(redacted(event)).toEqual({
    id: "SM0123456789abcdef0123456789abcdef",
    type: "message.received",
    entity: "message:SM0123",
    occurredAt: 1_795_000_000_000,
    person: { id: "51234567890", name: "Jane Doe", phone: "••••0123", email: "j•••@e…" },
    data: {
      from: "••••0123",
      to: "••••0199",
      body: "Call me at ••••0123 or J•••@E… The roof leaks. The roof leaks. The roof leaks. T…",
      channel: "sms",
    },
  });
});

test("an id that is an address or a number is masked after all, and one that holds a number named elsewhere", () => {
  expect(redacted({ calendar_id: "jane@example.com" })).toEqual({ calendar_id: "j•••@e…" });
  expect(redacted({ entity: "thread:+12025550123" })).toEqual({ entity: "thread:••••0123" });
  expect(redacted({ entity: "thread:12025550123", data: { from: "+1 202 555 0123" } })).toEqual({
    entity: "thread:••••0123",
    data: { from: "••••0123" },
  });
  expect(redactedId("contact:51234567890")).toBe("contact:51234567890");
  expect(redactedId("thread:+12025550123")).toBe("thread:••••0123");
});

test("what follows the question mark of an address is left out: it may be a token", () => {
  expect(redacted({ url: "https://a.example/rec/RE1?Signature=abc&e=jane%40example.com" })).toEqual({ url: "https://a.example/rec/RE1?…" });
});

test("of a delivery kept as it came, nothing it says is shown", () => {
  const delivery = {
    method: "POST",
    headers: { "x-signature": "sig-canary", authorization: "Basic canary" },
    body: new TextEncoder().encode("canary"),
  };
  expect(redactedDelivery(delivery)).toEqual({ method: "POST", headers: ["authorization", "x-signature"], body_bytes: 6 });
});

// Whoever may look at events must not be able to gather customers' addresses from them.
describe("no whole address or number survives", () => {
  const digits = (n: number) => fc.stringMatching(new RegExp(`^[2-9][0-9]{${n - 1}}$`));
  const gap = fc.constantFrom("", " ", "-", ".", "\u00a0", "\u2011", " - ");
  const phone = fc.oneof(
    fc.tuple(digits(3), digits(3), digits(4), gap).map(([a, b, c, g]) => `+1${g}${a}${g}${b}${g}${c}`),
    fc.tuple(digits(3), digits(3), digits(4)).map(([a, b, c]) => `(${a}) ${b}-${c}`),
    fc.tuple(digits(3), digits(3), digits(4), gap).map(([a, b, c, g]) => `${a}${g}${b}${g}${c}`),
    digits(11).map((number) => `+${number}`),
    digits(12).map((number) => `whatsapp:+${number}`),
    digits(13).map((number) => `tel:+${number}`),
  );
  const email = fc.emailAddress();
  const secret = fc.oneof(phone, email);
  const around = fc.constantFrom(
    (s: string) => s,
    (s: string) => `Reach me at ${s}.`,
    (s: string) => `${s}, or later`,
    (s: string) => `<${s}>`,
    (s: string) => `"${s}" <x>`,
    (s: string) => `${"so long a story ".repeat(4)}${s}`,
    (s: string) => `https://example.com/p/${encodeURIComponent(s)}/x?y=${encodeURIComponent(s)}`,
    (s: string) => `mailto:${s}`,
    (s: string) => `\n${s}\t`,
  );
  const text = fc.tuple(around, secret).map(([put, hidden]) => ({ text: put(hidden), hidden }));

  const holds = (shown: unknown, hidden: string) => {
    const json = JSON.stringify(shown).toLowerCase();
    const plain = hidden.includes("@") ? [hidden, encodeURIComponent(hidden)] : [hidden, hidden.replace(/\D/g, "")];
    return plain.some((each) => json.includes(JSON.stringify(each.toLowerCase()).slice(1, -1)));
  };

  test("of any value, at any depth, under any name", () => {
    const name = fc.oneof(fc.constantFrom("body", "from", "notes", "email", "a", "answers", "to"), fc.string({ maxLength: 8 }));
    const nest = (value: unknown, path: readonly (string | null)[]): unknown =>
      path.reduceRight<unknown>((inner, key) => (key === null ? [inner, 7, null, true] : { [key]: inner }), value);
    fc.assert(
      fc.property(text, fc.array(fc.option(name), { maxLength: 5 }), ({ text, hidden }, path) => {
        expect(holds(redacted(nest(text, path)), hidden)).toBe(false);
      }),
      { numRuns: 2_000 },
    );
  });

  test("of every event of the vocabulary, wherever a vendor may put them, its ids too", () => {
    const strings = (schema: z.core.$ZodType, at: readonly string[] = []): string[][] => {
      const inner = schema instanceof z.core.$ZodOptional ? schema._zod.def.innerType : schema;
      if (inner instanceof z.core.$ZodString) return [[...at]];
      if (inner instanceof z.core.$ZodObject)
        return Object.entries(inner._zod.def.shape).flatMap(([key, each]) => strings(each, [...at, key]));
      if (inner instanceof z.core.$ZodRecord)
        return [
          [...at, "Best way to reach you?"],
          [...at, "phone_number"],
          [...at, "email"],
        ];
      if (inner instanceof z.core.$ZodArray) return strings(inner._zod.def.element, [...at, "0"]);
      return [];
    };
    const places = EventType.options.flatMap((type) => strings(EVENTS[type]).map((path) => ({ type, path })));
    expect(places.length).toBeGreaterThan(100);
    fc.assert(
      fc.property(fc.constantFrom(...places), phone, email, ({ type, path }, number, address) => {
        const person = { id: "77", phone: number, email: address };
        for (const hidden of [number, address]) {
          const data = path.reduceRight<unknown>((inner, key) => ({ [key]: inner }), hidden);
          const bare = `thread:${number.replace(/\D/g, "")}`;
          const shown = redacted({ id: "e1", type, entity: bare, person, data });
          expect(holds(shown, number)).toBe(false);
          expect(holds(shown, address)).toBe(false);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  test("no text is longer than 80 characters and its mark, but an id", () => {
    const longest = (value: unknown): number =>
      typeof value === "string"
        ? [...value].length
        : typeof value === "object" && value
          ? Math.max(0, ...Object.values(value).map(longest))
          : 0;
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom("a", "body", "url"), fc.string({ maxLength: 400, unit: "grapheme" })), (value) => {
        expect(longest(redacted(value))).toBeLessThanOrEqual(81);
      }),
    );
  });
});
