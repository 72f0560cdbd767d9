/** The gateway's bindings, and the mesh they make. */
import { areaTools } from "@junction/areas";
import { JUNCTION, type VaultAdminRpc, type VaultPayloadsRpc } from "@junction/core";
import { type ContractorObject, type ContractorRpc, type Mesh, vendorBinding } from "@junction/dispatch";
import { atHand, type Files } from "@junction/files";
import type { Wakeup } from "@junction/ingest";
import {
  type Wakeup as DeliveryWakeup,
  type Egress,
  type Outgoing,
  resolver,
  type TargetRules,
  TIMING,
  webhookTools,
} from "@junction/outgoing";
import { routingTools } from "@junction/receptionist";
import { type FetchRpc, junctionVendor, type RunRpc } from "@junction/workflow";
import { hookUrl } from "./hooks/address.ts";
import { explain } from "./words.ts";

export interface Env {
  readonly DB: D1Database;
  readonly CONTRACTOR: DurableObjectNamespace<ContractorObject>;
  /** A workflow's runs, named `<contractor>/<run>`. */
  readonly RUN: DurableObjectNamespace;
  /** Leads being fetched from a CRM, named `<contractor>/<fetch>`. */
  readonly FETCH: DurableObjectNamespace;
  /** Calendars kept in step with jobs, named `<contractor>/<vendor>`. */
  readonly CALENDAR: DurableObjectNamespace;
  /** Bytes of contractors' files; what there is stands in DB. */
  readonly FILES: R2Bucket;
  readonly VAULT: VaultAdminRpc;
  readonly PAYLOADS: VaultPayloadsRpc;
  /** Wakes a contractor's events. */
  readonly EVENTS: Queue<Wakeup>;
  /** Wakes a subscription's deliveries. */
  readonly DELIVERIES: Queue<DeliveryWakeup>;
  /** Where people and agents reach the gateway: an origin, without a trailing slash. */
  readonly PUBLIC_URL: string;
  /** Who issues the host CRM's sessions, for whom, and where its public keys are. */
  readonly SESSION_ISSUER: string;
  readonly SESSION_AUDIENCE: string;
  readonly SESSION_JWKS_URL: string;
  /** The host CRM's page on which a person signs in; it answers by posting the session's token to `/session`. */
  readonly SIGN_IN_URL?: string;
  /** How long a person may be away at a vendor's consent page, in milliseconds; ten minutes if not set. */
  readonly GRANT_MS?: string;
  /** How long a worker may be believed to work on an event, and the times after which a failed one is tried again, comma-separated. */
  readonly EVENT_LEASE_MS?: string;
  readonly EVENT_BACKOFF_MS?: string;
  /** The times after which a failed delivery to a contractor's own system is tried again, and after how long of failure nothing more is sent. */
  readonly DELIVERY_SCHEDULE_MS?: string;
  readonly DELIVERY_DISABLE_MS?: string;
  /** The times after which a workflow's failed step is tried again, comma-separated, and how long one try may take. */
  readonly RUN_BACKOFF_MS?: string;
  readonly RUN_PATIENCE_MS?: string;
  readonly RUN_LONG_MS?: string;
  /** Where names are looked up, by DNS over HTTPS; Cloudflare's resolver if not set. */
  readonly DNS_URL?: string;
  /** What takes our requests to contractors' systems instead of the internet, and `yes` if those may be http. Set by the local stack alone. */
  readonly EGRESS?: Egress;
  readonly PLAIN_TARGETS?: string;
  /** Where a browser finds vendors' pages instead of the internet, as `<this>/<vendor host>/<path>`. Set by the local stack alone. */
  readonly VENDOR_PAGES?: string;
}

/** The contractor's Durable Object. Its id is its name, so no lookup stands between a key and its contractor. */
export const contractorOf = (env: Env, id: string): ContractorRpc =>
  env.CONTRACTOR.get(env.CONTRACTOR.idFromName(id)) as unknown as ContractorRpc; // RPC's own types lose our readonly shapes

/** Which addresses that people and agents give may be dialled. */
export const targetOf = (env: Env): TargetRules => ({
  plain: env.PLAIN_TARGETS === "yes",
  ownHost: new URL(env.PUBLIC_URL).hostname,
  resolve: resolver(env.EGRESS, env.DNS_URL),
});

/** Sending to contractors' own systems. */
export const outgoingOf = (env: Env): Outgoing => ({
  db: env.DB,
  payloads: env.PAYLOADS,
  queue: env.DELIVERIES,
  egress: env.EGRESS,
  target: targetOf(env),
  timing: {
    scheduleMs: env.DELIVERY_SCHEDULE_MS === undefined ? TIMING.scheduleMs : env.DELIVERY_SCHEDULE_MS.split(",").map(Number),
    disableAfterMs: env.DELIVERY_DISABLE_MS === undefined ? TIMING.disableAfterMs : Number(env.DELIVERY_DISABLE_MS),
  },
  stopped: ({ contractor, subscription }) =>
    contractorOf(env, contractor).subscription({ contractor, subscription, stopped: true, now: Date.now() }),
});

/** Contractors' files. */
export const filesOf = (env: Env): Files => ({
  ...{ db: env.DB, bucket: env.FILES, publicUrl: env.PUBLIC_URL, egress: env.EGRESS, target: targetOf(env) },
});

export const meshOf = (env: Env, ctx: Pick<ExecutionContext, "waitUntil">): Mesh => ({
  contractor: (id) => contractorOf(env, id),
  vendor: (id) =>
    id === JUNCTION
      ? junctionVendor(
          { db: env.DB, run: (contractor, run) => runOf(env, contractor, run) },
          {
            ...areaTools(env.DB),
            ...routingTools(env.DB),
            ...webhookTools(outgoingOf(env)),
          },
        )
      : vendorBinding(env, id),
  hookUrl: (vendor, endpoint) => hookUrl(env, vendor, endpoint),
  later: (work) => ctx.waitUntil(work),
  files: (ask) => atHand(filesOf(env), ask),
  explain(trouble, of) {
    const { text, next } = explain(trouble, { publicUrl: env.PUBLIC_URL, ...of });
    return `${text} ${next}`;
  },
});

/** A run's Durable Object. */
export const runOf = (env: Env, contractor: string, run: string): RunRpc => env.RUN.getByName(`${contractor}/${run}`) as unknown as RunRpc;

/** A fetch's Durable Object. */
export const fetchOf = (env: Env, contractor: string, fetch: string): FetchRpc =>
  env.FETCH.getByName(`${contractor}/${fetch}`) as unknown as FetchRpc;
