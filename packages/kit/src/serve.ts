/** A vendor as a Worker: resolves the credential at call time, makes one attempt, maps what came of it, and forgets everything. */
import { WorkerEntrypoint } from "cloudflare:workers";
import type {
  CallAsk,
  ExchangeAsk,
  Exchanged,
  Held,
  HookReply,
  Identity,
  OpenAsk,
  Outcome,
  ProbeAsk,
  ReceiveAsk,
  Received,
  VendorEvent,
  VendorRpc,
  VendorVaultRpc,
} from "@junction/core";
import { hookSecretId } from "@junction/core";
import { outcome, told } from "./attempt.ts";
import { isRenewable, type Renewable } from "./auth.ts";
import { type Action, authFor, type Vendor } from "./define.ts";
import type { Deliveries } from "./deliveries.ts";
import type { Egress, Wire } from "./exchange.ts";
import { VendorFailure } from "./failure.ts";
import type { Fields } from "./fields.ts";
import { filesOf } from "./files.ts";
import { hostsFor } from "./hosts.ts";
import { type Http, http } from "./http.ts";
import { app } from "./platform.ts";
import type { Credential, Refreshed } from "./refresh.ts";
import type { RefreshAt } from "./token-work.ts";

export { deliveries } from "./deliveries.ts";

export interface VendorEnv {
  readonly VAULT: VendorVaultRpc;
  readonly EGRESS?: Exclude<Egress, undefined>;
}

interface Ready {
  readonly http: Http;
  readonly fields: Fields;
}

/** How long a test, a probe, an exchange or a revocation may take in all. */
const ERRAND_MS = 20_000;

/**
 * The Worker's entrypoint. Every method of the class is callable over RPC, so it has those of `VendorRpc` and nothing else. `deliveries`: where
 * the vendor has a webhook.
 */
export function serveVendor(vendor: Vendor, deliveries?: Deliveries) {
  if (vendor.webhook && !deliveries) throw new Error(`the webhook of ${vendor.manifest.id} must stand in its own webhook.ts`);
  return class extends WorkerEntrypoint<VendorEnv> implements VendorRpc {
    call(ask: CallAsk): Promise<Outcome<unknown>> {
      const action = actionOf(vendor, ask.tool);
      return attempt(siteOf(vendor, this.env, this.ctx), ask, "call", ask.deadline, (ready) =>
        action.run({
          ...{ ...ready, input: ask.input, idempotencyKey: ask.idempotencyKey, hook: ask.hook },
          files: filesOf(ask.files, ask.tool),
        }),
      );
    }
    probe(ask: ProbeAsk): Promise<Outcome<unknown>> {
      const { probe } = actionOf(vendor, ask.tool);
      if (!probe) throw new Error(`${vendor.manifest.id} has no probe for ${ask.tool}`);
      const { input, idempotencyKey } = ask;
      return attempt(siteOf(vendor, this.env, this.ctx), ask, "probe", soon(), (ready) =>
        probe({ ...ready, input, idempotencyKey, sentAt: new Date(ask.sentAt) }),
      );
    }
    check(ask: Held): Promise<Outcome<Identity>> {
      return attempt(siteOf(vendor, this.env, this.ctx), ask, "test", soon(), (ready) => vendor.test(ready));
    }
    checkFields({ fields, type }: Parameters<VendorRpc["checkFields"]>[0]): Promise<Outcome<Identity>> {
      const auth = authFor(vendor, type);
      const wire = wireOf(vendor, this.env, fields, soon());
      return outcome(wire, async () => {
        const tokens = isRenewable(auth) ? await auth.tokens.first(wire, fields, () => this.env.VAULT.platform()) : {};
        const whole = { ...fields, ...tokens };
        return vendor.test({ http: http({ ...wire, auth, fields: whole }), fields: whole });
      });
    }
    exchange(ask: ExchangeAsk): Promise<Outcome<Exchanged>> {
      const auth = oauthOf(vendor);
      const wire = wireOf(vendor, this.env, {}, soon());
      const test = (fields: Fields) => vendor.test({ http: http({ ...wire, auth, fields }), fields });
      return outcome(wire, () => auth.tokens.exchange(this.env.VAULT, wire, ask, test));
    }
    revoke(ask: Held): Promise<Outcome<null>> {
      const wire = wireOf(vendor, this.env, {}, soon());
      return outcome(wire, async () => {
        const { type, fields } = await open(this.env, ask, "revoke");
        const auth = authFor(vendor, type);
        if (auth.scheme === "oauth2") await auth.tokens.revoke(this.env.VAULT, { ...wire, fields });
        return null;
      });
    }
    receive(ask: ReceiveAsk): Promise<Received> {
      const { webhook, receive } = hookOf(vendor, deliveries);
      return receive(webhook, ask, this.env.VAULT, () => wireOf(vendor, this.env, {}, soon()));
    }
    async answer({ delivery, plan }: Parameters<VendorRpc["answer"]>[0]): Promise<HookReply> {
      const { questions } = hookOf(vendor, deliveries).webhook;
      if (!questions) throw new Error(`${vendor.manifest.id} asks no questions`);
      return questions.answer(plan, delivery);
    }
    confirm(ask: Held & { readonly event: VendorEvent }): Promise<Outcome<VendorEvent | VendorEvent[] | null>> {
      const { webhook, found } = hookOf(vendor, deliveries);
      const { confirm } = webhook;
      if (!confirm) throw new Error(`${vendor.manifest.id} looks no event up`);
      return attempt(siteOf(vendor, this.env, this.ctx), ask, "webhook", soon(), async (ready) => found(await confirm(ready, ask.event)));
    }
  };
}

const soon = () => Date.now() + ERRAND_MS;

/** Where an attempt is made. */
interface Site {
  readonly vendor: Vendor;
  readonly env: VendorEnv;
  later(work: Promise<unknown>): void;
}
const siteOf = (vendor: Vendor, env: VendorEnv, ctx: ExecutionContext): Site => ({ vendor, env, later: (work) => ctx.waitUntil(work) });

function wireOf(vendor: Vendor, env: VendorEnv, fields: Fields, deadline: number): Wire {
  const { errors } = vendor.manifest;
  const hosts = hostsFor(vendor.manifest.hosts, fields);
  const apps = () => app(() => env.VAULT.platform());
  return { hosts, errors, fields, egress: env.EGRESS, deadline, budget: undefined, sent: { requests: 0 }, apps };
}

async function open(env: VendorEnv, held: Held, purpose: OpenAsk["purpose"]): Promise<Credential> {
  const { contractor, connection, generation, call } = held;
  const opened = await env.VAULT.open({ contractor, connection, generation, purpose, call });
  if (!opened.ok) throw new VendorFailure({ kind: "CredentialError" });
  return opened;
}

/** The webhook's own secret of the connection an attempt is made for. */
const hookSecretOf =
  (env: VendorEnv, { contractor, connection, call }: Held) =>
  async (generation: number) => {
    const opened = await env.VAULT.open({ contractor, connection: hookSecretId(connection), generation, purpose: "webhook", call });
    return opened.ok ? (opened.fields["secret"] ?? null) : null;
  };

/** One attempt with the stored credential. */
async function attempt<T>(
  site: Site,
  held: Held,
  purpose: OpenAsk["purpose"],
  deadline: number,
  run: (ready: Ready) => Promise<T>,
): Promise<Outcome<T>> {
  const { vendor, env } = site;
  const empty = wireOf(vendor, env, {}, deadline);
  const opened = await outcome(empty, () => open(env, held, purpose));
  if (!opened.ok) return opened;
  const auth = authFor(vendor, opened.value.type);
  const use = ({ fields }: Credential): Promise<Outcome<T>> => {
    const wire = { ...wireOf(vendor, env, fields, deadline), auth, hookSecret: hookSecretOf(env, held) };
    return outcome(wire, () => run({ http: http(wire), fields }));
  };
  if (!isRenewable(auth)) return told(await use(opened.value), held, opened.value);
  const renew = (credential: Credential, refused: boolean): Promise<Outcome<Refreshed>> =>
    outcome(empty, () => auth.tokens.refresh(refreshOf(site, auth, held, deadline), credential, refused));

  return auth.tokens.attempt(held, opened.value, { renew, use, now: Date.now() });
}

function refreshOf({ vendor, env, later }: Site, auth: Renewable, held: Held, deadline: number): RefreshAt {
  return {
    vault: env.VAULT,
    ...{ held, deadline, later },
    wire: (until) => wireOf(vendor, env, {}, until),
    async probe({ fields }) {
      const wire = { ...wireOf(vendor, env, fields, soon()), auth };
      const found = await outcome(wire, () => vendor.test({ http: http(wire), fields }));
      if (found.ok) return true;
      const { kind } = found.error;
      return kind === "CredentialError" ? false : kind === "VendorUnavailable" || kind === "RateLimited" ? null : true;
    },
    now: () => Date.now(),
    wait: (ms) => scheduler.wait(ms),
  };
}

function actionOf(vendor: Vendor, tool: string): Action {
  const action = vendor.actions.get(tool);
  if (!action) throw new Error(`${vendor.manifest.id} does not serve ${tool}`);
  return action;
}

function hookOf({ webhook, manifest }: Vendor, deliveries: Deliveries | undefined) {
  if (!webhook || !deliveries) throw new Error(`${manifest.id} has no webhook`);
  return { webhook, ...deliveries };
}

function oauthOf(vendor: Vendor) {
  const auth = authFor(vendor, "oauth_token");
  if (auth.scheme !== "oauth2") throw new Error(`${vendor.manifest.id} does not use OAuth`);
  return auth;
}
