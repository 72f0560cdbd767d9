/** A vendor as a Worker: resolves the credential at call time, makes one attempt, maps what came of it, and forgets everything. */
import { WorkerEntrypoint } from "cloudflare:workers";
import type {
  CallAsk,
  ExchangeAsk,
  Exchanged,
  Held,
  Identity,
  OpenAsk,
  Opened,
  Outcome,
  ProbeAsk,
  VendorRpc,
  VendorVaultRpc,
} from "@junction/core";
import type { Fields } from "./auth.ts";
import type { Action, Vendor } from "./define.ts";
import { VendorFailure } from "./failure.ts";
import { type Egress, type Http, http, type Wire } from "./http.ts";
import { due, exchangeCode, refresh, revokeGrant } from "./oauth.ts";
import { BadSegment } from "./path.ts";

export interface VendorEnv {
  readonly VAULT: VendorVaultRpc;
  readonly EGRESS?: Exclude<Egress, undefined>;
}

type Credential = Opened & { readonly ok: true };
interface Ready {
  readonly http: Http;
  readonly fields: Fields;
}

/** How long a test, a probe, an exchange or a revocation may take in all. */
const ERRAND_MS = 20_000;

/** The Worker's entrypoint. Every method of the class is callable over RPC, so it has those of `VendorRpc` and nothing else. */
export function serveVendor(vendor: Vendor) {
  return class extends WorkerEntrypoint<VendorEnv> implements VendorRpc {
    call(ask: CallAsk): Promise<Outcome<unknown>> {
      const action = actionOf(vendor, ask.tool);
      return attempt(vendor, this.env, ask, "call", ask.deadline, (ready) =>
        action.run({ ...ready, input: ask.input, idempotencyKey: ask.idempotencyKey }),
      );
    }
    probe(ask: ProbeAsk): Promise<Outcome<unknown>> {
      const { probe } = actionOf(vendor, ask.tool);
      if (!probe) throw new Error(`${vendor.manifest.id} has no probe for ${ask.tool}`);
      const { input, idempotencyKey } = ask;
      return attempt(vendor, this.env, ask, "probe", soon(), (ready) =>
        probe({ ...ready, input, idempotencyKey, sentAt: new Date(ask.sentAt) }),
      );
    }
    check(ask: Held): Promise<Outcome<Identity>> {
      return attempt(vendor, this.env, ask, "test", soon(), (ready) => vendor.test(ready));
    }
    checkFields(ask: { readonly fields: Readonly<Record<string, string>> }): Promise<Outcome<Identity>> {
      const wire = wireOf(vendor, this.env, ask.fields, soon());
      return outcome(wire, () => vendor.test({ http: http(wire), fields: ask.fields }));
    }
    exchange(ask: ExchangeAsk): Promise<Outcome<Exchanged>> {
      const wire = wireOf(vendor, this.env, {}, soon());
      const test = (fields: Fields) => vendor.test({ http: http({ ...wire, fields }), fields });
      return outcome(wire, () => exchangeCode(this.env.VAULT, oauthOf(vendor), wire, ask, test));
    }
    revoke(ask: Held): Promise<Outcome<null>> {
      const wire = wireOf(vendor, this.env, {}, soon());
      return outcome(wire, async () => {
        const { auth } = vendor.manifest;
        if (auth.scheme === "oauth2")
          await revokeGrant(this.env.VAULT, auth, { ...wire, fields: (await open(this.env, ask, "revoke")).fields });
        return null;
      });
    }
  };
}

const soon = () => Date.now() + ERRAND_MS;

function wireOf(vendor: Vendor, env: VendorEnv, fields: Fields, deadline: number): Wire {
  const { hosts, auth, errors } = vendor.manifest;
  return { hosts, auth, errors, fields, egress: env.EGRESS, deadline, budget: undefined };
}

async function open(env: VendorEnv, held: Held, purpose: OpenAsk["purpose"]): Promise<Credential> {
  const { contractor, connection, generation, call } = held;
  const opened = await env.VAULT.open({ contractor, connection, generation, purpose, call });
  if (!opened.ok) throw new VendorFailure({ kind: "CredentialError" });
  return opened;
}

/** One attempt with the stored credential; for OAuth, at most one refresh before it and one forced by the vendor's 401 after it. */
async function attempt<T>(
  vendor: Vendor,
  env: VendorEnv,
  held: Held,
  purpose: OpenAsk["purpose"],
  deadline: number,
  run: (ready: Ready) => Promise<T>,
): Promise<Outcome<T>> {
  const { auth } = vendor.manifest;
  const empty = wireOf(vendor, env, {}, deadline);
  let generation = held.generation;
  const use = async (credential: Credential): Promise<Outcome<T>> => {
    generation = credential.generation;
    const wire = wireOf(vendor, env, credential.fields, deadline);
    return outcome(wire, () => run({ http: http(wire), fields: credential.fields }));
  };
  const first = await outcome(empty, async () => {
    const credential = await open(env, held, purpose);
    if (auth.scheme !== "oauth2" || !due(credential, auth, Date.now())) return credential;
    try {
      return await refresh(env.VAULT, auth, empty, held, credential.generation);
    } catch (error) {
      // The token still works: a token endpoint that is down is no reason to fail the call.
      if (error instanceof VendorFailure && error.error.kind !== "CredentialError" && Date.now() < (credential.expiresAt ?? 0))
        return credential;
      throw error;
    }
  });
  if (!first.ok) return first;
  let result = await use(first.value);
  if (!result.ok && result.error.kind === "CredentialError" && auth.scheme === "oauth2") {
    const second = await outcome(empty, () => refresh(env.VAULT, auth, empty, held, generation));
    if (!second.ok) return second;
    result = await use(second.value);
  }
  return generation === held.generation ? result : { ...result, generation };
}

/** Runs one attempt and turns what it raises into data. What is none of the closed errors is a bug of ours and goes on up. */
async function outcome<T>(wire: Wire, run: () => Promise<T>): Promise<Outcome<T>> {
  const left = () => (wire.budget ? { budget: wire.budget } : {});
  try {
    return { ok: true, value: await run(), ...left() };
  } catch (raised) {
    if (raised instanceof BadSegment) return { ok: false, error: { kind: "InvalidRequest", issues: [raised.message] } };
    if (!(raised instanceof VendorFailure)) throw raised;
    const { error, said } = raised;
    return { ok: false, error, ...(said && { said }), ...left() };
  }
}

function actionOf(vendor: Vendor, tool: string): Action {
  const action = vendor.actions.get(tool);
  if (!action) throw new Error(`${vendor.manifest.id} does not serve ${tool}`);
  return action;
}

function oauthOf(vendor: Vendor) {
  const { auth, id } = vendor.manifest;
  if (auth.scheme !== "oauth2") throw new Error(`${id} does not use OAuth`);
  return auth;
}
