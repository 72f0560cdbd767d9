/** What is put to a token endpoint, and what its answer means (RFC 6749 §4.1.3, §5, §6; RFC 7523 §2.1). */
import type { VendorErrorKind, VendorSaid } from "@junction/core";
import * as z from "zod/mini";
import { type Exchange, exchange, type Wire } from "./exchange.ts";
import { OurFailure, VendorFailure } from "./failure.ts";
import type { Fields } from "./fields.ts";
import type { Grant } from "./grants.ts";
import type { Apps } from "./platform.ts";
import { parseJson, retryAfterMs } from "./status.ts";

export interface TokenAsk {
  readonly url: string;
  readonly headers: Headers;
  readonly body: string;
  /** Where a person consents, should the vendor ask for that; made of the manifest's words and the credential's, none of the vendor's. */
  readonly consent?: string;
}

/** The request that gets a new access token for a credential. */
export type Renewal = (fields: Fields, apps: Apps, now: number) => Promise<TokenAsk>;

export const Tokens = z.object({
  access_token: z.string().check(z.minLength(1)),
  refresh_token: z.optional(z.string().check(z.minLength(1))),
  expires_in: z.optional(z.coerce.number().check(z.positive())),
  scope: z.optional(z.string()),
  /** HubSpot's spelling. */
  scopes: z.optional(z.array(z.string())),
});
export interface Tokens extends z.output<typeof Tokens> {
  /** What the vendor says beside them, of what the manifest keeps. */
  readonly kept?: Readonly<Record<string, string>>;
}

/** Puts a request to a token endpoint. `sent` is about the effect that was asked for, and nothing is sent of that before a token is had. */
export async function dial(wire: Wire, { url, headers, body }: TokenAsk): Promise<Exchange> {
  try {
    return await exchange(wire, { method: "POST", url: new URL(url), headers, body });
  } catch (error) {
    if (error instanceof VendorFailure && error.error.kind === "VendorUnavailable") throw new LostAnswer(error.error.sent, error.said);
    throw error;
  }
}

/** No answer of the token endpoint's was read. `spent`: it may have carried the request out all the same. */
export class LostAnswer extends VendorFailure {
  readonly spent: boolean;
  constructor(spent: boolean, said?: VendorSaid) {
    super({ kind: "VendorUnavailable", sent: false }, said);
    this.spent = spent;
  }
}

/** RFC 6749's word, or the number of a vendor that answers as the rest of its API does. */
const ErrorCode = z.union([
  z.string(),
  z.pipe(
    z.object({ code: z.union([z.string(), z.number()]) }),
    z.transform(({ code }) => String(code)),
  ),
]);

/** The tokens in an answer; anything else is thrown as the failure it is. */
export function tokensIn(answer: Exchange, grant: Grant, consent?: string): Tokens {
  const json = parseJson(answer.text);
  const tokens = Tokens.safeParse(json);
  if (answer.status === 200 && tokens.success) return { ...tokens.data, ...kept(json, grant) };
  const body = z.object({ error: ErrorCode }).safeParse(json);
  // Success without readable tokens, and a proxy that waited in vain: what was given out is lost.
  if (!body.success && (answer.status === 200 || answer.status === 504))
    throw new LostAnswer(true, { status: answer.status, message: "an answer we cannot read" });
  throw refusal(answer, body.success ? body.data.error : undefined, grant, consent);
}

function kept(json: unknown, grant: Grant): Pick<Tokens, "kept"> {
  const said = z.record(z.string(), z.unknown()).safeParse(json).data ?? {};
  const names = grant.scheme === "oauth2" ? (grant.keeps ?? []) : [];
  const given = names.flatMap((name) => (typeof said[name] === "string" && said[name] !== "" ? [[name, said[name]] as const] : []));
  return given.length > 0 ? { kept: Object.fromEntries(given) } : {};
}

/** `invalid_grant` alone means the grant is dead; trouble with our own app is ours; every other refusal is the vendor's trouble. */
export function refusal(answer: Exchange, code: string | undefined, grant: Grant, consent?: string): VendorFailure {
  const word = code?.slice(0, 80);
  const said = { status: answer.status, ...(word !== undefined && { code: word }) }; // never the body: it may hold a token
  if (answer.status === 429)
    return new VendorFailure({ kind: "RateLimited", retryAfterMs: retryAfterMs(answer.headers, answer.now) }, said);
  const own: Readonly<Record<string, VendorErrorKind>> = {
    ...(grant.scheme === "jwt_bearer" ? OF_ASSERTIONS : OF_GRANTS),
    ...grant.errors,
  };
  const kind = word !== undefined && Object.hasOwn(own, word) ? own[word] : undefined;
  switch (kind) {
    case "CredentialError":
      return new VendorFailure({ kind }, said);
    case "PermissionError": {
      const page = word === "consent_required" && consent !== undefined ? { consent } : {};
      return new VendorFailure({ kind, missing: Object.keys(grant.scopes), ...page }, said);
    }
    default: {
      const ours = word === "invalid_client" || word === "unauthorized_client";
      if (ours && (grant.scheme === "oauth2" || "platform" in grant.key))
        return new OurFailure(`the vendor refuses Junction's own app: ${word}`, said);
      return ours
        ? new VendorFailure({ kind: "CredentialError" }, said)
        : new VendorFailure({ kind: "VendorUnavailable", sent: false }, said);
    }
  }
}

const OF_GRANTS: Readonly<Record<string, VendorErrorKind>> = { invalid_grant: "CredentialError" };
/** `unauthorized_client`: Google's word for a service account that was not given these scopes in the domain. */
const OF_ASSERTIONS: Readonly<Record<string, VendorErrorKind>> = {
  invalid_grant: "CredentialError",
  unauthorized_client: "PermissionError",
  invalid_scope: "PermissionError",
  access_denied: "PermissionError",
  consent_required: "PermissionError",
};

/** The fields and the expiry that tokens are stored as. */
export function stored(tokens: Tokens, now: number): { readonly fields: Record<string, string>; readonly expiresAt?: number } {
  const { access_token, refresh_token, expires_in, kept } = tokens;
  return {
    fields: { ...kept, access_token, ...(refresh_token !== undefined && { refresh_token }) },
    ...(expires_in !== undefined && { expiresAt: Math.floor(now + expires_in * 1000) }),
  };
}
