/** The host CRM's sessions: a JWT it signs, verified against its public keys. The gateway issues none itself. */
import { ContractorId } from "@junction/core";
import { createRemoteJWKSet, jwtVerify } from "jose";
import * as z from "zod";
import type { Env } from "../env.ts";

export const Session = z.object({
  sub: z.string().min(1).max(200),
  contractor: ContractorId,
  /** `owner`: everything of the contractor's; `member`: reads; `operator`: the platform's own credentials and keys. */
  role: z.enum(["owner", "member", "operator"]),
});
export type Session = z.output<typeof Session>;

const keySets = new Map<string, ReturnType<typeof createRemoteJWKSet>>();

/** The session a request carries, or why it carries none. */
export async function sessionOf(request: Request, env: Env): Promise<Session | { readonly problem: string }> {
  const header = request.headers.get("authorization") ?? "";
  if (!header.toLowerCase().startsWith("bearer ")) return { problem: "send the session's token as Authorization: Bearer …" };
  try {
    const { payload } = await jwtVerify(header.slice(7).trim(), keySet(env.SESSION_JWKS_URL), {
      issuer: env.SESSION_ISSUER,
      audience: env.SESSION_AUDIENCE,
      algorithms: ["ES256", "RS256", "EdDSA"],
      requiredClaims: ["sub", "exp"],
      clockTolerance: 5,
    });
    const session = Session.safeParse(payload);
    return session.success ? session.data : { problem: "the session's token lacks a valid sub, contractor or role" };
  } catch (error) {
    const expired = error instanceof Error && "code" in error && error.code === "ERR_JWT_EXPIRED";
    return { problem: expired ? "the session has expired; sign in again" : "the session's token is not valid" };
  }
}

function keySet(url: string) {
  const set = keySets.get(url) ?? createRemoteJWKSet(new URL(url), { timeoutDuration: 5_000 });
  keySets.set(url, set);
  return set;
}
