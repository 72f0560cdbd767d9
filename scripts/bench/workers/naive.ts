/** What the SDK's first example grows into: an `McpServer` with all its tools and their schemas, made anew for each request. */
import { env } from "cloudflare:workers";
import { createMcpHandler, McpServer } from "@modelcontextprotocol/server";
import * as z from "zod";
import { listed } from "./listed.ts";
import { type WorkEnv, work } from "./work.ts";

const handler = createMcpHandler(() => {
  const server = new McpServer({ name: "naive", version: "1.0.0" });
  for (const { name, title, description } of listed) {
    server.registerTool(
      name,
      {
        title,
        description,
        inputSchema: z.object({
          to: z
            .string()
            .regex(/^\+[1-9]\d{6,14}$/)
            .describe("the contact's number in E.164 form, such as +12025550123"),
          body: z.string().min(1).max(1600).describe("the text, 1 to 1,600 characters"),
          from: z.string().optional().describe("one of the contractor's own numbers"),
        }),
        outputSchema: z.object({ message_id: z.string(), status: z.enum(["queued", "sent", "delivered", "failed"]) }),
      },
      async (text) => {
        const sent = await work(env as unknown as WorkEnv, text);
        return { content: [{ type: "text", text: JSON.stringify(sent) }], structuredContent: sent };
      },
    );
  }
  return server;
});

export default { fetch: (request) => handler.fetch(request) } satisfies ExportedHandler;
