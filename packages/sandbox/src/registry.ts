/** Which emulator answers for which host and request. */
import { type Emulator, findOperation } from "./emulator.ts";

export interface Registry {
  readonly vendors: readonly Emulator[];
  get(vendor: string): Emulator | undefined;
  ownsHost(host: string): boolean;
  /** The emulator for a request: of those with the host, the one with such an operation, else the first. */
  find(host: string, method: string, path: string): Emulator | undefined;
}

/** Refuses two emulators of one vendor. Several may share a host (Google's), as long as their operations differ. */
export function makeRegistry(emulators: readonly Emulator[]): Registry {
  const vendors = [...emulators].sort((a, b) => (a.vendor < b.vendor ? -1 : 1));
  const byVendor = new Map(vendors.map((emulator) => [emulator.vendor, emulator]));
  if (byVendor.size < vendors.length) throw new Error("two emulators play the same vendor");
  const owner = new Map<string, string>();
  for (const { vendor, hosts, operations } of vendors) {
    for (const { host = hosts[0], method, path } of operations) {
      const key = `${method} ${host}${path}`;
      const other = owner.get(key);
      if (other !== undefined && other !== vendor) throw new Error(`${vendor} and ${other} both answer ${key}`);
      owner.set(key, vendor);
    }
  }
  const ofHost = (host: string): readonly Emulator[] => vendors.filter(({ hosts }) => hosts.includes(host));
  return {
    vendors,
    get: (vendor) => byVendor.get(vendor),
    ownsHost: (host) => ofHost(host).length > 0,
    find(host, method, path) {
      const candidates = ofHost(host);
      return candidates.find((emulator) => findOperation(emulator, host, method, path)) ?? candidates[0];
    },
  };
}
