/** The wrangler configuration of every Worker, as both the local stack and a deployment use it. */
import { readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { parse } from "smol-toml";
import type { Unstable_RawConfig } from "wrangler";
import { vendorBinding, vendorIds, workerName } from "./project.ts";

export interface WorkerConfig {
  readonly id: string;
  readonly kind: "vault" | "vendor" | "gateway" | "sandbox";
  /** Where the generated `wrangler.json` stands, under the root. */
  readonly folder: string;
  readonly config: Unstable_RawConfig & { readonly name: string; readonly main: string };
}

/** Vault, vendors, gateway: the order of a deployment, since each may bind only what is there already. */
export function deployedWorkers(root: string): WorkerConfig[] {
  const gateway = fromToml(root, "gateway", "gateway", "wrangler.toml");
  const vault = fromToml(root, "vault", "vault", "workers/vault/wrangler.toml");
  const ids = vendorIds(root);
  const services = ids.map((id) => ({ binding: vendorBinding(id), service: workerName(id) }));
  return [
    // Only the gateway has an address: the vault and the vendors are reached through bindings, or not at all.
    { ...vault, config: { ...vault.config, workers_dev: false, preview_urls: false } },
    ...ids.map((id) => vendorConfig(root, id)),
    { ...gateway, config: { ...gateway.config, services: [...(gateway.config.services ?? []), ...services] } },
  ];
}

/** The emulated vendors: a Worker of the local stack alone. */
export function sandboxWorker(root: string): WorkerConfig {
  return fromToml(root, "sandbox", "sandbox", "packages/sandbox/wrangler.toml");
}

/** The date stands once, in the gateway's configuration. */
function compatibility(root: string): Pick<Unstable_RawConfig, "compatibility_date"> {
  const { compatibility_date } = readToml(join(root, "wrangler.toml"));
  return compatibility_date === undefined ? {} : { compatibility_date };
}

const readToml = (path: string) => parse(readFileSync(path, "utf8")) as Unstable_RawConfig;

function vendorConfig(root: string, id: string): WorkerConfig {
  return {
    id,
    kind: "vendor",
    folder: `.junction/workers/${id}`,
    config: {
      name: workerName(id),
      main: "entry.ts",
      ...compatibility(root),
      ...LEAN,
      workers_dev: false,
      preview_urls: false,
      observability: { enabled: true },
      services: [vaultCapability(id)],
    },
  };
}

/** The one binding a vendor's Worker has. The platform fixes the props, so no code of the vendor can ask as another. */
export const vaultCapability = (id: string) => ({
  binding: "VAULT",
  service: workerName("vault"),
  entrypoint: "VendorVault",
  props: { vendor: id },
});

/** A bundle starts sooner the smaller it is; its source map keeps a fault's stack readable. */
const LEAN = { minify: true, keep_names: false, upload_source_maps: true };

/** A hand-written configuration, its paths made to hold from the folder of the generated one. */
function fromToml(root: string, id: string, kind: WorkerConfig["kind"], path: string): WorkerConfig {
  const folder = `.junction/${id}`;
  const config = readToml(join(root, path));
  const { name, main } = config;
  if (name !== workerName(id) || main === undefined) throw new Error(`${path} must say name = "${workerName(id)}" and a main`);
  const moved = (target: string) => relative(join(root, folder), resolve(root, path, "..", target));
  return {
    id,
    kind,
    folder,
    config: {
      ...config,
      ...LEAN,
      name,
      main: moved(main),
      // Without ids of their own, two databases bound as DB would be one and the same locally.
      ...(config.d1_databases && {
        d1_databases: config.d1_databases.map(({ migrations_dir = "migrations", ...database }) => ({
          ...database,
          database_id: database.database_id ?? database.database_name,
          migrations_dir: moved(migrations_dir),
        })) as NonNullable<Unstable_RawConfig["d1_databases"]>,
      }),
      ...(config.kv_namespaces && {
        kv_namespaces: config.kv_namespaces.map((namespace) => ({
          ...namespace,
          id: namespace.id ?? resourceName(name, namespace.binding),
        })),
      }),
      ...(config.assets?.directory !== undefined && { assets: { ...config.assets, directory: moved(config.assets.directory) } }),
    },
  };
}

/** The name of a resource that has none in its configuration: `junction-vault-cache`. */
export const resourceName = (worker: string, binding: string): string => `${worker}-${binding.toLowerCase().replaceAll("_", "-")}`;
