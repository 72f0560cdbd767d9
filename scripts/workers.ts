/** Writes what each Worker is started and deployed from: its entry and its configuration, under .junction/. */
import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { deployedWorkers, sandboxWorker, type WorkerConfig } from "./configs.ts";
import { isHooked, vendorIds, writeIfChanged } from "./project.ts";

const vendorEntry = (id: string, hooked: boolean) => `import { ${hooked ? "deliveries, " : ""}serveVendor } from "@junction/kit/serve";
import vendor from "../../../workers/${id}/${id}.ts";

export default serveVendor(vendor${hooked ? ", deliveries" : ""});
`;

function sandboxEntry(ids: readonly string[]): string {
  const names = ids.map((_, index) => `emulator${index}`);
  const imports = ids.map((id, index) => `import ${names[index]} from "../../workers/${id}/${id}.emulator.ts";\n`);
  return `import { createSandbox } from "@junction/sandbox/worker";
${imports.join("")}
const sandbox = createSandbox([${names.join(", ")}]);
export const VendorState = sandbox.VendorState;
export const Mailbox = sandbox.Mailbox;
export default sandbox.handler;
`;
}

/** The vault as the local stack runs it: a rotation hands it a new keyring at once, where a deployment would roll out a secret. */
const localVault = (main: string) => `import * as vault from ${JSON.stringify(main)};
import { WorkerEntrypoint } from "cloudflare:workers";

let handed;
const current = (env) => (handed === undefined ? env : { ...env, KEYRING: handed });

export class VaultAdmin extends vault.VaultAdmin {
  constructor(ctx, env) {
    super(ctx, current(env));
  }
}
export class VaultPayloads extends vault.VaultPayloads {
  constructor(ctx, env) {
    super(ctx, current(env));
  }
}
export class VendorVault extends vault.VendorVault {
  constructor(ctx, env) {
    super(ctx, current(env));
  }
}
export class KeyringHandover extends WorkerEntrypoint {
  handOver(keyring) {
    handed = keyring;
  }
}
export * from ${JSON.stringify(main)};
export default vault.default;
`;

/** Where the local stack's vault begins. */
export const LOCAL_VAULT = ".junction/vault/local.js";

/** Brings .junction/ to what the folders of workers/ say. Reads no vendor's code, so it costs nothing to repeat. */
export function generateWorkers(root: string): WorkerConfig[] {
  const workers = [...deployedWorkers(root), sandboxWorker(root)];
  const ids = vendorIds(root);
  for (const { folder, config } of workers) writeIfChanged(join(root, folder, "wrangler.json"), JSON.stringify(config, null, 2) + "\n");
  for (const id of ids) writeIfChanged(join(root, ".junction/workers", id, "entry.ts"), vendorEntry(id, isHooked(root, id)));
  const vault = workers.find(({ kind }) => kind === "vault");
  if (vault !== undefined) writeIfChanged(join(root, LOCAL_VAULT), localVault(vault.config.main));
  const emulated = ids.filter((id) => existsSync(join(root, "workers", id, `${id}.emulator.ts`)));
  writeIfChanged(join(root, ".junction/sandbox/entry.ts"), sandboxEntry(emulated));
  removeOthers(join(root, ".junction/workers"), ids);
  return workers;
}

/** Removes what stands in a generated folder for a vendor that is gone. */
export function removeOthers(folder: string, kept: readonly string[]): void {
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder)) if (!kept.includes(name)) rmSync(join(folder, name), { recursive: true });
}
