/** A `tools/call`: from MCP's words to dispatch's and back. */
import { plannedFor } from "@junction/catalog";
import { type Answer, closestTools, dispatch, findTool, type Mesh } from "@junction/dispatch";
import * as z from "zod";
import type { Agent } from "../auth/agent.ts";
import { explain, unknownTool } from "../words.ts";
import { IDEMPOTENCY_KEY } from "./tools.ts";

export interface Caller {
  readonly agent: Agent;
  readonly mesh: Mesh;
  readonly publicUrl: string;
}
export interface ToolResult {
  readonly content: readonly { readonly type: "text"; readonly text: string }[];
  readonly structuredContent?: Readonly<Record<string, unknown>>;
  readonly isError?: true;
  readonly [key: string]: unknown;
}
export type Called =
  | { readonly state: "result"; readonly result: ToolResult }
  /** A protocol error, as the specification wants it for a name that is no tool. */
  | { readonly state: "unknown_tool"; readonly message: string }
  /** The key was revoked or has expired since it was last looked at. */
  | { readonly state: "unauthenticated" };

const EffectArguments = z.looseObject({ [IDEMPOTENCY_KEY]: z.string().min(1).max(200).optional() });

export async function callTool({ agent, mesh, publicUrl }: Caller, name: string, args: Readonly<Record<string, unknown>>): Promise<Called> {
  const tool = findTool(name);
  if (!tool)
    return {
      state: "unknown_tool",
      message: `Unknown tool: ${unknownTool(
        name,
        plannedFor(name).map((one) => one.name),
      )} The closest names are ${closestTools(name).join(", ")}.`,
    };
  const given = tool.effect === "read" ? undefined : EffectArguments.safeParse(args);
  if (given && !given.success) return result(wrongKey());
  const { [IDEMPOTENCY_KEY]: idempotencyKey, ...input } = given ? given.data : args;
  const answer = await dispatch(mesh, {
    contractor: agent.contractor,
    actor: { kind: "agent", keyHash: agent.keyHash },
    tool: tool.id,
    input,
    idempotencyKey: idempotencyKey as string | undefined,
  });
  if (!answer.ok && answer.trouble.kind === "Unauthenticated") return { state: "unauthenticated" };
  return result(resultOf(answer, publicUrl));
}

const result = (of: ToolResult): Called => ({ state: "result", result: of });

function resultOf(answer: Answer, publicUrl: string): ToolResult {
  if (answer.ok) {
    if (answer.value === null) return text("A person has confirmed that this was done before. It was not done again.");
    const value = answer.value as Record<string, unknown>; // every output is an object: a law of the contract suite
    const said = JSON.stringify(value);
    return { content: [{ type: "text", text: answer.replayed ? `Done before, not again: ${said}` : said }], structuredContent: value };
  }
  const {
    kind,
    text: words,
    next,
    retryAfterMs,
    url,
  } = explain(answer.trouble, { publicUrl, tool: answer.tool, vendor: answer.vendor, call: answer.call });
  const facts = { kind, call: answer.call, ...(retryAfterMs !== undefined && { retry_after_ms: retryAfterMs }), ...(url && { url }) };
  return {
    content: [
      { type: "text", text: `${words} ${next}${url ? ` ${url}` : ""}` },
      { type: "text", text: JSON.stringify(facts) },
    ],
    isError: true,
  };
}

const text = (words: string): ToolResult => ({ content: [{ type: "text", text: words }], isError: true });

const wrongKey = (): ToolResult =>
  text(
    `Some arguments are wrong. ${IDEMPOTENCY_KEY}: is not valid; give a text of 1 to 200 characters. Correct the arguments and call again. Nothing was done.`,
  );
