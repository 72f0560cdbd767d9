/** What a request carries: the ways to write a body, and the credential where a vendor wants it in there. */
import type { Fields } from "./auth.ts";
import { VendorFailure } from "./failure.ts";

export type Scalar = string | number | boolean | undefined;
export type Params = Readonly<Record<string, Scalar | readonly string[]>>;
/** A value that the kit puts in and the action never sees: of the contractor's credential, or of our own app's at this vendor. */
export type Sealed = { readonly field: string } | { readonly platform: string };

/** At most one of these. */
export interface Body {
  readonly json?: unknown;
  /**
   * Sent as application/x-www-form-urlencoded; a list repeats the name. A request with a sealed value carries its credential there,
   * and is not signed besides: no request is to authenticate in two ways (RFC 6750 §2).
   */
  readonly form?: Readonly<Record<string, Scalar | readonly string[] | Sealed>>;
  /** Sent as multipart/form-data, for vendors that describe nothing else. */
  readonly multipart?: Params;
  /** A body of any other media type. */
  readonly text?: { readonly type: string; readonly body: string };
}

export interface Unsealed {
  readonly params: Params;
  /** Whether there was anything sealed. */
  readonly sealed: boolean;
  /** Those of our own app's values that were put in. */
  readonly ours: Fields;
}

/** A form with its sealed values in place. */
export async function unsealed(
  form: NonNullable<Body["form"]>,
  fields: Fields,
  apps: (() => Promise<Fields>) | undefined,
): Promise<Unsealed> {
  const [params, ours]: [Record<string, Params[string]>, Record<string, string>] = [{}, {}];
  let sealed = false;
  for (const [name, value] of Object.entries(form)) {
    if (typeof value !== "object" || !("field" in value || "platform" in value)) {
      params[name] = value;
      continue;
    }
    const held = "field" in value ? fields[value.field] : (await apps?.())?.[value.platform];
    if (!held) throw new VendorFailure({ kind: "InvalidRequest", issues: [`give ${"field" in value ? value.field : value.platform}`] });
    params[name] = held;
    if ("platform" in value) ours[`our ${value.platform}`] = held;
    sealed = true;
  }
  return { params, sealed, ours };
}

/** The body as it is sent; says its media type in `headers`. */
export function written(
  body: Omit<Body, "form"> & { readonly form: Params | undefined },
  headers: Headers,
): { readonly body?: string | FormData } {
  if (body.form) {
    headers.set("content-type", "application/x-www-form-urlencoded");
    const form = new URLSearchParams();
    append(form, body.form);
    return { body: form.toString() };
  }
  if (body.multipart) {
    const parts = new FormData();
    append(parts, body.multipart);
    return { body: parts }; // the platform makes the boundary, and with it the content type
  }
  if (body.text) {
    headers.set("content-type", body.text.type);
    return { body: body.text.body };
  }
  if (body.json === undefined) return {};
  headers.set("content-type", "application/json");
  return { body: JSON.stringify(body.json) };
}

export function append(to: { append(name: string, value: string): void }, params: Params): void {
  for (const [name, value] of Object.entries(params))
    for (const one of Array.isArray(value) ? value : [value]) if (one !== undefined) to.append(name, String(one));
}
