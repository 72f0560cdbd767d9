/** The gateway: agents at `/mcp`, people and tools at `/api`. It knows vendors by the catalog and by service bindings. */
import { app } from "./api/app.ts";
import type { Env } from "./env.ts";
import { mcp } from "./mcp/endpoint.ts";

export { ContractorObject } from "@junction/dispatch";

export default {
  async fetch(request, env, ctx) {
    const url = new URL(request.url);
    return url.pathname === "/mcp" ? mcp(request, env, ctx, url) : app.fetch(request, env, ctx);
  },
} satisfies ExportedHandler<Env>;
