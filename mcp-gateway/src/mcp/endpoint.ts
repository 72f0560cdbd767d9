/** `POST /mcp`: both revisions of the protocol on one URL, behind the checks every request must pass. */
import { hostHeaderValidationResponse, originValidationResponse, readRequestBody } from "@modelcontextprotocol/server";
import { agentOf } from "../auth/agent.ts";
import { contractorOf, type Env, meshOf } from "../env.ts";
import { fast } from "./fast.ts";
import { type Exchange, serve } from "./server.ts";

const LARGEST_BODY_BYTES = 1024 * 1024;
const LOCAL = ["localhost", "127.0.0.1", "[::1]"];

export async function mcp(request: Request, env: Env, ctx: ExecutionContext, url: URL): Promise<Response> {
  const stranger = strangeness(request, env.PUBLIC_URL);
  if (stranger) return stranger;
  const agent = await agentOf(request, (id) => contractorOf(env, id));
  if (!agent) return unauthenticated(env);
  const body = request.method === "POST" ? await bodyOf(request) : "";
  if (body === null) return failure(413, -32000, `The request is larger than ${LARGEST_BODY_BYTES} bytes.`);
  const message = parse(body);
  const exchange: Exchange = {
    caller: { agent, mesh: meshOf(env, ctx), publicUrl: env.PUBLIC_URL },
    names: url.searchParams.get("names") === "canonical" ? "canonical" : "wire",
    unauthenticated: false,
  };
  const quick = message === undefined ? null : await fast(request, message, exchange.caller, exchange.names);
  if (quick === "unauthenticated") return unauthenticated(env);
  if (quick) return quick;
  const { method, headers } = request;
  const replay = new Request(request.url, { method, headers, ...(method === "POST" && { body }) }); // its body has been read
  const response = await serve(replay, message, exchange);
  return exchange.unauthenticated ? unauthenticated(env) : response;
}

/** The Host header that passed last, with the address it passed for: nearly every request of an isolate has the same. */
let passed = "";

/** The refusal of a request whose Host or Origin is not ours (DNS rebinding); null if both are fine. */
function strangeness(request: Request, publicUrl: string): Response | null {
  const { headers } = request;
  const pair = `${headers.get("host")} ${publicUrl}`;
  if (pair === passed && headers.get("origin") === null) return null;
  const { hostname } = new URL(publicUrl);
  const hosts = LOCAL.includes(hostname) ? LOCAL : [hostname];
  const stranger = hostHeaderValidationResponse(request, hosts) ?? originValidationResponse(request, hosts) ?? null;
  if (stranger === null) passed = pair;
  return stranger;
}

/** The body as text; null if it is too large. Read in one go where its length is declared: by chunks it takes a third of a list's time. */
async function bodyOf(request: Request): Promise<string | null> {
  const declared = Number(request.headers.get("content-length") ?? Number.NaN);
  if (declared > LARGEST_BODY_BYTES) return null;
  if (!Number.isNaN(declared)) return request.text();
  const read = await readRequestBody(request, LARGEST_BODY_BYTES);
  return read.tooLarge ? null : read.text;
}

/** RFC 6750 §3: which scheme, and where a key is had. */
function unauthenticated(env: Env): Response {
  const response = failure(
    401,
    -32001,
    `The agent key is missing, wrong, expired or revoked. A key is made at ${env.PUBLIC_URL}/settings/agents and sent as Authorization: Bearer jn_….`,
  );
  response.headers.set("www-authenticate", `Bearer realm="junction", error="invalid_token"`);
  return response;
}

const failure = (status: number, code: number, message: string): Response =>
  Response.json({ jsonrpc: "2.0", id: null, error: { code, message } }, { status });

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined; // the SDK gives the specification's parse error
  }
}
