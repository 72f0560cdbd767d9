/** The authorization servers' side of JWT grants (RFC 7523): a key that everyone may know, and the check of what is signed with it. */
import { importPKCS8, jwtVerify } from "jose";

/** PKCS #8 in base64. Made for the sandbox, which knows nothing worth keeping: no vendor has ever seen it. */
const DER = [
  "MIIEvgIBADANBgkqhkiG9w0BAQEFAASCBKgwggSkAgEAAoIBAQCl+PtP8JU1Fg2SsFBSSf3VPtbqPCzYgTTj7WZ14UjOP5IH5qrndQMgdPULE2GcIz/SyGL1",
  "zasjhPbkZYoMwluKEnfta+4bNdNUw4XWng0TyWb7AN/Q2g2VngmWJECLLvNjDj9naklt/WRFjyGryOp67J/A5rgTaYivpmk6G0+gS+Cpcoo9QtqE0Z7wzF2d",
  "LNvpRK5l+BcD3RWSNz0FbmsFQVXfpClO2vbMXJoUV4tL376RX9eveqB+ZsaI37A7zs3qb28yf0czqLqKpfDZaLNRYgw/o26SXXcYaImckwcKGrru8l4dZC10",
  "4glvbPorlZds8lkI2nB1X/8+RZ+6Xn0bAgMBAAECggEAMZkIfNiPthf7gWD398dNt+p57fCClEZ0SEKa0lI64AuGN586ZkWE5C+fRKqLik3MVlB0pjDKWihz",
  "YUhoqyxvj4C6XvRYaMA6gYOWXM7JaKbQg+S8fZyT36ilA72cnhsvN2Q8FUrhW6GT0+eUb9HwJEDO8qXfz0lDw/3OR0N/FY7rrB2ikL2m+ASzupUrKFXCAqH2",
  "hp8r+ytnpGfb/WVZQQoEJscXIoBNiuRxoX6ncW98NUWNws6R6toddPrWPZXjH/mhEiPItV65Zvl5Mzv9MpO7SkNGeVLPv9fUC3hlkx16xiRxrxcU9TZJ5WMD",
  "46PSSX4t5lgCYifUVsrHs+MqSQKBgQDeZi4kCR9jBsW1dtIKC3HPOpw6IUMye/vIgxdNcT8YB1LaS3iKA+sjJrQFhtpTQTu9/ZpWtvOcOo2E1XUGdt5kO6/p",
  "eb0CrE0BAQTSvRCq5XIBS8AsurNGxh97IPn8wLVdXm4mMsWh+wPAlRYGPWh1cDzTaZLNMrm8580CSfrLQwKBgQC/DF6AMrX9XM9SdP4Md2mEh8HlWW9+kx3Y",
  "K0s/9YY8K6H8Rw0zBrycnqwEjqK93EoxNOUJ26eP2ckb9kYbDGf9HK04uFywyRA59OIWaKqPo7izFEWLs7baqVWc/4X32wuNX0Xm6wi80T3vL6wGh3hkquhd",
  "fgA2NWy+jHfdCwVtSQKBgQCHmNlNE1rVr81fxKBvi2bKqLuUHa+w2jM7n+HXT9LePajge990lssI1ZIxRHVdCYr5XeR6NnX1rSWX9eWyGUui5VluCtGZDaCt",
  "mgdszeWZrOeDrsHvA65G2olbM1H4Ly7lTKvwEki5aChzhPK2vz4vTE1pwRbGkcT5ToOKf7yvrQKBgQCzB35PGDZe1OgbVzLyr7wby7QxnlvS+z4OYpPDvesq",
  "26CSbmq6FGgPRMniA2ASFysXbX/sewBM10OUhnYvxrJ0CLly26FQsToZdZegdDjRHhVpC2gYgDKsOd7WnsUF/SiYNF2nBT1M46/sQnosLCrv+xCA/CBqrCnZ",
  "bnyskTVmsQKBgD2MGSkxtARmb0rcujo+8S95VRBOyZmIUB99Ww6tdkaOJIuBhcT1d6YCi622n8P67lZeOKAQhuldBneUOSqdlc0+ZLfDY9UolEvaD1bRdZoB",
  "lb9yCTybWd3Xz2NUi8wj9/43NRKCQQ5Cf2PixMfWiRR1kZSzDYycbHQgGCkfp6nc",
].join("");

const block = (kind: string, base64: string): string =>
  [`-----BEGIN ${kind}-----`, ...(base64.match(/.{1,64}/g) ?? []), `-----END ${kind}-----`, ""].join("\n");

/** The key of the sandbox's service accounts, as vendors hand such keys out: PKCS #8 (Google), or PKCS #1 (DocuSign). */
export const SERVICE_KEY = {
  pkcs8: block("PRIVATE KEY", DER),
  /** What PKCS #8 wraps stands after 26 bytes of it, for a key of 2,048 bits. */
  pkcs1: block("RSA PRIVATE KEY", btoa(atob(DER).slice(26))),
};

export interface Assertion {
  readonly iss: string;
  readonly sub?: string;
  readonly scope: readonly string[];
}

/** What an assertion says, if it is signed with the sandbox's key, is for this audience, and is neither old nor for longer than an hour. */
export async function readAssertion(assertion: string, audience: string, now: number): Promise<Assertion | null> {
  try {
    const { payload } = await jwtVerify(assertion, await publicKey(), {
      algorithms: ["RS256"],
      audience,
      currentDate: new Date(now),
      maxTokenAge: 3600,
      clockTolerance: 300,
      requiredClaims: ["iss", "exp", "iat"],
    });
    const { iss = "", sub, scope, exp = 0, iat = 0 } = payload;
    if (exp - iat > 3600) return null;
    return { iss, ...(sub !== undefined && { sub }), scope: typeof scope === "string" ? scope.split(" ").filter(Boolean) : [] };
  } catch (error) {
    if (error instanceof Error && "code" in error) return null; // jose's own: signature, audience, time or form
    throw error;
  }
}

async function publicKey(): Promise<CryptoKey> {
  const key = await importPKCS8(SERVICE_KEY.pkcs8, "RS256", { extractable: true });
  const { kty, n, e } = (await crypto.subtle.exportKey("jwk", key)) as JsonWebKey;
  const half = { kty, n, e } as JsonWebKey;
  return crypto.subtle.importKey("jwk", half, { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" }, false, ["verify"]);
}
