/** Our words for what went wrong, for agents and people alike. A vendor's own words never appear in them. */
import { vendorById } from "@junction/catalog";
import { JUNCTION } from "@junction/core";
import type { Trouble } from "@junction/dispatch";

export interface Explanation {
  readonly kind: Trouble["kind"];
  readonly text: string;
  /** What to do next. */
  readonly next: string;
  readonly retryAfterMs?: number;
  /** Where a person mends it. */
  readonly url?: string;
}

interface Context {
  readonly publicUrl: string;
  readonly tool: string;
  readonly vendor: string | undefined;
  /** Repeating the call with this idempotency key cannot do it twice. */
  readonly call: string;
}

/** What is said of a name that is no tool, or not one yet. */
export const unknownTool = (tool: string, planned: readonly string[]): string =>
  planned.length === 0
    ? `There is no tool named ${tool.slice(0, 100)}.`
    : `${tool.slice(0, 100)} cannot be used yet: ${planned.join(" and ")} ${planned.length === 1 ? "is" : "are"} planned.`;

export function explain(trouble: Trouble, { publicUrl, tool, vendor, call }: Context): Explanation {
  const { kind } = trouble;
  const page = (id: string) => `${publicUrl}/settings/integrations/${id}`;
  const name = (id: string | undefined) => (id === JUNCTION ? "Junction" : ((id && vendorById(id)?.name) ?? "the integration"));
  const where = vendor === undefined || vendor === JUNCTION ? {} : { url: page(vendor) };
  const repeat = `call ${tool} again with idempotency_key "${call}", so that nothing happens twice`;
  switch (trouble.kind) {
    case "Unauthenticated":
      return {
        kind,
        text: "The agent key is not valid: it is wrong, expired or revoked.",
        next: "Ask the contractor for a new agent key.",
        url: `${publicUrl}/settings/agents`,
      };
    case "UnknownTool":
      return {
        kind,
        text: unknownTool(tool, trouble.planned ?? []),
        next: `Use one of the tools listed; the closest are ${trouble.closest.join(", ")}.`,
      };
    case "InvalidArguments":
      return {
        kind,
        text: `Some arguments are wrong. ${trouble.issues.join(". ")}.`,
        next: "Correct the arguments and call again. Nothing was done.",
      };
    case "NotAllowed":
      return trouble.reason === "key"
        ? {
            kind,
            text: `This agent key may not use ${tool}.`,
            next: "Ask the contractor to allow the tool for this key.",
            url: `${publicUrl}/settings/agents`,
          }
        : { kind, text: `Only an owner may use ${tool} here.`, next: "Ask an owner of the account." };
    case "NotConnected": {
      const [first] = trouble.vendors;
      const names = new Intl.ListFormat("en", { type: "disjunction" }).format(trouble.vendors.map(name));
      return {
        kind,
        text: `${tool} needs an integration that is not connected: ${names}.`,
        next: `Ask the contractor to connect ${names}, then call again.`,
        ...(first && { url: page(first) }),
      };
    }
    case "NeedsReconnect":
      return {
        kind,
        text: `${name(trouble.vendor)} rejected the contractor's credentials.`,
        next: "Ask the contractor to reconnect it, then call again.",
        url: page(trouble.vendor),
      };
    case "CredentialError":
      return {
        kind,
        text: `${name(vendor)} rejected the contractor's credentials.`,
        next: "Ask the contractor to reconnect it, then call again.",
        ...where,
      };
    case "PermissionError": {
      const lacking = trouble.missing?.length ? ` It lacks: ${trouble.missing.join(", ")}.` : "";
      const consent = trouble.consent === undefined ? undefined : new URL(trouble.consent);
      consent?.searchParams.set("redirect_uri", `${publicUrl}/oauth/callback`);
      consent?.searchParams.set("state", `consent.${vendor}`);
      if (consent)
        return {
          kind,
          text: `${name(vendor)} asks for the user's consent once, on a page of its own.`,
          next: "Open the page as that user, allow what it asks for, then try again.",
          url: consent.href,
        };
      return {
        kind,
        text: `${name(vendor)} does not permit this with the contractor's credentials.${lacking}`,
        next: "Ask the contractor to grant the permission, then call again.",
        ...where,
      };
    }
    case "NeedsApproval":
      return {
        kind,
        text: `${tool} waits for the contractor's approval.`,
        next: `It is done when the contractor approves. To learn what came of it, ${repeat}.`,
        retryAfterMs: 60_000,
        url: `${publicUrl}/settings/approvals`,
      };
    case "Rejected":
      return { kind, text: "The contractor did not approve this.", next: "Do not repeat it." };
    case "OverBudget":
    case "RateLimited":
      return {
        kind,
        text: `${name(vendor)} takes no more requests for the moment.`,
        next: `Wait, then ${repeat}.`,
        retryAfterMs: trouble.retryAfterMs,
      };
    case "VendorUnavailable":
      return { kind, text: `${name(vendor)} did not answer as it should.`, next: `Wait a little, then ${repeat}.`, retryAfterMs: 5_000 };
    case "InProgress":
      return { kind, text: "The same call is being made right now.", next: `Wait, then ${repeat}.`, retryAfterMs: trouble.retryAfterMs };
    case "OutcomeUnknown":
      return trouble.retryAfterMs === undefined
        ? {
            kind,
            text: "It may or may not have happened, and the vendor has no way to tell.",
            next: "Do not call again. A person must look and decide.",
            url: `${publicUrl}/settings/activity`,
          }
        : {
            kind,
            text: "It may or may not have happened; the vendor is yet to tell.",
            next: `Do not send it anew. Wait, then ${repeat}.`,
            retryAfterMs: trouble.retryAfterMs,
          };
    case "KeyReused":
      return {
        kind,
        text: "This idempotency_key was used before, with other arguments.",
        next: "Use a new idempotency_key for a new effect.",
      };
    case "InvalidRequest":
      return {
        kind,
        text: `${name(vendor)} refused the request. ${(trouble.issues ?? []).join(". ")}`.trim(),
        next: "Correct the arguments and call again. Nothing was done.",
      };
    case "NotFound":
      return { kind, text: `${name(vendor)} does not have what was named.`, next: "Check the id, or whom or what else was named." };
    case "Conflict":
      return {
        kind,
        text: `${name(vendor)} says it was changed or made by someone else meanwhile.`,
        next: "Read the current state first, then decide.",
      };
    case "Declined":
      return { kind, text: `It was declined: ${trouble.code}.`, next: "Do not repeat it unchanged." };
    case "Fault":
      return { kind, text: `Something broke on our side. Fault id: ${call}.`, next: `Report the fault id. To try again, ${repeat}.` };
  }
}
