/** Phone numbers as people typed them into a CRM, compared with one in E.164 form. No CRM compares them so itself. */

/** Country codes of one and of two digits; all others have three. https://www.itu.int/pub/T-SP-E.164D */
const SHORT_CODE = /^\+(?:1|7|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58])/;
const EXTENSION = /(?:\s*(?:[,;#x]|ext\.?|extension)\s*)+\d{1,7}\s*$/i;

const digits = (text: string): string => text.replace(/\D/g, "");

/** The digits of an E.164 number without its country code: `2025550101` of `+12025550101`. */
export function nationalNumber(phone: string): string {
  return digits(phone.replace(SHORT_CODE.test(phone) ? SHORT_CODE : /^\+\d{3}/, ""));
}

/**
 * Whether a number as somebody typed it is the E.164 number: spaced in any way, with an extension or without, its country code written
 * as `+1`, as `001`, or not at all, its national 0 too. One without a country code could be another country's: see `bearing`.
 */
export function samePhone(stored: string | null | undefined, phone: string): boolean {
  const text = (stored ?? "").trim().replace(EXTENSION, "");
  const [want, national] = [digits(phone), bare(nationalNumber(phone))];
  if (text.startsWith("+") || /^(?:00|011)[1-9]/.test(digits(text))) {
    const have = digits(text.startsWith("+") ? text.replace("(0)", "") : digits(text).replace(/^(?:00|011)/, ""));
    return have === want;
  }
  const have = bare(digits(text));
  return have.length >= 7 && (have === want || have === national);
}
const bare = (number: string): string => number.replace(/^0+/, "");

/** For a CRM that finds texts alone: the ways in which an American number is usually typed; any other number is taken as we and most people abroad write it. */
export function usualWritings(phone: string): readonly string[] {
  const national = nationalNumber(phone);
  const [, area, exchange, line] = (phone.startsWith("+1") && /^(\d{3})(\d{3})(\d{4})$/.exec(national)) || [];
  if (!line) return [phone, phone.slice(1), national, `0${national}`];
  const grouped = [`(${area}) ${exchange}-${line}`, ...["-", ".", " "].map((by) => [area, exchange, line].join(by))];
  return [phone, phone.slice(1), national, ...grouped, ...grouped.map((one) => `+1 ${one}`), ...grouped.map((one) => `1-${one}`)];
}

/** The number in E.164 form if its country code is written, otherwise as it stands: what has several readings is not guessed at. */
export function phoneAsKnown(stored: string): string {
  const text = stored.trim();
  const plain = `+${digits(text.replace("(0)", ""))}`;
  return text.startsWith("+") && !EXTENSION.test(text) && /^\+[1-9]\d{7,14}$/.test(plain) ? plain : text;
}

/**
 * Of records, those that bear the number, the certain ones first: a number with its country code is one person's, the same digits without
 * it may be a number of another country.
 */
export function bearing<T>(
  records: readonly T[],
  phone: string,
  numbersOf: (record: T) => readonly (string | null | undefined)[],
): readonly T[] {
  const certain = (record: T): number =>
    Number(numbersOf(record).some((stored) => stored?.trim().startsWith("+") && samePhone(stored, phone)));
  return records
    .filter((record) => numbersOf(record).some((stored) => samePhone(stored, phone)))
    .sort((one, other) => certain(other) - certain(one));
}
