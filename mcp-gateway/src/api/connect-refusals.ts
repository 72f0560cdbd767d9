/** Why something was not connected, as the API says it. */
import { vendorById } from "@junction/catalog";
import type { CatalogVendor, CatalogWay } from "@junction/core";
import type { Trouble } from "@junction/dispatch";
import type { Context } from "hono";
import { explain } from "../words.ts";
import type { Api } from "./border.ts";
import { Refused } from "./problem.ts";

/** The error of a test call: our words, and the vendor's for the owner to read. */
export function refusedTest(c: Context<Api>, vendor: string, trouble: Trouble, way: Pick<CatalogWay, "fields">): Refused {
  const { kind, text, next, retryAfterMs, url } = explain(trouble, {
    publicUrl: c.env.PUBLIC_URL,
    tool: "the test call",
    vendor,
    call: "",
  });
  const said = "said" in trouble ? trouble.said : undefined;
  const fields = wrongFields(way, trouble);
  if (Object.keys(fields).length > 0)
    return new Refused(422, { kind: "InvalidRequest", message: "Some fields are wrong. Nothing was stored.", fields });
  const [message, after] =
    kind === "CredentialError"
      ? [`${vendorById(vendor)?.name} does not accept these credentials.`, "Check them and save again. Nothing was stored."]
      : [text, kind === "VendorUnavailable" || kind === "RateLimited" ? "Try again in a moment. Nothing was stored." : next];
  return new Refused(kind === "VendorUnavailable" ? 502 : kind === "RateLimited" ? 429 : 422, {
    kind,
    message,
    next: after,
    ...(said && { vendor_said: said }),
    ...("consent" in trouble && url !== undefined && { url }),
    ...(retryAfterMs !== undefined && { retry_after_ms: retryAfterMs }),
  });
}

/** What is wrong with a field of the form by our own reading of it, such as a key file that is none: field → what is wrong. */
function wrongFields({ fields }: Pick<CatalogWay, "fields">, trouble: Trouble): Record<string, string> {
  const issues = trouble.kind === "InvalidRequest" ? (trouble.issues ?? []) : [];
  const found = issues.flatMap((issue) => {
    const field = fields.find(({ name }) => issue.startsWith(`${name} `));
    return field ? [[field.name, `${field.label} ${issue.slice(field.name.length + 1)}`] as const] : [];
  });
  return Object.fromEntries(found);
}

/** The credentials are good, and another account's than the one that is connected. */
export function otherAccount({ name }: CatalogVendor, { given, held }: { readonly given: string; readonly held: string }): Refused {
  const quoted = (account: string) => `"${account.slice(0, 100)}"`;
  return new Refused(409, {
    kind: "OtherAccount",
    message: `These credentials are for another account at ${name}, ${quoted(given)}; ${quoted(held)} is connected now. Nothing was stored.`,
    next: "If the other account is meant to take its place, save again and confirm it (replace: true).",
  });
}
