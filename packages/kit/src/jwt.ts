/** The assertion of a JWT grant (RFC 7523 §3), signed with the contractor's key, or ours, inside the vendor's own Worker. */
import { importPKCS8, SignJWT } from "jose";
import * as z from "zod/mini";
import { OurFailure, VendorFailure } from "./failure.ts";
import { parseJson } from "./status.ts";

export interface Claims {
  readonly issuer: string;
  readonly subject: string | undefined;
  readonly audience: string;
  readonly scope: string;
  /** Seconds. */
  readonly issuedAt: number;
  readonly lifetimeSeconds: number;
}

export interface Key {
  readonly pem: string;
  /** The members of a JSON key file; empty for a bare PEM. */
  readonly members: Readonly<Record<string, string>>;
  /** The credential field it was read from; null for our own. */
  readonly field: string | null;
}

const KeyFile = z.pipe(
  z.record(z.string(), z.unknown()),
  z.transform((file) => {
    const texts = Object.entries(file).filter((entry): entry is [string, string] => typeof entry[1] === "string");
    return Object.fromEntries(texts);
  }),
);

/** A private key as it was pasted: PEM, or a JSON key file that holds one. */
export function keyOf(text: string, field: string | null): Key {
  if (!text.trimStart().startsWith("{")) return { pem: text, members: {}, field };
  const members = KeyFile.safeParse(parseJson(text));
  const pem = members.success ? members.data["private_key"] : undefined;
  if (!members.success || pem === undefined) throw unusable(field, "is not a key file: it has no private_key");
  return { pem, members: members.data, field };
}

export async function assertion(key: Key, claims: Claims): Promise<string> {
  const { issuer, subject, audience, scope, issuedAt, lifetimeSeconds } = claims;
  if (issuer === "") throw unusable(key.field, "does not say who issues the assertion");
  const jwt = new SignJWT({ ...(scope !== "" && { scope }) })
    .setProtectedHeader({ alg: "RS256", typ: "JWT", ...(key.members["private_key_id"] && { kid: key.members["private_key_id"] }) })
    .setIssuer(issuer)
    .setAudience(audience)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + lifetimeSeconds);
  if (subject !== undefined) jwt.setSubject(subject);
  return jwt.sign(await imported(key));
}

async function imported(key: Key): Promise<CryptoKey> {
  try {
    return await importPKCS8(asPkcs8(key.pem), "RS256");
  } catch (error) {
    if (error instanceof VendorFailure) throw error;
    // The cause may repeat part of the key.
    throw unusable(key.field, "is not an RSA private key in PEM form");
  }
}

/** A key that cannot be used is the contractor's to mend, as any wrong field; our own is ours. */
function unusable(field: string | null, what: string): VendorFailure {
  if (field === null) return new OurFailure(`the private key of Junction's own app ${what}`);
  return new VendorFailure({ kind: "InvalidRequest", issues: [`${field} ${what}`] });
}

const PEM = /-----BEGIN (RSA )?PRIVATE KEY-----([A-Za-z0-9+/=\s]+)-----END (?:RSA )?PRIVATE KEY-----/;
/** SEQUENCE { rsaEncryption, NULL } (RFC 8017 §A.1). */
const RSA = [0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00];

/** WebCrypto takes PKCS #8 alone. DocuSign gives keys in PKCS #1, which is what PKCS #8 wraps (RFC 5208 §5). */
function asPkcs8(pem: string): string {
  // Keys that went through a form or an environment variable often have their line ends written out.
  const [, rsa, base64 = ""] = PEM.exec(pem.replaceAll("\\n", "\n")) ?? [];
  const bytes = [...atob(base64.replace(/\s+/g, ""))].map((char) => char.charCodeAt(0));
  const der = rsa === undefined ? bytes : element(0x30, [0x02, 0x01, 0x00, ...RSA, ...element(0x04, bytes)]);
  return `-----BEGIN PRIVATE KEY-----\n${btoa(der.map((byte) => String.fromCharCode(byte)).join(""))}\n-----END PRIVATE KEY-----`;
}

/** A DER element: tag, length, content. */
function element(tag: number, content: readonly number[]): number[] {
  const { length } = content;
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return [tag, ...size, ...content];
}
