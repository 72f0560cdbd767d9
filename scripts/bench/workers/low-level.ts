/** MCP's low-level server over schemas made once; a call does the work and nothing else. */
import { env } from "cloudflare:workers";
import { createMcpHandler, Server } from "@modelcontextprotocol/server";
import { listed } from "./listed.ts";
import { type Text, type WorkEnv, work } from "./work.ts";

const handler = createMcpHandler(() => {
  const server = new Server({ name: "low-level", version: "1.0.0" }, { capabilities: { tools: {} } });
  server.setRequestHandler("tools/list", () => ({ tools: listed as never }));
  server.setRequestHandler("tools/call", async ({ params }) => {
    const sent = await work(env as unknown as WorkEnv, params.arguments as unknown as Text);
    return { content: [{ type: "text", text: JSON.stringify(sent) }], structuredContent: sent };
  });
  return server;
});

export default { fetch: (request) => handler.fetch(request) } satisfies ExportedHandler;
