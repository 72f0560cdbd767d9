/** How a person is reached, written so that the same is always the same text. */

// A plus and the digits between these are a number; anything else among them (letters, an extension) is no number we could be sure of.
const SEPARATORS = /[\s().\-‐-―/]+/g;
/** North America: an area code and an exchange begin with 2 to 9. */
const NANP = /^1?([2-9]\d{2}[2-9]\d{6})$/;

/** The number in E.164 where there is one reading of it, else null: with its `+`, or North American with 10 digits, or 11 with the 1. */
export function e164(given: string): string | null {
  const text = given
    .trim()
    .replace(/^(?:whatsapp|tel|sms):/i, "")
    .trim();
  if (/\(0\)/.test(text)) return null; // `+44 (0)20`: whether the 0 is dialled, the country decides
  const number = text.replace(SEPARATORS, "");
  if (/^\+[1-9]\d{7,14}$/.test(number)) return number;
  const national = NANP.exec(number)?.[1];
  return national === undefined ? null : `+1${national}`;
}

/** The address in lower case, or null where it is none. */
export function emailAddress(given: string): string | null {
  const text = given.trim().toLowerCase();
  return text.length <= 254 && /^[^\s@<>,;"]+@[^\s@<>,;"]+\.[^\s@<>,;"]+$/.test(text) ? text : null;
}
