/** A person's grant: trading its code for tokens, and withdrawing it (RFC 6749 §4.1.3, RFC 7009, RFC 7636). */
import type { ExchangeAsk, Exchanged, Identity, VendorVaultRpc } from "@junction/core";
import type { Auth } from "./auth.ts";
import { exchange, type Wire } from "./exchange.ts";
import { VendorFailure } from "./failure.ts";
import { linkTo } from "./hosts.ts";
import { app, atHome, dial, grantRequest, refusal, renewal, stored, type Tokens, tokensIn } from "./token.ts";

type OAuth = Extract<Auth, { readonly scheme: "oauth2" }>;

/** Trades a code for tokens, proves them with the test call, and only then stores them. */
export async function exchangeCode(
  vault: VendorVaultRpc,
  auth: OAuth,
  wire: Wire,
  ask: ExchangeAsk,
  test: (fields: Readonly<Record<string, string>>) => Promise<Identity>,
): Promise<Exchanged> {
  const { contractor, connection, code, codeVerifier, redirectUri } = ask;
  const proof = auth.pkce === false ? {} : { code_verifier: codeVerifier };
  const grant = { grant_type: "authorization_code", code, redirect_uri: redirectUri, ...proof };
  const home = homeOf(auth, wire, ask);
  const answer = await dial(wire, grantRequest(auth, atHome(auth, auth.tokenUrl, home), await app(() => vault.platform()), grant));
  const first = tokensIn(answer, auth);
  const tokens = auth.extend ? await extended(vault, auth, wire, first) : first;
  const { fields: got, expiresAt } = stored(tokens, answer.now);
  const fields = { ...home, ...got };
  const { found, ...identity } = await test(fields);
  const scopes = tokens.scopes ?? tokens.scope?.split(/[ ,]+/).filter(Boolean) ?? Object.keys(auth.scopes); // unsaid: as asked (§5.1)
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
function homeOf({ home }: OAuth, wire: Wire, { returned }: ExchangeAsk): Readonly<Record<string, string>> {
  const said = home && returned?.[home.parameter];
  return said ? { [home.field]: `https://${linkTo(wire.hosts, said).host}` } : {};
}

/** The token that lives longer, for the short-lived one that a code was traded for. */
async function extended(vault: VendorVaultRpc, auth: OAuth, wire: Wire, { access_token, scope, scopes }: Tokens): Promise<Tokens> {
  const answer = await dial(wire, await renewal(auth, { access_token }, () => vault.platform(), Date.now()));
  return { scope, scopes, ...tokensIn(answer, auth) };
}

/** Withdraws the grant at the vendor. A grant the vendor no longer knows counts as withdrawn. */
export async function revokeGrant(vault: VendorVaultRpc, auth: OAuth, wire: Wire): Promise<void> {
  if (!auth.revocationUrl) return;
  if (auth.revocation === "delete") {
    const headers = new Headers({ authorization: `Bearer ${wire.fields["access_token"] ?? ""}` });
    const { status } = await exchange(wire, { method: "DELETE", url: new URL(auth.revocationUrl), headers });
    if (status >= 500) throw new VendorFailure({ kind: "VendorUnavailable", sent: true }, { status });
    return;
  }
  const { refresh_token, access_token = "" } = wire.fields;
  const token = auth.revocation === "access_token" ? access_token : (refresh_token ?? access_token);
  const url = atHome(auth, auth.revocationUrl, wire.fields);
  const answer = await dial(wire, grantRequest(auth, url, await app(() => vault.platform()), { token }));
  if (answer.status !== 200 && answer.status !== 400) throw refusal(answer, undefined, auth);
}
