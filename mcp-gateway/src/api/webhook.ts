/** The webhook in `/api/connections`: what is shown of it, and its secret, which goes in and is shown once where we made it. */

import { vendorById } from "@junction/catalog";
import { VendorId } from "@junction/core";
import type { ListedEvent } from "@junction/db";
import type { ConnectionView } from "@junction/dispatch";
import { Hono } from "hono";
import { describeRoute } from "hono-openapi";
import * as z from "zod";
import type { Session } from "../auth/session.ts";
import type { Env } from "../env.ts";
import { hookUrl } from "../hooks/address.ts";
import { fits, generatedSecret, type HookVendor, hasWebhook, hookOf, setHookSecret } from "../webhook.ts";
import { type Api, input, json, only, own } from "./border.ts";
import { notFound, Refused } from "./problem.ts";

const Count = z.number().int();
const Delivered = z.object({
  id: z.string(),
  vendor: z.string(),
  connection: z.string(),
  /** Null for a delivery kept as it came: unverified, or unreadable as yet. */
  type: z.string().nullable(),
  entity: z.string().nullable(),
  state: z.enum(["received", "quarantined", "processing", "done", "failed", "dead"]),
  attempts: Count,
  reason: z.string().nullable(),
  occurred_at: z.number().nullable(),
  received_at: z.number(),
  updated_at: z.number(),
  consumers: z.array(z.string()),
});
export const WebhookView = z.object({
  /** Where the vendor delivers to; null where it is the address of our app there, which is the operator's business. */
  url: z.string().nullable(),
  /** What proves a delivery: a secret of the webhook's own, the credential, or our app's secret. */
  secret: z.enum(["own", "credential", "app"]),
  secret_label: z.string().nullable(),
  secret_help: z.string().nullable(),
  secret_pattern: z.string().nullable(),
  may_generate: z.boolean(),
  /** Where at the vendor the address is entered. */
  setup: z.string(),
  secret_set: z.boolean(),
  /** Null for members. */
  secret_last_four: z.string().nullable(),
  previous_accepted_until: z.number().nullable(),
  waiting_for_first_event: z.boolean(),
  last_verified_at: z.number().nullable(),
  last_forged_at: z.number().nullable(),
  counts: z.object({ verified: Count, forged: Count, quarantined: Count, duplicates: Count }),
  /** Deliveries that wait to be verified now. */
  quarantined: Count,
  last_deliveries: z.array(Delivered),
});
export type WebhookView = z.output<typeof WebhookView>;

/** The part of an integration that its Webhook tab shows; null where the vendor's events do not reach us. */
export async function webhookView(
  env: Env,
  { contractor, role }: Pick<Session, "contractor" | "role">,
  vendor: HookVendor,
  held: ConnectionView,
): Promise<WebhookView> {
  const connected = held.health.status !== "not_connected";
  const { endpoint, secret, quarantined, last } = await hookOf(env, contractor, vendor, { connection: held.id, connected });
  const { setup, secret: by } = vendor.webhook;
  const { verified, forged, duplicates } = endpoint;
  return {
    url: by.from === "app" ? null : hookUrl(env, vendor.id, endpoint.id),
    ...{ secret: by.from, setup },
    secret_label: by.from === "own" ? by.label : null,
    secret_help: by.from === "own" ? by.help : null,
    secret_pattern: by.from === "own" ? (by.pattern ?? null) : null,
    may_generate: by.from === "own" && by.generate,
    secret_set: secret.set,
    secret_last_four: role === "owner" ? secret.lastFour : null,
    previous_accepted_until: secret.previousUntil,
    waiting_for_first_event: endpoint.lastVerifiedAt === null,
    last_verified_at: endpoint.lastVerifiedAt,
    last_forged_at: endpoint.lastForgedAt,
    counts: { verified, forged, quarantined: endpoint.quarantined, duplicates },
    quarantined,
    last_deliveries: last.map(delivered),
  };
}

const delivered = ({ occurredAt, receivedAt, updatedAt, consumers, ...rest }: ListedEvent): z.output<typeof Delivered> => ({
  ...rest,
  ...{ occurred_at: occurredAt, received_at: receivedAt, updated_at: updatedAt, consumers: [...consumers] },
});

const NewSecret = z.discriminatedUnion("action", [
  z.strictObject({ action: z.literal("generate") }),
  z.strictObject({ action: z.literal("set"), secret: z.string().trim().min(1, "is empty").max(4096, "at most 4,096 characters") }),
]);
/** `secret`: the one that was made, for the person to hand over. */
const Changed = WebhookView.omit({ secret: true }).extend({ secret: z.string().optional() });
const wrong = (fields: Record<string, string>) =>
  new Refused(422, { kind: "InvalidRequest", message: "Some fields are wrong. Nothing was changed.", fields });

/** The secret that is to count from now on; refused where the vendor would not take it. */
function chosenSecret({ name, webhook }: HookVendor, ask: z.output<typeof NewSecret>): string {
  const { secret } = webhook;
  if (secret.from !== "own") {
    const by = secret.from === "credential" ? `what ${name} is connected with` : `the secret of Junction's own app at ${name}`;
    throw new Refused(409, { kind: "Conflict", message: `${name}'s deliveries are proved by ${by}: there is no other secret to set.` });
  }
  if (ask.action === "generate") {
    if (!secret.generate) throw wrong({ action: `set: ${name} makes this secret itself. ${secret.help}` });
    return generatedSecret(secret.pattern);
  }
  if (!fits(secret.pattern, ask.secret)) throw wrong({ secret: `${secret.label}: ${secret.help}` });
  return ask.secret;
}

export const webhookSecret = new Hono<Api>().post(
  "/:vendor/webhook-secret",
  only("owner"),
  describeRoute({
    summary: "Set the secret that proves a vendor's deliveries, or have one made, which is shown this once",
    responses: { 200: json(Changed, "The webhook, and the secret if it was made here") },
  }),
  input("param", z.object({ vendor: VendorId })),
  input("json", NewSecret),
  async (c) => {
    const vendor = vendorById(c.req.valid("param").vendor);
    if (!vendor) throw notFound("integration");
    if (!hasWebhook(vendor)) throw notFound("webhook");
    const ask = c.req.valid("json");
    const session = c.get("session");
    const secret = chosenSecret(vendor, ask);
    await setHookSecret(c.env, session.contractor, vendor, secret);
    const held = (await own(c).connections({ now: Date.now() })).find((one) => one.vendor === vendor.id);
    if (!held) throw notFound("integration");
    const { secret: _, ...view } = await webhookView(c.env, session, vendor, held);
    return c.json({ ...view, ...(ask.action === "generate" && { secret }) });
  },
);
