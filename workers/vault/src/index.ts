/**
 * The vault Worker: the only holder of the keyring. Three faces: `VaultAdmin` for the gateway gives back no secret; `VaultPayloads`,
 * for the gateway too, seals customers' data and signs what we send; `VendorVault` opens the credentials of the one vendor its
 * binding's `props` name. It makes no outbound request.
 *
 * Every method of an entrypoint class is callable by whoever is bound to it, so the classes hold the RPC methods alone.
 */
import { WorkerEntrypoint } from "cloudflare:workers";
import type { VaultAdminRpc, VaultPayloadsRpc, VendorVaultRpc } from "@junction/core";
import * as border from "./border.ts";
import { describe, description, openCredential, revoke, storeCredential } from "./credentials.ts";
import { rotateSecret } from "./hook-secret.ts";
import { keyring, rewrap, shred } from "./keys.ts";
import { flushOpens } from "./opens.ts";
import { sealPayloads, signMessages, unsealPayloads } from "./payloads.ts";
import { describePlatform, openPlatform, storePlatform } from "./platform.ts";
import { lease, probed, release, renew } from "./refresh.ts";
import { readOpens } from "./store.ts";
import { openVault, type VaultEnv } from "./vault.ts";

export { RefreshLease } from "./refresh-lease.ts";

type Ask<R, M extends keyof R> = R[M] extends (ask: infer A) => unknown ? A : never;
type Admin<M extends keyof VaultAdminRpc> = Ask<VaultAdminRpc, M>;
type Payloads<M extends keyof VaultPayloadsRpc> = Ask<VaultPayloadsRpc, M>;
type Vendor<M extends keyof VendorVaultRpc> = Ask<VendorVaultRpc, M>;

/** Bound by the gateway alone. */
export class VaultAdmin extends WorkerEntrypoint<VaultEnv> implements VaultAdminRpc {
  async store(ask: Admin<"store">) {
    return description(await storeCredential(await openVault(this.env, this.ctx), border.parsed(border.StoreAsk, ask)));
  }
  async describe(ref: Admin<"describe">) {
    return describe(await openVault(this.env, this.ctx), border.parsed(border.Ref, ref));
  }
  async rotate(ask: Admin<"rotate">) {
    return description(await rotateSecret(await openVault(this.env, this.ctx), border.parsed(border.RotateAsk, ask)));
  }
  async revoke(ref: Admin<"revoke">) {
    await revoke(await openVault(this.env, this.ctx), border.parsed(border.Ref, ref));
  }
  async shred(ask: Admin<"shred">) {
    return shred(await openVault(this.env, this.ctx), border.parsed(border.ContractorAsk, ask).contractor);
  }
  async opens(ask: Admin<"opens">) {
    const { contractor, limit } = border.parsed(border.OpensAsk, ask);
    const { db } = await openVault(this.env, this.ctx);
    await flushOpens(db);
    return readOpens(db, contractor, limit);
  }
  async storePlatform(ask: Admin<"storePlatform">) {
    const { vendor, fields } = border.parsed(border.StorePlatformAsk, ask);
    await storePlatform(await openVault(this.env, this.ctx), vendor, fields);
  }
  async describePlatform(ask: Admin<"describePlatform">) {
    return describePlatform(await openVault(this.env, this.ctx), border.parsed(border.PlatformAsk, ask).vendor);
  }
  async keyring() {
    return keyring(await openVault(this.env, this.ctx));
  }
  async rewrap(ask: Admin<"rewrap">) {
    return rewrap(await openVault(this.env, this.ctx), border.parsed(border.RewrapAsk, ask).limit);
  }
}

/** Bound by the gateway alone. */
export class VaultPayloads extends WorkerEntrypoint<VaultEnv> implements VaultPayloadsRpc {
  async seal(ask: Payloads<"seal">) {
    return sealPayloads(await openVault(this.env, this.ctx), border.parsed(border.SealAsk, ask));
  }
  async unseal(ask: Payloads<"unseal">) {
    return unsealPayloads(await openVault(this.env, this.ctx), border.parsed(border.UnsealAsk, ask));
  }
  async sign(ask: Payloads<"sign">) {
    return signMessages(await openVault(this.env, this.ctx), border.parsed(border.SignAsk, ask));
  }
}

/** Bound by each vendor Worker, with the vendor fixed in that Worker's configuration. */
export class VendorVault extends WorkerEntrypoint<VaultEnv, { vendor: string }> implements VendorVaultRpc {
  async open(ask: Vendor<"open">) {
    return openCredential(await openVault(this.env, this.ctx), border.vendorOf(this.ctx), border.parsed(border.OpenAsk, ask));
  }
  async lease(ask: Vendor<"lease">) {
    return lease(await openVault(this.env, this.ctx), border.vendorOf(this.ctx), border.parsed(border.LeaseAsk, ask));
  }
  async renew(ask: Vendor<"renew">) {
    return renew(await openVault(this.env, this.ctx), border.vendorOf(this.ctx), border.parsed(border.RenewAsk, ask));
  }
  async release(ask: Vendor<"release">) {
    await release(await openVault(this.env, this.ctx), border.vendorOf(this.ctx), border.parsed(border.ReleaseAsk, ask));
  }
  async probed(ask: Vendor<"probed">) {
    await probed(await openVault(this.env, this.ctx), border.vendorOf(this.ctx), border.parsed(border.ProbedAsk, ask));
  }
  async store(ask: Vendor<"store">) {
    const owner = { vendor: border.vendorOf(this.ctx), type: "oauth_token" } as const;
    const { generation } = await storeCredential(await openVault(this.env, this.ctx), {
      ...border.parsed(border.VendorStoreAsk, ask),
      ...owner,
    });
    return { generation };
  }
  async platform() {
    return openPlatform(await openVault(this.env, this.ctx), border.vendorOf(this.ctx));
  }
}

export default {
  fetch: () => new Response("Not found\n", { status: 404 }),
} satisfies ExportedHandler<VaultEnv>;
