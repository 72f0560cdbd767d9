/** The vendor's side of OAuth 2.0: trading codes, refreshing under the vault's lease, revoking (RFC 6749, 7009, 7636). */
import type { ExchangeAsk, Exchanged, Held, Identity, Opened, VendorVaultRpc } from "@junction/core";
import * as z from "zod";
import type { OAuthServer } from "./auth.ts";
import { VendorFailure } from "./failure.ts";
import { type Exchange, exchange, type Wire } from "./http.ts";
import { parseJson, retryAfterMs } from "./status.ts";

type Credential = Opened & { readonly ok: true };
type Platform = Readonly<Record<string, string>>;

const DEFAULT_MARGIN_SECONDS = 300;
/** The token request must end well before the lease does, or two could be in flight. */
const LEASE_RESERVE_MS = 10_000;

const Tokens = z.object({
  access_token: z.string().min(1),
  refresh_token: z.string().min(1).optional(),
  expires_in: z.coerce.number().positive().optional(),
  scope: z.string().optional(),
});

/** Whether the access token is due: expired, or about to. */
export function due(credential: Credential, server: OAuthServer<string>, now: number): boolean {
  return credential.expiresAt !== undefined && now >= credential.expiresAt - (server.marginSeconds ?? DEFAULT_MARGIN_SECONDS) * 1000;
}

/**
 * Refreshes a credential of `generation`, or waits for whoever does. One token request is in flight per credential anywhere: the
 * vault's lease is taken before the token endpoint is dialled, and the result is a compare-and-swap on the generation.
 */
export async function refresh(
  vault: VendorVaultRpc,
  server: OAuthServer<string>,
  wire: Wire,
  held: Held,
  generation: number,
): Promise<Credential> {
  const { contractor, connection, call } = held;
  for (;;) {
    const lease = await vault.lease({ contractor, connection, generation, call });
    if (lease.state === "newer") return lease.opened;
    if (lease.state === "rejected") throw new VendorFailure({ kind: "CredentialError" });
    if (lease.state === "held") {
      if (Date.now() + lease.waitMs > wire.deadline) throw new VendorFailure({ kind: "VendorUnavailable", sent: false });
      await scheduler.wait(lease.waitMs);
      continue;
    }
    let answer: Exchange;
    try {
      const grant = { grant_type: "refresh_token", refresh_token: lease.fields["refresh_token"] ?? "" };
      answer = await token(
        server.tokenUrl,
        server,
        { ...wire, deadline: Math.min(wire.deadline, lease.until - LEASE_RESERVE_MS) },
        await app(vault),
        grant,
      );
    } catch (error) {
      await vault.release({ contractor, connection, lease: lease.lease, rejected: false });
      throw error;
    }
    const tokens = Tokens.safeParse(parseJson(answer.text));
    if (answer.status !== 200 || !tokens.success) {
      const failure = tokenFailure(answer);
      await vault.release({ contractor, connection, lease: lease.lease, rejected: failure.error.kind === "CredentialError" });
      throw failure;
    }
    const opened = await vault.renew({ contractor, connection, lease: lease.lease, ...stored(tokens.data, answer.now) });
    if (opened.ok) return opened;
    throw new VendorFailure({ kind: "CredentialError" }); // revoked while we dialled
  }
}

/** Trades a code for tokens, proves them with the test call, and only then stores them. */
export async function exchangeCode(
  vault: VendorVaultRpc,
  server: OAuthServer<string>,
  wire: Wire,
  ask: ExchangeAsk,
  test: (fields: Readonly<Record<string, string>>) => Promise<Identity>,
): Promise<Exchanged> {
  const { contractor, connection, code, codeVerifier, redirectUri } = ask;
  const grant = { grant_type: "authorization_code", code, redirect_uri: redirectUri, code_verifier: codeVerifier };
  const answer = await token(server.tokenUrl, server, wire, await app(vault), grant);
  const tokens = Tokens.safeParse(parseJson(answer.text));
  if (answer.status !== 200 || !tokens.success) throw tokenFailure(answer);
  const { fields, expiresAt } = stored(tokens.data, answer.now);
  const identity = await test(fields);
  const scopes = (tokens.data.scope ?? Object.keys(server.scopes).join(" ")).split(/[ ,]+/).filter(Boolean);
  const { generation } = await vault.store({
    contractor,
    connection,
    fields,
    secrets: ["access_token", "refresh_token"],
    ...(expiresAt !== undefined && { expiresAt }),
  });
  return { identity, generation, scopes };
}

/** Withdraws the grant at the vendor. A grant the vendor no longer knows counts as withdrawn. */
export async function revokeGrant(vault: VendorVaultRpc, server: OAuthServer<string>, wire: Wire): Promise<void> {
  if (!server.revocationUrl) return;
  const answer = await token(server.revocationUrl, server, wire, await app(vault), {
    token: wire.fields["refresh_token"] ?? wire.fields["access_token"] ?? "",
  });
  if (answer.status !== 200 && answer.status !== 400) throw tokenFailure(answer);
}

async function app(vault: VendorVaultRpc): Promise<Platform> {
  const platform = await vault.platform();
  if (platform) return platform;
  // Ours to mend, not the contractor's: it must not count against the vendor's health.
  throw new Error("the operator has not set this vendor's OAuth client id and secret");
}

async function token(
  endpoint: string,
  server: OAuthServer<string>,
  wire: Wire,
  platform: Platform,
  grant: Readonly<Record<string, string>>,
): Promise<Exchange> {
  const [id, secret] = [platform["client_id"] ?? "", platform["client_secret"] ?? ""];
  const headers = new Headers({ accept: "application/json", "content-type": "application/x-www-form-urlencoded" });
  const form = new URLSearchParams(grant);
  if (server.clientAuthentication === "basic") {
    headers.set("authorization", `Basic ${btoa(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`)}`); // RFC 6749 §2.3.1
  } else {
    form.set("client_id", id);
    form.set("client_secret", secret);
  }
  try {
    return await exchange(wire, { method: "POST", url: new URL(endpoint), headers, body: form.toString() });
  } catch (error) {
    // `sent` is about the effect that was asked for, and nothing was sent of that.
    if (error instanceof VendorFailure && error.error.kind === "VendorUnavailable")
      throw new VendorFailure({ kind: "VendorUnavailable", sent: false }, error.said);
    throw error;
  }
}

/** `invalid_grant` alone means the grant is dead; every other refusal is trouble of ours or of the vendor's. */
function tokenFailure(answer: Exchange): VendorFailure {
  const body = z.object({ error: z.string() }).safeParse(parseJson(answer.text));
  const code = body.success ? body.data.error.slice(0, 80) : undefined;
  const said = { status: answer.status, ...(code !== undefined && { code }) }; // never the body: it may hold a token
  if (code === "invalid_grant") return new VendorFailure({ kind: "CredentialError" }, said);
  if (answer.status === 429)
    return new VendorFailure({ kind: "RateLimited", retryAfterMs: retryAfterMs(answer.headers, answer.now) }, said);
  return new VendorFailure({ kind: "VendorUnavailable", sent: false }, said);
}

function stored(tokens: z.output<typeof Tokens>, now: number): { readonly fields: Record<string, string>; readonly expiresAt?: number } {
  const { access_token, refresh_token, expires_in } = tokens;
  return {
    fields: { access_token, ...(refresh_token !== undefined && { refresh_token }) },
    ...(expires_in !== undefined && { expiresAt: now + expires_in * 1000 }),
  };
}
