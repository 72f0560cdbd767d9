/** What somebody is looked up by: an email address, a phone number, or else a name. */

export const isEmail = (text: string): boolean => /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text);
export const isPhone = (text: string): boolean => /^\+[1-9]\d{1,14}$/.test(text);

/** Whether each word that is asked for is among these, in any order and as nobody minds writing it: `Jose Muñoz` bears `munoz, josé`. */
export function bearsName(names: readonly (string | null | undefined)[], asked: string): boolean {
  const own = plain(names.join(" "));
  const words = plain(asked)
    .split(/[\s,;]+/)
    .filter(Boolean);
  return words.length > 0 && words.every((word) => own.includes(word));
}
const plain = (text: string): string => text.normalize("NFKD").replaceAll(/\p{M}/gu, "").replaceAll("’", "'").toLowerCase();
