/** The settings API, typed from the gateway's own routes; nothing of the gateway is in this bundle. */
import type { App } from "@junction/mcp-gateway/api";
import { type ClientResponse, hc } from "hono/client";

export const { api } = hc<App>(window.location.origin);

/** A vendor's own words: untrusted text, shown as a quotation. */
export interface VendorSaid {
  readonly status: number;
  readonly code?: string | undefined;
  readonly message?: string | undefined;
}

/** A stored answer of a vendor, if it is one. */
export function saidOf(stored: unknown): VendorSaid | null {
  if (typeof stored !== "object" || stored === null || !("status" in stored) || typeof stored.status !== "number") return null;
  const text = (value: unknown) => (typeof value === "string" ? value : undefined);
  return {
    status: stored.status,
    code: "code" in stored ? text(stored.code) : undefined,
    message: "message" in stored ? text(stored.message) : undefined,
  };
}

/** What the API says is wrong: our words, and field by field where it is about fields. */
export interface Problem {
  readonly kind: string;
  readonly message: string;
  readonly fields?: Readonly<Record<string, string>>;
  /** What is wrong with a definition, and where in it. */
  readonly issues?: readonly { readonly at: string; readonly message: string; readonly near?: readonly string[] }[];
  readonly vendor_said?: VendorSaid;
  readonly next?: string;
  readonly retry_after_ms?: number;
  readonly call?: string;
  /** Where it is mended. */
  readonly url?: string;
}

/** A request that was refused, or that got no answer at all. */
export class Refusal extends Error {
  readonly status: number;
  readonly problem: Problem;
  readonly signInUrl: string | undefined;
  constructor(status: number, problem: Problem, signInUrl?: string) {
    super(problem.message);
    this.status = status;
    this.problem = problem;
    this.signInUrl = signInUrl;
  }
}

const OFFLINE: Problem = { kind: "Offline", message: "Junction could not be reached.", next: "Check your connection and try again." };

type Body<R> = R extends ClientResponse<infer T> ? T : unknown;

/** The body of a request that succeeded; everything else is thrown as a `Refusal`. */
export async function answer<R extends Pick<Response, "ok" | "status" | "headers" | "text">>(request: Promise<R>): Promise<Body<R>> {
  let reply: R;
  try {
    reply = await request;
  } catch {
    throw new Refusal(0, OFFLINE); // fetch says no more than that it failed
  }
  const text = await reply.text();
  const body: unknown = isJson(reply) ? JSON.parse(text) : undefined;
  if (reply.ok && body !== undefined) return body as Body<R>;
  const said = (body ?? {}) as { readonly error?: Problem; readonly sign_in_url?: string };
  const problem = said.error ?? { kind: "Fault", message: `Junction answered with status ${reply.status}.` };
  throw new Refusal(reply.status, problem, said.sign_in_url);
}

const isJson = (reply: Pick<Response, "headers">): boolean => (reply.headers.get("content-type") ?? "").startsWith("application/json");

/** The problem behind whatever was thrown. */
export const problemOf = (error: unknown): Problem =>
  error instanceof Refusal ? error.problem : { kind: "Fault", message: "Something broke in this page. Reload it and try again." };
