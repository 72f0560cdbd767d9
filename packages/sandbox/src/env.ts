/** The sandbox's one binding. */
import type { Arrival } from "./call.ts";
import type { AddressAsk, ChangesAsk } from "./changes.ts";
import type { Settings } from "./emulator.ts";
import type { FaultSwitch } from "./faults.ts";
import type { IssuerKeys } from "./issuer.ts";
import type { LeadsAsk } from "./people.ts";
import type { PushesAsk } from "./pushes.ts";
import type { VendorLife } from "./vendor-state.ts";

/** The methods of `VendorState`, as the Worker calls them. One object a vendor, and one more for the issuer's keys. */
export interface VendorStateRpc extends Rpc.DurableObjectBranded {
  serve(vendor: string, arrival: Arrival): ReturnType<VendorLife["serve"]>;
  overview(vendor: string): ReturnType<VendorLife["overview"]>;
  counts(): ReturnType<VendorLife["counts"]>;
  pushes(vendor: string, ask: PushesAsk): ReturnType<VendorLife["pushes"]>;
  changes(vendor: string, ask: ChangesAsk): ReturnType<VendorLife["changes"]>;
  told(vendor: string): ReturnType<VendorLife["told"]>;
  setAddress(to: AddressAsk | null): void;
  addPeople(vendor: string, ask: LeadsAsk): ReturnType<VendorLife["addPeople"]>;
  putFault(fault: FaultSwitch): void;
  clearFault(operation: string | null): void;
  writeSettings(changes: Partial<Settings>): Settings;
  reset(): void;
  issuerKeys(): Promise<IssuerKeys>;
}
export interface Env {
  readonly VENDOR_STATE: DurableObjectNamespace<VendorStateRpc>;
}
