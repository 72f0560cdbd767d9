/** What became of a tool call, as the API says it. */
import type { Answer, Trouble } from "@junction/dispatch";
import type { Env } from "../env.ts";
import { explain } from "../words.ts";
import { type Problem, Refused } from "./problem.ts";

const STATUS = {
  Unauthenticated: 401,
  NotAllowed: 403,
  UnknownTool: 404,
  NotFound: 404,
  CredentialError: 409,
  Conflict: 409,
  InProgress: 409,
  KeyReused: 409,
  NeedsApproval: 409,
  NeedsReconnect: 409,
  NotConnected: 409,
  OutcomeUnknown: 409,
  PermissionError: 409,
  Rejected: 409,
  Declined: 422,
  InvalidArguments: 422,
  InvalidRequest: 422,
  OverBudget: 429,
  RateLimited: 429,
  Fault: 500,
  VendorUnavailable: 502,
} as const satisfies Record<Trouble["kind"], number>;

/** The refusal of a call that did not succeed. */
export function refusalOf(env: Pick<Env, "PUBLIC_URL">, { trouble, call, tool, vendor }: Extract<Answer, { readonly ok: false }>): Refused {
  const { kind, text, next, retryAfterMs, url } = explain(trouble, { publicUrl: env.PUBLIC_URL, tool, vendor, call });
  const problem: Problem = {
    ...{ kind, message: text, next, call },
    ...(url && { url }),
    ...(retryAfterMs !== undefined && { retry_after_ms: retryAfterMs }),
    ...("said" in trouble && trouble.said && { vendor_said: trouble.said }),
  };
  return new Refused(STATUS[kind], problem);
}
