/** From a vendor's answer to the closed outcomes: the one place that reads an HTTP status. */
import type { Budget, VendorError, VendorErrorKind, VendorSaid } from "@junction/core";
import type * as z from "zod/mini";

/** What a vendor's error body says, once its schema has picked it out. */
export interface ErrorBody {
  readonly code?: string | number | undefined;
  readonly message?: string | undefined;
  /** The vendor's name for the wrong field. */
  readonly field?: string | undefined;
  /** Scopes or permissions it names as lacking. */
  readonly missing?: readonly string[] | undefined;
  /** How long it says to wait, for vendors that say so in the body and in no header. */
  readonly waitMs?: number | undefined;
}

/** Where a vendor's errors differ from HTTP's own meaning. Everything else is mapped by status. */
export interface ErrorRules {
  readonly body: z.ZodMiniType<ErrorBody>;
  readonly codes?: Readonly<Record<string, VendorErrorKind>>;
  /** For vendors that fail inside a 200: the codes that mean success; any other is an error. */
  readonly success?: readonly string[];
  /** For vendors that fail inside a 200 and have no code for success: a body with a code is an error, whatever its status. */
  readonly inside?: true;
  /** How long to wait, for vendors that say so in headers of their own. */
  readonly waitMs?: (header: (name: string) => string | undefined) => number | undefined;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly now: number;
}

const DEFAULT_RETRY_MS = 5_000;
const LONGEST_RETRY_MS = 24 * 3_600_000;

/** Milliseconds to wait, from `Retry-After` in seconds or as a date (RFC 9110 §10.2.3), else as the body says, else the rate-limit headers. */
export function retryAfterMs(headers: Headers, now: number, said?: number): number {
  const value = headers.get("retry-after")?.trim();
  const wait =
    value === undefined
      ? (said ?? budget(headers, now)?.resetMs)
      : /^\d+(\.\d+)?$/.test(value)
        ? Number(value) * 1000
        : Date.parse(value) - now;
  if (wait === undefined || Number.isNaN(wait)) return DEFAULT_RETRY_MS;
  return Math.round(Math.min(Math.max(wait, 0), LONGEST_RETRY_MS));
}

/** What is left by `RateLimit-*` or `X-RateLimit-*`; a reset beyond a year of seconds is an epoch, as most vendors send it. */
export function budget(headers: Headers, now: number): Budget | undefined {
  const read = (name: string) => headers.get(`ratelimit-${name}`) ?? headers.get(`x-ratelimit-${name}`) ?? undefined;
  const [remaining, reset] = [Number(read("remaining") ?? Number.NaN), Number(read("reset") ?? Number.NaN)];
  if (!Number.isFinite(remaining) || !Number.isFinite(reset) || remaining < 0) return undefined;
  const resetMs = reset > 31_536_000 ? reset * 1000 - now : reset * 1000;
  return { remaining: Math.floor(remaining), resetMs: Math.round(Math.min(Math.max(resetMs, 0), LONGEST_RETRY_MS)) };
}

/** The error in an answer, or null if it is a success. */
export function judge(answer: Answer, rules: ErrorRules | undefined): { readonly error: VendorError; readonly said: VendorSaid } | null {
  const fine = answer.status >= 200 && answer.status < 300;
  // A page is no API's answer: a proxy, a login or a holding page stood in the way.
  const page = fine && /^text\/html\b/i.test(answer.headers.get("content-type") ?? "");
  if (fine && !page && !rules?.success && !rules?.inside) return null;
  const body = errorBody(answer.text, rules);
  const code = body?.code === undefined ? undefined : String(body.code);
  if (fine && !page && (code === undefined ? rules?.inside : rules?.success?.includes(code))) return null;
  const said: VendorSaid = {
    status: answer.status,
    ...(code !== undefined && { code: clean(code, 80) }),
    message: clean(body?.message ?? answer.text, 500),
  };
  const listed = code === undefined ? undefined : rules?.codes?.[code];
  const waitMs = body?.waitMs ?? rules?.waitMs?.((name) => answer.headers.get(name) ?? undefined);
  return { error: error(listed ?? (fine ? "VendorUnavailable" : byStatus(answer)), code, { ...body, waitMs }, answer), said };
}

function byStatus({ status, headers }: Answer): VendorErrorKind {
  switch (status) {
    case 401:
      return "CredentialError";
    case 402:
      return "Declined";
    case 403:
      return "PermissionError";
    case 404:
    case 410:
      return "NotFound";
    case 409:
    case 412:
      return "Conflict";
    case 423: // locked by another request of its kind
    case 429:
      return "RateLimited";
    case 408:
      return "VendorUnavailable";
    case 400:
    case 422:
      return "InvalidRequest";
    default:
      if (status < 400 || status >= 500) return "VendorUnavailable";
      return headers.has("retry-after") ? "RateLimited" : "InvalidRequest"; // a status of the vendor's own: HubSpot's 477
  }
}

function error(kind: VendorErrorKind, code: string | undefined, body: ErrorBody | undefined, answer: Answer): VendorError {
  switch (kind) {
    case "RateLimited":
      return { kind, retryAfterMs: retryAfterMs(answer.headers, answer.now, body?.waitMs) };
    case "VendorUnavailable":
      return { kind, sent: true };
    case "Declined":
      return { kind, code: token(code) ?? "declined" };
    case "PermissionError": {
      const missing = (body?.missing ?? []).flatMap((name) => token(name) ?? []);
      return missing.length > 0 ? { kind, missing } : { kind };
    }
    case "InvalidRequest": {
      const field = token(body?.field);
      return field ? { kind, issues: [`the vendor refused the value of ${field}`] } : { kind };
    }
    default:
      return { kind };
  }
}

/** A short identifier out of a vendor's text, safe to show to an agent, or nothing. */
const token = (text: string | undefined): string | undefined =>
  text !== undefined && /^[\w.:/[\]-]{1,100}$/.test(text) ? text : undefined;

/** A vendor's text made fit to quote: control characters out, length capped. */
function clean(text: string, most: number): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
  const plain = text.replace(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]+/g, " ").trim();
  return plain.length > most ? `${plain.slice(0, most)}…` : plain;
}

function errorBody(text: string, rules: ErrorRules | undefined): ErrorBody | undefined {
  if (!rules) return undefined;
  const parsed = rules.body.safeParse(parseJson(text));
  return parsed.success ? parsed.data : undefined;
}

/** The JSON in a text, or undefined if it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // an HTML page or a cut body: the caller's schema refuses undefined
  }
}
