/** What a workflow's step names by id: phone numbers, assistants, calendars, templates. Listed by the integration that has it, or ours. */
import { vendorById, vendorsServing } from "@junction/catalog";
import { listSubscriptions, listTemplates } from "@junction/db";
import { type ConnectionView, servingOrder } from "@junction/dispatch";
import { RESOURCES, type ResourceType } from "@junction/workflow";
import { Refused } from "./api/problem.ts";
import { contractorOf, type Env } from "./env.ts";
import { onePage, type Reader, type Resource } from "./resource-page.ts";

export interface ResourcePage {
  readonly items: readonly Resource[];
  readonly next: string | null;
  /** The integration that lists them; null where they are ours, or none is connected. */
  readonly source: { readonly vendor: string; readonly name: string } | null;
  readonly connected: boolean;
  /** Where one is connected that has them. */
  readonly connect_url?: string | undefined;
}
export interface ResourceAsk {
  readonly type: ResourceType;
  readonly query?: string | undefined;
  readonly cursor?: string | undefined;
  /** Which integration's; left out, whichever serves. */
  readonly vendor?: string | undefined;
}

/** So many pages are searched for a name, or for an id. */
const PAGES = 5;

const matches = (query: string | undefined, { id, name, detail = "" }: Resource): boolean =>
  query === undefined || `${name}\n${id}\n${detail}`.toLowerCase().includes(query.toLowerCase());

/** Those the contractor keeps with us. */
async function own(env: Env, contractor: string, type: ResourceType): Promise<Resource[] | null> {
  if (type === "email_template")
    return (await listTemplates(env.DB, contractor)).map(({ id, name, subject }) => ({ id, name, detail: subject, usable: true }));
  if (type !== "subscription") return null;
  return (await listSubscriptions(env.DB, contractor)).map(({ id, url, description, state }) => ({
    ...{ id, name: description || url, usable: state === "active" },
    detail: state === "active" ? url : `${url} (${state === "paused" ? "paused" : "switched off after failing"})`,
  }));
}

/** Which connection lists them now; null where none does. */
function sourceOf(tool: string, connections: readonly ConnectionView[], route: readonly string[], vendor?: string): ConnectionView | null {
  const usable = connections.filter(({ health }) => health.status !== "not_connected");
  return servingOrder(tool, usable, route).find((one) => vendor === undefined || one.vendor === vendor) ?? null;
}

/** Where an integration is connected that serves this. */
function connectUrl(env: Pick<Env, "PUBLIC_URL">, tool: string, vendor?: string): string {
  const serving = vendorsServing(tool);
  const [only] = serving;
  const id = vendor ?? (serving.length === 1 ? only?.id : undefined);
  return `${env.PUBLIC_URL}/settings/integrations${id === undefined ? "" : `/${id}`}`;
}

/** A page of them. Throws a refusal in words where the integration does not answer. */
export async function listResources(
  env: Env,
  ctx: Pick<ExecutionContext, "waitUntil">,
  reader: Reader,
  ask: ResourceAsk,
): Promise<ResourcePage> {
  const { contractor } = reader;
  const { type, query, vendor } = ask;
  const kept = await own(env, contractor, type);
  if (kept) return { items: kept.filter((one) => matches(query, one)), next: null, source: null, connected: true };
  const { tool } = RESOURCES[type];
  if (tool === null) throw new Error(`nothing lists ${type}`);
  const object = contractorOf(env, contractor);
  const [connections, routes] = await Promise.all([object.connections({ now: Date.now() }), object.routes()]);
  const source = sourceOf(tool, connections, routes[tool] ?? [], vendor);
  if (source === null) return { items: [], next: null, source: null, connected: false, connect_url: connectUrl(env, tool, vendor) };
  const found: Resource[] = [];
  let page = ask.cursor;
  for (let read = 0; read < PAGES; read++) {
    const listed = await onePage(env, ctx, reader, { tool, type, source, page });
    found.push(...listed.items.filter((one) => matches(query, one)));
    page = listed.next_page;
    if (page === undefined || query === undefined || found.length >= 20) break;
  }
  return {
    items: found,
    next: page ?? null,
    source: { vendor: source.vendor, name: vendorById(source.vendor)?.name ?? source.vendor },
    connected: true,
  };
}

/** Whether each of these is there: true, false, or null where it cannot be told now. */
export async function resourcesThere(
  env: Env,
  ctx: Pick<ExecutionContext, "waitUntil">,
  reader: Reader,
  wanted: readonly { readonly type: ResourceType; readonly id: string; readonly vendor?: string | undefined }[],
): Promise<(type: ResourceType, id: string, vendor?: string) => boolean | null> {
  const listOf = (type: ResourceType, vendor?: string) => `${type} ${vendor ?? ""}`;
  const listed = wanted.filter(({ type }) => RESOURCES[type].tool !== null);
  const lists = Map.groupBy(listed, ({ type, vendor }) => listOf(type, vendor));
  const found = new Map<string, Awaited<ReturnType<typeof lookFor>>>();
  const look = async (list: string, [first, ...others]: typeof wanted) => {
    if (first) found.set(list, await lookFor(env, ctx, reader, first, new Set([first, ...others].map(({ id }) => id))));
  };
  await Promise.all([...lists].map(([list, those]) => look(list, those)));
  return (type, id, vendor) => {
    if (type === "calendar" && id === "primary") return true; // every account has one, under this name
    const { usable = new Set(), whole = false } = found.get(listOf(type, vendor)) ?? {};
    return usable.has(id) || (whole ? false : null);
  };
}

/** Those of `ids` that a list has and that can be used, and whether the list was read to its end. */
async function lookFor(
  env: Env,
  ctx: Pick<ExecutionContext, "waitUntil">,
  reader: Reader,
  { type, vendor }: { readonly type: ResourceType; readonly vendor?: string | undefined },
  ids: ReadonlySet<string>,
): Promise<{ readonly usable: ReadonlySet<string>; readonly whole: boolean }> {
  const [usable, seen] = [new Set<string>(), new Set<string>()];
  let cursor: string | undefined;
  try {
    for (let read = 0; read < PAGES; read++) {
      const page = await listResources(env, ctx, reader, { type, vendor, cursor });
      if (!page.connected) break;
      for (const one of page.items) {
        seen.add(one.id);
        if (one.usable) usable.add(one.id);
      }
      if (page.next === null || [...ids].every((id) => seen.has(id))) return { usable, whole: true };
      cursor = page.next;
    }
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    // The integration does not answer: if it is broken, the checklist says so of the connection.
  }
  return { usable, whole: false };
}
