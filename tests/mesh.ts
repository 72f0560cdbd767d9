/** A started mesh for end-to-end tests, spoken to as its users do: over HTTP. */
import { type StackOptions, startStack } from "../scripts/stack.ts";
import { DOOR, type Inside, inside } from "./testing/door.ts";

export interface Response_ {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: a test reads what it expects, and fails where it is not
  readonly body: any;
  readonly headers: Headers;
}

export interface Mesh extends Users, Inside {
  readonly stack: Awaited<ReturnType<typeof startStack>>;
  readonly logs: string[];
  stop(): Promise<void>;
}

/** What its users can do with a mesh that runs somewhere. */
export interface Users {
  readonly url: string;
  token(contractor: string, role?: "owner" | "member" | "operator", expiresInSeconds?: number): Promise<string>;
  /** The settings API, as the owner of a contractor, or as `as`. */
  api(
    method: string,
    path: string,
    body?: unknown,
    as?: { contractor?: string; role?: "owner" | "member" | "operator" },
  ): Promise<Response_>;
  sandbox(method: string, path: string, body?: unknown): Promise<Response_>;
  /** Connects vendors with the sandbox's valid credentials. */
  connect(contractor: string, ...vendors: string[]): Promise<void>;
  key(contractor: string, options?: Readonly<Record<string, unknown>>): Promise<{ id: string; key: string }>;
  /** `tools/call` over MCP, 2025-11-25: the result, or the whole reply where there is none. */
  call(key: string, tool: string, args: unknown): Promise<Response_>;
}

export async function startMesh(options: StackOptions = {}): Promise<Mesh> {
  const logs: string[] = [];
  const extraWorkers = [DOOR, ...(options.extraWorkers ?? [])];
  const stack = await startStack({ log: ({ message }) => logs.push(message), ...options, extraWorkers });
  return { ...usersOf(stack.url), ...inside(stack.mf), stack, logs, stop: () => stack.dispose() };
}

export function usersOf(url: string): Users {
  const send = async (path: string, init: RequestInit): Promise<Response_> => {
    const response = await fetch(url + path, { redirect: "manual", ...init });
    const text = await response.text();
    return {
      status: response.status,
      body: text.startsWith("{") || text.startsWith("[") ? JSON.parse(text) : text,
      headers: response.headers,
    };
  };
  const json = (body: unknown) => (body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) });
  /** A session is good for as long as any test takes. */
  const sessions = new Map<string, Promise<string>>();
  const session = (contractor: string, role: "owner" | "member" | "operator") => {
    const who = `${role} of ${contractor}`;
    const known = sessions.get(who) ?? mesh.token(contractor, role);
    sessions.set(who, known);
    return known;
  };
  const mesh: Users = {
    url,
    async token(contractor, role = "owner", expiresInSeconds) {
      const ask = { contractor, subject: `${role}-of-${contractor}`, role, ...(expiresInSeconds !== undefined && { expiresInSeconds }) };
      return (await mesh.sandbox("POST", "/sandbox/issuer/token", ask)).body.token;
    },
    async api(method, path, body, { contractor = "demo", role = "owner" } = {}) {
      const authorization = `Bearer ${await session(contractor, role)}`;
      return send(`/api${path}`, { method, headers: { authorization, "content-type": "application/json" }, ...json(body) });
    },
    sandbox: (method, path, body) => send(path, { method, headers: { "content-type": "application/json" }, ...json(body) }),
    async connect(contractor, ...vendors) {
      const { credentials } = (await mesh.sandbox("GET", "/sandbox/api/credentials")).body;
      const { vendors: catalog } = (await mesh.api("GET", "/catalog", undefined, { contractor })).body;
      for (const vendor of vendors) {
        const { fields, oauth } = catalog.find((one: { id: string }) => one.id === vendor);
        if (oauth) {
          await grant(mesh, contractor, vendor, credentials[vendor]);
          continue;
        }
        const wanted = fields.map(({ name }: { name: string }) => name);
        const given = Object.fromEntries(Object.entries(credentials[vendor].valid).filter(([name]) => wanted.includes(name)));
        const connected = await mesh.api("POST", `/connections/${vendor}`, { fields: given }, { contractor });
        if (connected.status !== 200) throw new Error(`${vendor} did not connect: ${JSON.stringify(connected.body)}`);
      }
    },
    key: async (contractor, options = {}) => (await mesh.api("POST", "/keys", { name: "test", ...options }, { contractor })).body,
    async call(key, tool, args) {
      const headers = {
        authorization: `Bearer ${key}`,
        "content-type": "application/json",
        accept: "application/json, text/event-stream",
        "mcp-protocol-version": "2025-11-25",
      };
      const reply = await send("/mcp", {
        method: "POST",
        headers,
        ...json({ jsonrpc: "2.0", id: 1, method: "tools/call", params: { name: tool, arguments: args } }),
      });
      return { ...reply, body: reply.body?.result ?? reply.body };
    },
  };
  return mesh;
}

/** What a browser does at an OAuth vendor: is sent there, approves, and comes back with its cookie. */
async function grant(
  mesh: Users,
  contractor: string,
  vendor: string,
  sandboxCredentials: { platform: { client_id: string; client_secret: string } },
): Promise<void> {
  await mesh.api("PUT", `/operator/apps/${vendor}`, sandboxCredentials.platform, { role: "operator" });
  const begun = await mesh.api("POST", `/connections/${vendor}/authorize`, undefined, { contractor });
  const returned = await approve(begun.body.url);
  const cookie = begun.headers.get("set-cookie")?.split(";")[0] ?? "";
  const back = await fetch(returned, { redirect: "manual", headers: { cookie } });
  const where = back.headers.get("location") ?? "";
  if (!where.includes("grant=connected")) throw new Error(`${vendor} was not granted: ${where}`);
}

/** Presses Approve on the sandbox's consent page; gives the address the browser is sent back to. */
export async function approve(authorizationUrl: string, decision = "approve"): Promise<string> {
  const response = await fetch(authorizationUrl, {
    method: "POST",
    redirect: "manual",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams({ decision }),
  });
  const location = response.headers.get("location");
  if (location === null) throw new Error(`no way back: ${response.status} ${await response.text()}`);
  return location;
}
