/** A person's grant: trading its code for tokens, and withdrawing it (RFC 6749 §4.1.3, RFC 7009, RFC 7636). */
import type { ExchangeAsk, Exchanged, Identity, VendorVaultRpc } from "@junction/core";
import type { Auth } from "./auth.ts";
import type { Wire } from "./http.ts";
import { app, dial, grantRequest, refusal, stored, tokensIn } from "./token.ts";

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
  const grant = { grant_type: "authorization_code", code, redirect_uri: redirectUri, code_verifier: codeVerifier };
  const answer = await dial(wire, grantRequest(auth, auth.tokenUrl, await app(() => vault.platform()), grant));
  const tokens = tokensIn(answer, auth);
  const { fields, expiresAt } = stored(tokens, answer.now);
  const { found, ...identity } = await test(fields);
  const scopes = (tokens.scope ?? Object.keys(auth.scopes).join(" ")).split(/[ ,]+/).filter(Boolean);
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

/** Withdraws the grant at the vendor. A grant the vendor no longer knows counts as withdrawn. */
export async function revokeGrant(vault: VendorVaultRpc, auth: OAuth, wire: Wire): Promise<void> {
  if (!auth.revocationUrl) return;
  const token = wire.fields["refresh_token"] ?? wire.fields["access_token"] ?? "";
  const answer = await dial(wire, grantRequest(auth, auth.revocationUrl, await app(() => vault.platform()), { token }));
  if (answer.status !== 200 && answer.status !== 400) throw refusal(answer, undefined, auth);
}
