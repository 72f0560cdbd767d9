/** What the catalog says of a vendor, read off its manifest. */
import { type CatalogTool, CatalogVendor, type CredentialType } from "@junction/core";
import * as z from "zod";
import type { Vendor } from "./define.ts";
import { describeFields } from "./fields.ts";

/** The vendor's catalog entry and the contracts of the tools it serves, as plain JSON. */
export function describeVendor(vendor: Vendor): { readonly vendor: CatalogVendor; readonly tools: readonly CatalogTool[] } {
  const { manifest } = vendor;
  const oauth = manifest.auth.scheme === "oauth2" ? manifest.auth : undefined;
  const credentialType: CredentialType = oauth ? "oauth_token" : "api_key";
  const actions = [...vendor.actions.values()].sort((a, b) => (a.tool.id < b.tool.id ? -1 : 1));
  return {
    vendor: CatalogVendor.parse({
      id: manifest.id,
      name: manifest.name,
      category: manifest.category,
      powers: manifest.powers,
      docs: manifest.docs,
      credentialType,
      fields: describeFields(manifest.credentials),
      scopes: oauth?.scopes ?? {},
      hosts: [...manifest.hosts],
      ...(manifest.limit && { limit: manifest.limit }),
      ...(oauth && {
        oauth: {
          authorizationUrl: oauth.authorizationUrl,
          params: { ...oauth.params, scope: Object.keys(oauth.scopes).join(oauth.scopeSeparator ?? " ") },
        },
      }),
      actions: actions.map(({ tool, idempotent, probe, scopes }) => ({
        tool: tool.id,
        idempotent,
        probe: probe !== undefined,
        scopes: [...scopes],
      })),
    }),
    tools: actions.map(({ tool }) => ({
      id: tool.id,
      title: tool.title,
      description: tool.description,
      effect: tool.effect,
      input: schema(tool.input, "input"),
      output: schema(tool.output, "output"),
    })),
  };
}

function schema(of: z.ZodType, io: "input" | "output"): Record<string, unknown> {
  const { $schema: _, ...rest } = z.toJSONSchema(of, { io, target: "draft-2020-12" }) as Record<string, unknown>;
  return rest;
}
