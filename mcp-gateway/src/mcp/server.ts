/** The protocol server for every request that is not one of the two common ones: the SDK's, over the same list and the same call. */
import { createMcpHandler, ProtocolError, ProtocolErrorCode, Server } from "@modelcontextprotocol/server";
import { type Caller, callTool } from "./call.ts";
import { TASKS } from "./tasks.ts";
import { type Names, toolsFor } from "./tools.ts";

export const SERVER_INFO = { name: "junction", version: "0.1.0" };

export interface Exchange {
  readonly caller: Caller;
  readonly names: Names;
  /** Set when the key turned out to be dead in the middle of the exchange. */
  unauthenticated: boolean;
}

const INSTRUCTIONS =
  "Tools act for one contractor through integrations the contractor has connected. If a tool says that an integration must be connected or reconnected, give the person the link it names. Never ask for a key or password.";

const handler = createMcpHandler(
  ({ authInfo }) => {
    const exchange = authInfo?.extra?.["exchange"] as Exchange; // put there by `serve` below, and by nobody else
    const server = new Server(SERVER_INFO, { capabilities: { tools: {}, extensions: { [TASKS]: {} } }, instructions: INSTRUCTIONS });
    server.setRequestHandler("tools/list", () => ({ tools: [...toolsFor(exchange.caller.agent.tools, exchange.names)] as never }));
    server.setRequestHandler("tools/call", async ({ params }) => {
      const called = await callTool(exchange.caller, params.name, params.arguments ?? {});
      if (called.state === "result") return called.result as never;
      if (called.state === "unauthenticated") exchange.unauthenticated = true;
      throw new ProtocolError(
        ProtocolErrorCode.InvalidParams,
        called.state === "unknown_tool" ? called.message : "The agent key is no longer valid.",
      );
    });
    return server;
  },
  { onerror: (error) => console.warn(JSON.stringify({ at: "mcp", error: error.message })) },
);

/** Serves one request whose body is `message`; `undefined` where there was none or it was no JSON. */
export function serve(request: Request, message: unknown, exchange: Exchange): Promise<Response> {
  const authInfo = { token: "", clientId: exchange.caller.agent.contractor, scopes: [], extra: { exchange } };
  return handler.fetch(request, { authInfo, ...(message !== undefined && { parsedBody: message }) });
}
