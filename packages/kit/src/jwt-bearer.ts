/** Access by an assertion signed with a private key: service accounts, and JWT grants in a user's name (RFC 7523 §2.1). */
import type { Auth } from "./auth.ts";
import { VendorFailure } from "./failure.ts";
import type { Fields } from "./fields.ts";
import type { JwtGrant, Source } from "./grants.ts";
import { assertion, keyOf } from "./jwt.ts";
import { type Apps, app, type Platform } from "./platform.ts";
import type { TokenAsk } from "./token.ts";
import { tokenWork } from "./token-work.ts";

/**
 * A service account or a JWT grant:
 * `jwtBearer({ tokenUrl, key: { field: "key_file" }, issuer: { inKey: "client_email" }, subject: { field: "user" }, audience, scopes })`.
 */
export function jwtBearer<const F extends string, const Scope extends string>(grant: JwtGrant<F, Scope>): Auth<F, Scope> {
  const own = { scheme: "jwt_bearer", ...grant } as const;
  return { ...own, tokens: tokenWork(own, (fields, apps, now) => traded(grant, fields, apps, now)) };
}

/** The request that trades an assertion for an access token. */
async function traded(grant: JwtGrant<string, string>, fields: Fields, apps: Apps, now: number): Promise<TokenAsk> {
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
