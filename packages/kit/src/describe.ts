/** What the catalog says of a vendor, read off its manifest. */
import { CatalogPlanned, type CatalogTool, CatalogVendor, type CatalogWay, type CatalogWebhook, type CredentialType } from "@junction/core";
import type { Tool } from "@junction/tools";
import * as z from "zod/mini";
import { credentialTypeOf, type Vendor, type Way } from "./define.ts";
import { describeFields } from "./fields.ts";

/** The vendor's catalog entry and the contracts of the tools it serves, as plain JSON. */
export function describeVendor(vendor: Vendor): { readonly vendor: CatalogVendor; readonly tools: readonly CatalogTool[] } {
  const { manifest } = vendor;
  const ways = [manifest, ...(manifest.ways ?? [])];
  const { label: _, ...first } = describeWay(manifest, manifest.name);
  const actions = [...vendor.actions.values()].sort((a, b) => (a.tool.id < b.tool.id ? -1 : 1));
  return {
    vendor: CatalogVendor.parse({
      id: manifest.id,
      name: manifest.name,
      category: manifest.category,
      powers: manifest.powers,
      docs: manifest.docs,
      ...first,
      ways: (manifest.ways ?? []).map((way) => describeWay(way, manifest.name)),
      scopes: Object.assign({}, ...ways.map(({ auth }) => ("scopes" in auth ? auth.scopes : {}))),
      hosts: [...manifest.hosts],
      ...(manifest.unconfirmed !== undefined && { unconfirmed: manifest.unconfirmed }),
      ...(manifest.limit && { limit: manifest.limit }),
      actions: actions.map(({ tool, idempotent, probe, echoed, first, scopes }) => ({
        tool: tool.id,
        idempotent,
        probe: probe !== undefined,
        ...(echoed && { echoed }),
        ...(first && { first }),
        scopes: [...scopes],
      })),
      ...(vendor.webhook && { webhook: describeWebhook(vendor.webhook) }),
    }),
    tools: actions.map(({ tool }) => describeTool(tool)),
  };
}

/** What `<id>.planned.ts` says of a vendor that is not built yet: no credential, no host and no action, since nothing could be true of them. */
export type Planned = Omit<CatalogPlanned, "tools"> & { readonly tools: readonly Pick<Tool, "id">[] };
export const planned = (vendor: Planned): Planned => vendor;
export const describePlanned = ({ tools, ...vendor }: Planned): CatalogPlanned =>
  z.strictObject(CatalogPlanned.shape).parse({ ...vendor, tools: tools.map(({ id }) => id).sort() });

/** A contract as plain JSON. */
export const describeTool = (tool: Tool): CatalogTool => ({
  id: tool.id,
  title: tool.title,
  description: tool.description,
  effect: tool.effect,
  approval: tool.approval ?? false,
  ...(tool.interchangeable && { interchangeable: tool.interchangeable }),
  ...(tool.passesOn && { passesOn: tool.passesOn }),
  ...(tool.background && { background: tool.background }),
  ...(tool.internal && { internal: tool.internal }),
  input: schema(tool.input, "input"),
  output: schema(tool.output, "output"),
});

const LABELS: Readonly<Record<CredentialType, (vendor: string) => string>> = {
  api_key: () => "API key",
  oauth_token: (vendor) => `Connect with ${vendor}`,
  service_account: () => "Service account",
  webhook_secret: () => "Webhook secret",
};

function describeWay({ auth, credentials, label }: Way, vendor: string): CatalogWay {
  const credentialType = credentialTypeOf(auth);
  return {
    credentialType,
    label: label ?? LABELS[credentialType](vendor),
    fields: describeFields(credentials),
    ...(auth.scheme === "oauth2" && {
      oauth: {
        authorizationUrl: auth.authorizationUrl,
        ...(auth.clientIdParameter !== undefined && { clientIdParameter: auth.clientIdParameter }),
        ...(auth.pkce === false && { pkce: auth.pkce }),
        params: { ...auth.params, scope: Object.keys(auth.scopes).join(auth.scopeSeparator ?? " ") },
      },
    }),
  };
}

/** What we tell ourselves of a call that a vendor asks about. */
const ASKED = ["call.missed"] as const;

function describeWebhook(webhook: NonNullable<Vendor["webhook"]>): CatalogWebhook {
  const { secret, window, acknowledgement, questions } = webhook;
  return {
    events: [...webhook.events, ...(questions ? ASKED : [])],
    secret:
      secret.from === "own"
        ? {
            ...{ from: "own", label: secret.label, help: secret.help, generate: secret.generate ?? false },
            ...(secret.pattern && { pattern: secret.pattern.source }),
          }
        : secret.from === "app" && secret.field === "webhook_verify_token"
          ? { from: "app", token: true }
          : { from: secret.from },
    setup: webhook.setup,
    challenge: webhook.challenge !== undefined,
    confirm: webhook.confirm !== undefined,
    ...(window && { window: { maxAgeSeconds: window.maxAgeSeconds, maxAheadSeconds: window.maxAheadSeconds } }),
    ...(questions && { questions: { fallback: questions.fallback } }),
    ...(acknowledgement && { acknowledgement }),
  };
}

function schema(of: z.ZodMiniType, io: "input" | "output"): Record<string, unknown> {
  const { $schema: _, ...rest } = z.toJSONSchema(of, { io, target: "draft-2020-12" }) as Record<string, unknown>;
  return rest;
}
