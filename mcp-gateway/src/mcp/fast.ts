/**
 * The two requests agents live on, `tools/list` and `tools/call`, answered without building a protocol server for each. Only a
 * request that is well-formed in every particular is taken; whatever is odd about one, the SDK decides, so no rule of the
 * protocol is written twice. A test holds the answers of both to be the same.
 */
import { findTool } from "@junction/dispatch";
import { type Called, type Caller, callTool } from "./call.ts";
import { SERVER_INFO } from "./server.ts";
import { TASKS, taskFor, taskMethod } from "./tasks.ts";
import { type Names, toolsJsonFor } from "./tools.ts";

const MODERN = "2026-07-28";
const LEGACY: readonly (string | null)[] = ["2025-11-25", "2025-06-18", "2025-03-26"];
const VERSION = "io.modelcontextprotocol/protocolVersion";
const CLIENT = "io.modelcontextprotocol/clientInfo";
const CAPABILITIES = "io.modelcontextprotocol/clientCapabilities";
const MODERN_TAIL = `"resultType":"complete"`;
const MODERN_META = `"_meta":{"io.modelcontextprotocol/serverInfo":${JSON.stringify(SERVER_INFO)}}`;

type Plain = Readonly<Record<string, unknown>>;
const isPlain = (value: unknown): value is Plain => typeof value === "object" && value !== null && !Array.isArray(value);
const only = (object: Plain, allowed: readonly string[]): boolean => Object.keys(object).every((key) => allowed.includes(key));

/** The response, or null if the request is not one of these; `unauthenticated` if the key died meanwhile. */
export async function fast(request: Request, message: unknown, caller: Caller, names: Names): Promise<Response | "unauthenticated" | null> {
  if (!isPlain(message) || !only(message, ["jsonrpc", "id", "method", "params"]) || message["jsonrpc"] !== "2.0") return null;
  const { id, method, params = {} } = message;
  if ((typeof id !== "string" && !Number.isSafeInteger(id)) || !isPlain(params)) return null;
  const era = eraOf(request, method, params);
  if (!era) return null;
  if (method === "tools/list") {
    if (!only(params, ["_meta"])) return null;
    const tools = `{"tools":${toolsJsonFor(caller.agent.tools, names)}${era === "modern" ? `,${MODERN_TAIL},"ttlMs":0,"cacheScope":"private",${MODERN_META}` : ""}}`;
    return respond(id, tools);
  }
  if (era === "modern" && String(method).startsWith("tasks/")) return task(caller, id, String(method), params);
  if (method !== "tools/call" || !only(params, ["name", "arguments", "_meta"])) return null;
  const { name, arguments: args = {} } = params;
  if (typeof name !== "string" || !isPlain(args)) return null;
  const called: Called = await callTool(caller, name, args);
  if (called.state === "unauthenticated") return "unauthenticated";
  if (called.state === "unknown_tool") return respondError(id, -32602, called.message);
  const started = era === "modern" && hasTasks(params) ? await taskFor(caller, findTool(name)?.id ?? name, called.result) : null;
  if (started) return respond(id, `${JSON.stringify(started).slice(0, -1)},${MODERN_META}}`);
  const result = JSON.stringify(called.result);
  return respond(id, era === "modern" ? `${result.slice(0, -1)},${MODERN_TAIL},${MODERN_META}}` : result);
}

/** Whether the client has declared, with this very request, that it understands tasks. */
function hasTasks(params: Plain): boolean {
  const meta = params["_meta"];
  const capabilities = isPlain(meta) ? meta[CAPABILITIES] : undefined;
  const extensions = isPlain(capabilities) ? capabilities["extensions"] : undefined;
  return isPlain(extensions) && isPlain(extensions[TASKS]);
}

async function task(caller: Caller, id: unknown, method: string, params: Plain): Promise<Response | "unauthenticated" | null> {
  if (typeof params["taskId"] !== "string") return null;
  if (!hasTasks(params))
    return respondError(id, -32021, "Missing required client capability", { requiredCapabilities: { extensions: { [TASKS]: {} } } }, 400);
  const answer = await taskMethod(caller, method, params["taskId"]);
  if (answer === null || answer === "unauthenticated") return answer;
  if ("code" in answer) return respondError(id, answer.code, answer.message);
  return respond(id, `${JSON.stringify(answer.result).slice(0, -1)},${MODERN_META}}`);
}

function eraOf(request: Request, method: unknown, params: Plain): "modern" | "legacy" | null {
  const { headers } = request;
  if (headers.get("content-type")?.split(";")[0]?.trim().toLowerCase() !== "application/json") return null;
  const version = headers.get("mcp-protocol-version");
  const meta = params["_meta"];
  if (version === MODERN) {
    const named = method === "tools/call" ? params["name"] : (params["taskId"] ?? null);
    const client = isPlain(meta) ? meta[CLIENT] : undefined;
    const fine =
      isPlain(meta) &&
      meta[VERSION] === MODERN &&
      isPlain(client) &&
      typeof client["name"] === "string" &&
      typeof client["version"] === "string" &&
      isPlain(meta[CAPABILITIES]);
    return fine && headers.get("mcp-method") === method && headers.get("mcp-name") === named ? "modern" : null;
  }
  const accept = headers.get("accept") ?? "";
  const fine = LEGACY.includes(version) && (meta === undefined || (isPlain(meta) && !(VERSION in meta)));
  return fine && accept.includes("application/json") && accept.includes("text/event-stream") ? "legacy" : null;
}

const JSON_HEADERS = { "content-type": "application/json" };

const respond = (id: unknown, result: string): Response =>
  new Response(`{"result":${result},"jsonrpc":"2.0","id":${JSON.stringify(id)}}`, { headers: JSON_HEADERS });

const respondError = (id: unknown, code: number, message: string, data?: Plain, status = 200): Response =>
  new Response(JSON.stringify({ jsonrpc: "2.0", id, error: { code, message, ...(data && { data }) } }), { status, headers: JSON_HEADERS });
