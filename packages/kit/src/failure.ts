/** How an attempt that failed leaves a vendor's code: thrown inside the Worker, data on the way out. */
import type { Budget, VendorError, VendorSaid } from "@junction/core";

export class VendorFailure extends Error {
  readonly error: VendorError;
  readonly said: VendorSaid | undefined;
  readonly budget: Budget | undefined;
  constructor(error: VendorError, said?: VendorSaid, budget?: Budget) {
    super(error.kind);
    this.error = error;
    this.said = said;
    this.budget = budget;
  }
}

/** Our own app was refused, or is not set. It is ours to mend, so it is not held against the contractor's connection. */
export class OurFailure extends VendorFailure {
  readonly reason: string;
  constructor(reason: string, said?: VendorSaid) {
    super({ kind: "VendorUnavailable", sent: false }, said);
    this.reason = reason;
  }
}

/** Ends an action with one of the closed errors, for what a vendor says in a way no status or code shows. */
export function refuse(error: VendorError): never {
  throw new VendorFailure(error);
}
