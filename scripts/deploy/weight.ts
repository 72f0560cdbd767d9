/** What a vendor's Worker may weigh: it is fetched and read anew wherever it starts. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

/** Of the compressed bundle, in units of 1,000 bytes. */
const MOST_KB = 60;

/** Why a vendor's Worker of this size must not be deployed, if so. One that cannot be lighter says in its contract file how heavy, and why. */
export async function overweight(root: string, id: string, bytes: number): Promise<string | undefined> {
  const own = await excuse(root, id);
  const most = own ?? MOST_KB;
  const kb = Math.ceil(bytes / 100) / 10;
  // Not a number, should wrangler come to print sizes otherwise: nothing passes by that.
  if (!(kb <= most)) return `weighs ${kb} kB compressed, over the ${most} kB it may`;
  if (own !== undefined && kb <= MOST_KB) return `weighs ${kb} kB compressed: remove what ${id}.contract.ts says of its weight`;
  return undefined;
}

async function excuse(root: string, id: string): Promise<number | undefined> {
  const path = join(root, "workers", id, `${id}.contract.ts`);
  if (!existsSync(path)) return undefined;
  const { default: contract } = (await import(pathToFileURL(path).href)) as { readonly default?: { readonly weighs?: { kb: number } } };
  return contract?.weighs?.kb;
}
