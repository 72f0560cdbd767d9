/** The session issuer of development: it signs whatever it is asked to, which is why it lives in the sandbox and is never deployed. */
import { ContractorId } from "@junction/core";
import { exportJWK, generateKeyPair, importJWK, type JWK, SignJWT } from "jose";
import * as z from "zod";

export const ISSUER = "junction-development";
export const AUDIENCE = "junction";
const TWELVE_HOURS = 12 * 3600;

export const TokenAsk = z.strictObject({
  contractor: ContractorId,
  subject: z.string().min(1).max(200),
  role: z.enum(["owner", "member", "operator"]),
  email: z.email().optional(),
  /** Negative: already expired. */
  expiresInSeconds: z
    .number()
    .int()
    .min(-86_400)
    .max(30 * 86_400)
    .default(TWELVE_HOURS),
});
export type TokenAsk = z.output<typeof TokenAsk>;

export interface IssuerKeys {
  readonly publicKey: JWK;
  readonly privateKey: JWK;
}

/** A new ES256 pair, as JWKs. */
export async function makeKeys(): Promise<IssuerKeys> {
  const { publicKey, privateKey } = await generateKeyPair("ES256", { extractable: true });
  const kid = crypto.randomUUID();
  const marks = { kid, alg: "ES256", use: "sig" };
  return { publicKey: { ...(await exportJWK(publicKey)), ...marks }, privateKey: { ...(await exportJWK(privateKey)), ...marks } };
}

/** A session token for the gateway. */
export async function issue({ privateKey }: IssuerKeys, ask: TokenAsk): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  return new SignJWT({ contractor: ask.contractor, role: ask.role, ...(ask.email !== undefined && { email: ask.email }) })
    .setProtectedHeader({ alg: "ES256", typ: "JWT", ...(privateKey.kid === undefined ? {} : { kid: privateKey.kid }) })
    .setIssuer(ISSUER)
    .setAudience(AUDIENCE)
    .setSubject(ask.subject)
    .setIssuedAt(now)
    .setExpirationTime(now + ask.expiresInSeconds)
    .sign(await importJWK(privateKey, "ES256"));
}
