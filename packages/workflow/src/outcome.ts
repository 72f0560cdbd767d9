/** What came of a step's attempt, and what that makes of the run: one table, and no policy about runs stands elsewhere. */
import { toolById, vendorById } from "@junction/catalog";
import type { Trouble } from "@junction/dispatch";

/** What the run does next. `call`: the audit's. */
export type Verdict =
  /** Tried again by itself. `counts`: towards the most tries; what was never attempted does not. */
  | { readonly does: "retry"; readonly afterMs: number; readonly counts: boolean; readonly reason: string }
  /** Until one of these works again. */
  | { readonly does: "pause"; readonly vendors: readonly string[]; readonly reason: string }
  /** It may have happened, and only a person can find out. */
  | { readonly does: "ask"; readonly reason: string }
  | { readonly does: "fail"; readonly reason: string };

export interface Tried {
  readonly tool: string;
  /** Whose connection the trouble is about, where it is known. */
  readonly vendor: string | undefined;
  readonly trouble: Trouble;
  /** Tries before this one that failed and count. */
  readonly failures: number;
  /** How long after each failed try the next one is made; after as many, no more. */
  readonly backoffMs: readonly number[];
}

export function judge({ tool, vendor, trouble, failures, backoffMs }: Tried): Verdict {
  const who = nameOf(vendor);
  const effect = (toolById(tool)?.effect ?? "read") !== "read";
  const retry = (reason: string, atLeastMs = 0, last: Verdict = { does: "fail", reason: `${reason}, ${failures + 1} times` }): Verdict => {
    const next = backoffMs[failures];
    return next === undefined ? last : { does: "retry", afterMs: Math.max(next, atLeastMs), counts: true, reason };
  };
  const unknown = {
    does: "ask",
    reason: `${who} may have done this, and did not say so. Look there, then say here whether it happened`,
  } as const;
  switch (trouble.kind) {
    case "NotConnected":
      return trouble.vendors.length === 0
        ? { does: "fail", reason: "No integration can do this" }
        : { does: "pause", vendors: trouble.vendors, reason: `${namesOf(trouble.vendors)} is not connected` };
    case "NeedsReconnect":
      return { does: "pause", vendors: [trouble.vendor], reason: `${nameOf(trouble.vendor)} rejects our access: reconnect it` };
    case "CredentialError":
      return vendor === undefined
        ? { does: "fail", reason: "Access was rejected" }
        : pause(vendor, `${who} rejects our access: reconnect it`);
    case "PermissionError": {
      const lacking = trouble.missing?.length ? `: ${trouble.missing.join(", ")}` : "";
      return vendor === undefined
        ? { does: "fail", reason: "A permission is missing" }
        : pause(vendor, `${who} does not permit this${lacking}`);
    }
    case "OverBudget":
      return { does: "retry", afterMs: trouble.retryAfterMs, counts: false, reason: "Keeps to the provider's rate limit" };
    case "InProgress":
      return { does: "retry", afterMs: trouble.retryAfterMs, counts: false, reason: "Finds out what came of the try before" };
    case "RateLimited":
      return retry(`${who} asked us to slow down`, trouble.retryAfterMs);
    case "VendorUnavailable":
      return retry(`${who} did not answer`, 0, effect && trouble.sent ? unknown : undefined);
    case "OutcomeUnknown":
      return trouble.retryAfterMs === undefined ? unknown : retry(`Asks ${who} whether it happened`, trouble.retryAfterMs, unknown);
    case "Fault":
      return retry("Something broke on our side", 0, effect ? unknown : undefined);
    case "InvalidRequest":
      return { does: "fail", reason: `${who} refused what was sent${trouble.issues?.length ? `: ${trouble.issues.join(". ")}` : ""}` };
    case "InvalidArguments":
      return { does: "fail", reason: `What the step gives does not fit: ${trouble.issues.join(". ")}` };
    case "NotFound":
      return { does: "fail", reason: `${who} does not have what the step names` };
    case "Conflict":
      return { does: "fail", reason: `${who} says that this conflicts with what is there` };
    case "Declined":
      return { does: "fail", reason: `${who} declined: ${trouble.code.replaceAll(/[_-]/g, " ")}` };
    case "UnknownTool":
      return { does: "fail", reason: `There is no tool named ${tool}` };
    case "NotAllowed":
    case "Unauthenticated":
      return { does: "fail", reason: "The workflow may not use this tool" };
    case "NeedsApproval":
      return { does: "retry", afterMs: 60_000, counts: false, reason: "Waits for the owner's approval" };
    case "Rejected":
      return { does: "fail", reason: "The owner said no" };
    case "KeyReused":
      return { does: "fail", reason: "The step changed after it had been tried" };
  }
}

const pause = (vendor: string, reason: string): Verdict => ({ does: "pause", vendors: [vendor], reason });
export const nameOf = (vendor: string | undefined): string => (vendor && vendorById(vendor)?.name) ?? "The provider";
const namesOf = (vendors: readonly string[]): string => new Intl.ListFormat("en", { type: "disjunction" }).format(vendors.map(nameOf));
