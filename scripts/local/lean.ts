/**
 * Miniflare starts two Workers beside each of ours: `outbound:3`, which its requests leave through, and `cache:3`, which its `caches`
 * speak to. They hold nothing, and each is an isolate that costs memory, and time at every start: one pair does for all.
 */
import type { Plugin, Service } from "miniflare";
import { CACHE_PLUGIN, CORE_PLUGIN } from "./miniflare.ts";

let done = false;

/** From now on every Worker has the first one's pair; so none can be given an `outboundService` of its own. */
export function shareWhatStandsBeside(): void {
  if (done) return;
  done = true;
  for (const plugin of [CACHE_PLUGIN, CORE_PLUGIN]) plugin.getServices = sharing(plugin.getServices.bind(plugin));
}

const sharing =
  (own: Plugin["getServices"]): Plugin["getServices"] =>
  async (options) => {
    const given = await own(options);
    if (!given) return given;
    return Array.isArray(given) ? shared(given) : { ...given, services: shared(given.services) };
  };

const shared = (services: readonly Service[]): Service[] =>
  services
    .filter(({ name }) => !/^(outbound|cache):(?!0$)\d+$/.test(name ?? ""))
    .map((service) => {
      if (!("worker" in service) || service.worker?.cacheApiOutbound === undefined) return service;
      return { ...service, worker: { ...service.worker, globalOutbound: { name: "outbound:0" }, cacheApiOutbound: { name: "cache:0" } } };
    });
