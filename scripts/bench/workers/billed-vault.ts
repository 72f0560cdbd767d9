/** The vault, with every binding counted. */
import * as vault from "../../../workers/vault/src/index.ts";
import type { VaultEnv } from "../../../workers/vault/src/vault.ts";
import { count, countedD1, countedKv, countedObjects, counts } from "./counted.ts";

export { RefreshLease, VaultPayloads } from "../../../workers/vault/src/index.ts";

const counted = (env: VaultEnv): VaultEnv => ({
  ...env,
  DB: countedD1(env.DB, "vault"),
  CACHE: countedKv(env.CACHE),
  LEASE: countedObjects(env.LEASE),
});

export class VaultAdmin extends vault.VaultAdmin {
  constructor(ctx: ExecutionContext, env: VaultEnv) {
    super(ctx, counted(env));
  }
  bill() {
    return counts;
  }
}

export class VendorVault extends vault.VendorVault {
  constructor(ctx: ExecutionContext<{ vendor: string }>, env: VaultEnv) {
    super(ctx, counted(env));
  }
  override open(ask: Parameters<vault.VendorVault["open"]>[0]) {
    count("vault invocations");
    return super.open(ask);
  }
}

export default vault.default;
