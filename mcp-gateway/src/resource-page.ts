/** A page of what an integration lists, in the picker's words. */
import { type ConnectionView, dispatch } from "@junction/dispatch";
import type { ResourceType } from "@junction/workflow";
import * as z from "zod";
import { refusalOf } from "./api/answer.ts";
import { Refused } from "./api/problem.ts";
import type { Session } from "./auth/session.ts";
import { type Env, meshOf } from "./env.ts";

export interface Resource {
  readonly id: string;
  readonly name: string;
  /** What tells two of one name apart, or why it cannot be used. */
  readonly detail?: string | undefined;
  readonly usable: boolean;
}
/** Who looks. */
export type Reader = Pick<Session, "contractor" | "sub" | "role">;
interface Page {
  readonly items: readonly Resource[];
  readonly next_page?: string | undefined;
}
interface PageAsk {
  readonly tool: string;
  readonly type: ResourceType;
  readonly source: Pick<ConnectionView, "id" | "vendor" | "generation">;
  readonly page?: string | undefined;
}

const items = z.object({
  items: z.array(z.object({ id: z.string(), name: z.string(), detail: z.string().optional(), usable: z.boolean() })),
  next_page: z.string().optional(),
});
const pages = z.object({
  pages: z.array(z.object({ page_id: z.string(), name: z.string(), platform: z.string(), can_post: z.boolean() })),
  next_page: z.string().optional(),
});
const fields = z.object({ fields: z.array(z.object({ name: z.string(), label: z.string(), type: z.string(), read_only: z.boolean() })) });

/** A listing tool's answer, in the picker's words. */
function readPage(type: ResourceType, value: unknown): Page {
  if (type === "page") {
    const { pages: found, next_page } = pages.parse(value);
    const shown = ({ page_id, name, platform, can_post: usable }: (typeof found)[number]) => ({
      ...(platform === "instagram" ? { id: `instagram:${page_id}`, name: `${name} (Instagram)` } : { id: page_id, name }),
      ...(usable ? { usable } : { usable, detail: "It may not be published on with this connection." }),
    });
    return { items: found.map(shown), next_page };
  }
  if (type === "crm_field") {
    const shown = ({ name: id, label: name, type: detail, read_only }: z.output<typeof fields>["fields"][number]) => ({
      ...{ id, name, usable: !read_only, detail: read_only ? `${detail}, cannot be written` : detail },
    });
    return { items: fields.parse(value).fields.map(shown) };
  }
  return items.parse(value);
}

/** A builder asks with every change it saves, and each asking costs the contractor some of their rate limit at the vendor. */
const KEPT_MS = 20_000;
const MOST_KEPT = 500;
const kept = new Map<string, { readonly page: Page; readonly until: number }>();

/** Throws a refusal in words where the integration does not answer. What it said is kept for a moment; connected anew, it is asked anew. */
export async function onePage(env: Env, ctx: Pick<ExecutionContext, "waitUntil">, reader: Reader, ask: PageAsk): Promise<Page> {
  const { contractor, sub, role } = reader;
  const { tool, type, source, page } = ask;
  if (role === "operator") throw new Refused(403, { kind: "NotAllowed", message: "An operator calls no tools for a contractor." });
  const key = JSON.stringify([contractor, source.id, source.generation, type, page]);
  const known = kept.get(key);
  if (known && known.until > Date.now()) return known.page;
  const answer = await dispatch(meshOf(env, ctx), {
    ...{ contractor, tool, vendor: source.vendor, actor: { kind: "user", id: sub, role } },
    input: page === undefined ? {} : { page },
  });
  if (!answer.ok) throw refusalOf(env, answer);
  const read = readPage(type, answer.value);
  kept.delete(key);
  kept.set(key, { page: read, until: Date.now() + KEPT_MS });
  const [oldest] = kept.keys();
  if (kept.size > MOST_KEPT && oldest !== undefined) kept.delete(oldest);
  return read;
}
