/** What somebody may have meant by a word that is not known. */
import { distance } from "fastest-levenshtein";

/** Up to three of `known` that are spelled nearly like `word`, the nearest first. */
export function nearest(word: string, known: readonly string[]): string[] {
  const wanted = word.slice(0, 100).toLowerCase();
  const far = wanted.length < 4 ? 1 : Math.max(2, Math.ceil(wanted.length / 3));
  return [...new Set(known)]
    .map((one) => ({ one, off: likeness(wanted, one.toLowerCase()) }))
    .filter(({ off }) => off <= far)
    .sort((a, b) => a.off - b.off)
    .slice(0, 3)
    .map(({ one }) => one);
}

/** Letters apart; a word that is a part of the other is near, however long the rest. `call_status` is `callStatus`. */
function likeness(wanted: string, one: string): number {
  const [a, b] = [wanted.replace(/[_\s-]/g, ""), one.replace(/[_\s-]/g, "")];
  const off = distance(a, b);
  return a.length >= 3 && b.includes(a) ? Math.min(off, 1) : off;
}

/** “Did you mean …?”, or nothing where nothing is near. */
export const didYouMean = (near: readonly string[], show: (one: string) => string = (one) => one): string =>
  near.length === 0 ? "" : ` Did you mean ${near.map(show).join(" or ")}?`;
