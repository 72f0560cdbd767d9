/** What is put to a token endpoint, and what its answer means (RFC 6749 §4.1.3, §5, §6; RFC 7523 §2.1). */
import type { VendorErrorKind, VendorSaid } from "@junction/core";
import * as z from "zod";
import type { Fields, JwtGrant, OAuthServer, Renewable, Source } from "./auth.ts";
import { type Exchange, exchange, type Wire } from "./exchange.ts";
import { OurFailure, VendorFailure } from "./failure.ts";
import { assertion, keyOf } from "./jwt.ts";
import { parseJson, retryAfterMs } from "./status.ts";

/** Our own app's credential at a vendor. */
export type Platform = Readonly<Record<string, string>>;
/** The platform's credential, asked for where it is needed. */
export type Apps = () => Promise<Platform | null>;

export interface TokenAsk {
  readonly url: string;
  readonly headers: Headers;
  readonly body: string;
  /** Where a person consents, should the vendor ask for that; made of the manifest's words and the credential's, none of the vendor's. */
  readonly consent?: string;
}

export const Tokens = z.object({
  access_token: z.string().min(1),
  refresh_token: z.string().min(1).optional(),
  expires_in: z.coerce.number().positive().optional(),
  scope: z.string().optional(),
  /** HubSpot's spelling. */
  scopes: z.array(z.string()).optional(),
});
export interface Tokens extends z.output<typeof Tokens> {
  /** What the vendor says beside them, of what the manifest keeps. */
  readonly kept?: Readonly<Record<string, string>>;
}

/** The request that gets a new access token for a credential. */
export async function renewal(auth: Renewable, fields: Fields, apps: Apps, now: number): Promise<TokenAsk> {
  if (auth.scheme === "jwt_bearer") return jwtRequest(auth, fields, apps, now);
  const { grantType, parameter } = auth.extend ?? { grantType: "refresh_token", parameter: "refresh_token" };
  const spent = (auth.extend ? fields["access_token"] : fields["refresh_token"]) ?? "";
  return grantRequest(auth, atHome(auth, auth.tokenUrl, fields), await app(apps), { grant_type: grantType, [parameter]: spent });
}

/** An address of the authorization server, at the one where the grant is kept. */
export function atHome({ home }: OAuthServer<string>, url: string, fields: Fields): string {
  const own = home && fields[home.field];
  if (!own) return url;
  const { pathname, search } = new URL(url);
  return `${own}${pathname}${search}`;
}

/** A request of our own app's, with its client authentication (RFC 6749 §2.3.1). */
export function grantRequest(
  server: OAuthServer<string>,
  url: string,
  platform: Platform,
  grant: Readonly<Record<string, string>>,
): TokenAsk {
  const [id, secret] = [platform["client_id"] ?? "", platform["client_secret"] ?? ""];
  const headers = new Headers({ accept: "application/json", "content-type": "application/x-www-form-urlencoded" });
  const form = new URLSearchParams(grant);
  if (server.clientAuthentication === "basic") {
    headers.set("authorization", `Basic ${btoa(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`)}`);
  } else {
    form.set(server.clientIdParameter ?? "client_id", id);
    form.set("client_secret", secret);
  }
  return { url, headers, body: form.toString() };
}

export async function app(apps: Apps): Promise<Platform> {
  const platform = await apps();
  if (platform) return platform;
  throw new OurFailure("the operator has not set Junction's own app at this vendor");
}

async function jwtRequest(grant: JwtGrant<string, string>, fields: Fields, apps: Apps, now: number): Promise<TokenAsk> {
  const sources = [grant.tokenUrl, grant.key, grant.issuer, grant.subject, grant.audience];
  const ours = sources.some((source) => typeof source === "object" && "platform" in source);
  const platform = ours ? await app(apps) : {};
  const written = "field" in grant.key ? fields[grant.key.field] : platform[grant.key.platform];
  const key = keyOf(written ?? "", "field" in grant.key ? grant.key.field : null);
  const value = (source: Source<string>): string => resolved(source, fields, platform, key.members);
  const token = await assertion(key, {
    issuer: value(grant.issuer),
    subject: (grant.subject && value(grant.subject)) || undefined,
    audience: value(grant.audience),
    scope: Object.keys(grant.scopes).join(" "),
    issuedAt: Math.floor(now / 1000),
    lifetimeSeconds: grant.lifetimeSeconds ?? 3600,
  });
  const headers = new Headers({ accept: "application/json", "content-type": "application/x-www-form-urlencoded" });
  const body = new URLSearchParams({ grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer", assertion: token });
  const page = grant.consentUrl === undefined ? undefined : new URL(value(grant.consentUrl));
  page?.searchParams.set("response_type", "code");
  page?.searchParams.set("scope", Object.keys(grant.scopes).join(" "));
  page?.searchParams.set("client_id", value(grant.issuer));
  return { url: value(grant.tokenUrl), headers, body: body.toString(), ...(page && { consent: page.href }) };
}

function resolved(source: Source<string>, fields: Fields, platform: Platform, key: Fields): string {
  if (typeof source === "string") return source;
  if ("platform" in source) return platform[source.platform] ?? "";
  if ("inKey" in source) return key[source.inKey] ?? "";
  const value = fields[source.field] ?? "";
  if (source.of === undefined) return value;
  const standing = Object.hasOwn(source.of, value) ? source.of[value] : undefined;
  if (standing === undefined)
    throw new VendorFailure({ kind: "InvalidRequest", issues: [`${source.field} must be one of ${Object.keys(source.of).join(", ")}`] });
  return standing;
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
const ErrorCode = z.union([z.string(), z.object({ code: z.union([z.string(), z.number()]) }).transform(({ code }) => String(code))]);

/** The tokens in an answer; anything else is thrown as the failure it is. */
export function tokensIn(answer: Exchange, auth: Renewable, consent?: string): Tokens {
  const json = parseJson(answer.text);
  const tokens = Tokens.safeParse(json);
  if (answer.status === 200 && tokens.success) return { ...tokens.data, ...kept(json, auth) };
  const body = z.object({ error: ErrorCode }).safeParse(json);
  // Success without readable tokens, and a proxy that waited in vain: what was given out is lost.
  if (!body.success && (answer.status === 200 || answer.status === 504))
    throw new LostAnswer(true, { status: answer.status, message: "an answer we cannot read" });
  throw refusal(answer, body.success ? body.data.error : undefined, auth, consent);
}

function kept(json: unknown, auth: Renewable): Pick<Tokens, "kept"> {
  const said = z.record(z.string(), z.unknown()).safeParse(json).data ?? {};
  const names = auth.scheme === "oauth2" ? (auth.keeps ?? []) : [];
  const given = names.flatMap((name) => (typeof said[name] === "string" && said[name] !== "" ? [[name, said[name]] as const] : []));
  return given.length > 0 ? { kept: Object.fromEntries(given) } : {};
}

/** `invalid_grant` alone means the grant is dead; trouble with our own app is ours; every other refusal is the vendor's trouble. */
export function refusal(answer: Exchange, code: string | undefined, auth: Renewable, consent?: string): VendorFailure {
  const word = code?.slice(0, 80);
  const said = { status: answer.status, ...(word !== undefined && { code: word }) }; // never the body: it may hold a token
  if (answer.status === 429)
    return new VendorFailure({ kind: "RateLimited", retryAfterMs: retryAfterMs(answer.headers, answer.now) }, said);
  const own: Readonly<Record<string, VendorErrorKind>> = {
    ...(auth.scheme === "jwt_bearer" ? OF_ASSERTIONS : OF_GRANTS),
    ...auth.errors,
  };
  const kind = word !== undefined && Object.hasOwn(own, word) ? own[word] : undefined;
  switch (kind) {
    case "CredentialError":
      return new VendorFailure({ kind }, said);
    case "PermissionError": {
      const page = word === "consent_required" && consent !== undefined ? { consent } : {};
      return new VendorFailure({ kind, missing: Object.keys(auth.scopes), ...page }, said);
    }
    default: {
      const ours = word === "invalid_client" || word === "unauthorized_client";
      if (ours && (auth.scheme === "oauth2" || "platform" in auth.key))
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
