/** Reads a message as a mail server does: RFC 5322, MIME parts, encoded words. Written from the RFCs, not from who sends to it. */

export interface Header {
  readonly name: string;
  readonly value: string;
}
/** A part in the shape of Gmail's `MessagePart`, with its content as bytes. */
export interface MimePart {
  readonly headers: readonly Header[];
  readonly type: string;
  readonly filename: string;
  readonly bytes: Uint8Array;
  readonly parts: readonly MimePart[];
}

/** What a message breaks of the RFC, for the sender to read. */
export class BadMessage extends Error {}

const utf8 = new TextDecoder();
export const latin1 = (bytes: Uint8Array): string => Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
const bytesOf = (binary: string): Uint8Array => Uint8Array.from(binary, (character) => character.charCodeAt(0));

/** RFC 2047: words that follow one another are one text, whatever white space parts them. */
export const decoded = (value: string): string =>
  value.replaceAll(/(=\?[^?\s]+\?[BbQq]\?[^?\s]*\?=)(\s+=\?[^?\s]+\?[BbQq]\?[^?\s]*\?=)*/g, (run) => {
    const bytes = [...run.matchAll(/=\?([^?\s]+)\?([BbQq])\?([^?\s]*)\?=/g)].flatMap(([word, , way, text = ""]) => {
      if (word.length > 75) throw new BadMessage("an encoded word is longer than 75 characters");
      if (/b/i.test(way ?? "")) return [...bytesOf(atob(text))];
      const plain = text
        .replaceAll("_", " ")
        .replaceAll(/=([0-9A-F]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
      return [...bytesOf(plain)];
    });
    return utf8.decode(Uint8Array.from(bytes));
  });

function headersOf(head: string): readonly Header[] {
  const lines = head.split("\r\n");
  for (const line of lines) {
    if (line.length > 998) throw new BadMessage("a line is longer than 998 characters");
    if (/[\r\n]/.test(line) || /[^\x20-\x7e\t]/.test(line)) throw new BadMessage("a header is no ASCII text in lines that end with CRLF");
  }
  const unfolded = lines.reduce<string[]>((all, line) => {
    if (/^[ \t]/.test(line) && all.length > 0) all[all.length - 1] += line;
    else if (line !== "") all.push(line);
    return all;
  }, []);
  return unfolded.map((line) => {
    const [, name, value] = /^([!-9;-~]+):[ \t]*(.*)$/.exec(line) ?? [];
    if (name === undefined || value === undefined) throw new BadMessage(`no header: ${line.slice(0, 60)}`);
    return { name, value: value.trim() };
  });
}
export const header = (headers: readonly Header[], name: string): string | undefined =>
  headers.find((one) => one.name.toLowerCase() === name.toLowerCase())?.value;
const parameter = (value: string, name: string): string | undefined => {
  const [, exact] = new RegExp(`;\\s*${name}\\*=UTF-8''([^;\\s]+)`, "i").exec(value) ?? [];
  if (exact !== undefined) return decodeURIComponent(exact);
  const [, quoted, bare] = new RegExp(`;\\s*${name}=(?:"((?:[^"\\\\]|\\\\.)*)"|([^;\\s]+))`, "i").exec(value) ?? [];
  return quoted?.replaceAll(/\\(.)/g, "$1") ?? bare;
};

/** A message or a part of one, from its bytes as Latin-1. */
function part(whole: string): MimePart {
  const end = whole.indexOf("\r\n\r\n");
  if (end < 0) throw new BadMessage("no empty line between header and body");
  const headers = headersOf(whole.slice(0, end));
  const body = whole.slice(end + 4);
  const content = header(headers, "Content-Type") ?? "text/plain";
  const type = content.split(";")[0]?.trim().toLowerCase() ?? "";
  const filename = decoded(parameter(header(headers, "Content-Disposition") ?? "", "filename") ?? "");
  if (!type.startsWith("multipart/")) return { headers, type, filename, bytes: contentIn(headers, body), parts: [] };
  const boundary = parameter(content, "boundary");
  if (boundary === undefined) throw new BadMessage("a multipart without a boundary");
  const [, ...pieces] = `\r\n${body}`.split(`\r\n--${boundary}`);
  const last = pieces.findIndex((piece) => piece.startsWith("--"));
  if (last < 0) throw new BadMessage("a multipart without an end");
  const parts = pieces.slice(0, last).map((piece) => part(piece.replace(/^[ \t]*\r\n/, "")));
  return { headers, type, filename, bytes: new Uint8Array(), parts };
}

function contentIn(headers: readonly Header[], body: string): Uint8Array {
  const encoding = (header(headers, "Content-Transfer-Encoding") ?? "7bit").toLowerCase();
  if (encoding === "base64") {
    if (body.split("\r\n").some((line) => line.length > 76)) throw new BadMessage("a line of Base64 is longer than 76 characters");
    return bytesOf(atob(body.replaceAll("\r\n", "")));
  }
  if (encoding !== "quoted-printable") return bytesOf(body);
  const joined = body.replaceAll(/=\r\n/g, "");
  return bytesOf(joined.replaceAll(/=([0-9A-F]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))));
}

/** A message from its bytes as Latin-1. */
export const readMessage = (raw: string): MimePart => part(raw);

/** The addresses of a header's value, its names decoded. */
export function addresses(value: string): readonly { readonly name: string; readonly email: string }[] {
  const parts = value.match(/(?:"(?:[^"\\]|\\.)*"|[^,"])+/g) ?? [];
  return parts.map((one) => {
    const [, name = "", email] = /^(.*)<([^<>]*)>\s*$/s.exec(one.trim()) ?? [];
    return {
      name: decoded(
        name
          .trim()
          .replace(/^"(.*)"$/s, "$1")
          .replaceAll(/\\(.)/g, "$1"),
      ),
      email: (email ?? one).trim(),
    };
  });
}

/** The text of the first part of this type. */
export function textIn(one: MimePart, type: string): string | undefined {
  if (one.type === type && one.filename === "") return utf8.decode(one.bytes);
  return one.parts.map((inner) => textIn(inner, type)).find((text) => text !== undefined);
}
export const filesIn = (one: MimePart): readonly MimePart[] => (one.filename === "" ? one.parts.flatMap(filesIn) : [one]);

const url64 = (bytes: Uint8Array): string => btoa(latin1(bytes)).replaceAll("+", "-").replaceAll("/", "_");
/** As `users.messages.get` shows it. */
export const shown = (one: MimePart, partId = ""): object => ({
  ...{ partId, mimeType: one.type, filename: one.filename, headers: one.headers },
  body: { size: one.bytes.length, ...(one.bytes.length > 0 && one.filename === "" && { data: url64(one.bytes) }) },
  ...(one.parts.length > 0 && { parts: one.parts.map((inner, index) => shown(inner, partId === "" ? `${index}` : `${partId}.${index}`)) }),
});
