/** An integration as the API shows it: its light and what gives it, and on its page all that hangs on it. */
import { toolById } from "@junction/catalog";
import { CATEGORIES, type CatalogVendor, CredentialType } from "@junction/core";
import { type ConnectionView, servingOrder } from "@junction/dispatch";
import type { Context } from "hono";
import * as z from "zod";
import { dependentOn } from "../dependents.ts";
import { hasWebhook } from "../webhook.ts";
import { type Api, own } from "./border.ts";
import { WebhookView, webhookView } from "./webhook.ts";

const Status = z.enum(["connected", "warning", "error", "not_connected", "planned"]);
const Evidence = z.object({
  kind: z.string(),
  at: z.number(),
  call: z.string(),
  source: z.enum(["call", "test", "probe", "refresh", "webhook"]),
  missing: z.array(z.string()).optional(),
  /** In our words. */
  reason: z.string(),
});
/** An integration as a list of them shows it. */
export const Integration = z.object({
  vendor: z.string(),
  name: z.string(),
  category: z.enum(CATEGORIES),
  powers: z.string(),
  /** Null while it is planned: there is nothing to connect. */
  credential_type: z.nullable(CredentialType),
  status: Status,
  /** Yellow by time alone: nothing was heard for longer than the re-test interval. */
  stale: z.boolean(),
  /** What was seen that gives the status, and the call that proved it. */
  because: Evidence.nullable(),
  account: z.object({ id: z.string(), name: z.string() }).nullable(),
  connected_at: z.number().nullable(),
  next_test_at: z.number().nullable(),
  scopes: z.array(z.string()),
});
export type Integration = z.output<typeof Integration>;

/** An integration as its own page shows it. */
export const Detail = Integration.extend({
  /** What may be shown of the credential; null for members, and where there is none. */
  credential: z
    .object({
      fingerprint: z.string(),
      shown: z.record(z.string(), z.string()),
      created_at: z.number(),
      updated_at: z.number(),
      /** When Junction last renewed it by itself; null where it has not since the person connected. */
      refreshed_at: z.number().nullable(),
      expires_at: z.number().nullable(),
    })
    .nullable(),
  limits: z.object({
    declared: z.object({ requests: z.number(), per_seconds: z.number() }).nullable(),
    left: z.number().nullable(),
    resets_at: z.number().nullable(),
    blocked_until: z.number().nullable(),
  }),
  permissions: z.array(z.object({ scope: z.string(), words: z.string(), held: z.boolean(), tools: z.array(z.string()) })),
  /** `first`: this integration is the one that serves the tool now. */
  tools: z.array(z.object({ id: z.string(), title: z.string(), first: z.boolean() })),
  /** Null where the vendor's events do not reach us. */
  webhook: WebhookView.nullable(),
  /** What would stop without it, since nothing else that is connected could take its place. */
  depends: z.object({ workflows: z.array(z.object({ id: z.string(), name: z.string() })) }),
});

const REASONS: Readonly<Record<string, string>> = {
  ok: "It worked when it was last used.",
  CredentialError: "The credentials were rejected.",
  PermissionError: "A permission is lacking.",
  RateLimited: "It was asked to slow down.",
  VendorUnavailable: "It did not answer as it should.",
};

function reasonOf({ kind, source }: { readonly kind: string; readonly source: string }, stale: boolean): string {
  if (stale) return "Nothing was heard of it for over a day.";
  return source === "refresh" ? "Its access could not be renewed yet; it still works." : (REASONS[kind] ?? kind);
}

/** What a connection, where there is one, makes of an integration. */
export function integration(
  { id, name, category, powers, credentialType }: CatalogVendor,
  connection: ConnectionView | undefined,
): Integration {
  const { status, because, stale = false } = connection?.health ?? { status: "not_connected" as const, because: null };
  return {
    ...{ vendor: id, name, category, powers, credential_type: credentialType, status, stale },
    because: because && {
      ...{ kind: because.kind, at: because.at, call: because.call, source: because.source, reason: reasonOf(because, stale) },
      ...(because.missing && { missing: [...because.missing] }),
    },
    account: connection?.account ?? null,
    connected_at: status === "not_connected" ? null : (connection?.connectedAt ?? null),
    next_test_at: connection?.nextTestAt ?? null,
    scopes: [...(connection?.scopes ?? [])],
  };
}

/** Everything of one integration that its page shows. */
export async function detail(c: Context<Api>, vendor: CatalogVendor): Promise<z.output<typeof Detail>> {
  const { contractor, role } = c.get("session");
  const now = Date.now();
  if (hasWebhook(vendor)) await own(c).connectionId({ contractor, vendor: vendor.id, now }); // the address may be pasted before connecting
  const [all, routes] = await Promise.all([own(c).connections({ now }), own(c).routes()]);
  const connected = all.filter(({ health }) => health.status !== "not_connected");
  const held = all.find((one) => one.vendor === vendor.id);
  const [described, webhook, workflows] = await Promise.all([
    held && role === "owner" ? c.env.VAULT.describe({ contractor, connection: held.id }) : null,
    held && hasWebhook(vendor) ? webhookView(c.env, { contractor, role }, vendor, held) : null,
    dependentOn(
      c.env.DB,
      contractor,
      vendor.id,
      connected.map((one) => one.vendor),
    ),
  ]);
  const limits = held?.limits;
  const declared = vendor.limit ?? null;
  const first = (tool: string) => servingOrder(tool, connected, routes[tool] ?? [])[0]?.vendor === vendor.id;
  return {
    ...integration(vendor, held),
    ...(described && { credential_type: described.type }),
    credential: described && {
      ...{
        fingerprint: described.fingerprint,
        shown: { ...described.shown },
        created_at: described.createdAt,
        updated_at: described.updatedAt,
        // A person's connecting is noted with its generation; what is newer came of a refresh.
        refreshed_at: held && described.generation > held.generation ? described.updatedAt : null,
      },
      expires_at: described.expiresAt ?? null,
    },
    limits: {
      declared: declared && { requests: declared.requests, per_seconds: declared.perSeconds },
      left: limits?.left ?? null,
      resets_at: limits?.resetsAt ?? null,
      blocked_until: limits?.blockedUntil ?? null,
    },
    permissions: Object.entries(vendor.scopes).map(([scope, words]) => ({
      ...{ scope, words, held: held?.scopes.includes(scope) ?? false },
      tools: vendor.actions.filter(({ scopes }) => scopes.includes(scope)).map(({ tool }) => tool),
    })),
    tools: vendor.actions.flatMap(({ tool }) => toolById(tool) ?? []).map(({ id, title }) => ({ id, title, first: first(id) })),
    webhook,
    depends: { workflows },
  };
}
