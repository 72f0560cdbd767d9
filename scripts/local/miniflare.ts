/** Miniflare, by `require`: as an import, Node would read its six megabytes a second time to look for exports, and keep them thrice. */
import { createRequire } from "node:module";

export const { CACHE_PLUGIN, CORE_PLUGIN, convertV4MiniflareOptions, Log, LogLevel, Miniflare, MiniflareCoreError } = createRequire(
  import.meta.url,
)("miniflare") as typeof import("miniflare");
export type Miniflare = import("miniflare").Miniflare;
