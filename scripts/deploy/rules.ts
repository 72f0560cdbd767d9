/** What may be deployed: the promises of the design that a configuration could break. */
import { isDeepStrictEqual } from "node:util";
import { vaultCapability, type WorkerConfig } from "../configs.ts";

/** What a vendor's configuration consists of; every other key could carry a binding, a route or a secret. */
const VENDOR_KEYS = [
  "name",
  "main",
  "compatibility_date",
  "minify",
  "keep_names",
  "upload_source_maps",
  "workers_dev",
  "preview_urls",
  "observability",
  "services",
];
/** Set by the local stack alone. */
const LOCAL_VARS = ["VENDOR_PAGES", "EGRESS", "KEYRING", "PLAIN_TARGETS"];
/** Secrets: a variable is readable by everyone with access to the account. */
const SECRETS = ["HOST_EVENTS_SECRET"];
/** What the gateway must know of its own address and of whoever signs sessions. */
export const GATEWAY_VARS = ["PUBLIC_URL", "SESSION_ISSUER", "SESSION_AUDIENCE", "SESSION_JWKS_URL"] as const;

/** What it may know besides. */
export const GATEWAY_OPTIONAL_VARS = ["SIGN_IN_URL", "MAIL_FROM", "HOST_EVENTS_URL"] as const;
const ADDRESSES = ["PUBLIC_URL", "SESSION_JWKS_URL", "SIGN_IN_URL", "HOST_EVENTS_URL"];

/** Why a Worker must not be deployed as configured: a sentence each. `complete`: the gateway's variables must all be there. */
export function refusals({ id, kind, config }: WorkerConfig, { complete }: { readonly complete: boolean }): string[] {
  const vars: Readonly<Record<string, unknown>> = config.vars ?? {};
  const found = LOCAL_VARS.filter((name) => name in vars).map((name) => `sets ${name}, which only the local stack may`);
  found.push(
    ...SECRETS.filter((name) => name in vars).map((name) => `sets ${name} as a variable: it is a secret, put it with wrangler secret put`),
  );
  if (kind !== "gateway" && (config.workers_dev !== false || config.preview_urls !== false || config.routes !== undefined))
    found.push("has an address of its own: only the gateway may");
  if (kind === "vendor") {
    const others = Object.keys(config).filter((key) => !VENDOR_KEYS.includes(key));
    for (const key of others) found.push(`sets ${key}: a vendor's Worker has no binding but its vault capability`);
    if (!isDeepStrictEqual(config.services, [vaultCapability(id)]))
      found.push(`must bind exactly VAULT to junction-vault#VendorVault with the props { vendor: "${id}" }`);
  }
  if (kind === "gateway") {
    if (complete)
      for (const name of GATEWAY_VARS) if (!vars[name]) found.push(`lacks ${name}: set it in wrangler.toml or in the environment`);
    for (const name of ADDRESSES) if (vars[name] && !isPublic(vars[name])) found.push(`has a ${name} that is not https at a public host`);
    if (vars["SESSION_ISSUER"] === "junction-development")
      found.push("trusts junction-development, the issuer of the sandbox, which signs whatever it is asked to");
  }
  return found.map((what) => `${config.name} ${what}`);
}

function isPublic(value: unknown): boolean {
  if (typeof value !== "string" || !URL.canParse(value)) return false;
  const { protocol, hostname } = new URL(value);
  return protocol === "https:" && !/^(localhost|.*\.localhost|127\..*|0\.0\.0\.0|\[::1?\]|\[::ffff:.*\])$/.test(hostname);
}
