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
  email: z.email().max(254).optional(),
});
export type Session = z.output<typeof Session>;

const keySets = new Map<string, ReturnType<typeof createRemoteJWKSet>>();

export const SESSION_COOKIE = "junction_session";

/** The session a request carries, in its header or its cookie, or why it carries none. */
export async function sessionOf(request: Request, env: Env): Promise<Session | { readonly problem: string }> {
  const header = request.headers.get("authorization") ?? "";
  if (header.toLowerCase().startsWith("bearer ")) return verifySession(header.slice(7).trim(), env);
  const cookie = new RegExp(`(?:^|; *)${SESSION_COOKIE}=([^;]+)`).exec(request.headers.get("cookie") ?? "")?.[1];
  if (cookie === undefined) return { problem: "sign in, or send the session's token as Authorization: Bearer …" };
  // A cookie comes along with requests other sites make in the person's name: those may look at nothing and change nothing.
  if (!READS.has(request.method) && !sameOrigin(request, env)) return { problem: "the request does not come from Junction's own pages" };
  return verifySession(cookie, env);
}

const READS = new Set(["GET", "HEAD"]);

function sameOrigin(request: Request, env: Env): boolean {
  const site = request.headers.get("sec-fetch-site");
  return site === null ? request.headers.get("origin") === new URL(env.PUBLIC_URL).origin : site === "same-origin";
}

/** A session token that the host CRM signed, for us, and that has not expired. */
export async function verifySession(token: string, env: Env): Promise<Session | { readonly problem: string }> {
  try {
    const { payload } = await jwtVerify(token, keySet(env.SESSION_JWKS_URL), {
      issuer: env.SESSION_ISSUER,
      audience: env.SESSION_AUDIENCE,
      algorithms: ["ES256", "RS256", "EdDSA"],
      requiredClaims: ["sub", "exp"],
      clockTolerance: 5,
    });
    const session = Session.safeParse(payload);
    return session.success ? session.data : { problem: "the session's token lacks a valid sub, contractor or role" };
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ERR_JWKS_TIMEOUT" || !(typeof code === "string" && code.startsWith("ERR_J"))) throw error; // the keys cannot be had: ours to mend
    return { problem: code === "ERR_JWT_EXPIRED" ? "the session has expired; sign in again" : "the session's token is not valid" };
  }
}

function keySet(url: string) {
  const set = keySets.get(url) ?? createRemoteJWKSet(new URL(url), { timeoutDuration: 5_000 });
  keySets.set(url, set);
  return set;
}
