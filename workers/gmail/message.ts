/** An email as it is written on the wire: RFC 5322, with RFC 2045 to 2047 for whatever is not plain ASCII. No value can end its header. */

export interface Person {
  readonly email: string;
  readonly name?: string | undefined;
}
export interface Email {
  readonly id: string;
  readonly from: Person;
  readonly to: Person;
  readonly replyTo?: string | undefined;
  readonly subject: string;
  readonly text: string;
  readonly html?: string | undefined;
  readonly attachments: readonly { readonly name: string; readonly type: string; readonly base64: string }[];
  readonly headers: Readonly<Record<string, string>>;
  /** Sets the parts apart; must not occur in any of them. */
  readonly boundary: string;
}

const PLAIN = /^[\x20-\x7e]*$/;
/** A line with encoded words holds 76 characters at most, of which 12 frame a word and 9 name the header (RFC 2047 §2). */
const MOST_BYTES = 39;

function base64(text: string): string {
  const bytes = new TextEncoder().encode(text);
  let binary = "";
  for (let at = 0; at < bytes.length; at += 0x6000) binary += String.fromCharCode(...bytes.subarray(at, at + 0x6000));
  return btoa(binary);
}

/** Text as encoded words, one to a line: no character is cut in two. */
function encoded(text: string): string {
  const words: string[] = [];
  let word = "";
  for (const character of text.replace(/[\r\n]+/g, " ")) {
    if (new TextEncoder().encode(word + character).length > MOST_BYTES) {
      words.push(word);
      word = "";
    }
    word += character;
  }
  return [...words, word].map((one) => `=?UTF-8?B?${base64(one)}?=`).join("\r\n ");
}

/** A header's text: as it stands where it is plain and short enough for a line, else encoded. */
const unstructured = (text: string): string => (PLAIN.test(text) && !text.includes("=?") && text.length <= 200 ? text : encoded(text));

function person({ email, name }: Person): string {
  if (name === undefined || name.trim() === "") return email;
  if (!PLAIN.test(name) || name.includes("=?")) return `${encoded(name)}\r\n <${email}>`;
  return `"${name.replace(/[\\"]/g, "\\$&")}" <${email}>`;
}

/** A parameter in quotes, and where its value is not plain ASCII in the form of RFC 2231 too. */
function filename(name: string): string {
  const clean = name.replace(/\p{Cc}+/gu, " ").slice(0, 150);
  const plain = clean.replace(/[^\x20-\x7e]/g, "_").replace(/[\\"]/g, "_");
  const exact = encodeURIComponent(clean).replace(/['()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
  return plain === clean ? `filename="${plain}"` : `filename="${plain}";\r\n filename*=UTF-8''${exact}`;
}

/** Lines of 76 characters (RFC 2045 §6.8). */
const lines = (whole: string): string => whole.replace(/.{76}/g, "$&\r\n");
const crlf = (text: string): string => text.replace(/\r\n|\r|\n/g, "\r\n");

interface Part {
  readonly headers: readonly string[];
  readonly body: string;
}
const written = ({ headers, body }: Part): string => `${headers.join("\r\n")}\r\n\r\n${body}`;
const textPart = (type: string, text: string): Part => ({
  headers: [`Content-Type: ${type}; charset=UTF-8`, "Content-Transfer-Encoding: base64"],
  body: lines(base64(crlf(text))),
});
function multipart(kind: "alternative" | "mixed", boundary: string, parts: readonly Part[]): Part {
  const [only] = parts;
  if (only && parts.length === 1) return only;
  const body = [...parts.map((part) => `--${boundary}\r\n${written(part)}`), `--${boundary}--\r\n`].join("\r\n");
  return { headers: [`Content-Type: multipart/${kind}; boundary="${boundary}"`], body };
}

export function rfc5322({ id, from, to, replyTo, subject, text, html, attachments, headers, boundary }: Email): string {
  const texts = [textPart("text/plain", text), ...(html === undefined ? [] : [textPart("text/html", html)])];
  const files = attachments.map(
    ({ name, type, base64: content }): Part => ({
      headers: [
        `Content-Type: ${/^[\w.+-]+\/[\w.+-]+$/.test(type) ? type : "application/octet-stream"}`,
        `Content-Disposition: attachment; ${filename(name)}`,
        "Content-Transfer-Encoding: base64",
      ],
      body: lines(content),
    }),
  );
  const content = multipart("mixed", `${boundary}-mixed`, [multipart("alternative", `${boundary}-alternative`, texts), ...files]);
  return written({
    headers: [
      `From: ${person(from)}`,
      `To: ${person(to)}`,
      ...(replyTo === undefined ? [] : [`Reply-To: ${replyTo}`]),
      `Subject: ${unstructured(subject)}`,
      `Message-ID: <${id}>`,
      ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
      "MIME-Version: 1.0",
      ...content.headers,
    ],
    body: content.body,
  });
}
