/** Paths that nothing can climb out of. */

declare const pathBrand: unique symbol;
export type Path = string & { readonly [pathBrand]: true };

/**
 * Builds a path; each value fills exactly one segment, whatever is in it. A plain string is no `Path`.
 * A value that is empty, `.` or `..` has no encoding a server would keep as one segment, so it throws.
 */
export function path(parts: TemplateStringsArray, ...values: readonly (string | number)[]): Path {
  let built = parts[0] ?? "";
  values.forEach((value, i) => {
    const text = String(value);
    if (/^\.{0,2}$/.test(text)) throw new BadSegment(text);
    built += encodeURIComponent(text) + (parts[i + 1] ?? "");
  });
  return built as Path; // the one place that makes one
}

/** A path below one that the vendor gave: `below(home, path`/${calendar}`)`. */
export const below = (base: Path, rest: Path): Path => (base.replace(/\/$/, "") + rest) as Path; // both are paths already

/** A value that cannot stand in a path: the caller's, so it is reported as an invalid request. */
export class BadSegment extends Error {
  constructor(value: string) {
    super(`a part of the vendor's address must not be ${value === "" ? "empty" : `"${value}"`}`);
  }
}
