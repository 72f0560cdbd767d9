/** What a file is, by its first bytes: nobody's word is taken for it where the bytes can tell. */

/** So many bytes are enough to tell. */
export const HEAD_BYTES = 64;

const ascii = (head: Uint8Array, from: number, to: number): string => String.fromCharCode(...head.subarray(from, to));
const begins = (head: Uint8Array, ...bytes: readonly number[]): boolean => bytes.every((byte, at) => head[at] === byte);

/** ISO base media's brands (ISO/IEC 14496-12 §4.3) that are no MP4 video. */
const BRANDS: readonly (readonly [brand: RegExp, type: string])[] = [
  [/^(heic|heix|heim|heis|mif1|msf1)$/, "image/heic"],
  [/^avi[fs]$/, "image/avif"],
  [/^M4[AB] $/, "audio/mp4"],
  [/^qt {2}$/, "video/quicktime"],
  [/^3g[2gp]./, "video/3gpp"],
];

/** The type the bytes bear out; undefined: they are of none that can be told. */
export function sniff(head: Uint8Array): string | undefined {
  if (begins(head, 0xff, 0xd8, 0xff)) return "image/jpeg";
  if (begins(head, 0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)) return "image/png";
  if (/^GIF8[79]a/.test(ascii(head, 0, 6))) return "image/gif";
  if (/^(II\*\0|MM\0\*)/.test(ascii(head, 0, 4))) return "image/tiff";
  if (ascii(head, 0, 2) === "BM" && begins(head.subarray(6), 0, 0, 0, 0)) return "image/bmp";
  if (ascii(head, 0, 4) === "RIFF") return RIFF[ascii(head, 8, 12)];
  if (ascii(head, 4, 8) === "ftyp") return BRANDS.find(([brand]) => brand.test(ascii(head, 8, 12)))?.[1] ?? "video/mp4";
  if (/^(moov|mdat|wide|free)$/.test(ascii(head, 4, 8))) return "video/quicktime";
  if (begins(head, 0x1a, 0x45, 0xdf, 0xa3)) return ascii(head, 0, HEAD_BYTES).includes("webm") ? "video/webm" : "video/x-matroska";
  if (begins(head, 0, 0, 1, 0xba) || begins(head, 0, 0, 1, 0xb3)) return "video/mpeg";
  if (ascii(head, 0, 4) === "fLaC") return "audio/flac";
  if (ascii(head, 0, 4) === "OggS") return "audio/ogg";
  if (ascii(head, 0, 3) === "ID3") return "audio/mpeg";
  if (head[0] === 0xff && ((head[1] ?? 0) & 0xf6) === 0xf0) return "audio/aac";
  if (head[0] === 0xff && ((head[1] ?? 0) & 0xe6) > 0xe0 && ((head[2] ?? 0xff) & 0xf0) !== 0xf0) return "audio/mpeg"; // a frame without a tag before it
  if (ascii(head, 0, 5) === "%PDF-") return "application/pdf";
  if (begins(head, 0x50, 0x4b, 0x03, 0x04)) return "application/zip";
  if (begins(head, 0x1f, 0x8b)) return "application/gzip";
  return undefined;
}
const RIFF: Readonly<Record<string, string>> = { WEBP: "image/webp", WAVE: "audio/wav", "AVI ": "video/x-msvideo" };

/** Kinds whose first bytes always tell: what says it is one of these and is not, is none. */
const TELLING = /^(image\/(?!svg)|video\/|audio\/|application\/(pdf|zip|gzip)$)/;
/** Names for the same, and formats that are another underneath: a Word document is a zip. */
const SAME: Readonly<Record<string, RegExp>> = {
  "application/zip": /^application\/(vnd\.(openxmlformats-officedocument|oasis\.opendocument)\.|epub\+zip|java-archive|x-zip)/,
  "audio/wav": /^audio\/(x-wav|wave|vnd\.wave)$/,
  "audio/mpeg": /^audio\/(mp3|x-mp3|mpeg3)$/,
  "audio/mp4": /^(audio\/(x-m4a|m4a|aac)|video\/mp4)$/,
  "audio/flac": /^audio\/x-flac$/,
  "audio/ogg": /^(audio\/opus|video\/ogg|application\/ogg)$/,
  "video/mp4": /^(video\/(x-m4v|quicktime)|audio\/(mp4|x-m4a|m4a))$/,
  "video/webm": /^audio\/webm$/,
  "image/heic": /^image\/heif$/,
  "image/jpeg": /^image\/jpg$/,
  "application/gzip": /^application\/x-gzip$/,
};
/** Of names for the same, the one tools ask for. */
const USUAL: Readonly<Record<string, string>> = {
  "image/jpg": "image/jpeg",
  "audio/mp3": "audio/mpeg",
  "audio/x-wav": "audio/wav",
  "audio/wave": "audio/wav",
  "audio/x-m4a": "audio/mp4",
  "audio/m4a": "audio/mp4",
};

/** The type of a file that begins so, of which somebody says that it is `said`. */
export function typeOf(head: Uint8Array, said: string): string {
  const bare = (said.split(";")[0] ?? "").trim().toLowerCase();
  const told = USUAL[bare] ?? bare;
  const found = sniff(head);
  if (found !== undefined) return found === told || SAME[found]?.test(told) ? told : found;
  return /^[a-z0-9][\w.+-]{0,80}\/[a-z0-9][\w.+-]{0,100}$/.test(told) && !TELLING.test(told) ? told : "application/octet-stream";
}

/** `image/jpeg` among `image/*`. */
export const isOf = (type: string, allowed: readonly string[]): boolean =>
  allowed.some((one) => one === type || one === "*/*" || (one.endsWith("/*") && type.startsWith(one.slice(0, -1))));
