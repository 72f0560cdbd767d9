/** What a payload shows of itself: enough to see what happened, and nobody's whole address, number or words. */
import type { Delivery } from "@junction/core";

const LONGEST = 80;
const GONE = "…";

// `%40`: as it stands in a URL. What may stand before it is nearly anything.
const EMAIL = /[^\s@<>",;:()[\]\\]+(?:@|%40)([^\s@<>"',;:()[\]{}/?&=%]+)/gi;
/** Seven digits or more with nothing but what people put between digits; letters around it make it part of an id. */
const NUMBER = /(?<![\p{L}\p{N}_])(?:\+|%2B)?[(]?\p{Nd}(?:[\s().\-‐-―/]{0,3}\p{Nd}){6,}(?![\p{L}\p{N}_])/giu;
/** The same with a plus before it: a phone also inside an id. */
const DIALLED = /(?:\+|%2B)[(]?\p{Nd}(?:[\s().\-‐-―/]{0,3}\p{Nd}){6,}/giu;
const TIME = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?$/;
const ID = /(?:^|[_-])(?:id|sid|uuid|guid)$|Id$|^(?:entity|account|reference)$/;
const PHONE = /phone|mobile|^tel|fax|whatsapp|^(?:from|to|caller|called|number)$/i;

/**
 * The value with every email address, phone number and long text in it masked, at any depth, in names as in values. Ids stay, but for one
 * that is, or holds, an address or a number which the value names anywhere.
 */
export function redacted(value: unknown): unknown {
  const phones = new Set<string>();
  collect(value, "", phones);
  return masked(
    value,
    "",
    [...phones].sort((a, b) => b.length - a.length),
  );
}

/** An id as lists show it. */
export const redactedId = (id: string): string => maskedId(id, []);

/** A delivery kept as it came: how it came and how large it was, and nothing of what it says. */
export const redactedDelivery = ({ method, headers, body }: Pick<Delivery, "method" | "headers" | "body">) => ({
  method,
  /** Names alone: a value may be a signature, a token, a password. */
  headers: Object.keys(headers).sort(),
  body_bytes: body.length,
});

/** The digits of all that is a phone, so that they are known where they stand bare. */
function collect(value: unknown, name: string, into: Set<string>): void {
  if (typeof value === "string") {
    const found = PHONE.test(name)
      ? [value]
      : isIdName(name)
        ? (value.match(DIALLED) ?? [])
        : TIME.test(value)
          ? []
          : (value.match(NUMBER) ?? []);
    for (const each of found) {
      const digits = digitsOf(each);
      if (digits.length >= 7 && digits.length <= 15) into.add(digits);
      if (/^1\d{10}$/.test(digits)) into.add(digits.slice(1)); // as it is dialled within North America
    }
  } else if (typeof value === "number" && PHONE.test(name) && Number.isInteger(value)) into.add(String(Math.abs(value)));
  else if (Array.isArray(value)) for (const each of value) collect(each, name, into);
  else if (typeof value === "object" && value !== null)
    for (const [key, each] of Object.entries(value)) {
      collect(key, "", into);
      collect(each, key, into);
    }
}

function masked(value: unknown, name: string, phones: readonly string[]): unknown {
  if (typeof value === "string") {
    if (isIdName(name)) return maskedId(value, phones);
    return TIME.test(value) ? value : cut(maskedText(withoutQuery(value), phones));
  }
  if (typeof value === "number") return PHONE.test(name) || phones.includes(String(Math.abs(value))) ? lastFour(String(value)) : value;
  if (Array.isArray(value)) return value.map((each) => masked(each, name, phones));
  if (typeof value === "object" && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [cut(maskedText(key, phones)), masked(each, key, phones)]));
  return value;
}

const isIdName = (name: string): boolean => ID.test(name) && !PHONE.test(name);
const digitsOf = (text: string): string => text.replace(/%2B/gi, "").replace(/\P{Nd}/gu, "");
const lastFour = (text: string): string => `••••${digitsOf(text).slice(-4)}`;

const maskedText = (text: string, phones: readonly string[]): string =>
  withoutKnown(text.replace(EMAIL, maskedEmail).replace(NUMBER, lastFour).replace(DIALLED, lastFour), phones);
/** Digits alone are an id, as many vendors count; a number as people write one is none. */
const maskedId = (id: string, phones: readonly string[]): string =>
  withoutKnown(
    id
      .replace(EMAIL, maskedEmail)
      .replace(DIALLED, lastFour)
      .replace(NUMBER, (digits) => (/[\s().]/.test(digits) || phones.includes(digitsOf(digits)) ? lastFour(digits) : digits)),
    phones,
  );

/** Numbers known from elsewhere in the value, wherever they stand bare: in an id, amid letters. */
const withoutKnown = (text: string, phones: readonly string[]): string =>
  phones.reduce((rest, digits) => rest.replaceAll(digits, lastFour(digits)), text);

const maskedEmail = (email: string, domain: string): string => `${firstOf(email)}•••@${firstOf(domain)}${GONE}`;
const firstOf = (text: string): string => [...text][0] ?? "";

/** What follows the question mark of an address is as often a token as not. */
const withoutQuery = (text: string): string => (/^https?:\/\//i.test(text) ? text.replace(/[?#].*$/s, `?${GONE}`) : text);

const cut = (text: string): string => {
  const characters = [...text];
  return characters.length <= LONGEST ? text : `${characters.slice(0, LONGEST).join("")}${GONE}`;
};
