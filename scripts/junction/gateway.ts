/** Finds the gateway and a session, and asks its API. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Catalog } from "@junction/core";
import * as z from "zod";
import { UsageError } from "./flags.ts";

const DEMO = { contractor: "demo", subject: "demo-owner", role: "owner" };
const PATIENCE_MS = 60_000;

const Problem = z.object({
  kind: z.string(),
  message: z.string(),
  fields: z.record(z.string(), z.string()).optional(),
  issues: z
    .array(
      z.object({
        at: z.string(),
        message: z.string(),
        remedy: z.object({ words: z.string(), url: z.string().nullable() }).optional(),
      }),
    )
    .optional(),
  vendor_said: z.object({ status: z.number(), code: z.string().optional(), message: z.string().optional() }).optional(),
  next: z.string().optional(),
  retry_after_ms: z.number().optional(),
  url: z.string().optional(),
  call: z.string().optional(),
});
export type Problem = z.output<typeof Problem>;

/** What the API refused, in its words: exit code 1, or 2 where the arguments were wrong. */
export class Refused extends Error {
  readonly problem: Problem;
  readonly raw: unknown;
  constructor(problem: Problem, raw: unknown) {
    super(problem.message);
    this.problem = problem;
    this.raw = raw;
  }
}

/** It could not be done, and why: exit code 1. */
export class Failed extends Error {}

export interface Answer {
  /** As it came. */
  readonly body: unknown;
  readonly cookies: readonly string[];
}
export interface Gateway {
  /** An origin, without a slash at its end. */
  readonly url: string;
  readonly local: boolean;
  /** One request to the API, or to the sandbox where the gateway has one. Throws `Refused` or `Failed`. */
  ask(method: string, path: string, body?: unknown): Promise<Answer>;
  /** An answer that is no JSON, such as a file. */
  text(path: string): Promise<string>;
  catalog(): Promise<Catalog>;
}

/**
 * `JUNCTION_URL` and `JUNCTION_TOKEN` say where the gateway is and who asks. Without them it is the stack that runs on this
 * machine, whose sandbox signs a session for the demo contractor's owner. `states`: where running stacks leave their address.
 */
export async function findGateway(env: Readonly<Record<string, string | undefined>>, states: readonly string[]): Promise<Gateway> {
  const given = env["JUNCTION_URL"];
  const url = given ? originOf(given) : await runningStack(states);
  const local = isLoopback(url);
  const token = env["JUNCTION_TOKEN"] || (local ? await ownerSession(url) : undefined);
  if (token === undefined) throw new UsageError(`JUNCTION_TOKEN is needed for ${url}: a session token of the contractor's owner.`);
  const ask = (method: string, path: string, body?: unknown) => request(url, method, path, { token, body });
  let catalog: Promise<Catalog> | undefined;
  return {
    url,
    local,
    ask,
    text: (path) => download(url, path, token),
    catalog: () => {
      catalog ??= ask("GET", "/api/catalog").then(({ body }) => Catalog.parse(body));
      return catalog;
    },
  };
}

function originOf(given: string): string {
  const url = URL.canParse(given) ? new URL(given) : undefined;
  if (url === undefined || !["http:", "https:"].includes(url.protocol))
    throw new UsageError("JUNCTION_URL is no address such as https://junction.example.com.");
  if (url.protocol === "http:" && !isLoopback(url.origin))
    throw new UsageError("JUNCTION_URL must begin with https:// unless it is this machine: the session token would travel in the clear.");
  return url.origin;
}

const isLoopback = (url: string): boolean => ["127.0.0.1", "localhost", "[::1]"].includes(new URL(url).hostname);

const Running = z.object({ url: z.string() });

/** A stack that was killed leaves its address behind: only one that answers counts. */
async function runningStack(states: readonly string[]): Promise<string> {
  for (const state of states) {
    const path = join(state, "running.json");
    if (!existsSync(path)) continue;
    const left = Running.safeParse(JSON.parse(readFileSync(path, "utf8"))).data?.url ?? "";
    if (left !== "" && (await answers(left))) return left;
  }
  throw new Failed("No stack runs on this machine. Start one with `npm start`, or set JUNCTION_URL and JUNCTION_TOKEN.");
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/health`, { signal: AbortSignal.timeout(5_000) })).ok;
  } catch {
    return false; // refused or silent: either way nobody is there
  }
}

async function ownerSession(url: string): Promise<string> {
  try {
    return z.object({ token: z.string() }).parse((await request(url, "POST", "/sandbox/issuer/token", { body: DEMO })).body).token;
  } catch (error) {
    if (error instanceof Failed) throw error;
    throw new Failed(`${url} has no sandbox that signs sessions. Set JUNCTION_TOKEN to a session token of the contractor's owner.`);
  }
}

async function request(url: string, method: string, path: string, given: Given): Promise<Answer> {
  const { reply, text } = await put(url, method, path, given);
  const answer = parsed(text);
  if (reply.ok && answer !== undefined) return { body: answer, cookies: reply.headers.getSetCookie() };
  throw problemOf(answer) ?? new Failed(`The gateway at ${url} answered ${reply.status}, and not in JSON.`);
}

async function download(url: string, path: string, token: string): Promise<string> {
  const { reply, text } = await put(url, "GET", path, { token });
  if (reply.ok) return text;
  throw problemOf(parsed(text)) ?? new Failed(`The gateway at ${url} answered ${reply.status}.`);
}

interface Given {
  readonly token?: string;
  readonly body?: unknown;
}

async function put(
  url: string,
  method: string,
  path: string,
  { token, body }: Given,
): Promise<{ readonly reply: Response; readonly text: string }> {
  const headers = { ...(token !== undefined && { authorization: `Bearer ${token}` }), "content-type": "application/json" };
  try {
    const reply = await fetch(url + path, {
      method,
      headers,
      redirect: "error",
      signal: AbortSignal.timeout(PATIENCE_MS),
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return { reply, text: await reply.text() };
  } catch (error) {
    throw new Failed(`The gateway at ${url} did not answer (${reasonOf(error)}).`);
  }
}

function parsed(text: string): unknown {
  if (text === "") return null;
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // a proxy's page, perhaps; the caller says so
  }
}

/** The API's errors, and the sandbox's, which name no kind. */
function problemOf(answer: unknown): Refused | undefined {
  const api = z.object({ error: Problem }).safeParse(answer);
  if (api.success) return new Refused(api.data.error, answer);
  const issues = z.array(z.object({ field: z.string(), message: z.string() }));
  const sandbox = z.object({ error: z.object({ message: z.string(), issues }) }).safeParse(answer);
  if (!sandbox.success) return undefined;
  const fields = Object.fromEntries(sandbox.data.error.issues.map(({ field, message }) => [field, message]));
  return new Refused({ kind: "InvalidRequest", message: "The sandbox refused the request.", fields }, answer);
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  return cause instanceof Error && cause.message !== "" ? cause.message : error.message;
}
