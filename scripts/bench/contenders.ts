/** Who is measured, what each is asked, and how a right answer is told. */
import type { Arena } from "./arena.ts";

export interface Contender {
  readonly id: string;
  readonly title: string;
  readonly url: string;
  readonly method: "GET" | "POST";
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Each stands in every right answer. */
  readonly expect: readonly string[];
  /** It leaves work for after the answer, which is counted as its own. */
  readonly leaves: boolean;
}

export const REVISIONS = ["2026-07-28", "2025-11-25"] as const;
type Revision = (typeof REVISIONS)[number];

const TEXT = { to: "+12025550123", body: "Your technician arrives at 9." };
const META = {
  "io.modelcontextprotocol/protocolVersion": "2026-07-28",
  "io.modelcontextprotocol/clientInfo": { name: "bench", version: "1.0.0" },
  "io.modelcontextprotocol/clientCapabilities": {},
};
const SENT = ["SM0123456789abcdef0123456789abcdef"];

export function contenders({ url, key }: Pick<Arena, "url" | "key">): Contender[] {
  const plain = { headers: {}, leaves: false } as const;
  const authorization = `Bearer ${key}`;
  const both = (
    id: string,
    title: string,
    one: (revision: Revision) => Pick<Contender, "url" | "method" | "headers" | "body" | "expect">,
  ) =>
    REVISIONS.map((revision) => ({
      id: `${id} ${revision}`,
      title: `${title}, ${revision}`,
      ...one(revision),
      leaves: one(revision).url === url.gateway && id !== "list",
    }));
  const call = (to: string, name: string, args: object, expect: readonly string[]) => (revision: Revision) => ({
    url: to,
    ...mcp(revision, "tools/call", { name, arguments: args }, authorization),
    expect: [...expect, `"structuredContent":{`],
  });
  return [
    { id: "empty", title: "an empty Worker", url: url.empty, method: "GET", body: "", expect: ["ok"], ...plain },
    {
      ...{ id: "floor", title: "the floor: KV get, decrypt, POST", url: url.floor, method: "POST", ...plain },
      ...{ body: JSON.stringify(TEXT), expect: [...SENT, `"message_id"`] },
    },
    ...both("list", "Junction, tools/list", (revision) => ({
      url: url.gateway,
      ...mcp(revision, "tools/list", {}, authorization),
      expect: [`"tools":[`, `"crm_send_sms"`],
    })),
    ...both("call", "Junction, tools/call, whole path", call(url.gateway, "crm_send_sms", TEXT, SENT)),
    ...both(
      "read",
      "Junction, tools/call of a read",
      call(url.gateway, "crm_geocode_address", { address: "1600 Pennsylvania Avenue, Washington" }, ["-77.0365739"]),
    ).slice(0, 1),
    ...both("low-level", "low-level MCP server", call(url["low-level"], "crm_send_sms", TEXT, SENT)),
    ...both("low-level list", "low-level MCP server, tools/list", (revision) => ({
      url: url["low-level"],
      ...mcp(revision, "tools/list", {}, authorization),
      expect: [`"tools":[`, `"crm_send_sms"`],
    })).slice(0, 1),
    ...both("naive", "McpServer made per request", call(url.naive, "crm_send_sms", TEXT, SENT)),
  ];
}

function mcp(
  revision: Revision,
  method: "tools/list" | "tools/call",
  params: { readonly name?: string; readonly arguments?: object },
  authorization: string,
) {
  const modern = revision === "2026-07-28";
  return {
    method: "POST" as const,
    headers: {
      authorization,
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      "mcp-protocol-version": revision,
      ...(modern && { "mcp-method": method }),
      ...(modern && params.name !== undefined && { "mcp-name": params.name }),
    },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params: { ...params, ...(modern && { _meta: META }) } }),
  };
}
