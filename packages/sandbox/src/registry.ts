/** Which emulator answers for which host and request. */
import { type Emulator, findOperation } from "./emulator.ts";

export interface Registry {
  readonly vendors: readonly Emulator[];
  get(vendor: string): Emulator | undefined;
  ownsHost(host: string): boolean;
  /**
   * The emulator for a request. Where several have its host (Google's), the vendor's own if it is known who asks; else, of those with such
   * an operation, the one whose app or credential it names; else the first.
   */
  find(host: string, method: string, path: string, asker?: Asker): Emulator | undefined;
}
export interface Asker {
  /** The vendor whose Worker asks. */
  readonly vendor?: string | undefined;
  /** What the request says in its query, its header and its form: a browser on a consent page has no more to be known by. */
  readonly said: string;
}

/** Refuses two emulators of one vendor. Several may share a host, and even an operation: Google's authorization server. */
export function makeRegistry(emulators: readonly Emulator[]): Registry {
  const vendors = [...emulators].sort((a, b) => (a.vendor < b.vendor ? -1 : 1));
  const byVendor = new Map(vendors.map((emulator) => [emulator.vendor, emulator]));
  if (byVendor.size < vendors.length) throw new Error("two emulators play the same vendor");
  const ofHost = (host: string): readonly Emulator[] => vendors.filter(({ hosts }) => hosts.includes(host));
  return {
    vendors,
    get: (vendor) => byVendor.get(vendor),
    ownsHost: (host) => ofHost(host).length > 0,
    find(host, method, path, asker) {
      const candidates = ofHost(host);
      const own = candidates.find(({ vendor }) => vendor === asker?.vendor);
      if (own) return own;
      const serving = candidates.filter((emulator) => findOperation(emulator, host, method, path));
      return serving.find((emulator) => serving.length > 1 && isNamed(emulator, asker?.said ?? "")) ?? serving[0] ?? candidates[0];
    },
  };
}

/** By its own app, or by a secret of one of its accounts: a name or an address may stand in any vendor's request. */
const isNamed = ({ credentials, secrets }: Emulator, said: string): boolean =>
  Object.entries(credentials).some(([set, fields]) =>
    Object.entries(fields ?? {}).some(
      ([name, value]) => value.length >= 12 && (set === "platform" || secrets.includes(name)) && said.includes(value),
    ),
  );
