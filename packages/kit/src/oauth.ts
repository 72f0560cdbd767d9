/** OAuth: a person's grant, the trade of its code for tokens, their renewal, and its withdrawal (RFC 6749 §4.1.3 and §6, RFC 7009, RFC 7636). */
import type { ExchangeAsk, Exchanged, Identity, VendorVaultRpc } from "@junction/core";
import type { Auth } from "./auth.ts";
import { exchange, type Wire } from "./exchange.ts";
import { VendorFailure } from "./failure.ts";
import type { Fields } from "./fields.ts";
import type { Grant, OAuthServer } from "./grants.ts";
import { linkTo } from "./hosts.ts";
import { type Apps, app, type Platform } from "./platform.ts";
import { dial, refusal, stored, type TokenAsk, type Tokens, tokensIn } from "./token.ts";
import { tokenWork } from "./token-work.ts";

type Server = Extract<Grant, { readonly scheme: "oauth2" }>;

/** A person's grant: they consent at the vendor, and come back with a code. */
export function oauth2<const Scope extends string>(server: OAuthServer<Scope>): Auth<never, Scope> {
  const own = { scheme: "oauth2", ...server } as const;
  return {
    ...own,
    tokens: {
      ...tokenWork(own, (fields, apps) => renewal(own, fields, apps)),
      exchange: (vault, wire, ask, test) => exchangeCode(vault, own, wire, ask, test),
      revoke: (vault, wire) => revokeGrant(vault, own, wire),
    },
  };
}

/** The request that renews it. */
export async function renewal(server: Server, fields: Fields, apps: Apps): Promise<TokenAsk> {
  const { grantType, parameter } = server.extend ?? { grantType: "refresh_token", parameter: "refresh_token" };
  const spent = (server.extend ? fields["access_token"] : fields["refresh_token"]) ?? "";
  return grantRequest(server, atHome(server, server.tokenUrl, fields), await app(apps), { grant_type: grantType, [parameter]: spent });
}

/** An address of the authorization server, at the one where the grant is kept. */
function atHome({ home }: Server, url: string, fields: Fields): string {
  const own = home && fields[home.field];
  if (!own) return url;
  const { pathname, search } = new URL(url);
  return `${own}${pathname}${search}`;
}

/** A request of our own app's, with its client authentication (RFC 6749 §2.3.1). */
function grantRequest(server: Server, url: string, platform: Platform, grant: Readonly<Record<string, string>>): TokenAsk {
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

/** Trades a code for tokens, proves them with the test call, and only then stores them. */
async function exchangeCode(
  vault: VendorVaultRpc,
  server: Server,
  wire: Wire,
  ask: ExchangeAsk,
  test: (fields: Fields) => Promise<Identity>,
): Promise<Exchanged> {
  const { contractor, connection, code, codeVerifier, redirectUri } = ask;
  const proof = server.pkce === false ? {} : { code_verifier: codeVerifier };
  const grant = { grant_type: "authorization_code", code, redirect_uri: redirectUri, ...proof };
  const home = homeOf(server, wire, ask);
  const answer = await dial(wire, grantRequest(server, atHome(server, server.tokenUrl, home), await app(() => vault.platform()), grant));
  const first = tokensIn(answer, server);
  const tokens = server.extend ? await extended(vault, server, wire, first) : first;
  const { fields: got, expiresAt } = stored(tokens, answer.now);
  const fields = { ...home, ...got };
  const { found, ...identity } = await test(fields);
  const scopes = tokens.scopes ?? tokens.scope?.split(/[ ,]+/).filter(Boolean) ?? Object.keys(server.scopes); // unsaid: as asked (§5.1)
  // The tokens of an account nobody asked for are forgotten, not revoked: they may be another contractor's grant.
  if (ask.account !== undefined && ask.account !== identity.id) return { identity, generation: null, scopes };
  const { generation } = await vault.store({
    contractor,
    connection,
    fields: { ...found, ...fields },
    secrets: ["access_token", "refresh_token"],
    ...(expiresAt !== undefined && { expiresAt }),
  });
  return { identity, generation, scopes };
}

/** The authorization server the person came back from, as a field to keep. One that is not the vendor's is an answer we do not take. */
function homeOf({ home }: Server, wire: Wire, { returned }: ExchangeAsk): Readonly<Record<string, string>> {
  const said = home && returned?.[home.parameter];
  return said ? { [home.field]: `https://${linkTo(wire.hosts, said).host}` } : {};
}

/** The token that lives longer, for the short-lived one that a code was traded for. */
async function extended(vault: VendorVaultRpc, server: Server, wire: Wire, { access_token, scope, scopes }: Tokens): Promise<Tokens> {
  const answer = await dial(wire, await renewal(server, { access_token }, () => vault.platform()));
  return { scope, scopes, ...tokensIn(answer, server) };
}

/** Withdraws the grant at the vendor. A grant the vendor no longer knows counts as withdrawn. */
async function revokeGrant(vault: VendorVaultRpc, server: Server, wire: Wire): Promise<void> {
  if (!server.revocationUrl) return;
  if (server.revocation === "delete") {
    const headers = new Headers({ authorization: `Bearer ${wire.fields["access_token"] ?? ""}` });
    const { status } = await exchange(wire, { method: "DELETE", url: new URL(server.revocationUrl), headers });
    if (status >= 500) throw new VendorFailure({ kind: "VendorUnavailable", sent: true }, { status });
    return;
  }
  const { refresh_token, access_token = "" } = wire.fields;
  const token = server.revocation === "access_token" ? access_token : (refresh_token ?? access_token);
  const url = atHome(server, server.revocationUrl, wire.fields);
  const answer = await dial(wire, grantRequest(server, url, await app(() => vault.platform()), { token }));
  if (answer.status !== 200 && answer.status !== 400) throw refusal(answer, undefined, server);
}
