/** Sizes as people read them, in the decimal units that vendors state their limits in. */
export function bytesInWords(bytes: number): string {
  const [unit, size] = bytes >= 1e9 ? ["GB", 1e9] : bytes >= 1e6 ? ["MB", 1e6] : bytes >= 1e3 ? ["kB", 1e3] : ["bytes", 1];
  return `${Math.round((bytes / size) * 10) / 10} ${unit}`;
}
