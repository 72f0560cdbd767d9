/** The contractor's Durable Object: the authority for what must be exact. Thin: each method is one of the functions beside it. */

import { DurableObject } from "cloudflare:workers";
import { newId } from "@junction/core";
import { acquire } from "./acquire.ts";
import { validKey } from "./actors.ts";
import { alerts, announceCalendar, announceSubscription, markRead } from "./alerts.ts";
import { approvals, decideApproval, setUnasked, unasked } from "./approvals.ts";
import { attach, beginGrant, connectionId, connectionView, detach, takeGrant, tested } from "./connections.ts";
import { type Desk, openDesk, provision, saveKey, saveOwnerEmail, saveRoute } from "./desk.ts";
import { admit, endpoint, hold, hookSecret, seen, withEndpoint } from "./endpoints.ts";
import { type NotifyEnv, notifier } from "./notify.ts";
import { park, rouse, unpark, waiting } from "./parked.ts";
import { decide, prove } from "./proof.ts";
import type { AgentKey, PendingGrant } from "./records.ts";
import type { AcquireAsk, AskingRpc, AttachAsk, ContractorRpc, ParkAsk, SettleAsk, Waiter, WaiterRpc } from "./rpc.ts";
import { vendorBinding } from "./rpc.ts";
import { settle } from "./settle.ts";
import { flush, sweep } from "./sweep.ts";
import { enter, leave } from "./turns.ts";

export interface ContractorEnv extends NotifyEnv {
  readonly DB: D1Database;
  /** Those who wait for integrations and turns: runs of workflows, leads being fetched, and calendars kept in step. */
  readonly RUN: DurableObjectNamespace;
  readonly FETCH: DurableObjectNamespace;
  readonly CALENDAR: DurableObjectNamespace;
}

const WAITERS = { run: "RUN", fetch: "FETCH", calendar: "CALENDAR" } as const;
const waiterOf = (env: ContractorEnv, kind: Waiter["kind"], name: string): WaiterRpc =>
  env[WAITERS[kind]].getByName(name) as unknown as WaiterRpc; // RPC's own types know no object's methods

export class ContractorObject extends DurableObject<ContractorEnv> implements ContractorRpc {
  #desk: Promise<Desk>;

  constructor(ctx: DurableObjectState, env: ContractorEnv) {
    super(ctx, env);
    this.#desk = ctx.blockConcurrencyWhile(() => openDesk(ctx.storage));
  }

  async admit(ask: Parameters<ContractorRpc["admit"]>[0]) {
    return admit(await this.#desk, ask);
  }
  async seen(ask: Parameters<ContractorRpc["seen"]>[0]) {
    seen(await this.#desk, ask);
  }
  async endpoint(ask: Parameters<ContractorRpc["endpoint"]>[0]) {
    return endpoint(await this.#desk, ask);
  }
  async hookSecret(ask: Parameters<ContractorRpc["hookSecret"]>[0]) {
    return hookSecret(await this.#desk, ask);
  }
  async hold(ask: Parameters<ContractorRpc["hold"]>[0]) {
    hold(await this.#desk, ask);
  }
  async identify({ keyHash, now }: { keyHash: string; now: number }) {
    return validKey(await this.#desk, keyHash, now);
  }
  async acquire(ask: AcquireAsk) {
    const desk = await this.#desk;
    return withEndpoint(desk, ask, await acquire(desk, ask));
  }
  async settle(ask: SettleAsk) {
    return settle(await this.#desk, ask);
  }
  async connectionId({ contractor, vendor, now }: { contractor: string; vendor: string; now: number }) {
    return connectionId(await this.#desk, contractor, vendor, newId("con", now));
  }
  async attach(ask: AttachAsk) {
    return attach(await this.#desk, ask);
  }
  async detach(ask: { vendor: string; now: number }) {
    return detach(await this.#desk, ask);
  }
  async connections({ now }: { now: number }) {
    const desk = await this.#desk;
    return [...desk.connections.values()].map((connection) => connectionView(desk, connection, now));
  }
  async tested(ask: Parameters<ContractorRpc["tested"]>[0]) {
    return tested(await this.#desk, ask);
  }
  async routes() {
    return Object.fromEntries((await this.#desk).routes);
  }
  async setRoute({ contractor, tool, vendors, now }: Parameters<ContractorRpc["setRoute"]>[0]) {
    const desk = await this.#desk;
    provision(desk, contractor);
    saveRoute(desk, tool, vendors);
    rouse(desk, now);
  }
  async keys() {
    return [...(await this.#desk).keys.values()];
  }
  async addKey({ contractor, hash, key }: { contractor: string; hash: string; key: AgentKey }) {
    const desk = await this.#desk;
    provision(desk, contractor);
    saveKey(desk, hash, key);
  }
  async revokeKey({ id, now }: { id: string; now: number }) {
    const desk = await this.#desk;
    for (const [hash, key] of desk.keys) {
      if (key.id !== id) continue;
      if (key.revokedAt === null) saveKey(desk, hash, { ...key, revokedAt: now });
      return true;
    }
    return false;
  }
  async owner({ contractor, email }: { contractor: string; email: string }) {
    const desk = await this.#desk;
    if (desk.ownerEmail === email) return;
    provision(desk, contractor);
    saveOwnerEmail(desk, email);
  }
  async approvals() {
    return approvals(await this.#desk);
  }
  async approve(ask: Parameters<ContractorRpc["approve"]>[0]) {
    return decideApproval(await this.#desk, ask);
  }
  async unasked() {
    return unasked(await this.#desk);
  }
  async setUnasked({ contractor, ...ask }: Parameters<ContractorRpc["setUnasked"]>[0]) {
    const desk = await this.#desk;
    provision(desk, contractor);
    setUnasked(desk, ask);
  }
  async alerts() {
    return alerts(await this.#desk);
  }
  async subscription({ contractor, subscription, stopped, now }: Parameters<ContractorRpc["subscription"]>[0]) {
    const desk = await this.#desk;
    provision(desk, contractor);
    announceSubscription(desk, subscription, stopped, now);
  }
  async calendar({ contractor, vendor, disputed, now }: Parameters<ContractorRpc["calendar"]>[0]) {
    const desk = await this.#desk;
    provision(desk, contractor);
    announceCalendar(desk, vendor, disputed, now);
  }
  async park(ask: ParkAsk) {
    return park(await this.#desk, ask);
  }
  async unpark(ask: Parameters<ContractorRpc["unpark"]>[0]) {
    unpark(await this.#desk, ask);
  }
  async waiting() {
    return waiting(await this.#desk);
  }
  async enter(ask: Parameters<ContractorRpc["enter"]>[0]) {
    return enter(await this.#desk, ask);
  }
  async leave(ask: Parameters<ContractorRpc["leave"]>[0]) {
    leave(await this.#desk, ask);
  }
  async markAlerts({ id, readAt }: { id: string | null; readAt: number | null }) {
    return markRead(await this.#desk, id, readAt);
  }
  async beginGrant({ contractor, grant }: { contractor: string; grant: PendingGrant }) {
    beginGrant(await this.#desk, contractor, grant);
  }
  async takeGrant({ stateHash, now }: { stateHash: string; now: number }) {
    return takeGrant(await this.#desk, stateHash, now);
  }
  async decide(ask: Parameters<ContractorRpc["decide"]>[0]) {
    return decide(await this.#desk, ask);
  }
  async prove(ask: Parameters<ContractorRpc["prove"]>[0]) {
    const desk = await this.#desk;
    await prove(desk, ask, (run) => this.env.RUN.getByName(`${desk.contractor}/${run}`) as unknown as AskingRpc); // as above
  }
  async flush() {
    await flush(await this.#desk, this.env.DB);
  }
  async erase() {
    await this.ctx.storage.deleteAll();
    this.#desk = openDesk(this.ctx.storage);
  }
  override async alarm() {
    const vendor = (id: string) => vendorBinding(this.env, id);
    const desk = await this.#desk;
    const waiter = (kind: Waiter["kind"], id: string) => waiterOf(this.env, kind, `${desk.contractor}/${id}`);
    await sweep(desk, { db: this.env.DB, vendor, waiter, notify: notifier(this.env) }, Date.now());
  }
}
